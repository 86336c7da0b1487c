//! What every keeper of the installation's secrets promises.

use crate::Repositories;
use crate::builders::{an_id, moment};
use domain::Pii;
use ports::keys::{InstallationKey, KeyPurpose};

fn a_key(purpose: KeyPurpose, fill: u8) -> InstallationKey {
    InstallationKey {
        id: an_id(),
        purpose,
        secret: Pii::new([fill; 32]),
        created_at: moment(i64::from(fill)),
    }
}

async fn kept(db: &Repositories, candidate: &InstallationKey) -> InstallationKey {
    db.keys.keep(candidate.clone()).await.expect("can be kept")
}

/// Whole, and for every later start, however new its candidate is.
pub async fn the_first_secret_is_kept_and_answered_ever_after(db: &Repositories) {
    let first = a_key(KeyPurpose::Sessions, 1);
    assert_eq!(kept(db, &first).await, first);
    assert_eq!(kept(db, &a_key(KeyPurpose::Sessions, 2)).await, first);
    assert_eq!(kept(db, &first).await, first);
}

/// Each purpose has its own.
pub async fn purposes_do_not_share_secrets(db: &Repositories) {
    for (purpose, fill) in KeyPurpose::ALL.into_iter().zip(1..) {
        let key = a_key(purpose, fill);
        assert_eq!(kept(db, &key).await, key);
    }
}

/// Of two processes that start at once, both get the same one.
pub async fn all_who_start_at_once_get_the_same_secret(db: &Repositories) {
    let candidates: Vec<InstallationKey> =
        (0..16).map(|fill| a_key(KeyPurpose::Pages, fill)).collect();
    let kept =
        futures::future::join_all(candidates.iter().map(|candidate| kept(db, candidate))).await;
    assert!(kept.iter().all(|key| key == &kept[0]), "{kept:?}");
    assert!(candidates.contains(&kept[0]));
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! key_store_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::keys,
            $fixture,
            [
                the_first_secret_is_kept_and_answered_ever_after,
                purposes_do_not_share_secrets,
                all_who_start_at_once_get_the_same_secret,
            ]
        );
    };
}
