//! What a file is by its first bytes, and whether it is whole, both without decoding it.
//!
//! Decoders are lenient: they fill the missing part of a picture with grey. A history that is kept
//! for good should not hold half a photo, so the structure is walked to its end first.

mod jpeg;
mod png;
mod webp;

use image::ImageFormat;
use ports::accounts::ProcessImageError;

/// What is wrong with the structure of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Flaw {
    /// The file stops before its own end.
    #[error("the file ends early")]
    EndsEarly,
    /// A length or a marker makes no sense.
    #[error("the structure of the file makes no sense")]
    Malformed,
    /// Far more passes over the picture than any encoder writes; each costs as much as a picture.
    #[error("the file has more scans than any camera writes")]
    TooManyScans,
}

impl From<Flaw> for ProcessImageError {
    fn from(flaw: Flaw) -> Self {
        Self::Corrupt(Box::new(flaw))
    }
}

/// Recognises a format by its magic bytes; names and declared types prove nothing.
///
/// # Errors
/// [`ProcessImageError::Unsupported`] for anything but JPEG, PNG and WebP.
pub fn recognise(bytes: &[u8]) -> Result<ImageFormat, ProcessImageError> {
    if bytes.starts_with(&[0xFF, 0xD8, 0xFF]) {
        Ok(ImageFormat::Jpeg)
    } else if bytes.starts_with(&png::SIGNATURE) {
        Ok(ImageFormat::Png)
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        Ok(ImageFormat::WebP)
    } else {
        Err(ProcessImageError::Unsupported)
    }
}

/// Walks the structure of a file to its end.
///
/// # Errors
/// [`ProcessImageError::TooLarge`] as soon as a header announces too large a picture,
/// [`ProcessImageError::Corrupt`] when the structure is broken or ends early.
pub fn inspect(format: ImageFormat, bytes: &[u8]) -> Result<(), ProcessImageError> {
    match format {
        ImageFormat::Jpeg => jpeg::inspect(bytes),
        ImageFormat::Png => png::inspect(bytes),
        ImageFormat::WebP => webp::inspect(bytes),
        _ => Err(ProcessImageError::Unsupported),
    }
}

/// Takes `N` bytes off the front.
fn take<const N: usize>(bytes: &mut &[u8]) -> Result<[u8; N], Flaw> {
    let (taken, rest) = bytes.split_first_chunk::<N>().ok_or(Flaw::EndsEarly)?;
    *bytes = rest;
    Ok(*taken)
}

/// Takes `length` bytes off the front.
fn take_slice<'a>(bytes: &mut &'a [u8], length: usize) -> Result<&'a [u8], Flaw> {
    let (taken, rest) = bytes.split_at_checked(length).ok_or(Flaw::EndsEarly)?;
    *bytes = rest;
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use super::recognise;
    use image::ImageFormat;

    #[test]
    fn a_format_is_known_by_its_magic_bytes() {
        let known: [(&[u8], ImageFormat); 3] = [
            (b"\xFF\xD8\xFF\xE0", ImageFormat::Jpeg),
            (b"\x89PNG\r\n\x1a\n", ImageFormat::Png),
            (b"RIFF\x10\0\0\0WEBPVP8 ", ImageFormat::WebP),
        ];
        for (bytes, format) in known {
            assert_eq!(recognise(bytes).ok(), Some(format));
            assert!(recognise(&bytes[..2]).is_err());
        }
    }

    #[test]
    fn other_formats_are_not_supported() {
        for bytes in [
            &b""[..],
            b"GIF89a",
            b"<svg xmlns=",
            b"BM\0\0",
            b"II*\0",
            b"RIFF\x10\0\0\0WAVEfmt ",
            b"\0\0\0\x1cftypheic",
            b"%PDF-1.7",
            b"PK\x03\x04",
        ] {
            assert!(recognise(bytes).is_err(), "{bytes:?}");
        }
    }
}
