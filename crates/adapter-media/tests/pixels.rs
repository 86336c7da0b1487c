//! The pixels that come out are those that a person would see: upright, in their colours, with their transparency.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

#[allow(dead_code, reason = "each test file uses a part")]
mod support;

use domain::accounts::images::Variant;
use image::{
    DynamicImage, GrayImage, ImageBuffer, ImageFormat, Luma, Rgb, RgbImage, Rgba, RgbaImage,
};
use moxcms::ColorProfile;
use support::{BLUE, GREEN, RED, WHITE, alike, corners, encoded, jpeg, made, quarters};
use testkit::pictures;

#[tokio::test]
async fn every_orientation_comes_out_upright() {
    // Where the stored quarters red, green, blue, white belong (CIPA DC-008, tag 0x0112).
    let upright = [
        (1, [RED, GREEN, BLUE, WHITE]),
        (2, [GREEN, RED, WHITE, BLUE]),
        (3, [WHITE, BLUE, GREEN, RED]),
        (4, [BLUE, WHITE, RED, GREEN]),
        (5, [RED, BLUE, GREEN, WHITE]),
        (6, [BLUE, RED, WHITE, GREEN]),
        (7, [WHITE, GREEN, BLUE, RED]),
        (8, [GREEN, WHITE, RED, BLUE]),
    ];
    let stored = jpeg(&quarters(96, 64), None);
    for (orientation, expected) in upright {
        let upload = pictures::with_exif(&stored, orientation);
        for variant in [Variant::Small, Variant::Full] {
            let seen = corners(&made(&upload, variant).await);
            let right = seen
                .iter()
                .zip(expected)
                .all(|(seen, expected)| alike(*seen, expected));
            assert!(right, "orientation {orientation}: {seen:?}");
        }
    }
}

#[tokio::test]
async fn orientation_holds_for_png_and_webp_too() {
    let stored = DynamicImage::ImageRgb8(quarters(96, 64));
    let png = pictures::with_chunk(
        &encoded(&stored, ImageFormat::Png),
        b"eXIf",
        &pictures::exif(6),
    );
    let seen = made(&png, Variant::Full).await;
    assert_eq!((seen.width(), seen.height()), (64, 96));
    assert!(alike(corners(&seen)[0], BLUE));
}

#[tokio::test]
async fn webp_is_read_with_and_without_alpha() {
    let opaque = encoded(
        &DynamicImage::ImageRgb8(quarters(96, 64)),
        ImageFormat::WebP,
    );
    let seen = corners(&made(&opaque, Variant::Full).await);
    assert!(
        seen.iter()
            .zip([RED, GREEN, BLUE, WHITE])
            .all(|(seen, put)| alike(*seen, put))
    );
    let glass = RgbaImage::from_pixel(96, 64, Rgba([9, 99, 199, 128]));
    let glass = encoded(&DynamicImage::ImageRgba8(glass), ImageFormat::WebP);
    let seen = made(&glass, Variant::Full).await.into_rgba8();
    assert_eq!(seen.get_pixel(5, 5), &Rgba([9, 99, 199, 128]));
}

#[tokio::test]
async fn transparency_is_kept_in_every_variant() {
    let disc = RgbaImage::from_fn(3000, 3000, |x, y| {
        let (across, down) = (i64::from(x) - 1500, i64::from(y) - 1500);
        if across * across + down * down < 1_000_000 {
            Rgba([200, 50, 50, 255])
        } else {
            Rgba([0, 0, 0, 0])
        }
    });
    let upload = encoded(&DynamicImage::ImageRgba8(disc), ImageFormat::Png);
    for variant in Variant::ALL {
        let seen = made(&upload, variant).await.into_rgba8();
        let middle = seen.width() / 2;
        assert_eq!(seen.get_pixel(1, 1)[3], 0, "{variant:?}");
        assert_eq!(
            seen.get_pixel(middle, middle),
            &Rgba([200, 50, 50, 255]),
            "{variant:?}"
        );
    }
}

#[tokio::test]
async fn sixteen_bits_and_greys_become_eight_bit_colours() {
    let deep = ImageBuffer::from_pixel(70, 50, Rgb([0xFFFF_u16, 0x8000, 0x0000]));
    let deep = encoded(&DynamicImage::ImageRgb16(deep), ImageFormat::Png);
    assert!(alike(
        corners(&made(&deep, Variant::Full).await)[0],
        [255, 128, 0]
    ));
    let grey = encoded(
        &DynamicImage::ImageLuma8(GrayImage::from_pixel(3000, 20, Luma([77]))),
        ImageFormat::Jpeg,
    );
    for variant in Variant::ALL {
        let seen = made(&grey, variant).await.into_rgb8();
        assert!(alike(seen.get_pixel(0, 0).0, [77; 3]));
    }
}

#[tokio::test]
async fn colours_of_a_profile_are_converted_before_it_is_dropped() {
    let p3 = ColorProfile::new_display_p3().encode().expect("encodes");
    let stored = RgbImage::from_pixel(96, 64, Rgb([0, 200, 0]));
    let plain = made(&jpeg(&stored, None), Variant::Full).await;
    assert!(alike(corners(&plain)[0], [0, 200, 0]));
    let converted = corners(&made(&jpeg(&stored, Some(p3.clone())), Variant::Full).await)[0];
    // By hand through the matrices of SMPTE EG 432-1 and IEC 61966-2-1. Display P3 green lies outside
    // of sRGB: red and blue are clipped.
    assert!(near(converted, [0, 204, 0]), "{converted:?}");
    let muted = RgbImage::from_pixel(96, 64, Rgb([180, 120, 100]));
    let converted = corners(&made(&jpeg(&muted, Some(p3)), Variant::Full).await)[0];
    assert!(near(converted, [190, 117, 96]), "{converted:?}");
}

/// As near as JPEG keeps one colour.
fn near(one: [u8; 3], other: [u8; 3]) -> bool {
    one.iter()
        .zip(other)
        .all(|(one, other)| one.abs_diff(other) <= 2)
}

#[tokio::test]
async fn grey_profiles_are_used_and_broken_ones_are_passed_over() {
    let linear = ColorProfile::new_gray_with_gamma(1.0)
        .encode()
        .expect("encodes");
    let stored = GrayImage::from_pixel(96, 64, Luma([55]));
    let mut upload = Vec::new();
    let mut encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut upload, 95);
    image::ImageEncoder::set_icc_profile(&mut encoder, linear).expect("takes a profile");
    stored.write_with_encoder(encoder).expect("encodes");
    let seen = corners(&made(&upload, Variant::Full).await)[0];
    // 55 of 255 in linear light is 0.216, which sRGB writes as 0.502.
    assert!(alike(seen, [128; 3]), "{seen:?}");
    for profile in [b"rubbish".to_vec(), vec![0; 4096], linear_as_cmyk()] {
        let seen = made(&jpeg(&quarters(96, 64), Some(profile)), Variant::Full).await;
        assert!(alike(corners(&seen)[0], RED));
    }
}

/// A profile for four inks on a picture of three colours, as a converted CMYK picture has.
fn linear_as_cmyk() -> Vec<u8> {
    let mut profile = ColorProfile::new_srgb().encode().expect("encodes");
    profile[16..20].copy_from_slice(b"CMYK");
    profile
}
