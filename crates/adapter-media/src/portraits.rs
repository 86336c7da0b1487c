//! Draws made-up portraits for demo data, so that nothing has to be downloaded and nobody is shown.

use image::codecs::jpeg::JpegEncoder;
use image::{ImageError, Rgb, RgbImage};

const SIDE: u32 = 640;
const QUALITY: u8 = 90;

/// Draws a portrait of 640 x 640 pixels as JPEG: the same number, the same bytes.
///
/// # Errors
/// [`ImageError`] when the encoder fails, which it does not for a picture of this size.
pub fn portrait(number: u64) -> Result<Vec<u8>, ImageError> {
    let face = Face::of(number);
    let drawn = RgbImage::from_fn(SIDE, SIDE, |across, down| {
        face.colour(unit(across), unit(down))
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, QUALITY).encode_image(&drawn)?;
    Ok(bytes)
}

/// The colours and proportions of one made-up person.
struct Face {
    sky: [f32; 3],
    ground: [f32; 3],
    coat: [f32; 3],
    skin: [f32; 3],
    hair: [f32; 3],
    width: f32,
    parting: f32,
}

const SKINS: [[f32; 3]; 5] = [
    [247.0, 214.0, 190.0],
    [229.0, 184.0, 143.0],
    [198.0, 142.0, 103.0],
    [141.0, 92.0, 62.0],
    [92.0, 60.0, 44.0],
];
const HAIRS: [[f32; 3]; 5] = [
    [40.0, 32.0, 30.0],
    [86.0, 56.0, 38.0],
    [156.0, 108.0, 60.0],
    [214.0, 178.0, 112.0],
    [160.0, 160.0, 164.0],
];

impl Face {
    fn of(number: u64) -> Self {
        let sky = hue(part(number, 0));
        Self {
            sky,
            ground: sky.map(|channel| channel * 0.72),
            coat: hue(part(number, 1)).map(|channel| channel * 0.6),
            skin: pick(&SKINS, part(number, 2)),
            hair: pick(&HAIRS, part(number, 3)),
            width: 0.15 + 0.03 * part(number, 4),
            parting: 0.30 + 0.05 * part(number, 5),
        }
    }

    /// The colour at a place; both axes run from 0 to 1, down is down.
    fn colour(&self, across: f32, down: f32) -> Rgb<u8> {
        let head = ellipse(across, down, 0.5, 0.42, self.width, 0.21);
        let hair = ellipse(across, down, 0.5, 0.36, self.width + 0.03, 0.21);
        let coat = ellipse(across, down, 0.5, 1.02, 0.36, 0.34);
        let neck = (across - 0.5).abs() < 0.06 && (0.55..0.75).contains(&down);
        let eye = [0.44, 0.56]
            .into_iter()
            .any(|eye| ellipse(across, down, eye, 0.42, 0.015, 0.018) < 1.0);
        let light = 1.0 - 0.25 * across;
        let colour = if eye {
            [30.0; 3]
        } else if head < 1.0 && down > self.parting {
            self.skin
        } else if hair < 1.0 && down < 0.5 {
            self.hair
        } else if neck && coat >= 1.0 {
            self.skin.map(|channel| channel * 0.9)
        } else if coat < 1.0 {
            self.coat
        } else {
            mix(self.sky, self.ground, down)
        };
        Rgb(colour.map(|channel| rounded(channel * light)))
    }
}

/// Below 1 inside of an ellipse, above it outside.
fn ellipse(across: f32, down: f32, centre: f32, middle: f32, width: f32, height: f32) -> f32 {
    ((across - centre) / width).powi(2) + ((down - middle) / height).powi(2)
}

fn mix(one: [f32; 3], other: [f32; 3], share: f32) -> [f32; 3] {
    let [red, green, blue] = one;
    let [other_red, other_green, other_blue] = other;
    [(red, other_red), (green, other_green), (blue, other_blue)]
        .map(|(from, to)| from + (to - from) * share)
}

fn hue(turn: f32) -> [f32; 3] {
    [0.0, 1.0 / 3.0, 2.0 / 3.0]
        .map(|shift: f32| 170.0 + 60.0 * ((turn + shift) * std::f32::consts::TAU).cos())
}

fn pick(colours: &[[f32; 3]; 5], share: f32) -> [f32; 3] {
    let [first, second, third, fourth, fifth] = *colours;
    match share {
        share if share < 0.2 => first,
        share if share < 0.4 => second,
        share if share < 0.6 => third,
        share if share < 0.8 => fourth,
        _ => fifth,
    }
}

/// A number from 0 to 1 for each trait (SplitMix64's finaliser, one stream a trait).
fn part(number: u64, of: u64) -> f32 {
    let mut mixed = number
        .wrapping_add(of.wrapping_mul(0x9E37_79B9_7F4A_7C15))
        .wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    let [high, low, ..] = (mixed ^ (mixed >> 31)).to_be_bytes();
    f32::from(u16::from_be_bytes([high, low])) / f32::from(u16::MAX)
}

fn unit(pixel: u32) -> f32 {
    let side = u16::try_from(SIDE).map_or(1.0, f32::from);
    u16::try_from(pixel).map_or(1.0, f32::from) / side
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to the range of a byte"
)]
fn rounded(channel: f32) -> u8 {
    channel.clamp(0.0, 255.0) as u8
}

#[cfg(test)]
mod tests {
    use super::portrait;

    #[test]
    fn the_same_number_draws_the_same_picture_and_another_one_another() {
        let [one, again, other] = [7, 7, 8].map(|number| portrait(number).expect("is drawn"));
        assert_eq!(one, again);
        assert_ne!(one, other);
        assert_eq!(
            image::guess_format(&one).ok(),
            Some(image::ImageFormat::Jpeg)
        );
    }
}
