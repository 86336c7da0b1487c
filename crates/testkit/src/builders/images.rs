//! Photos that are about to be stored.

use super::{an_id, moment};
use domain::Digest;
use domain::accounts::images::{Encoding, PendingImage, Rendition, Variant};
use domain::ids::{ImageId, UserId};
use jiff::Timestamp;

/// An upload in the making.
#[derive(Debug, Clone)]
pub struct PendingImageBuilder {
    image: PendingImage,
}

/// An upload of 1,000 bytes that nobody uploaded before, reserved at [`moment`] 0.
#[must_use]
pub fn a_pending_image(user: UserId) -> PendingImageBuilder {
    let (id, source) = (an_id(), an_id());
    let image = PendingImage {
        id: ImageId::new(id),
        user,
        source: digest(source.as_bytes()),
        taken_at: None,
        renditions: Variant::ALL.map(rendition).to_vec(),
        created_at: moment(0),
        deadline: PendingImage::deadline(moment(0)),
    };
    PendingImageBuilder { image }.of_bytes(1_000)
}

fn rendition(variant: Variant) -> Rendition {
    let (width, height) = variant.fit(4_000, 3_000);
    let digest = digest(an_id().as_bytes());
    Rendition {
        variant,
        encoding: Encoding::Jpeg,
        width,
        height,
        bytes: 1,
        digest,
    }
}

fn digest(seed: &[u8; 16]) -> Digest {
    let doubled = [*seed, *seed].concat();
    Digest::from_slice(&doubled).expect("has 32 bytes")
}

impl PendingImageBuilder {
    /// All pictures together take so many bytes; at least 4.
    #[must_use]
    pub fn of_bytes(mut self, bytes: u64) -> Self {
        let full = self.image.renditions.last_mut().expect("there are four");
        full.bytes = bytes.checked_sub(3).expect("at least 4 bytes");
        self
    }

    /// Made of the same bytes as another upload.
    #[must_use]
    pub fn same_as(mut self, other: &PendingImage) -> Self {
        self.image.source = other.source;
        self
    }

    /// Reserved at this instant, with the deadline that follows from it.
    #[must_use]
    pub fn reserved_at(mut self, at: Timestamp) -> Self {
        self.image.created_at = at;
        self.image.deadline = PendingImage::deadline(at);
        self
    }

    /// Taken at this instant.
    #[must_use]
    pub fn taken_at(mut self, at: Timestamp) -> Self {
        self.image.taken_at = Some(at);
        self
    }

    /// With transparency.
    #[must_use]
    pub fn transparent(mut self) -> Self {
        for rendition in &mut self.image.renditions {
            rendition.encoding = Encoding::Png;
        }
        self
    }

    /// The upload.
    #[must_use]
    pub fn build(self) -> PendingImage {
        self.image
    }
}
