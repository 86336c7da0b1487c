//! What the `accounts` context needs: keepers of people, credentials, photos and their trail.

pub mod access;
pub mod api_keys;
pub mod audit;
pub mod cache;
pub mod census;
pub mod credentials;
pub mod foreign_tokens;
pub mod gateway;
pub mod identity;
pub mod images;
pub mod lockouts;
pub mod media;
pub mod news;
pub mod objects;
pub mod sessions;
pub mod subjects;
pub mod users;

pub use access::{AccessChange, AccessChanges, AccessView};
pub use api_keys::{ApiKeyRepository, ApiKeyTexts, KeyRights, MintedKey, PresentedKey};
pub use audit::{AuditRecord, AuditTrail};
pub use cache::{Cached, FillLease, UserCache};
pub use census::{ImageCensus, ImageCount};
pub use credentials::{
    ChangePasswordError, Credential, CredentialRepository, InviteError, PasswordHash, RedeemError,
};
pub use foreign_tokens::{Described, ForeignTokenError, ForeignTokens, Subject};
pub use gateway::{GatewayCall, GatewayError, GatewaySignatures};
pub use identity::{
    AccessToken, Bearer, HashError, OneTimeCode, OneTimeCodes, PasswordHasher, RefreshTokens,
    TokenError, Tokens,
};
pub use images::{
    AddedImage, DeleteImageError, ImageJanitor, ImageRepository, PublishImageError,
    ReserveImageError, Reserved, SetAvatarError,
};
pub use lockouts::{Begun, Counted, LockoutRepository};
pub use media::{
    DecodeBusy, DecodePermit, ImageProcessor, ProcessImageError, Processed, ReceiveError, Rendered,
    Spool, Spooled, SpooledFile, UploadBody,
};
pub use news::{News, UserNews};
pub use objects::{ObjectRead, ObjectStore, PutObjectError, StoredObject};
pub use sessions::{Devices, OpenSessionError, RotateError, SessionRepository};
pub use subjects::SubjectIndex;
pub use users::{
    AddUserError, AddUsersError, Added, BatchMode, Refusal, SaveUserError, UserRepository,
};

#[cfg(feature = "mocks")]
pub use {
    access::{MockAccessChanges, MockAccessView},
    api_keys::{MockApiKeyRepository, MockApiKeyTexts},
    audit::MockAuditTrail,
    cache::MockUserCache,
    census::MockImageCensus,
    credentials::MockCredentialRepository,
    foreign_tokens::MockForeignTokens,
    gateway::MockGatewaySignatures,
    identity::{MockOneTimeCodes, MockPasswordHasher, MockRefreshTokens, MockTokens},
    images::{MockImageJanitor, MockImageRepository},
    lockouts::MockLockoutRepository,
    media::{MockImageProcessor, MockSpool},
    news::MockUserNews,
    objects::MockObjectStore,
    sessions::MockSessionRepository,
    subjects::MockSubjectIndex,
    users::MockUserRepository,
};
