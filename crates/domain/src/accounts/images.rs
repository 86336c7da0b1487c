//! A photo, the four pictures made of it, and the states it goes through so that it is never half stored.
//!
//! ```text
//! pending(deadline) → ready(seq) → deleting → gone          pending → aborted → gone
//! ```

use crate::Digest;
use crate::ids::{ImageId, UserId};
use core::fmt;
use jiff::{SignedDuration, Timestamp};

/// Limits on what may be uploaded and kept. Each is an inclusive maximum.
pub mod limits {
    /// Bytes of one uploaded file: 10 MiB.
    pub const SOURCE_BYTES: u64 = 10 * 1024 * 1024;
    /// Pixels of one uploaded picture: 40 megapixels.
    pub const PIXELS: u64 = 40_000_000;
    /// Pixels of either side of an uploaded picture.
    pub const SIDE: u32 = 8192;
    /// Bytes of one picture once decoded: 192 MiB.
    pub const DECODED_BYTES: u64 = 192 * 1024 * 1024;
    /// Bytes of all pictures kept for one person: 1 GiB.
    pub const QUOTA_BYTES: u64 = 1024 * 1024 * 1024;
}

/// How long an upload may take from its reservation until it must be ready.
pub const UPLOAD_DEADLINE: SignedDuration = SignedDuration::from_secs(60);
/// How long one object may take to be stored; shorter than [`UPLOAD_DEADLINE`].
pub const PUT_TIMEOUT: SignedDuration = SignedDuration::from_secs(15);

/// One of the pictures made of an upload, by the most pixels its longer side may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variant {
    /// 64 pixels: a list.
    Small,
    /// 256 pixels: a card.
    Medium,
    /// 1024 pixels: a page.
    Large,
    /// 2048 pixels: the normalised original, the largest that is kept.
    Full,
}

impl Variant {
    /// Every variant, from the smallest.
    pub const ALL: [Self; 4] = [Self::Small, Self::Medium, Self::Large, Self::Full];

    /// The name that stands in addresses and keys.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Small => "64",
            Self::Medium => "256",
            Self::Large => "1024",
            Self::Full => "full",
        }
    }

    /// Reads a name back; `None` for a name that no variant has.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|variant| variant.name() == name)
    }

    /// Pixels of the longer side, at most.
    #[must_use]
    pub const fn side(self) -> u32 {
        match self {
            Self::Small => 64,
            Self::Medium => 256,
            Self::Large => 1024,
            Self::Full => 2048,
        }
    }

    /// The size of this variant of a picture: aspect kept, never enlarged, no side below one pixel.
    #[must_use]
    pub fn fit(self, width: u32, height: u32) -> (u32, u32) {
        let (longer, side) = (u64::from(width.max(height)), u64::from(self.side()));
        if longer <= side {
            return (width, height);
        }
        let scaled = |length: u32| {
            let rounded = (u64::from(length) * side + longer / 2) / longer;
            u32::try_from(rounded.max(1)).unwrap_or(self.side())
        };
        (scaled(width), scaled(height))
    }
}

/// How a stored picture is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Encoding {
    /// Opaque pictures, quality 85.
    Jpeg,
    /// Pictures with transparency.
    Png,
}

impl Encoding {
    /// The media type.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
        }
    }

    /// Reads a media type back; `None` for one that is never stored.
    #[must_use]
    pub fn parse(media_type: &str) -> Option<Self> {
        [Self::Jpeg, Self::Png]
            .into_iter()
            .find(|encoding| encoding.media_type() == media_type)
    }
}

/// The key of one stored object: `images/<user>/<image>/<variant>`. No key is written twice or shared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectKey(String);

/// A text that is no key of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("is not an object key")]
pub struct ObjectKeyError;

impl ObjectKey {
    /// What every key starts with.
    pub const PREFIX: &'static str = "images/";

    /// The folder of everybody's pictures, or of one person's, without a slash at its end.
    #[must_use]
    pub fn folder(whose: Option<UserId>) -> String {
        match whose {
            None => Self::PREFIX.trim_end_matches('/').to_owned(),
            Some(user) => format!("{}{user}", Self::PREFIX),
        }
    }

    /// The key of one variant of one photo.
    #[must_use]
    pub fn of(user: UserId, image: ImageId, variant: Variant) -> Self {
        Self(format!("{}{user}/{image}/{}", Self::PREFIX, variant.name()))
    }

