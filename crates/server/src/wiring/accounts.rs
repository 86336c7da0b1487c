//! The use cases of `accounts` that somebody calls.

use super::Parts;
use application::accounts::{
    AddImage, Authenticate, ChangePassword, ChangeStatus, ChangeUser, CheckConsistency,
    DeleteImages, EndSessions, FindImage, FindUser, Invite, ListImages, ListSessions, ListUsers,
    OpenSession, ReadAuditTrail, ReadVariant, RedeemInvitation, Refresh, RegisterUser,
    RegisterUsers, ScanObjects, SetAvatar, SignIn, Sweeps,
};
use http_api::{AccountsApi, AdminApi, AuthApi, ImagesApi, UsersApi};
use std::sync::Arc;

/// The use cases of `accounts`.
#[must_use]
pub fn accounts(parts: &Parts, sweeps: &Arc<Sweeps>) -> AccountsApi {
    AccountsApi {
        auth: auth(parts),
        users: users(parts),
        images: images(parts),
        admin: admin(parts, sweeps),
    }
}

fn auth(parts: &Parts) -> AuthApi {
    let Parts {
        users,
        credentials,
        sessions,
        access,
        view,
        codes,
        hasher,
        tokens,
        ids,
        clock,
        ..
    } = parts.clone();
    let open = open_session(parts);
    AuthApi {
        authenticate: Arc::new(Authenticate {
            tokens,
            users,
            sessions: sessions.clone(),
            view,
            clock: clock.clone(),
        }),
        sign_in: Arc::new(SignIn {
            credentials: credentials.clone(),
            hasher: hasher.clone(),
            open: open.clone(),
        }),
        refresh: Arc::new(Refresh {
            open: open.clone(),
            access: access.clone(),
        }),
        end_sessions: Arc::new(EndSessions {
            sessions: sessions.clone(),
            access: access.clone(),
            clock: clock.clone(),
        }),
        list_sessions: Arc::new(ListSessions {
            sessions,
            clock: clock.clone(),
        }),
        change_password: Arc::new(ChangePassword {
            credentials: credentials.clone(),
            hasher: hasher.clone(),
            access: access.clone(),
            clock: clock.clone(),
        }),
        redeem_invitation: Arc::new(RedeemInvitation {
            credentials,
            codes,
            hasher,
            open,
            access,
            ids,
            clock,
        }),
        invite: Arc::new(invite(parts)),
    }
}

fn open_session(parts: &Parts) -> OpenSession {
    let Parts {
        sessions,
        tokens,
        refresh_tokens,
        ids,
        clock,
        ..
    } = parts.clone();
    OpenSession {
        sessions,
        tokens,
        refresh_tokens,
        ids,
        clock,
    }
}

fn users(parts: &Parts) -> UsersApi {
    let Parts {
        users,
        trail,
        ids,
        clock,
        ..
    } = parts.clone();
    UsersApi {
        register: Arc::new(RegisterUser {
            users: users.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
        }),
        register_many: Arc::new(RegisterUsers {
            users: users.clone(),
            ids,
            clock: clock.clone(),
        }),
        list: Arc::new(ListUsers {
            users: users.clone(),
        }),
        find: Arc::new(FindUser {
            users: users.clone(),
        }),
        change: Arc::new(ChangeUser {
            users: users.clone(),
            clock: clock.clone(),
        }),
        change_status: Arc::new(ChangeStatus {
            users: users.clone(),
            clock,
        }),
        read_audit_trail: Arc::new(ReadAuditTrail { users, trail }),
    }
}

fn images(parts: &Parts) -> ImagesApi {
    let Parts {
        users,
        images,
        objects,
        clock,
        ..
    } = parts.clone();
    let find = Arc::new(FindImage {
        users: users.clone(),
        images: images.clone(),
    });
    ImagesApi {
        add: Arc::new(add_image(parts)),
        list: Arc::new(ListImages {
            users: users.clone(),
            images: images.clone(),
        }),
        find: find.clone(),
        read_variant: Arc::new(ReadVariant { find, objects }),
        set_avatar: Arc::new(SetAvatar {
            users: users.clone(),
            images: images.clone(),
            clock: clock.clone(),
        }),
        delete: Arc::new(DeleteImages {
            users,
            images,
            clock,
        }),
    }
}

fn admin(parts: &Parts, sweeps: &Arc<Sweeps>) -> AdminApi {
    let Parts {
        census, objects, ..
    } = parts.clone();
    AdminApi {
        check_consistency: Arc::new(CheckConsistency {
            census: census.clone(),
            sweeps: sweeps.clone(),
        }),
        scan_objects: Arc::new(ScanObjects { census, objects }),
    }
}

/// Invites people.
#[must_use]
pub fn invite(parts: &Parts) -> Invite {
    let Parts {
        users,
        credentials,
        codes,
        ids,
        clock,
        ..
    } = parts.clone();
    Invite {
        users,
        credentials,
        codes,
        ids,
        clock,
    }
}

/// Adds photos.
#[must_use]
pub fn add_image(parts: &Parts) -> AddImage {
    let Parts {
        users,
        images,
        objects,
        spool,
        processor,
        ids,
        clock,
        ..
    } = parts.clone();
    AddImage {
        users,
        images,
        objects,
        spool,
        processor,
        ids,
        clock,
    }
}
