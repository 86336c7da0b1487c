//! From bytes to pixels, with the size known and allowed before any room is made.

use crate::{bounds, format};
use domain::accounts::images::limits;
use image::metadata::Orientation;
use image::{DynamicImage, ImageDecoder, ImageError, ImageReader, Limits};
use ports::accounts::ProcessImageError;
use std::io::Cursor;

/// Room for what decoders keep besides the picture: rows, tables, metadata.
const OVERHEAD: u64 = 16 * 1024 * 1024;

/// Pixels, and what the file says about how to see them.
pub struct Decoded {
    /// The pixels as they are stored: unturned, in the colours of the profile.
    pub pixels: DynamicImage,
    /// How to hold the picture (EXIF tag 0x0112).
    pub orientation: Orientation,
    /// What the numbers mean as colours (ICC.1).
    pub profile: Option<Vec<u8>>,
}

/// Decodes an upload; of an animation the first frame.
///
/// # Errors
/// [`ProcessImageError`] says what is wrong with it.
pub fn decode(bytes: &[u8]) -> Result<Decoded, ProcessImageError> {
    let recognised = format::recognise(bytes)?;
    format::inspect(recognised, bytes)?;
    let mut reader = ImageReader::with_format(Cursor::new(bytes), recognised);
    let mut allowed = Limits::no_limits();
    allowed.max_alloc = Some(limits::DECODED_BYTES + OVERHEAD);
    reader.limits(allowed);
    let mut decoder = reader.into_decoder().map_err(corrupt)?;
    let (width, height) = decoder.dimensions();
    bounds::admit_decoded(width, height, decoder.total_bytes())?;
    // Metadata that cannot be read is as good as none: it only says how to see the pixels.
    let orientation = decoder.orientation().unwrap_or(Orientation::NoTransforms);
    let profile = decoder.icc_profile().ok().flatten();
    let pixels = DynamicImage::from_decoder(decoder).map_err(|error| match error {
        ImageError::Limits(_) => ProcessImageError::TooLarge { width, height },
        other => corrupt(other),
    })?;
    Ok(Decoded {
        pixels,
        orientation,
        profile,
    })
}

fn corrupt(error: ImageError) -> ProcessImageError {
    ProcessImageError::Corrupt(Box::new(error))
}
