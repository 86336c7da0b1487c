//! Cost, capacity and the shape of what is stored.

use super::Argon2Hasher;
use domain::accounts::passwords::Password;
use ports::Fault;
use ports::accounts::{HashError, PasswordHash, PasswordHasher as _};
use std::sync::Arc;
use std::time::Instant;

fn password() -> Password {
    Password::presented("correct horse battery staple")
}

#[tokio::test]
async fn what_is_stored_says_how_it_was_made() {
    let hasher = Argon2Hasher::new(1, 0);
    let hash = hasher.hash(&password()).await.expect("there is room");
    let start = "$argon2id$v=19$m=19456,t=2,p=1$";
    assert!(hash.reveal().starts_with(start), "{}", hash.reveal());
}

#[tokio::test]
async fn hashes_of_other_parameters_stay_good() {
    // From the test vectors of the reference implementation.
    let old =
        "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
    let hasher = Argon2Hasher::new(1, 0);
    let hash = || Some(PasswordHash::new(old.to_owned()));
    let right = hasher
        .verify(&Password::presented("password"), hash())
        .await;
    let wrong = hasher
        .verify(&Password::presented("sassword"), hash())
        .await;
    assert!(right.expect("there is room") && !wrong.expect("there is room"));
}

#[tokio::test]
async fn a_stored_text_that_is_no_hash_is_a_fault_and_not_a_no() {
    let hasher = Argon2Hasher::new(1, 0);
    let outcome = hasher
        .verify(&password(), Some(PasswordHash::new("plain".to_owned())))
        .await;
    assert!(
        matches!(outcome, Err(HashError::Fault(Fault::Broken { .. }))),
        "{outcome:?}"
    );
}

#[tokio::test]
async fn an_unknown_person_costs_as_much_as_a_known_one() {
    let hasher = Argon2Hasher::new(1, 0);
    let hash = hasher.hash(&password()).await.expect("there is room");
    let start = |phc: &str| phc.rsplitn(3, '$').last().map(str::to_owned);
    assert_eq!(start(hash.reveal()), start(hasher.dummy.reveal()));
    // A shared machine is noisy, and noise only ever adds: the fastest of ten tells.
    let mut fastest = [f64::MAX; 2];
    for _ in 0..10 {
        for (which, stored) in [Some(hash.clone()), None].into_iter().enumerate() {
            let started = Instant::now();
            hasher
                .verify(&password(), stored)
                .await
                .expect("there is room");
            fastest[which] = fastest[which].min(started.elapsed().as_secs_f64());
        }
    }
    let [known, unknown] = fastest;
    assert!(
        unknown > known / 3.0,
        "known {known:.4} s, unknown {unknown:.4} s"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_finds_the_queue_full_is_told_at_once() {
    let hasher = Arc::new(Argon2Hasher::new(1, 2));
    let asked = (0..12).map(|_| {
        let hasher = Arc::clone(&hasher);
        tokio::spawn(async move { hasher.hash(&password()).await })
    });
    let asked: Vec<_> = asked.collect();
    let (mut hashed, mut busy) = (0, 0);
    for one in asked {
        match one.await.expect("does not panic") {
            Ok(_) => hashed += 1,
            Err(HashError::Busy) => busy += 1,
            Err(HashError::Fault(fault)) => panic!("{fault:?}"),
        }
    }
    assert!(
        hashed >= 3 && busy >= 1 && hashed + busy == 12,
        "{hashed} hashed, {busy} busy"
    );
}

#[tokio::test]
async fn a_request_that_goes_away_keeps_its_room_until_the_work_is_done() {
    let hasher = Argon2Hasher::new(1, 0);
    let password = password();
    let gone = hasher.hash(&password);
    tokio::time::timeout(std::time::Duration::from_millis(1), gone)
        .await
        .expect_err("hashing takes longer");
    let next = hasher.hash(&password).await;
    assert!(matches!(next, Err(HashError::Busy)), "{next:?}");
    while hasher.places.available_permits() == 0 {
        tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    }
    assert!(hasher.hash(&password).await.is_ok());
}
