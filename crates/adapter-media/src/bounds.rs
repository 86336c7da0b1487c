//! How large a picture may be, asked before a single pixel is decoded.

use domain::accounts::images::limits;
use ports::accounts::ProcessImageError;

/// Takes a picture of this size.
///
/// # Errors
/// [`ProcessImageError::TooLarge`] when a side or the area is above the limits of the domain.
pub fn admit(width: u32, height: u32) -> Result<(), ProcessImageError> {
    let pixels = u64::from(width) * u64::from(height);
    if width > limits::SIDE || height > limits::SIDE || pixels > limits::PIXELS {
        return Err(ProcessImageError::TooLarge { width, height });
    }
    Ok(())
}

/// Takes a picture of this size that fills so many bytes when decoded.
///
/// # Errors
/// [`ProcessImageError::TooLarge`] as [`admit`], and for more bytes than the domain allows.
pub fn admit_decoded(width: u32, height: u32, bytes: u64) -> Result<(), ProcessImageError> {
    admit(width, height)?;
    if bytes > limits::DECODED_BYTES {
        return Err(ProcessImageError::TooLarge { width, height });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{admit, admit_decoded};

    #[test]
    fn limits_hold_at_their_edge() {
        assert!(admit(8192, 4882).is_ok() && admit(4882, 8192).is_ok());
        assert!(admit(8193, 1).is_err() && admit(1, 8193).is_err());
        assert!(admit(8000, 5000).is_ok() && admit(8000, 5001).is_err());
        assert!(admit(u32::MAX, u32::MAX).is_err());
    }

    #[test]
    fn a_picture_of_few_pixels_and_many_bytes_is_too_large() {
        assert!(admit_decoded(5000, 5000, 192 * 1024 * 1024).is_ok());
        assert!(admit_decoded(5000, 5000, 192 * 1024 * 1024 + 1).is_err());
    }
}
