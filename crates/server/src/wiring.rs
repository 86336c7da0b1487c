//! Which use case gets which ports. A table, and nothing but.

use crate::parts::Parts;
use application::PageTokens;
use application::accounts::{
    AddImage, Authenticate, ChangeStatus, ChangeUser, CheckConsistency, DeleteImages,
    DeliverEvents, FindImage, FindUser, Invite, ListImages, ListUsers, ReadAuditTrail, ReadVariant,
    ReapImages, RedeemInvitation, RegisterUser, RegisterUsers, ScanObjects, SetAvatar, SignIn,
    Sweeps,
};
use application::tidy::ForgetExpiredAnswers;
use http_api::{AccountsApi, Api};
use std::sync::Arc;

/// What the controllers call.
#[must_use]
pub fn api(parts: &Parts, sweeps: &Arc<Sweeps>, public_url: &str) -> Api {
    let tokens = parts.tokens.clone();
    Api {
        accounts: accounts(parts, sweeps),
        pages: PageTokens::new(parts.sealer.clone()),
        jwks: Arc::new(move || tokens.jwks()),
        public_url: public_url.to_owned(),
    }
}

/// The use cases of `accounts`.
#[must_use]
pub fn accounts(parts: &Parts, sweeps: &Arc<Sweeps>) -> AccountsApi {
    let Parts {
        users,
        images,
        clock,
        ids,
        credentials,
        objects,
        trail,
        census,
        codes,
        hasher,
        tokens,
        ..
    } = parts.clone();
    let find_image = Arc::new(FindImage {
        users: users.clone(),
        images: images.clone(),
    });
    AccountsApi {
        authenticate: Arc::new(Authenticate {
            tokens: tokens.clone(),
            users: users.clone(),
            clock: clock.clone(),
        }),
        sign_in: Arc::new(SignIn {
            credentials: credentials.clone(),
            hasher: hasher.clone(),
            tokens: tokens.clone(),
            clock: clock.clone(),
        }),
        redeem_invitation: Arc::new(RedeemInvitation {
            credentials,
            codes,
            hasher,
            tokens,
            ids: ids.clone(),
            clock: clock.clone(),
        }),
        invite: Arc::new(invite(parts)),
        register_user: Arc::new(RegisterUser {
            users: users.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
        }),
        register_users: Arc::new(RegisterUsers {
            users: users.clone(),
            ids,
            clock: clock.clone(),
        }),
        list_users: Arc::new(ListUsers {
            users: users.clone(),
        }),
        find_user: Arc::new(FindUser {
            users: users.clone(),
        }),
        change_user: Arc::new(ChangeUser {
            users: users.clone(),
            clock: clock.clone(),
        }),
        change_status: Arc::new(ChangeStatus {
            users: users.clone(),
            clock: clock.clone(),
        }),
        read_audit_trail: Arc::new(ReadAuditTrail {
            users: users.clone(),
            trail,
        }),
        add_image: Arc::new(add_image(parts)),
        list_images: Arc::new(ListImages {
            users: users.clone(),
            images: images.clone(),
        }),
        find_image: find_image.clone(),
        read_variant: Arc::new(ReadVariant {
            find: find_image,
            objects: objects.clone(),
        }),
        set_avatar: Arc::new(SetAvatar {
            users: users.clone(),
            images: images.clone(),
            clock: clock.clone(),
        }),
        delete_images: Arc::new(DeleteImages {
            users,
            images,
            clock,
        }),
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

/// Carries out what the outbox says.
#[must_use]
pub fn deliver(parts: &Parts) -> DeliverEvents {
    let Parts {
        outbox,
        janitor,
        objects,
        cache,
        clock,
        ..
    } = parts.clone();
    DeliverEvents {
        outbox,
        janitor,
        objects,
        cache,
        clock,
    }
}

/// Clears unfinished uploads away.
#[must_use]
pub fn reap(parts: &Parts) -> ReapImages {
    let Parts {
        janitor,
        census,
        objects,
        clock,
        ..
    } = parts.clone();
    ReapImages {
        janitor,
        census,
        objects,
        clock,
    }
}

/// Forgets old answers.
#[must_use]
pub fn forget(parts: &Parts) -> ForgetExpiredAnswers {
    ForgetExpiredAnswers {
        janitor: parts.answers.clone(),
        clock: parts.clock.clone(),
    }
}