    /// Reads a key back from where it was stored.
    ///
    /// # Errors
    /// [`ObjectKeyError`] unless it has the shape that [`ObjectKey::of`] gives.
    pub fn parse(raw: &str) -> Result<Self, ObjectKeyError> {
        let parts: Vec<&str> = raw.split('/').collect();
        match parts.as_slice() {
            ["images", user, image, variant]
                if is_uuid(user) && is_uuid(image) && Variant::parse(variant).is_some() =>
            {
                Ok(Self(raw.to_owned()))
            }
            _ => Err(ObjectKeyError),
        }
    }

    /// The key as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

impl fmt::Display for ObjectKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// One stored picture of a photo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rendition {
    /// Which of the four.
    pub variant: Variant,
    /// How it is encoded.
    pub encoding: Encoding,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// Size in bytes.
    pub bytes: u64,
    /// SHA-256 of the bytes.
    pub digest: Digest,
}

/// A photo that is about to be stored: the exact objects it will have, and until when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingImage {
    /// Names the photo.
    pub id: ImageId,
    /// Whose it is.
    pub user: UserId,
    /// SHA-256 of the bytes as they were uploaded: the same bytes are kept once a person.
    pub source: Digest,
    /// When it was taken, as the uploader says.
    pub taken_at: Option<Timestamp>,
    /// The pictures made of it, smallest first.
    pub renditions: Vec<Rendition>,
    /// When the upload was reserved.
    pub created_at: Timestamp,
    /// From when on it can no longer become ready.
    pub deadline: Timestamp,
}

impl PendingImage {
    /// Bytes of all pictures together: what the quota counts.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.renditions
            .iter()
            .map(|rendition| rendition.bytes)
            .sum()
    }

    /// The deadline of an upload reserved at this instant.
    #[must_use]
    pub fn deadline(reserved: Timestamp) -> Timestamp {
        reserved
            .checked_add(UPLOAD_DEADLINE)
            .unwrap_or(Timestamp::MAX)
    }

    /// From when on no PUT of an upload with this deadline can still land.
    #[must_use]
    pub fn quarantine(deadline: Timestamp) -> Timestamp {
        deadline.checked_add(PUT_TIMEOUT).unwrap_or(Timestamp::MAX)
    }
}

/// A photo in a person's history.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Names the photo.
    pub id: ImageId,
    /// Whose it is.
    pub user: UserId,
    /// Its place in the person's history: 1 for the first that became ready, never used twice.
    pub seq: u64,
    /// When it was taken, as the uploader says.
    pub taken_at: Option<Timestamp>,
    /// When its upload was reserved.
    pub created_at: Timestamp,
    /// The pictures made of it, smallest first.
    pub renditions: Vec<Rendition>,
}

impl Image {
    /// The picture of this variant.
    #[must_use]
    pub fn rendition(&self, variant: Variant) -> Option<&Rendition> {
        self.renditions
            .iter()
            .find(|rendition| rendition.variant == variant)
    }
}

/// The state of a photo's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ImageState {
    /// Reserved; its objects are being stored; nobody sees it.
    Pending,
    /// In the history; all its objects exist.
    Ready,
    /// Its upload was not finished in time; its objects go once no PUT can land any more.
    Aborted,
    /// Out of the history; its objects are going.
    Deleting,
    /// Its objects are gone.
    Gone,
}

impl ImageState {
    /// Every state.
    pub const ALL: [Self; 5] = [
        Self::Pending,
        Self::Ready,
        Self::Aborted,
        Self::Deleting,
        Self::Gone,
    ];

    /// The name under which the state is stored and shown.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Pending => "pending",
            Self::Ready => "ready",
            Self::Aborted => "aborted",
            Self::Deleting => "deleting",
            Self::Gone => "gone",
        }
    }

    /// Reads a name back; `None` for a name that no state has.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.name() == name)
    }

    /// Whether a row may go from this state to that one.
    #[must_use]
    pub const fn may_become(self, next: Self) -> bool {
        matches!(
            (self, next),
            (Self::Pending, Self::Ready | Self::Aborted)
                | (Self::Ready, Self::Deleting)
                | (Self::Aborted | Self::Deleting, Self::Gone)
        )
    }
}

#[cfg(test)]
#[path = "images_tests.rs"]
mod tests;
