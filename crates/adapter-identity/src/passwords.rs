//! Password hashing with argon2id, a bounded number at a time, since each takes 19 MiB and a core.

use crate::random;
use argon2::password_hash::{
    Error, PasswordHasher as _, PasswordVerifier as _, phc::PasswordHash as Phc,
};
use argon2::{Algorithm, Argon2, Params, Version};
use async_trait::async_trait;
use core::fmt;
use domain::accounts::passwords::Password;
use ports::Fault;
use ports::accounts::{HashError, PasswordHash, PasswordHasher};
use std::sync::Arc;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::spawn_blocking;

/// OWASP Password Storage Cheat Sheet: argon2id with 19 MiB, two passes, one lane.
const MEMORY_KIB: u32 = 19 * 1024;
const PASSES: u32 = 2;
const LANES: u32 = 1;
const SALT: usize = 16;

/// Hashes and checks passwords in the blocking pool.
pub struct Argon2Hasher {
    /// As many as may hash at once: memory and cores.
    rooms: Arc<Semaphore>,
    /// As many as may hash or wait.
    places: Arc<Semaphore>,
    /// What is checked when there is nothing to check, so that it takes as long.
    dummy: PasswordHash,
}

/// A place in the queue and room to hash; moved into the blocking task, which a dropped request does
/// not stop.
type Turn = (OwnedSemaphorePermit, OwnedSemaphorePermit);

impl Argon2Hasher {
    /// Lets `at_once` passwords be hashed at a time (19 MiB and a core each, at least one) while up to
    /// `waiting` wait.
    #[must_use]
    pub fn new(at_once: usize, waiting: usize) -> Self {
        let at_once = at_once.clamp(1, Semaphore::MAX_PERMITS / 2);
        let places = at_once + waiting.min(Semaphore::MAX_PERMITS / 2);
        Self {
            rooms: Arc::new(Semaphore::new(at_once)),
            places: Arc::new(Semaphore::new(places)),
            dummy: dummy(),
        }
    }

    async fn turn(&self) -> Result<Turn, HashError> {
        let place = Arc::clone(&self.places).try_acquire_owned();
        let place = place.map_err(|_full| HashError::Busy)?;
        let room = Arc::clone(&self.rooms).acquire_owned().await;
        let room = room.map_err(|closed| Fault::unavailable("passwords", closed))?;
        Ok((place, room))
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, Fault> + Send + 'static,
    ) -> Result<T, HashError> {
        let turn = self.turn().await?;
        let done = spawn_blocking(move || {
            let _held_until_done = turn;
            work()
        });
        let result = done
            .await
            .map_err(|lost| Fault::unavailable("passwords", lost))?;
        Ok(result?)
    }
}

#[async_trait]
impl PasswordHasher for Argon2Hasher {
    async fn hash(&self, password: &Password) -> Result<PasswordHash, HashError> {
        let password = password.clone();
        self.blocking(move || hash(password.reveal().as_bytes()))
            .await
    }

    async fn verify(
        &self,
        password: &Password,
        stored: Option<PasswordHash>,
    ) -> Result<bool, HashError> {
        let password = password.clone();
        let known = stored.is_some();
        let stored = stored.unwrap_or_else(|| self.dummy.clone());
        let matches = self
            .blocking(move || verify(password.reveal().as_bytes(), &stored))
            .await?;
        Ok(matches && known)
    }
}

fn argon2() -> Result<Argon2<'static>, Fault> {
    let params = Params::new(MEMORY_KIB, PASSES, LANES, None)
        .map_err(|error| Fault::broken("passwords", "the parameters", error))?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// Salt and hash of zeros: as much work to check as any hash, and no password is found to have it. Made without hashing, so
/// that a start costs neither the time nor the memory.
fn dummy() -> PasswordHash {
    let (salt, hash) = ("A".repeat(22), "A".repeat(43));
    PasswordHash::new(format!(
        "$argon2id$v=19$m={MEMORY_KIB},t={PASSES},p={LANES}${salt}${hash}"
    ))
}

fn hash(password: &[u8]) -> Result<PasswordHash, Fault> {
    let hashed = argon2()?.hash_password_with_salt(password, &random::bytes::<SALT>());
    let hashed: Phc = hashed.map_err(|error| Fault::broken("passwords", "hashing", error))?;
    Ok(PasswordHash::new(hashed.to_string()))
}

/// Checks with the parameters that stand in the hash, so that old hashes stay good when ours change.
fn verify(password: &[u8], stored: &PasswordHash) -> Result<bool, Fault> {
    let broken = |error: Error| Fault::broken("passwords", "a stored hash", error);
    let stored = Phc::new(stored.reveal())
        .map_err(|error| Fault::broken("passwords", "a stored hash", error))?;
    match argon2()?.verify_password(password, &stored) {
        Ok(()) => Ok(true),
        Err(Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(broken(error)),
    }
}

impl fmt::Debug for Argon2Hasher {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Argon2Hasher")
            .field("places", &self.places.available_permits())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "passwords_tests.rs"]
mod tests;
