//! The markers of a JPEG file (ITU-T T.81, annex B), from its start to its end.

use super::{Flaw, take, take_slice};
use crate::bounds;
use ports::accounts::ProcessImageError;

/// Progressive encoders write about ten scans; each one is a pass over all coefficients.
const MOST_SCANS: u32 = 100;

const END_OF_IMAGE: u8 = 0xD9;
const START_OF_SCAN: u8 = 0xDA;

pub fn inspect(bytes: &[u8]) -> Result<(), ProcessImageError> {
    let mut rest = bytes;
    let [_, _] = take::<2>(&mut rest)?;
    let mut scans = 0;
    loop {
        let marker = next_marker(&mut rest)?;
        if marker == END_OF_IMAGE {
            return Ok(());
        }
        let length = u16::from_be_bytes(take(&mut rest)?);
        let length = length.checked_sub(2).ok_or(Flaw::Malformed)?;
        let mut segment = take_slice(&mut rest, usize::from(length))?;
        if is_frame(marker) {
            let [_precision] = take(&mut segment)?;
            let height = u16::from_be_bytes(take(&mut segment)?);
            let width = u16::from_be_bytes(take(&mut segment)?);
            bounds::admit(width.into(), height.into())?;
        }
        if marker == START_OF_SCAN {
            scans += 1;
        }
        if scans > MOST_SCANS {
            return Err(Flaw::TooManyScans.into());
        }
    }
}

/// Goes to the next marker that starts a segment, past the entropy-coded bytes of a scan: in those
/// a 0xFF is followed by a zero, or by a restart marker that has no segment.
fn next_marker(rest: &mut &[u8]) -> Result<u8, Flaw> {
    loop {
        let start = rest.iter().position(|byte| *byte == 0xFF);
        let start = start.ok_or(Flaw::EndsEarly)?;
        take_slice(rest, start)?;
        let [_, code] = *rest.first_chunk::<2>().ok_or(Flaw::EndsEarly)?;
        // A 0xFF may be repeated as padding: then the last one counts.
        let skipped = if code == 0xFF { 1 } else { 2 };
        take_slice(rest, skipped)?;
        if !matches!(code, 0x00 | 0x01 | 0xD0..=0xD7 | 0xFF) {
            return Ok(code);
        }
    }
}

/// Whether the segment of this marker is a frame header (SOF0 to SOF15), which has the size.
const fn is_frame(marker: u8) -> bool {
    matches!(marker, 0xC0..=0xC3 | 0xC5..=0xC7 | 0xC9..=0xCB | 0xCD..=0xCF)
}

#[cfg(test)]
mod tests {
    use super::inspect;
    use ports::accounts::ProcessImageError;

    fn segment(marker: u8, body: &[u8]) -> Vec<u8> {
        let length = u16::try_from(body.len() + 2).expect("is short");
        [&[0xFF, marker], &length.to_be_bytes()[..], body].concat()
    }

    fn frame(width: u16, height: u16) -> Vec<u8> {
        let body = [&[8], &height.to_be_bytes()[..], &width.to_be_bytes(), &[1]].concat();
        segment(0xC0, &body)
    }

    fn scan() -> Vec<u8> {
        let coded = [0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD3, 0x56];
        [&segment(0xDA, &[1, 2, 3])[..], &coded].concat()
    }

    fn file(parts: &[Vec<u8>]) -> Vec<u8> {
        [&[0xFF, 0xD8], &parts.concat()[..], &[0xFF, 0xD9]].concat()
    }

    #[test]
    fn a_whole_file_may_have_padding_and_bytes_after_its_end() {
        let padded = [&[0xFF, 0xFF][..], &scan()].concat();
        let whole = file(&[segment(0xE0, b"JFIF"), frame(8, 8), padded, scan()]);
        assert!(inspect(&whole).is_ok());
        assert!(inspect(&[&whole[..], b"trailer"].concat()).is_ok());
        for end in 0..whole.len() {
            assert!(inspect(&whole[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn the_end_of_a_thumbnail_inside_a_segment_is_not_the_end() {
        let exif = segment(0xE1, &[0xFF, 0xD8, 0xFF, 0xD9]);
        let whole = file(&[exif, frame(8, 8), scan()]);
        assert!(inspect(&whole[..whole.len() - 2]).is_err());
    }

    #[test]
    fn a_large_frame_is_refused_before_the_rest_is_looked_at() {
        let bomb = [&[0xFF, 0xD8], &frame(40_000, 40_000)[..]].concat();
        let refused = inspect(&bomb);
        let large = ProcessImageError::TooLarge {
            width: 40_000,
            height: 40_000,
        };
        assert_eq!(format!("{refused:?}"), format!("{:?}", Err::<(), _>(large)));
    }

    #[test]
    fn hundreds_of_scans_are_refused() {
        let scans = |count| std::iter::once(frame(8, 8)).chain(std::iter::repeat_n(scan(), count));
        assert!(inspect(&file(&scans(100).collect::<Vec<_>>())).is_ok());
        assert!(inspect(&file(&scans(101).collect::<Vec<_>>())).is_err());
    }
}
