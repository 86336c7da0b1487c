//! The chunks of a PNG file (W3C PNG, section 5), from its signature to IEND.

use super::{Flaw, take, take_slice};
use crate::bounds;
use ports::accounts::ProcessImageError;

pub const SIGNATURE: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

pub fn inspect(bytes: &[u8]) -> Result<(), ProcessImageError> {
    let mut rest = bytes;
    let [..] = take::<8>(&mut rest)?;
    loop {
        let length = u32::from_be_bytes(take(&mut rest)?);
        let kind = take::<4>(&mut rest)?;
        if kind == *b"IHDR" {
            let mut header = rest;
            let width = u32::from_be_bytes(take(&mut header)?);
            let height = u32::from_be_bytes(take(&mut header)?);
            bounds::admit(width, height)?;
        }
        let length = usize::try_from(length).map_err(|_too_long| Flaw::EndsEarly)?;
        take_slice(&mut rest, length)?;
        let [..] = take::<4>(&mut rest)?;
        if kind == *b"IEND" {
            return Ok(());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{SIGNATURE, inspect};
    use ports::accounts::ProcessImageError;
    use testkit::pictures;

    #[test]
    fn a_file_that_stops_before_its_last_chunk_is_not_whole() {
        let whole = pictures::png(3, 2, |_, _| [1, 2, 3, 255]);
        assert!(inspect(&whole).is_ok());
        for end in SIGNATURE.len()..whole.len() {
            assert!(inspect(&whole[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn a_large_header_is_refused_before_the_rest_is_looked_at() {
        let bomb = pictures::png_header(40_000, 40_000);
        assert!(matches!(
            inspect(&bomb),
            Err(ProcessImageError::TooLarge { .. })
        ));
    }
}
