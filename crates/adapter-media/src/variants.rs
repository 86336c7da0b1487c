//! The four pictures that are made of one upload.

use crate::decode::{self, Decoded};
use crate::{colour, encode, scale};
use bytes::Bytes;
use domain::Digest;
use domain::accounts::images::{Encoding, Rendition, Variant};
use image::DynamicImage;
use ports::Fault;
use ports::accounts::{ProcessImageError, Processed, Rendered};
use sha2::{Digest as _, Sha256};

/// Makes all variants of an upload, smallest first.
///
/// # Errors
/// [`ProcessImageError`] says what is wrong with the upload.
pub fn make(upload: &[u8]) -> Result<Processed, ProcessImageError> {
    let mut pixels = upright(decode::decode(upload)?);
    let encoding = encode::encoding_of(&pixels);
    let original = (pixels.width(), pixels.height());
    let mut renditions: Vec<Rendered> = Vec::with_capacity(Variant::ALL.len());
    for variant in Variant::ALL.into_iter().rev() {
        let size = variant.fit(original.0, original.1);
        pixels = scale::shrink(pixels, size);
        let same = renditions.last().filter(|larger| size == size_of(larger));
        let rendered = match same {
            Some(larger) => relabelled(larger, variant),
            None => render(&pixels, variant, encoding)?,
        };
        renditions.push(rendered);
    }
    renditions.reverse();
    Ok(Processed { renditions })
}

/// Shrinks to the largest variant first, since turning and converting colours cost by the pixel and
/// come to the same.
fn upright(decoded: Decoded) -> DynamicImage {
    let Decoded {
        pixels,
        orientation,
        profile,
    } = decoded;
    let size = Variant::Full.fit(pixels.width(), pixels.height());
    let small = scale::shrink(pixels, size);
    let mut upright = colour::to_srgb(small, profile.as_deref());
    upright.apply_orientation(orientation);
    upright
}

fn render(pixels: &DynamicImage, variant: Variant, encoding: Encoding) -> Result<Rendered, Fault> {
    let body = Bytes::from(encode::encode(pixels, encoding)?);
    let rendition = Rendition {
        variant,
        encoding,
        width: pixels.width(),
        height: pixels.height(),
        bytes: u64::try_from(body.len()).unwrap_or(u64::MAX),
        digest: Digest::new(Sha256::digest(&body).into()),
    };
    Ok(Rendered { rendition, body })
}

/// A picture smaller than a variant is that variant too.
fn relabelled(larger: &Rendered, variant: Variant) -> Rendered {
    let mut same = larger.clone();
    same.rendition.variant = variant;
    same
}

const fn size_of(rendered: &Rendered) -> (u32, u32) {
    (rendered.rendition.width, rendered.rendition.height)
}
