//! What every keeper of the keys that sign access tokens promises.

use crate::Repositories;
use crate::builders::a_signing_key;
use domain::ids::SigningKeyId;
use ports::signing_keys::SigningKey;

async fn all(db: &Repositories) -> Vec<SigningKey> {
    db.signing_keys.all().await.expect("can be read")
}

async fn add(db: &Repositories, key: &SigningKey, seen: &[SigningKeyId]) -> bool {
    let added = db.signing_keys.add(key, seen).await;
    added.expect("can be written")
}

/// Three keys that sign one after the other.
async fn three(db: &Repositories) -> [SigningKey; 3] {
    let keys = [0, 60, 120].map(a_signing_key);
    let mut seen = Vec::new();
    for key in &keys {
        assert!(add(db, key, &seen).await);
        seen.push(key.id);
    }
    keys
}

/// A new database has none: whoever comes first makes one.
pub async fn at_first_there_is_no_key(db: &Repositories) {
    assert_eq!(all(db).await, []);
}

/// Whole, whatever the order in which they were added.
pub async fn keys_are_answered_in_the_order_in_which_they_sign(db: &Repositories) {
    let [late, early] = [60, 0].map(a_signing_key);
    assert!(add(db, &late, &[]).await);
    assert!(add(db, &early, &[late.id]).await);
    assert_eq!(all(db).await, [early, late]);
}

/// Otherwise two who come to the same conclusion would both act on it.
pub async fn a_key_is_added_only_to_those_that_were_seen(db: &Repositories) {
    let keys = three(db).await;
    let [one, two, three] = keys.each_ref().map(|key| key.id);
    let other = a_signing_key(180);
    for seen in [
        &[][..],
        &[one],
        &[one, two],
        &[one, two, other.id],
        &[one, two, three, other.id],
    ] {
        assert!(!add(db, &other, seen).await, "{seen:?}");
    }
    assert_eq!(all(db).await, keys);
    assert!(add(db, &other, &[three, one, two]).await, "in any order");
    assert_eq!(all(db).await.last(), Some(&other));
}

/// However many have seen the same.
pub async fn of_many_who_add_at_once_one_does(db: &Repositories) {
    let mut seen = Vec::new();
    for round in 0..5 {
        let keys: Vec<SigningKey> = (0..8).map(|_| a_signing_key(round)).collect();
        let added = keys.iter().map(|key| add(db, key, &seen));
        let added = futures::future::join_all(added).await;
        let count = added.iter().filter(|added| **added).count();
        assert_eq!(count, 1, "round {round}: {added:?}");
        let there = all(db).await;
        assert_eq!(there.len(), seen.len() + 1, "{there:?}");
        let winner = added.iter().position(|added| *added).map(|at| &keys[at]);
        assert!(there.iter().any(|key| Some(key) == winner), "{there:?}");
        seen = there.iter().map(|key| key.id).collect();
    }
}

/// And no other is left, at no moment none.
pub async fn one_key_takes_the_place_of_all(db: &Repositories) {
    three(db).await;
    let only = a_signing_key(30);
    let replace = || db.signing_keys.replace_all(&only);
    assert_eq!(replace().await.expect("can be written"), 3);
    assert_eq!(all(db).await, std::slice::from_ref(&only));
    assert_eq!(replace().await.expect("twice is once"), 0);
    assert_eq!(all(db).await, [only]);
}

/// Whoever came to a conclusion about keys that were replaced meanwhile adds nothing to the one that is left.
pub async fn nothing_is_added_to_what_was_replaced(db: &Repositories) {
    let seen = three(db).await.map(|key| key.id);
    let only = a_signing_key(30);
    let replaced = db.signing_keys.replace_all(&only).await;
    replaced.expect("can be written");
    assert!(!add(db, &a_signing_key(180), &seen).await);
    assert_eq!(all(db).await, [only]);
}

/// Those that are named, as far as they are there.
pub async fn keys_are_removed_by_name(db: &Repositories) {
    let [one, two, three] = three(db).await;
    let nobodys = a_signing_key(0).id;
    let remove = async |ids: &[SigningKeyId]| {
        let removed = db.signing_keys.remove(ids).await;
        removed.expect("can be written")
    };
    assert_eq!(remove(&[]).await, 0);
    assert_eq!(remove(&[nobodys, one.id, two.id]).await, 2);
    assert_eq!(all(db).await, [three]);
    assert_eq!(remove(&[one.id]).await, 0);
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! signing_keys_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::signing_keys,
            $fixture,
            [
                at_first_there_is_no_key,
                keys_are_answered_in_the_order_in_which_they_sign,
                a_key_is_added_only_to_those_that_were_seen,
                of_many_who_add_at_once_one_does,
                one_key_takes_the_place_of_all,
                nothing_is_added_to_what_was_replaced,
                keys_are_removed_by_name,
            ]
        );
    };
}
