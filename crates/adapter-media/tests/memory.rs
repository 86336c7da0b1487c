//! The largest pictures that are admitted stay within the memory that one permit stands for.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

#[allow(dead_code, reason = "each test file uses a part")]
mod support;

use adapter_media::processor::PEAK_BYTES;
use image::{DynamicImage, ImageFormat, RgbImage, RgbaImage};
use support::{encoded, process};

/// The most memory this process had in use since [`forget_peak`], in bytes (`proc_pid_status(5)`).
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("this is Linux");
    let line = status.lines().find(|line| line.starts_with("VmHWM:"));
    let digits = line.expect("is there").chars().filter(char::is_ascii_digit);
    digits
        .collect::<String>()
        .parse::<u64>()
        .expect("is a number")
        * 1024
}

fn forget_peak() {
    std::fs::write("/proc/self/clear_refs", "5").expect("may be reset");
}

/// A progressive JPEG of one colour, by hand: such a file makes a decoder keep every coefficient.
fn progressive(width: u16, height: u16) -> Vec<u8> {
    let segment = |marker: u8, body: &[u8]| {
        let length = u16::try_from(body.len() + 2).expect("is short");
        [&[0xFF, marker], &length.to_be_bytes()[..], body].concat()
    };
    let quantisation = [&[0][..], &[1; 64]].concat();
    let size = [height.to_be_bytes(), width.to_be_bytes()].concat();
    let colours = [3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0];
    let frame = [&[8][..], &size, &colours].concat();
    // One code of one bit, which says that a block has the colour of the one before it.
    let huffman = [&[0, 1][..], &[0; 15], &[0]].concat();
    let scan = [3, 1, 0, 2, 0, 3, 0, 0, 0, 0];
    let blocks = usize::from(width / 8) * usize::from(height / 8) * 3;
    [
        vec![0xFF, 0xD8],
        segment(0xDB, &quantisation),
        segment(0xC2, &frame),
        segment(0xC4, &huffman),
        segment(0xDA, &scan),
        vec![0; blocks / 8],
        vec![0xFF, 0xD9],
    ]
    .concat()
}

#[cfg(target_os = "linux")]
#[tokio::test]
#[ignore = "drawing 40 megapixels takes half a minute unoptimised: run with --release -- --ignored"]
async fn the_largest_pictures_stay_within_their_room() {
    let photo = DynamicImage::ImageRgb8(RgbImage::new(8000, 5000));
    let jpeg = encoded(&photo, ImageFormat::Jpeg);
    let glass = DynamicImage::ImageRgba8(RgbaImage::new(8000, 5000));
    let (png, webp) = (
        encoded(&glass, ImageFormat::Png),
        encoded(&glass, ImageFormat::WebP),
    );
    drop((photo, glass));
    for (name, upload) in [
        ("jpeg", jpeg),
        ("png", png),
        ("webp", webp),
        ("progressive jpeg", progressive(8000, 5000 / 8 * 8)),
    ] {
        forget_peak();
        let started = std::time::Instant::now();
        process(&upload).await.expect("is admitted");
        println!("{name}: {:?}, {} MiB", started.elapsed(), peak() >> 20);
        assert!(peak() < PEAK_BYTES, "{name}: {} bytes", peak());
    }
}
