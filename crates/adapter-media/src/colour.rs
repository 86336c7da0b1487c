//! Colours as every screen understands them: sRGB (IEC 61966-2-1), so that the profile can be dropped.

use image::{DynamicImage, GrayImage, RgbImage, RgbaImage};
use moxcms::{ColorProfile, DataColorSpace, Layout, TransformOptions};

/// Converts to 8-bit sRGB, with alpha where there is alpha. Without a profile, or with one that does
/// not fit the pixels (CMYK, which was converted by the decoder, or a broken one), the numbers are
/// taken for sRGB, as browsers do.
pub fn to_srgb(pixels: DynamicImage, profile: Option<&[u8]>) -> DynamicImage {
    let profile = profile.and_then(|bytes| ColorProfile::new_from_slice(bytes).ok());
    let has_alpha = pixels.color().has_alpha();
    match profile {
        Some(profile) if profile.color_space == DataColorSpace::Gray && !has_alpha => {
            gray(&profile, pixels.to_luma8()).unwrap_or_else(|| opaque(pixels))
        }
        Some(profile) if profile.color_space == DataColorSpace::Rgb && has_alpha => {
            let pixels = pixels.into_rgba8();
            DynamicImage::ImageRgba8(rgba(&profile, &pixels).unwrap_or(pixels))
        }
        Some(profile) if profile.color_space == DataColorSpace::Rgb => {
            let pixels = pixels.into_rgb8();
            DynamicImage::ImageRgb8(rgb(&profile, &pixels).unwrap_or(pixels))
        }
        _ if has_alpha => DynamicImage::ImageRgba8(pixels.into_rgba8()),
        _ => opaque(pixels),
    }
}

fn opaque(pixels: DynamicImage) -> DynamicImage {
    DynamicImage::ImageRgb8(pixels.into_rgb8())
}

fn gray(profile: &ColorProfile, pixels: GrayImage) -> Option<DynamicImage> {
    let (width, height) = pixels.dimensions();
    let converted = convert(profile, Layout::Gray, &pixels, Layout::Rgb, 3)?;
    RgbImage::from_raw(width, height, converted).map(DynamicImage::ImageRgb8)
}

fn rgb(profile: &ColorProfile, pixels: &RgbImage) -> Option<RgbImage> {
    let (width, height) = pixels.dimensions();
    let converted = convert(profile, Layout::Rgb, pixels, Layout::Rgb, 1)?;
    RgbImage::from_raw(width, height, converted)
}

fn rgba(profile: &ColorProfile, pixels: &RgbaImage) -> Option<RgbaImage> {
    let (width, height) = pixels.dimensions();
    let converted = convert(profile, Layout::Rgba, pixels, Layout::Rgba, 1)?;
    RgbaImage::from_raw(width, height, converted)
}

/// Converts samples; the result has `growth` times as many.
fn convert(
    profile: &ColorProfile,
    from: Layout,
    samples: &[u8],
    to: Layout,
    growth: usize,
) -> Option<Vec<u8>> {
    let srgb = ColorProfile::new_srgb();
    let transform = profile.create_transform_8bit(from, &srgb, to, TransformOptions::default());
    let mut converted = vec![0; samples.len().checked_mul(growth)?];
    transform.ok()?.transform(samples, &mut converted).ok()?;
    Some(converted)
}
