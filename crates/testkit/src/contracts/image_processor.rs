//! What every processor of pictures promises.

use crate::pictures;
use domain::accounts::images::{Encoding, Variant};
use ports::accounts::{ImageProcessor, ProcessImageError, Processed};

async fn process(
    processor: &dyn ImageProcessor,
    upload: &[u8],
) -> Result<Processed, ProcessImageError> {
    let permit = processor.admit().expect("there is room");
    processor.process(permit, pictures::spooled(upload)).await
}

async fn made(processor: &dyn ImageProcessor, upload: &[u8]) -> Processed {
    let made = process(processor, upload).await;
    made.expect("is a picture")
}

fn sizes(processed: &Processed) -> Vec<(u32, u32)> {
    let renditions = processed.renditions.iter();
    let size = |rendered: &ports::accounts::Rendered| {
        (rendered.rendition.width, rendered.rendition.height)
    };
    renditions.map(size).collect()
}

fn colours(x: u32, y: u32) -> [u8; 3] {
    [x.to_le_bytes()[0], y.to_le_bytes()[0], 90]
}

/// A JPEG as a camera would write it: made of a PNG by the processor itself.
async fn jpeg(processor: &dyn ImageProcessor, width: u32, height: u32) -> Vec<u8> {
    let full = made(processor, &pictures::opaque_png(width, height, colours)).await;
    let full = full.renditions.last().expect("there is a full picture");
    assert_eq!(full.rendition.encoding, Encoding::Jpeg);
    full.body.to_vec()
}

/// Every variant is there, smallest first, as large as it may be, and says what it is.
pub async fn every_variant_is_made_smallest_first(processor: &dyn ImageProcessor) {
    let processed = made(processor, &pictures::opaque_png(2100, 1050, colours)).await;
    assert_eq!(
        sizes(&processed),
        [(64, 32), (256, 128), (1024, 512), (2048, 1024)]
    );
    for (rendered, variant) in processed.renditions.iter().zip(Variant::ALL) {
        assert_eq!(rendered.rendition.variant, variant);
        assert_eq!(rendered.rendition.bytes, rendered.body.len() as u64);
    }
}

/// A small picture stays small in every variant.
pub async fn nothing_is_enlarged(processor: &dyn ImageProcessor) {
    let tiny = made(processor, &pictures::opaque_png(5, 3, colours)).await;
    assert_eq!(sizes(&tiny), [(5, 3); 4]);
    let small = made(processor, &pictures::opaque_png(100, 300, colours)).await;
    assert_eq!(sizes(&small), [(21, 64), (85, 256), (100, 300), (100, 300)]);
    let dot = made(processor, &pictures::opaque_png(1, 1, colours)).await;
    assert_eq!(sizes(&dot), [(1, 1); 4]);
}

/// What is opaque becomes JPEG, what can be seen through PNG, in every variant.
pub async fn transparency_decides_the_encoding(processor: &dyn ImageProcessor) {
    for (alpha, encoding, magic) in [
        (255, Encoding::Jpeg, &b"\xFF\xD8\xFF"[..]),
        (254, Encoding::Png, b"\x89PNG"),
        (0, Encoding::Png, b"\x89PNG"),
    ] {
        let upload = pictures::png(300, 200, |_, _| [200, 100, 50, alpha]);
        for rendered in made(processor, &upload).await.renditions {
            assert_eq!(rendered.rendition.encoding, encoding, "alpha {alpha}");
            assert!(rendered.body.starts_with(magic), "alpha {alpha}");
        }
    }
}

/// A camera held sideways makes a picture that stands upright.
pub async fn sideways_pictures_are_turned(processor: &dyn ImageProcessor) {
    let jpeg = jpeg(processor, 300, 200).await;
    for orientation in 1..=8 {
        let processed = made(processor, &pictures::with_exif(&jpeg, orientation)).await;
        let upright = if orientation < 5 {
            (300, 200)
        } else {
            (200, 300)
        };
        let full = sizes(&processed).pop();
        assert_eq!(full, Some(upright), "orientation {orientation}");
    }
}

