//! Uploads for tests, written byte by byte, so that no binary file lies about and no codec is needed.

use domain::Digest;
use ports::accounts::{Spooled, SpooledFile};
use std::io::Write as _;
use std::path::Path;
use tempfile::NamedTempFile;

/// A PNG with alpha, uncompressed; `pixel` gives red, green, blue and alpha by x and y.
pub fn png(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
    drawn(width, height, 6, pixel)
}

/// A PNG without alpha, uncompressed; `pixel` gives red, green and blue by x and y.
pub fn opaque_png(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 3]) -> Vec<u8> {
    drawn(width, height, 2, pixel)
}

/// The start of a PNG that announces this size, with true checksums and next to no pixels.
pub fn png_header(width: u32, height: u32) -> Vec<u8> {
    let (header, nothing) = (ihdr(width, height, 6), zlib(&[0; 64]));
    file(&[chunk(b"IHDR", &header), chunk(b"IDAT", &nothing)])
}

/// A PNG with one more chunk, right after its header.
pub fn with_chunk(png: &[u8], kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let (start, rest) = png.split_at(8 + 12 + 13);
    [start, &chunk(kind, body), rest].concat()
}

/// A JPEG with an Exif segment: this orientation, the name of a camera, and a place on earth.
pub fn with_exif(jpeg: &[u8], orientation: u8) -> Vec<u8> {
    with_segment(jpeg, 0xE1, &[b"Exif\0\0", &exif(orientation)[..]].concat())
}

/// A JPEG with one more segment, right after its start.
pub fn with_segment(jpeg: &[u8], marker: u8, body: &[u8]) -> Vec<u8> {
    let (start, rest) = jpeg.split_at(2);
    let length = u16::try_from(body.len() + 2).expect("a segment is short");
    [start, &[0xFF, marker], &length.to_be_bytes(), body, rest].concat()
}

/// The text that [`exif`] and [`with_exif`] hide: the name of a camera.
pub const CAMERA: &str = "Muster Camera";

/// Exif metadata (CIPA DC-008) as a TIFF structure: make, orientation, and latitude 51° 28′ 38″ north.
pub fn exif(orientation: u8) -> Vec<u8> {
    let mut tiff = b"II*\0\x08\0\0\0".to_vec();
    let latitude = [51_u32, 1, 28, 1, 38, 1].map(u32::to_le_bytes).concat();
    tiff.extend(3_u16.to_le_bytes());
    tiff.extend(entry(0x010F, 2, 14, 50));
    tiff.extend(entry(0x0112, 3, 1, orientation.into()));
    tiff.extend(entry(0x8825, 4, 1, 64));
    tiff.extend([0; 4]);
    tiff.extend(CAMERA.bytes().chain([0]));
    tiff.extend(2_u16.to_le_bytes());
    tiff.extend(entry(0x0001, 2, 2, u32::from(b'N')));
    tiff.extend(entry(0x0002, 5, 3, 94));
    tiff.extend([0; 4]);
    tiff.extend(latitude);
    tiff
}

/// An upload that has been received. Its digest is not that of the bytes: nobody looks at it here.
pub fn spooled(bytes: &[u8]) -> Spooled {
    let mut file = NamedTempFile::new().expect("there is a folder for temporary files");
    file.write_all(bytes).expect("there is room");
    Spooled {
        digest: Digest::new([0; 32]),
        bytes: bytes.len() as u64,
        file: Box::new(Kept(file)),
    }
}

struct Kept(NamedTempFile);

impl SpooledFile for Kept {
    fn path(&self) -> &Path {
        self.0.path()
    }
}

fn entry(tag: u16, kind: u16, count: u32, value: u32) -> Vec<u8> {
    let (tag, kind) = (tag.to_le_bytes(), kind.to_le_bytes());
    [&tag[..], &kind, &count.to_le_bytes(), &value.to_le_bytes()].concat()
}

fn drawn<const N: usize>(
    width: u32,
    height: u32,
    colour: u8,
    pixel: impl Fn(u32, u32) -> [u8; N],
) -> Vec<u8> {
    let mut rows = Vec::new();
    for y in 0..height {
        rows.push(0);
        (0..width).for_each(|x| rows.extend(pixel(x, y)));
    }
    file(&[
        chunk(b"IHDR", &ihdr(width, height, colour)),
        chunk(b"IDAT", &zlib(&rows)),
        chunk(b"IEND", &[]),
    ])
}

fn file(chunks: &[Vec<u8>]) -> Vec<u8> {
    [b"\x89PNG\r\n\x1a\n", &chunks.concat()[..]].concat()
}

fn ihdr(width: u32, height: u32, colour: u8) -> Vec<u8> {
    [
        &width.to_be_bytes()[..],
        &height.to_be_bytes(),
        &[8, colour, 0, 0, 0],
    ]
    .concat()
}

fn chunk(kind: &[u8; 4], body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len()).expect("a chunk is short");
    let checked = [kind, body].concat();
    let checksum = crc32(&checked).to_be_bytes();
    [&length.to_be_bytes()[..], &checked, &checksum].concat()
}

/// RFC 1950 around the stored blocks of RFC 1951.
fn zlib(bytes: &[u8]) -> Vec<u8> {
    let mut stream = vec![0x78, 0x01];
    let mut blocks = bytes.chunks(0xFFFF).peekable();
    while let Some(block) = blocks.next() {
        let length = u16::try_from(block.len()).expect("a block is short");
        stream.push(u8::from(blocks.peek().is_none()));
        stream.extend(length.to_le_bytes());
        stream.extend((!length).to_le_bytes());
        stream.extend(block);
    }
    stream.extend(adler32(bytes).to_be_bytes());
    stream
}

fn adler32(bytes: &[u8]) -> u32 {
    let (mut low, mut high) = (1_u32, 0_u32);
    // Sums of 5,552 bytes do not overflow (RFC 1950, section 9).
    for piece in bytes.chunks(5_552) {
        for byte in piece {
            low += u32::from(*byte);
            high += low;
        }
        (low, high) = (low % 65_521, high % 65_521);
    }
    high << 16 | low
}

fn crc32(bytes: &[u8]) -> u32 {
    let table: [u32; 256] = std::array::from_fn(|index| {
        let shift = |crc: u32, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        };
        (0..8).fold(u32::try_from(index).expect("is below 256"), shift)
    });
    let step = |crc: u32, byte: &u8| crc >> 8 ^ table[usize::from(crc.to_le_bytes()[0] ^ byte)];
    !bytes.iter().fold(u32::MAX, step)
}

#[cfg(test)]
mod tests {
    use super::{adler32, crc32};

    #[test]
    fn checksums_are_those_of_the_standards() {
        assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
        assert_eq!(adler32(b"Wikipedia"), 0x11E6_0398);
    }
}
