//! From pixels to files that hold pixels and nothing else.

use domain::accounts::images::Encoding;
use image::codecs::jpeg::JpegEncoder;
use image::codecs::png::{CompressionType, FilterType, PngEncoder};
use image::{DynamicImage, ImageError, Rgba};
use ports::Fault;

/// JPEG quality, 1 to 100.
const QUALITY: u8 = 85;

/// How a picture is to be encoded: PNG when anything of it can be seen through.
pub fn encoding_of(pixels: &DynamicImage) -> Encoding {
    let transparent = pixels
        .as_rgba8()
        .is_some_and(|pixels| pixels.pixels().any(|Rgba([.., alpha])| *alpha < 255));
    if transparent {
        Encoding::Png
    } else {
        Encoding::Jpeg
    }
}

/// Encodes a picture.
///
/// # Errors
/// [`Fault::Broken`] when an encoder refuses pixels it should take.
pub fn encode(pixels: &DynamicImage, encoding: Encoding) -> Result<Vec<u8>, Fault> {
    let mut file = Vec::new();
    let written = match encoding {
        Encoding::Jpeg => jpeg(pixels, &mut file),
        Encoding::Png => pixels.write_with_encoder(PngEncoder::new_with_quality(
            &mut file,
            CompressionType::Default,
            FilterType::Adaptive,
        )),
    };
    written.map_err(|error| Fault::broken("media", encoding.media_type(), error))?;
    Ok(file)
}

fn jpeg(pixels: &DynamicImage, file: &mut Vec<u8>) -> Result<(), ImageError> {
    let encoder = JpegEncoder::new_with_quality(file, QUALITY);
    match pixels {
        DynamicImage::ImageRgb8(pixels) => pixels.write_with_encoder(encoder),
        other => other.to_rgb8().write_with_encoder(encoder),
    }
}
