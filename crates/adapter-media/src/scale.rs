//! Smaller pictures without jagged edges and without dark fringes around what is transparent.

use image::imageops::FilterType;
use image::{DynamicImage, Rgba, RgbaImage};

/// Makes a picture smaller. One that has this size already stays as it is, but for what cannot be
/// seen anyway: colours under full transparency.
///
/// Far larger pictures are averaged by a whole factor first: Lanczos over tens of megapixels takes
/// seconds and an intermediate of 16 bytes a pixel.
pub fn shrink(pixels: DynamicImage, (width, height): (u32, u32)) -> DynamicImage {
    let has_alpha = pixels.color().has_alpha();
    if (pixels.width(), pixels.height()) == (width, height) {
        return if has_alpha {
            DynamicImage::ImageRgba8(forget_unseen(pixels.into_rgba8()))
        } else {
            pixels
        };
    }
    let weighted = if has_alpha {
        DynamicImage::ImageRgba8(weigh(pixels.into_rgba8()))
    } else {
        pixels
    };
    let small = resample(&averaged(weighted, width, height), width, height);
    if has_alpha {
        DynamicImage::ImageRgba8(unweigh(small.into_rgba8()))
    } else {
        small
    }
}

/// Averages blocks of whole pixels as long as Lanczos still has half as many again as it needs.
fn averaged(pixels: DynamicImage, width: u32, height: u32) -> DynamicImage {
    let longer = pixels.width().max(pixels.height());
    let factor = u64::from(longer) * 2 / (u64::from(width.max(height)).max(1) * 3);
    let factor = u32::try_from(factor).unwrap_or(1);
    if factor < 2 {
        return pixels;
    }
    let across = pixels.width().div_ceil(factor).max(width);
    let down = pixels.height().div_ceil(factor).max(height);
    pixels.thumbnail_exact(across, down)
}

fn resample(pixels: &DynamicImage, width: u32, height: u32) -> DynamicImage {
    pixels.resize_exact(width, height, FilterType::Lanczos3)
}

/// Weighs colours by their alpha, so that averaging them counts what is seen.
fn weigh(mut pixels: RgbaImage) -> RgbaImage {
    for Rgba([red, green, blue, alpha]) in pixels.pixels_mut() {
        for colour in [red, green, blue] {
            *colour = rounded(u16::from(*colour) * u16::from(*alpha), 255);
        }
    }
    pixels
}

/// Undoes [`weigh`].
fn unweigh(mut pixels: RgbaImage) -> RgbaImage {
    for Rgba([red, green, blue, alpha]) in pixels.pixels_mut() {
        for colour in [red, green, blue] {
            *colour = match *alpha {
                0 => 0,
                alpha => rounded(u16::from((*colour).min(alpha)) * 255, alpha.into()),
            };
        }
    }
    pixels
}

fn forget_unseen(mut pixels: RgbaImage) -> RgbaImage {
    for pixel in pixels.pixels_mut() {
        if let Rgba([_, _, _, 0]) = pixel {
            *pixel = Rgba([0; 4]);
        }
    }
    pixels
}

fn rounded(dividend: u16, divisor: u16) -> u8 {
    u8::try_from((u32::from(dividend) + u32::from(divisor) / 2) / u32::from(divisor)).unwrap_or(255)
}

#[cfg(test)]
mod tests {
    use super::shrink;
    use image::{DynamicImage, Rgba, RgbaImage};

    #[test]
    fn transparent_neighbours_do_not_darken_an_edge() {
        let half_red = RgbaImage::from_fn(64, 64, |x, _| {
            if x < 31 {
                Rgba([255, 0, 0, 255])
            } else {
                Rgba([0, 255, 0, 0])
            }
        });
        let small = shrink(DynamicImage::ImageRgba8(half_red), (16, 16)).into_rgba8();
        for Rgba([red, green, _, alpha]) in small.pixels() {
            assert!(
                *alpha < 8 || (*red > 240 && *green == 0),
                "{red} {green} {alpha}"
            );
        }
    }

    #[test]
    fn colours_under_full_transparency_are_forgotten() {
        let hidden = RgbaImage::from_pixel(8, 8, Rgba([9, 8, 7, 0]));
        let same = shrink(DynamicImage::ImageRgba8(hidden), (8, 8)).into_rgba8();
        assert!(same.pixels().all(|pixel| *pixel == Rgba([0; 4])));
    }

    #[test]
    fn faint_colours_survive_at_full_size() {
        let faint = RgbaImage::from_pixel(8, 8, Rgba([201, 77, 3, 1]));
        let same = shrink(DynamicImage::ImageRgba8(faint.clone()), (8, 8)).into_rgba8();
        assert_eq!(same, faint);
    }

    #[test]
    fn a_very_long_picture_becomes_a_line() {
        let line = RgbaImage::from_pixel(8192, 1, Rgba([1, 2, 3, 255]));
        let small = shrink(DynamicImage::ImageRgba8(line), (64, 1)).into_rgba8();
        assert_eq!(
            (small.dimensions(), small.get_pixel(9, 0)),
            ((64, 1), &Rgba([1, 2, 3, 255]))
        );
    }
}
