//! What the use cases about photos refuse.

use crate::error::faults::Faults;
use crate::error::{ApiError, BoxError, Code};
use crate::extract::BodyFault;
use application::accounts::{
    AddImageError, CheckConsistencyError, ChooseAvatarError, DeleteImagesError, FindImageError,
    ReadVariantError,
};

impl From<AddImageError> for ApiError {
    fn from(error: AddImageError) -> Self {
        match error {
            AddImageError::Forbidden(forbidden) => forbidden.into(),
            AddImageError::Missing => Self::not_found("person"),
            AddImageError::Busy(source) => Self::new(
                Code::Overloaded,
                "there is no room to decode another picture",
            )
            .caused_by(source),
            AddImageError::Interrupted(source) => interrupted(source),
            AddImageError::FileTooLarge { cap } => BodyFault::TooLarge { limit: cap }.into(),
            AddImageError::PictureTooLarge { width, height } => Self::new(
                Code::ImageTooLarge,
                format!("the picture is {width} x {height} pixels"),
            )
            .with_member("width", width)
            .with_member("height", height),
            AddImageError::Unsupported => Self::new(
                Code::ImageUnsupported,
                "the file is neither JPEG, PNG nor WebP",
            ),
            AddImageError::Corrupt(source) => Self::new(
                Code::ImageCorrupt,
                "the file breaks the rules of its format",
            )
            .caused_by(source),
            AddImageError::QuotaExceeded { used, limit } => Self::new(
                Code::ImageQuotaExceeded,
                format!("{used} of {limit} bytes are used"),
            )
            .with_member("used", used)
            .with_member("limit", limit),
            AddImageError::TakenAt(error) => {
                let mut faults = Faults::default();
                faults.add("/taken_at", "out_of_range", error);
                faults.into_error()
            }
            AddImageError::UploadInFlight => Self::new(
                Code::ImageUploadInFlight,
                "the same picture is being uploaded for this person",
            ),
            AddImageError::Expired => Self::new(
                Code::ImageUploadExpired,
                "the upload was not finished in time",
            ),
            AddImageError::Claim(claim) => claim.into(),
            AddImageError::Fault(fault) => fault.into(),
        }
    }
}

/// What our own reading of the body said comes back through the use case.
fn interrupted(source: BoxError) -> ApiError {
    match source.downcast::<BodyFault>() {
        Ok(fault) => match *fault {
            BodyFault::Interrupted(source) => {
                ApiError::new(Code::ImageCorrupt, "the upload ended early").caused_by(source)
            }
            other => other.into(),
        },
        Err(source) => {
            ApiError::new(Code::ImageCorrupt, "the upload ended early").caused_by(source)
        }
    }
}

impl From<FindImageError> for ApiError {
    fn from(error: FindImageError) -> Self {
        match error {
            FindImageError::Forbidden(forbidden) => forbidden.into(),
            FindImageError::Missing => Self::not_found("photo"),
            FindImageError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ReadVariantError> for ApiError {
    fn from(error: ReadVariantError) -> Self {
        match error {
            ReadVariantError::Image(image) => image.into(),
            ReadVariantError::Fault(fault) => fault.into(),
        }
    }
}

impl From<ChooseAvatarError> for ApiError {
    fn from(error: ChooseAvatarError) -> Self {
        match error {
            ChooseAvatarError::Forbidden(forbidden) => forbidden.into(),
            ChooseAvatarError::Missing => Self::not_found("person"),
            ChooseAvatarError::NoSuchImage => Self::not_found("photo"),
            ChooseAvatarError::Fault(fault) => fault.into(),
        }
    }
}

impl From<DeleteImagesError> for ApiError {
    fn from(error: DeleteImagesError) -> Self {
        match error {
            DeleteImagesError::Forbidden(forbidden) => forbidden.into(),
            DeleteImagesError::Missing => Self::not_found("photo"),
            DeleteImagesError::Fault(fault) => fault.into(),
        }
    }
}

impl From<CheckConsistencyError> for ApiError {
    fn from(error: CheckConsistencyError) -> Self {
        match error {
            CheckConsistencyError::Forbidden(forbidden) => forbidden.into(),
            CheckConsistencyError::Fault(fault) => fault.into(),
        }
    }
}
