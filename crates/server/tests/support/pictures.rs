//! Pictures whose corners tell which way is up.

use image::{DynamicImage, ImageFormat, Rgb, RgbImage, Rgba, RgbaImage};
use std::io::Cursor;
use testkit::pictures::with_exif;

pub const RED: [u8; 3] = [220, 20, 20];
pub const GREEN: [u8; 3] = [20, 200, 20];
pub const BLUE: [u8; 3] = [20, 20, 220];
pub const WHITE: [u8; 3] = [250, 250, 250];

/// Four quadrants: red and green above blue and white.
pub fn quadrants(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |across, down| {
        Rgb(match (across < width / 2, down < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
}

/// A photo as a telephone held upright takes it: lying on its side, with Exif that says so and says where.
pub fn camera_jpeg(width: u32, height: u32) -> Vec<u8> {
    with_exif(
        &encoded(
            DynamicImage::ImageRgb8(quadrants(width, height)),
            ImageFormat::Jpeg,
        ),
        6,
    )
}

/// A picture of its own for every number.
pub fn numbered_jpeg(number: u32) -> Vec<u8> {
    let shade = u8::try_from(number % 256).unwrap();
    let colour = Rgb([shade, 255 - shade, shade / 2]);
    let picture = RgbImage::from_pixel(120, 80 + number / 256, colour);
    encoded(DynamicImage::ImageRgb8(picture), ImageFormat::Jpeg)
}

/// The quadrants, see-through in the last one.
pub fn alpha_png(width: u32, height: u32) -> Vec<u8> {
    let opaque = quadrants(width, height);
    let picture = RgbaImage::from_fn(width, height, |across, down| {
        let Rgb([red, green, blue]) = *opaque.get_pixel(across, down);
        let hidden = across >= width / 2 && down >= height / 2;
        Rgba([red, green, blue, if hidden { 0 } else { 255 }])
    });
    encoded(DynamicImage::ImageRgba8(picture), ImageFormat::Png)
}

pub fn webp(width: u32, height: u32) -> Vec<u8> {
    encoded(
        DynamicImage::ImageRgb8(quadrants(width, height)),
        ImageFormat::WebP,
    )
}

fn encoded(picture: DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).unwrap();
    bytes.into_inner()
}

/// Whether the middles of the four quadrants have these colours, more or less.
pub fn assert_corners(bytes: &[u8], expected: [[u8; 3]; 4]) {
    let picture = image::load_from_memory(bytes).unwrap().to_rgb8();
    let (width, height) = picture.dimensions();
    let places = [(1, 1), (3, 1), (1, 3), (3, 3)];
    for ((across, down), wanted) in places.into_iter().zip(expected) {
        let Rgb(found) = *picture.get_pixel(width * across / 4, height * down / 4);
        let near = found
            .iter()
            .zip(wanted)
            .all(|(found, wanted)| found.abs_diff(wanted) < 40);
        assert!(
            near,
            "at {across}/4, {down}/4 of {width}x{height}: {found:?} and not {wanted:?}"
        );
    }
}
