//! Photos: added, shown, chosen and deleted. The protocol that keeps them whole is `add` and, behind
//! it, `reap_images` and `deliver`.

mod access;
pub mod add;
pub mod avatar;
pub mod delete;
pub mod read;
pub mod upload;

pub use add::{AddImage, AddImageError};
pub use avatar::{ChooseAvatarError, SetAvatar};
pub use delete::{DeleteImages, DeleteImagesError};
pub use read::{FindImage, FindImageError, ListImages, ReadVariant, ReadVariantError, VariantBody};
pub use upload::{Upload, UploadPart};
