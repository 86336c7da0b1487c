//! Draws uploads with the codecs themselves and looks at what became of them.

use adapter_media::PictureProcessor;
use domain::accounts::images::Variant;
use image::codecs::jpeg::JpegEncoder;
use image::{DynamicImage, ImageEncoder as _, ImageFormat, Rgb, RgbImage};
use ports::accounts::{ImageProcessor as _, ProcessImageError, Processed};
use std::io::Cursor;
use testkit::pictures;

pub const RED: [u8; 3] = [220, 20, 20];
pub const GREEN: [u8; 3] = [20, 200, 20];
pub const BLUE: [u8; 3] = [20, 20, 220];
pub const WHITE: [u8; 3] = [240, 240, 240];

/// Red, green / blue, white: a picture that looks different from every side.
pub fn quarters(width: u32, height: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        Rgb(match (x < width / 2, y < height / 2) {
            (true, true) => RED,
            (false, true) => GREEN,
            (true, false) => BLUE,
            (false, false) => WHITE,
        })
    })
}

/// The colours of the four quarters, in the order of [`quarters`].
pub fn corners(picture: &DynamicImage) -> [[u8; 3]; 4] {
    let picture = picture.to_rgb8();
    let (right, bottom) = (picture.width() - 3, picture.height() - 3);
    [(2, 2), (right, 2), (2, bottom), (right, bottom)].map(|(x, y)| picture.get_pixel(x, y).0)
}

/// Whether two colours look alike.
pub fn alike(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter()
        .zip(other)
        .all(|(one, other)| one.abs_diff(other) <= 12)
}

pub fn jpeg(pixels: &RgbImage, profile: Option<Vec<u8>>) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut file, 95);
    if let Some(profile) = profile {
        encoder.set_icc_profile(profile).expect("takes a profile");
    }
    pixels.write_with_encoder(encoder).expect("encodes");
    file
}

pub fn encoded(pixels: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut file = Cursor::new(Vec::new());
    pixels.write_to(&mut file, format).expect("encodes");
    file.into_inner()
}

pub async fn process(upload: &[u8]) -> Result<Processed, ProcessImageError> {
    let processor = PictureProcessor::new(1, 0);
    let permit = processor.admit().expect("there is room");
    processor.process(permit, pictures::spooled(upload)).await
}

/// The variant that was made of an upload, decoded again.
pub async fn made(upload: &[u8], variant: Variant) -> DynamicImage {
    let processed = process(upload).await.expect("is a picture");
    let mut renditions = processed.renditions.iter();
    let rendered = renditions.find(|rendered| rendered.rendition.variant == variant);
    let rendered = rendered.expect("every variant is made");
    let decoded = image::load_from_memory(&rendered.body).expect("is a picture");
    let (width, height) = (rendered.rendition.width, rendered.rendition.height);
    assert_eq!((decoded.width(), decoded.height()), (width, height));
    decoded
}
