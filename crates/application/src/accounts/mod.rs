//! People and photos: what can be done with them and by whom.

mod access;
pub mod api_keys;
pub mod attempts;
pub mod audit_trail;
pub mod authenticate;
pub mod carry_out_erasures;
pub mod change_password;
pub mod change_status;
pub mod change_user;
pub mod consistency;
pub mod deliver;
pub mod erase_user;
pub mod export_user;
pub mod find_user;
pub mod follow_access;
pub mod images;
pub mod invite;
pub mod list_people;
pub mod list_users;
pub mod personal_data;
pub mod reap_images;
pub mod recognise;
pub mod redeem_invitation;
pub mod register_user;
pub mod register_users;
pub mod sessions;
pub mod sign_in;
#[cfg(test)]
mod sites_tests;

pub use api_keys::{
    CreateApiKey, CreateApiKeyError, CreatedApiKey, KeyUses, ListApiKeys, ListApiKeysError,
    NoteKeyUses, RecogniseKey, RevokeApiKey, RevokeApiKeyError,
};
pub use attempts::{Attempt, AttemptError, Attempts};
pub use audit_trail::{ReadAuditTrail, ReadAuditTrailError};
pub use authenticate::{Authenticate, AuthenticateError, Recognise};
pub use carry_out_erasures::{CarriedOut, CarryOutErasures};
pub use change_password::{ChangePassword, ChangePasswordError};
pub use change_status::{ChangeStatus, ChangeStatusError, StatusChange};
pub use change_user::{ChangeUser, ChangeUserError};
pub use consistency::{
    CheckConsistency, CheckConsistencyError, Consistency, Scan, ScanObjects, Sweeps,
};
pub use deliver::{DeliverEvents, Delivered};
pub use erase_user::{
    EraseUser, EraseUserError, ErasureProgress, FindErasure, FindErasureError, PersonalParts,
};
pub use export_user::{Export, ExportUser, ExportUserError};
pub use find_user::{FindUser, FindUserError};
pub use follow_access::{CaughtUp, FollowAccess};
pub use images::{
    AddImage, AddImageError, ChooseAvatarError, DeleteImages, DeleteImagesError, FindImage,
    FindImageError, ListImages, ReadVariant, ReadVariantError, SetAvatar, Upload, UploadPart,
    VariantBody,
};
pub use invite::{Invite, InviteUserError, Invited};
pub use list_people::{ListPeople, ListPeopleError};
pub use list_users::{ListUsers, ListUsersError};
pub use personal_data::{RememberedPeople, StoredPhotos, TrailOfPeople};
pub use ports::accounts::{
    AccessToken, Added, AddedImage, AuditRecord, BatchMode, GatewayCall, Refusal,
};
pub use reap_images::{ReapImages, Reaped};
pub use recognise::{KnownSubjects, RecogniseDevice, RecogniseForeign, RecogniseGateway};
pub use redeem_invitation::{Newcomer, RedeemInvitation, RedeemInvitationError};
pub use register_user::{RegisterUser, RegisterUserError};
pub use register_users::{RegisterUsers, RegisterUsersError};
pub use sessions::{
    EndSessions, EndSessionsError, ListSessions, ListSessionsError, ListedSession, OpenSession,
    Refresh, RefreshError, SignedIn,
};
pub use sign_in::{SignIn, SignInError};