/// No camera, place, text, profile or trailer of the upload survives.
pub async fn nothing_but_pixels_survives(processor: &dyn ImageProcessor) {
    let jpeg = jpeg(processor, 300, 200).await;
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta>secret</x:xmpmeta>";
    let camera = pictures::with_exif(&pictures::with_segment(&jpeg, 0xE1, xmp), 6);
    let camera = pictures::with_segment(&camera, 0xFE, b"secret comment");
    let camera = [&camera[..], b"secret trailer"].concat();
    let png = pictures::png(300, 200, |_, _| [1, 2, 3, 9]);
    let drawing = pictures::with_chunk(&png, b"tEXt", b"Author\0secret");
    let drawing = pictures::with_chunk(&drawing, b"eXIf", &pictures::exif(1));
    let opaque = pictures::opaque_png(300, 200, colours);
    let opaque = pictures::with_chunk(&opaque, b"tEXt", b"Author\0secret");
    for upload in [camera, drawing, opaque] {
        for rendered in made(processor, &upload).await.renditions {
            for mark in METADATA.iter().chain(&[pictures::CAMERA, "secret"]) {
                let found = rendered
                    .body
                    .windows(mark.len())
                    .any(|bytes| bytes == mark.as_bytes());
                assert!(!found, "{mark} survives");
            }
        }
    }
}

/// What metadata looks like in JPEG and PNG: Exif, XMP, ICC profiles, IPTC, text.
const METADATA: [&str; 12] = [
    "Exif",
    "eXIf",
    "ns.adobe.com",
    "xmpmeta",
    "ICC_PROFILE",
    "iCCP",
    "Photoshop",
    "8BIM",
    "tEXt",
    "zTXt",
    "iTXt",
    "tIME",
];

/// A header that announces too much is refused, whatever follows.
pub async fn a_bomb_is_refused(processor: &dyn ImageProcessor) {
    for (width, height) in [
        (40_000, 40_000),
        (8193, 1),
        (1, 8193),
        (8000, 5001),
        (u32::MAX, u32::MAX),
    ] {
        let refused = process(processor, &pictures::png_header(width, height)).await;
        let right = matches!(refused, Err(ProcessImageError::TooLarge { width: w, height: h }) if (w, h) == (width, height));
        assert!(right, "{width} x {height}: {refused:?}");
    }
}

/// The longest side that is allowed is allowed, both ways.
pub async fn the_longest_side_is_taken(processor: &dyn ImageProcessor) {
    let across = made(processor, &pictures::opaque_png(8192, 2, colours)).await;
    assert_eq!(sizes(&across), [(64, 1), (256, 1), (1024, 1), (2048, 1)]);
    let down = made(processor, &pictures::opaque_png(2, 8192, colours)).await;
    assert_eq!(sizes(&down), [(1, 64), (1, 256), (1, 1024), (1, 2048)]);
}

/// A file that ends early is corrupt, wherever it ends.
pub async fn a_cut_file_is_corrupt(processor: &dyn ImageProcessor) {
    let jpeg = jpeg(processor, 60, 40).await;
    let png = pictures::opaque_png(60, 40, colours);
    for whole in [jpeg, png] {
        let cuts = (12..whole.len())
            .step_by(whole.len() / 37)
            .chain([whole.len() - 1]);
        for cut in cuts {
            let refused = process(processor, &whole[..cut]).await;
            let right = matches!(refused, Err(ProcessImageError::Corrupt(_)));
            assert!(right, "{cut} of {}: {refused:?}", whole.len());
        }
    }
}

/// What is no JPEG, PNG or WebP is not supported; names and declared types are not asked.
pub async fn other_formats_are_not_supported(processor: &dyn ImageProcessor) {
    for upload in [
        &b""[..],
        b"GIF89a\x01\0\x01\0",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\xFF\xD8",
    ] {
        let refused = process(processor, upload).await;
        assert!(
            matches!(refused, Err(ProcessImageError::Unsupported)),
            "{refused:?}"
        );
    }
}

/// Rooms run out, and come back when the work has ended, well or not.
pub async fn room_is_bounded_and_given_back(processor: &dyn ImageProcessor) {
    let mut permits = Vec::new();
    while let Ok(permit) = processor.admit() {
        permits.push(permit);
        assert!(permits.len() < 10_000, "there is no end of room");
    }
    for upload in [pictures::opaque_png(5, 3, colours), b"rubbish".to_vec()] {
        let permit = permits.pop().expect("there was room");
        let _any = processor.process(permit, pictures::spooled(&upload)).await;
        permits.push(processor.admit().expect("the room was given back"));
    }
    assert!(processor.admit().is_err());
}

/// Runs the contract over `$fixture`, a future that gives a processor nobody else uses.
#[macro_export]
macro_rules! image_processor_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::image_processor,
            $fixture,
            [
                every_variant_is_made_smallest_first,
                nothing_is_enlarged,
                transparency_decides_the_encoding,
                sideways_pictures_are_turned,
                nothing_but_pixels_survives,
                a_bomb_is_refused,
                the_longest_side_is_taken,
                a_cut_file_is_corrupt,
                other_formats_are_not_supported,
                room_is_bounded_and_given_back,
            ]
        );
    };
}
