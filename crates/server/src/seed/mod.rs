//! Made-up people with made-up photos: the same seed gives the same rows on every machine.
//!
//! Everything goes through the use cases, so that seeded data has its audit trail and obeys every rule.
//! Secrets (password salts, invitation codes, the installation's keys) are random all the same.

mod machine;
mod people;
mod random;

pub use machine::seeded;
pub use people::{DEMO_EMAIL, DEMO_PASSWORD, admin, person};

use crate::Failure;
use crate::wiring;
use crate::wiring::Parts;
use application::Request;
use application::accounts::{Added, BatchMode, RegisterUsers, Sweeps, UploadPart};
use bytes::Bytes;
use domain::accounts::passwords::Password;
use domain::ids::UserId;
use futures::StreamExt as _;
use http_api::AccountsApi;
use std::sync::Arc;

/// People with a photo, at most: each costs some 50 ms of work.
pub const PHOTOS: usize = 100;

/// What was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seeded {
    /// People, the demo admin among them.
    pub people: usize,
    /// Photos.
    pub photos: usize,
}

/// Fills an empty installation: a demo admin, `users - 1` other people, and photos for the first
/// [`PHOTOS`] of them. `progress` is told how many steps are done, and of how many.
///
/// # Errors
/// [`Failure`] with 64 when there are people already.
pub async fn fill(
    parts: &Parts,
    users: u32,
    seed: u64,
    progress: impl Fn(usize, usize),
) -> Result<Seeded, Failure> {
    if !parts.users.is_empty().await? {
        return Err(Failure::usage(
            "there are people already; seeding fills empty installations only",
        ));
    }
    let (api, request) = (
        wiring::accounts(parts, &Arc::new(Sweeps::default())),
        Request::by_system("muster seed"),
    );
    let count = usize::try_from(users.max(1)).unwrap_or(usize::MAX);
    let (photos, mut ids) = (count.min(PHOTOS), Vec::with_capacity(count));
    let everybody: Vec<_> = std::iter::once(admin())
        .chain((1..count).map(|number| person(seed, number)))
        .collect();
    for batch in everybody.chunks(RegisterUsers::MAX) {
        let added = api
            .users
            .register_many
            .run(&request, batch.to_vec(), BatchMode::Atomic)
            .await
            .map_err(|error| Failure::internal(&error))?;
        ids.extend(added.into_inner().into_iter().filter_map(applied));
        progress(ids.len(), count + photos);
    }
    if let Some(admin) = ids.first() {
        let invited = api
            .auth
            .invite
            .run(&request, *admin)
            .await
            .map_err(|error| Failure::internal(&error))?;
        let password = Password::presented(DEMO_PASSWORD);
        let redeemed = api
            .auth
            .redeem_invitation
            .run(&request, invited.code.reveal(), &password, None, None)
            .await;
        redeemed.map_err(|error| Failure::internal(&error))?;
    }
    for (number, id) in ids.iter().take(photos).enumerate() {
        photo(
            &api,
            &request,
            *id,
            seed.wrapping_add(u64::try_from(number).unwrap_or_default()),
        )
        .await?;
        progress(count + number + 1, count + photos);
    }
    Ok(Seeded {
        people: ids.len(),
        photos,
    })
}

fn applied(verdict: Added) -> Option<UserId> {
    match verdict {
        Added::Applied(id) => Some(id),
        Added::Refused(_) => None,
    }
}

async fn photo(
    api: &AccountsApi,
    request: &Request,
    user: UserId,
    number: u64,
) -> Result<(), Failure> {
    let drawn =
        adapter_media::portraits::portrait(number).map_err(|error| Failure::internal(&error))?;
    let upload = futures::stream::iter([Ok(UploadPart::Bytes(Bytes::from(drawn)))]).boxed();
    let added = api.images.add.run(request, user, upload).await;
    added.map(drop).map_err(|error| Failure::internal(&error))
}
