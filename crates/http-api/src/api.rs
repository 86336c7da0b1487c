//! Everything the controllers can ask for; `server::wiring` fills it.

use application::PageTokens;
use application::accounts::{
    AddImage, Authenticate, ChangeStatus, ChangeUser, CheckConsistency, DeleteImages, FindImage,
    FindUser, Invite, ListImages, ListUsers, ReadAuditTrail, ReadVariant, RedeemInvitation,
    RegisterUser, RegisterUsers, ScanObjects, SetAvatar, SignIn,
};
use std::sync::Arc;

/// The use cases, and the few things that are no use case.
#[derive(Clone)]
pub struct Api {
    /// The use cases of `accounts`.
    pub accounts: AccountsApi,
    /// Seals and opens page tokens.
    pub pages: PageTokens,
    /// The public keys of access tokens, as a JSON Web Key Set.
    pub jwks: Arc<dyn Fn() -> String + Send + Sync>,
    /// Where people reach us, without a trailing slash.
    pub public_url: String,
}

/// The use cases of `accounts`.
#[derive(Clone)]
pub struct AccountsApi {
    /// Recognises callers.
    pub authenticate: Arc<Authenticate>,
    /// `POST /v1/auth/login`
    pub sign_in: Arc<SignIn>,
    /// `POST /v1/auth/invitation`
    pub redeem_invitation: Arc<RedeemInvitation>,
    /// `POST /v1/users/{id}/invitation`
    pub invite: Arc<Invite>,
    /// `POST /v1/users`
    pub register_user: Arc<RegisterUser>,
    /// `POST /v1/users/batch`
    pub register_users: Arc<RegisterUsers>,
    /// `GET /v1/users`
    pub list_users: Arc<ListUsers>,
    /// `GET /v1/users/{id}`
    pub find_user: Arc<FindUser>,
    /// `PATCH /v1/users/{id}`
    pub change_user: Arc<ChangeUser>,
    /// `DELETE /v1/users/{id}`, restore, suspend, activate
    pub change_status: Arc<ChangeStatus>,
    /// `GET /v1/users/{id}/audit`
    pub read_audit_trail: Arc<ReadAuditTrail>,
    /// `POST /v1/users/{id}/images`
    pub add_image: Arc<AddImage>,
    /// `GET /v1/users/{id}/images`
    pub list_images: Arc<ListImages>,
    /// `GET /v1/users/{id}/images/{image_id}`, and the avatar
    pub find_image: Arc<FindImage>,
    /// `GET /v1/users/{id}/images/{image_id}/{variant}`
    pub read_variant: Arc<ReadVariant>,
    /// `PUT /v1/users/{id}/avatar`
    pub set_avatar: Arc<SetAvatar>,
    /// `DELETE /v1/users/{id}/images`, one and all
    pub delete_images: Arc<DeleteImages>,
    /// `GET /v1/admin/consistency`
    pub check_consistency: Arc<CheckConsistency>,
    /// `POST /v1/admin/consistency/scan`
    pub scan_objects: Arc<ScanObjects>,
}
