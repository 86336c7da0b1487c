//! The chunks of a WebP file (RFC 9649), and the size that each of its frames announces.
//!
//! A frame has a size of its own besides that of the canvas, and a decoder makes room for the frame
//! before it compares the two.

use super::{Flaw, take, take_slice};
use crate::bounds;
use ports::accounts::ProcessImageError;

/// Bytes of an animation frame before its chunks.
const FRAME_HEADER: usize = 16;

pub fn inspect(bytes: &[u8]) -> Result<(), ProcessImageError> {
    let mut rest = bytes;
    let [..] = take::<4>(&mut rest)?;
    let size = length(&mut rest)?;
    let mut body = take_slice(&mut rest, size)?;
    let [..] = take::<4>(&mut body)?;
    chunks(body, &mut |kind, chunk| match kind {
        b"ANMF" => {
            let mut frame = chunk;
            take_slice(&mut frame, FRAME_HEADER)?;
            chunks(frame, &mut frame_size)
        }
        _ => frame_size(kind, chunk),
    })
}

type Visit<'a> = &'a mut dyn FnMut(&[u8; 4], &[u8]) -> Result<(), ProcessImageError>;

fn chunks(mut body: &[u8], visit: Visit<'_>) -> Result<(), ProcessImageError> {
    while !body.is_empty() {
        let kind = take::<4>(&mut body)?;
        let size = length(&mut body)?;
        visit(&kind, take_slice(&mut body, size)?)?;
        // Chunks of odd length are followed by one byte; some writers leave out the very last.
        if size % 2 == 1 && !body.is_empty() {
            take_slice(&mut body, 1)?;
        }
    }
    Ok(())
}

fn frame_size(kind: &[u8; 4], mut chunk: &[u8]) -> Result<(), ProcessImageError> {
    match kind {
        b"VP8X" => {
            let [_flags @ .., w0, w1, w2, h0, h1, h2] = take::<10>(&mut chunk)?;
            let side = |low, middle, high| u32::from_le_bytes([low, middle, high, 0]) + 1;
            bounds::admit(side(w0, w1, w2), side(h0, h1, h2))
        }
        b"VP8 " => {
            // RFC 6386, section 9.1: three bytes of tag, three of start code, then 14 bits each.
            let [_tag_and_code @ .., w0, w1, h0, h1] = take::<10>(&mut chunk)?;
            let side = |low, high| u32::from(u16::from_le_bytes([low, high]) & 0x3FFF);
            bounds::admit(side(w0, w1), side(h0, h1))
        }
        b"VP8L" => {
            // RFC 9649, section 3.4: a signature byte, then 14 bits each, less one.
            let [_signature, packed @ ..] = take::<5>(&mut chunk)?;
            let packed = u32::from_le_bytes(packed);
            bounds::admit((packed & 0x3FFF) + 1, (packed >> 14 & 0x3FFF) + 1)
        }
        _ => Ok(()),
    }
}

fn length(bytes: &mut &[u8]) -> Result<usize, Flaw> {
    let length = u32::from_le_bytes(take(bytes)?);
    usize::try_from(length).map_err(|_too_long| Flaw::EndsEarly)
}

#[cfg(test)]
mod tests {
    use super::inspect;
    use ports::accounts::ProcessImageError;

    fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
        let size = u32::try_from(body.len()).expect("is short").to_le_bytes();
        let padding = &[0][..body.len() % 2];
        [kind, &size[..], body, padding].concat()
    }

    fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
        chunk(b"RIFF", &[&b"WEBP"[..], &chunks.concat()].concat())
    }

    fn vp8x(width: u32, height: u32) -> Vec<u8> {
        let side = |length: u32| (length - 1).to_le_bytes()[..3].to_vec();
        chunk(b"VP8X", &[vec![0; 4], side(width), side(height)].concat())
    }

    fn vp8(width: u16, height: u16) -> Vec<u8> {
        let size = [width.to_le_bytes(), height.to_le_bytes()].concat();
        chunk(b"VP8 ", &[&[0, 0, 0, 0x9D, 0x01, 0x2A], &size[..]].concat())
    }

    fn is_large(bytes: &[u8]) -> bool {
        matches!(inspect(bytes), Err(ProcessImageError::TooLarge { .. }))
    }

    #[test]
    fn a_file_that_stops_early_is_not_whole() {
        let whole = file(&[vp8x(8, 8), vp8(8, 8)]);
        assert!(inspect(&whole).is_ok());
        for end in 0..whole.len() {
            assert!(inspect(&whole[..end]).is_err(), "cut at {end}");
        }
    }

    #[test]
    fn every_size_in_the_file_is_looked_at() {
        let animated = |frame| chunk(b"ANMF", &[vec![0; 16], frame].concat());
        assert!(is_large(&file(&[vp8x(9000, 8)])));
        assert!(is_large(&file(&[vp8x(8, 8), vp8(16_383, 16_383)])));
        assert!(is_large(&file(&[
            vp8x(8, 8),
            animated(vp8(16_383, 16_383))
        ])));
        assert!(is_large(&file(&[chunk(
            b"VP8L",
            &[0x2F, 0xFF, 0xFF, 0xFF, 0x0F]
        )])));
        assert!(!is_large(&file(&[vp8x(8192, 8), animated(vp8(8, 8192))])));
    }
}
