//! Photos: `/v1/users/{id}/images` and the avatar.

mod avatar;
mod bytes;
mod controllers;
mod upload;
mod view;

pub use avatar::ChooseAvatarBody;
pub use controllers::DeletedView;
pub(crate) use view::picture_url;
pub use view::{AddedImageView, ImageView, VariantView};

use crate::error::Code;
use crate::routes::{Endpoint, at};

pub(crate) mod paths {
    //! The operations, for the document.
    pub use super::avatar::*;
    pub use super::bytes::*;
    pub use super::controllers::*;
    pub use super::upload::*;
}

const PERSON: [Code; 3] = [Code::InvalidParameter, Code::NotFound, Code::Forbidden];
const CHANGES: [Code; 1] = [Code::OutcomeUnknown];
const UPLOAD: [Code; 15] = [
    Code::IdempotencyKeyInvalid,
    Code::IdempotencyKeyInFlight,
    Code::IdempotencyKeyReused,
    Code::ImageUploadInFlight,
    Code::ImageUploadExpired,
    Code::ImageQuotaExceeded,
    Code::UnsupportedMediaType,
    Code::ImageTooLarge,
    Code::ImageUnsupported,
    Code::ImageCorrupt,
    Code::ValidationFailed,
    Code::MalformedJson,
    Code::UnknownField,
    Code::StorageUnavailable,
    Code::Overloaded,
];
const BODY: [Code; 4] = [
    Code::MalformedJson,
    Code::UnknownField,
    Code::UnsupportedMediaType,
    Code::ValidationFailed,
];

/// The routes of this room.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        at("/v1/users/{id}/images")
            .get(
                controllers::list_images,
                &[&PERSON, &[Code::PageTokenMismatch]],
            )
            .post(upload::add_image, &[&PERSON, &CHANGES, &UPLOAD])
            .delete(controllers::delete_images, &[&PERSON, &CHANGES]),
        at("/v1/users/{id}/images/{image_id}")
            .get(controllers::find_image, &[&PERSON])
            .delete(controllers::delete_image, &[&PERSON, &CHANGES]),
        at("/v1/users/{id}/images/{image_id}/{variant}").get(
            bytes::read_variant,
            &[
                &PERSON,
                &[Code::RangeNotSatisfiable, Code::StorageUnavailable],
            ],
        ),
        at("/v1/users/{id}/avatar")
            .get(avatar::find_avatar, &[&PERSON])
            .put(avatar::choose_avatar, &[&PERSON, &CHANGES, &BODY]),
    ]
}

#[cfg(test)]
mod tests;
#[cfg(test)]
mod upload_tests;
