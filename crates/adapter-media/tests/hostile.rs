//! Uploads that want to hurt: each is an answer, none is a crash.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

#[allow(dead_code, reason = "each test file uses a part")]
mod support;

use image::{DynamicImage, ImageFormat};
use ports::accounts::ProcessImageError;
use support::{encoded, jpeg, process, quarters};
use testkit::pictures;

#[tokio::test(flavor = "multi_thread")]
async fn a_broken_byte_anywhere_is_an_answer() {
    let stored = DynamicImage::ImageRgb8(quarters(40, 30));
    let uploads = [
        pictures::with_exif(&jpeg(&quarters(40, 30), None), 6),
        encoded(&stored, ImageFormat::Png),
        encoded(&stored, ImageFormat::WebP),
    ];
    for upload in uploads {
        for at in (0..upload.len()).step_by(upload.len() / 150 + 1) {
            for value in [0x00, 0x7F, 0xFF] {
                let mut broken = upload.clone();
                broken[at] = value;
                let outcome = process(&broken).await;
                assert!(
                    !matches!(outcome, Err(ProcessImageError::Fault(_))),
                    "{at}: {outcome:?}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_cut_webp_is_corrupt() {
    let whole = encoded(
        &DynamicImage::ImageRgb8(quarters(40, 30)),
        ImageFormat::WebP,
    );
    for cut in 12..whole.len() {
        let refused = process(&whole[..cut]).await;
        assert!(
            matches!(refused, Err(ProcessImageError::Corrupt(_))),
            "{cut}: {refused:?}"
        );
    }
}

#[tokio::test]
async fn sixteen_bits_of_too_many_pixels_are_refused() {
    // 26 megapixels are allowed, eight bytes for each of them are not.
    let mut header = pictures::png_header(6500, 4000);
    header[24] = 16;
    let crc = crc32(&header[12..29]).to_be_bytes();
    header[29..33].copy_from_slice(&crc);
    let empty_end = [0, 0, 0, 0, b'I', b'E', b'N', b'D', 0xAE, 0x42, 0x60, 0x82];
    let refused = process(&[&header[..], &empty_end].concat()).await;
    assert!(
        matches!(
            refused,
            Err(ProcessImageError::TooLarge {
                width: 6500,
                height: 4000
            })
        ),
        "{refused:?}"
    );
}

fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(u32::MAX, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            if crc & 1 == 1 {
                crc >> 1 ^ 0xEDB8_8320
            } else {
                crc >> 1
            }
        })
    })
}

#[tokio::test]
async fn a_request_that_goes_away_keeps_its_room_until_the_work_is_done() {
    use adapter_media::PictureProcessor;
    use ports::accounts::ImageProcessor as _;
    use std::time::Duration;

    let processor = PictureProcessor::new(1, 0);
    let upload = encoded(
        &DynamicImage::ImageRgb8(quarters(3000, 2000)),
        ImageFormat::Png,
    );
    let permit = processor.admit().expect("there is room");
    let gone = processor.process(permit, pictures::spooled(&upload));
    tokio::time::timeout(Duration::from_millis(1), gone)
        .await
        .expect_err("takes longer");
    assert!(processor.admit().is_err());
    while processor.admit().is_err() {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
