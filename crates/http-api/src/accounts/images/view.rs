//! A photo as the API shows it.

use crate::render::instant;
use application::accounts::AddedImage;
use domain::accounts::images::{Image, Rendition, Variant};
use domain::ids::{ImageId, UserId};
use serde::Serialize;
use utoipa::ToSchema;

/// A photo.
#[derive(Debug, Serialize, ToSchema)]
pub struct ImageView {
    /// Names the photo.
    #[schema(format = Uuid)]
    pub id: String,
    /// Its place in the person's history, from 1.
    #[schema(minimum = 1)]
    pub seq: u64,
    /// When it was taken, as the uploader said.
    #[schema(required, format = DateTime)]
    pub taken_at: Option<String>,
    /// When it was uploaded.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The pictures made of it, smallest first.
    pub variants: Vec<VariantView>,
}

/// What an upload came to.
#[derive(Debug, Serialize, ToSchema)]
pub struct AddedImageView {
    /// Names the photo.
    #[schema(format = Uuid)]
    pub id: String,
    /// Its place in the person's history, from 1.
    #[schema(minimum = 1)]
    pub seq: u64,
    /// When it was taken, as the uploader said.
    #[schema(required, format = DateTime)]
    pub taken_at: Option<String>,
    /// When it was uploaded.
    #[schema(format = DateTime)]
    pub created_at: String,
    /// The pictures made of it, smallest first.
    pub variants: Vec<VariantView>,
    /// Whether the person had a photo of the same bytes, and nothing was stored.
    pub deduplicated: bool,
}

/// One picture of a photo.
#[derive(Debug, Serialize, ToSchema)]
pub struct VariantView {
    /// `64`, `256`, `1024` (pixels of the longer side, at most) or `full`.
    #[schema(pattern = "^(64|256|1024|full)$")]
    pub name: &'static str,
    /// Where its bytes are.
    #[schema(format = "uri-reference")]
    pub url: String,
    /// How they are encoded.
    #[schema(pattern = "^image/(jpeg|png)$")]
    pub media_type: &'static str,
    /// Pixels across.
    #[schema(minimum = 1)]
    pub width: u32,
    /// Pixels down.
    #[schema(minimum = 1)]
    pub height: u32,
    /// Size in bytes.
    #[schema(minimum = 1)]
    pub bytes: u64,
}

/// Where a photo is.
pub(super) fn path(image: &Image) -> String {
    format!("/v1/users/{}/images/{}", image.user, image.id)
}

/// Where the bytes of a picture are.
pub(super) fn variant_path(image: &str, variant: Variant) -> String {
    format!("{image}/{}", variant.name())
}

/// Where the bytes of a picture are, of a photo that is only known by its id.
pub(crate) fn picture_url(user: UserId, image: ImageId, variant: Variant) -> String {
    variant_path(&format!("/v1/users/{user}/images/{image}"), variant)
}

fn variant(image: &str, rendition: &Rendition) -> VariantView {
    VariantView {
        name: rendition.variant.name(),
        url: variant_path(image, rendition.variant),
        media_type: rendition.encoding.media_type(),
        width: rendition.width,
        height: rendition.height,
        bytes: rendition.bytes,
    }
}

impl From<Image> for ImageView {
    fn from(image: Image) -> Self {
        let path = path(&image);
        Self {
            id: image.id.to_string(),
            seq: image.seq,
            taken_at: image.taken_at.map(instant),
            created_at: instant(image.created_at),
            variants: image
                .renditions
                .iter()
                .map(|rendition| variant(&path, rendition))
                .collect(),
        }
    }
}

impl From<AddedImage> for AddedImageView {
    fn from(added: AddedImage) -> Self {
        let ImageView {
            id,
            seq,
            taken_at,
            created_at,
            variants,
        } = added.image.into();
        Self {
            id,
            seq,
            taken_at,
            created_at,
            variants,
            deduplicated: added.deduplicated,
        }
    }
}
