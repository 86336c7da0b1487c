//! The use cases of `accounts` that somebody calls.

use super::{Parts, personal_parts};
use application::accounts::{
    AddImage, ChangeStatus, ChangeUser, CheckConsistency, DeleteImages, EraseUser, ExportUser,
    FindErasure, FindImage, FindUser, ListImages, ListPeople, ListUsers, ReadAuditTrail,
    ReadVariant, RegisterUser, RegisterUsers, ScanObjects, SetAvatar, Sweeps,
};
use http_api::{AccountsApi, AdminApi, ImagesApi, UsersApi};
use std::sync::Arc;

/// The use cases of `accounts`.
#[must_use]
pub fn accounts(parts: &Parts, sweeps: &Arc<Sweeps>) -> AccountsApi {
    AccountsApi {
        auth: super::auth::auth(parts),
        keys: super::api_keys::keys(parts),
        users: users(parts),
        images: images(parts),
        admin: admin(parts, sweeps),
    }
}

fn users(parts: &Parts) -> UsersApi {
    let Parts {
        users,
        trail,
        pseudonyms,
        ids,
        clock,
        ..
    } = parts.clone();
    let (personal, erasures) = (personal_parts(parts), parts.erasing.erasures.clone());
    UsersApi {
        register: Arc::new(RegisterUser {
            users: users.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
        }),
        register_many: Arc::new(RegisterUsers {
            users: users.clone(),
            ids: ids.clone(),
            clock: clock.clone(),
        }),
        list: Arc::new(ListUsers {
            users: users.clone(),
        }),
        people: Arc::new(ListPeople {
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
            access: parts.access.clone(),
            clock: clock.clone(),
        }),
        export: Arc::new(ExportUser {
            users: users.clone(),
            parts: personal.clone(),
            clock: clock.clone(),
        }),
        erase: Arc::new(EraseUser {
            users: users.clone(),
            erasures: erasures.clone(),
            parts: personal.clone(),
            pseudonyms,
            ids,
            clock,
        }),
        find_erasure: Arc::new(FindErasure {
            erasures,
            parts: personal,
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
