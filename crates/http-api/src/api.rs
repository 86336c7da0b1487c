//! Everything the controllers can ask for; `server::wiring` fills it.

use crate::accounts::api_keys::KeysApi;
use application::PageTokens;
use application::accounts::{
    AddImage, Authenticate, ChangePassword, ChangeStatus, ChangeUser, CheckConsistency,
    DeleteImages, EndSessions, EraseUser, ExportUser, FindErasure, FindImage, FindUser, Invite,
    ListImages, ListPeople, ListSessions, ListUsers, ReadAuditTrail, ReadVariant, RedeemInvitation,
    Refresh, RegisterUser, RegisterUsers, ScanObjects, SetAvatar, SignIn,
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
    /// How people come in.
    pub auth: AuthApi,
    /// How machines come in.
    pub keys: KeysApi,
    /// People.
    pub users: UsersApi,
    /// Their photos.
    pub images: ImagesApi,
    /// Whether all of it is whole.
    pub admin: AdminApi,
}

/// How people come in.
#[derive(Clone)]
pub struct AuthApi {
    /// Recognises callers.
    pub authenticate: Arc<Authenticate>,
    /// `POST /v1/auth/login`
    pub sign_in: Arc<SignIn>,
    /// `POST /v1/auth/refresh`
    pub refresh: Arc<Refresh>,
    /// `POST /v1/auth/logout`, `logout-all`, `DELETE /v1/auth/sessions/{session_id}`
    pub end_sessions: Arc<EndSessions>,
    /// `GET /v1/auth/sessions`
    pub list_sessions: Arc<ListSessions>,
    /// `POST /v1/auth/password`
    pub change_password: Arc<ChangePassword>,
    /// `POST /v1/auth/invitation`
    pub redeem_invitation: Arc<RedeemInvitation>,
    /// `POST /v1/users/{id}/invitation`
    pub invite: Arc<Invite>,
}

/// People.
#[derive(Clone)]
pub struct UsersApi {
    /// `POST /v1/users`
    pub register: Arc<RegisterUser>,
    /// `POST /v1/users/batch`
    pub register_many: Arc<RegisterUsers>,
    /// `GET /v1/users`
    pub list: Arc<ListUsers>,
    /// `GET /v1/people`
    pub people: Arc<ListPeople>,
    /// `GET /v1/users/{id}`
    pub find: Arc<FindUser>,
    /// `PATCH /v1/users/{id}`
    pub change: Arc<ChangeUser>,
    /// `DELETE /v1/users/{id}`, restore, suspend, activate
    pub change_status: Arc<ChangeStatus>,
    /// `GET /v1/users/{id}/audit`
    pub read_audit_trail: Arc<ReadAuditTrail>,
    /// `GET /v1/users/{id}/export`
    pub export: Arc<ExportUser>,
    /// `POST /v1/users/{id}/erase`
    pub erase: Arc<EraseUser>,
    /// `GET /v1/erasures/{erasure_id}`
    pub find_erasure: Arc<FindErasure>,
}

/// Photos.
#[derive(Clone)]
pub struct ImagesApi {
    /// `POST /v1/users/{id}/images`
    pub add: Arc<AddImage>,
    /// `GET /v1/users/{id}/images`
    pub list: Arc<ListImages>,
    /// `GET /v1/users/{id}/images/{image_id}`, and the avatar
    pub find: Arc<FindImage>,
    /// `GET /v1/users/{id}/images/{image_id}/{variant}`
    pub read_variant: Arc<ReadVariant>,
    /// `PUT /v1/users/{id}/avatar`
    pub set_avatar: Arc<SetAvatar>,
    /// `DELETE /v1/users/{id}/images`, one and all
    pub delete: Arc<DeleteImages>,
}

/// What operators ask about `accounts`.
#[derive(Clone)]
pub struct AdminApi {
    /// `GET /v1/admin/consistency`
    pub check_consistency: Arc<CheckConsistency>,
    /// `POST /v1/admin/consistency/scan`
    pub scan_objects: Arc<ScanObjects>,
}
