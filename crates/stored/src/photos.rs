//! The answer of a keyed upload as it is kept for replays.

use crate::cells::{Cells, micros};
use domain::Digest;
use domain::accounts::images::{Encoding, Image, Rendition, Variant};
use domain::ids::{ImageId, UserId};
use jiff::Timestamp;
use ports::Fault;
use ports::accounts::AddedImage;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// What an upload came to.
#[derive(Serialize, Deserialize)]
pub struct StoredAddedImage {
    id: String,
    user: String,
    seq: u64,
    taken_at: Option<i64>,
    created_at: i64,
    renditions: Vec<StoredRendition>,
    deduplicated: bool,
}

#[derive(Serialize, Deserialize)]
struct StoredRendition {
    variant: String,
    media_type: String,
    width: u32,
    height: u32,
    bytes: u64,
    digest: Vec<u8>,
}

impl From<&AddedImage> for StoredAddedImage {
    fn from(
        AddedImage {
            image,
            deduplicated,
        }: &AddedImage,
    ) -> Self {
        Self {
            id: image.id.to_string(),
            user: image.user.to_string(),
            seq: image.seq,
            taken_at: image.taken_at.map(micros),
            created_at: micros(image.created_at),
            renditions: image.renditions.iter().map(StoredRendition::from).collect(),
            deduplicated: *deduplicated,
        }
    }
}

impl From<&Rendition> for StoredRendition {
    fn from(rendition: &Rendition) -> Self {
        Self {
            variant: rendition.variant.name().to_owned(),
            media_type: rendition.encoding.media_type().to_owned(),
            width: rendition.width,
            height: rendition.height,
            bytes: rendition.bytes,
            digest: rendition.digest.as_bytes().to_vec(),
        }
    }
}

impl StoredAddedImage {
    /// What the upload came to.
    ///
    /// # Errors
    /// [`Fault::Broken`] when the text was not written by us.
    pub fn added(self) -> Result<AddedImage, Fault> {
        let cells = Cells::of("idempotency", &"result");
        let id = |field, text: &str| cells.parsed(field, Uuid::try_parse(text));
        let instant = |field, at| cells.parsed(field, Timestamp::from_microsecond(at));
        let image = Image {
            id: ImageId::new(id("id", &self.id)?),
            user: UserId::new(id("user", &self.user)?),
            seq: self.seq,
            taken_at: self
                .taken_at
                .map(|at| instant("taken_at", at))
                .transpose()?,
            created_at: instant("created_at", self.created_at)?,
            renditions: self
                .renditions
                .into_iter()
                .map(StoredRendition::rendition)
                .collect::<Result<_, _>>()?,
        };
        Ok(AddedImage {
            image,
            deduplicated: self.deduplicated,
        })
    }
}

impl StoredRendition {
    fn rendition(self) -> Result<Rendition, Fault> {
        let cells = Cells::of("idempotency", &"result");
        Ok(Rendition {
            variant: cells.known("variant", Variant::parse(&self.variant))?,
            encoding: cells.known("media_type", Encoding::parse(&self.media_type))?,
            width: self.width,
            height: self.height,
            bytes: self.bytes,
            digest: cells.parsed("digest", Digest::from_slice(&self.digest))?,
        })
    }
}
