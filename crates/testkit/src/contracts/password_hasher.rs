//! What every password hasher promises.

use domain::accounts::passwords::Password;
use ports::accounts::PasswordHasher;

fn password() -> Password {
    Password::presented("correct horse battery staple")
}

/// The password that was hashed is the right one.
pub async fn the_password_that_was_hashed_is_right(hasher: &dyn PasswordHasher) {
    let hash = hasher.hash(&password()).await.expect("there is room");
    let answer = hasher.verify(&password(), Some(hash)).await;
    assert!(answer.expect("there is room"));
}

/// Any other password is wrong, also one that starts with the right one.
pub async fn another_password_is_wrong(hasher: &dyn PasswordHasher) {
    let hash = hasher.hash(&password()).await.expect("there is room");
    for other in [
        "",
        "correct horse battery stapl",
        "correct horse battery staple ",
        "Correct horse battery staple",
    ] {
        let other = Password::presented(other);
        let answer = hasher.verify(&other, Some(hash.clone())).await;
        assert!(!answer.expect("there is room"), "{}", other.reveal());
    }
}

/// Without a hash no password is right.
pub async fn without_a_hash_every_password_is_wrong(hasher: &dyn PasswordHasher) {
    for password in [password(), Password::presented("")] {
        let answer = hasher.verify(&password, None).await;
        assert!(!answer.expect("there is room"));
    }
}

/// The same password hashed twice gives two hashes, so that nobody sees who shares one.
pub async fn every_hash_has_a_salt_of_its_own(hasher: &dyn PasswordHasher) {
    let one = hasher.hash(&password()).await.expect("there is room");
    let other = hasher.hash(&password()).await.expect("there is room");
    assert_ne!(one.reveal(), other.reveal());
}

/// The hash does not show the password.
pub async fn a_hash_does_not_show_the_password(hasher: &dyn PasswordHasher) {
    let hash = hasher.hash(&password()).await.expect("there is room");
    assert!(!hash.reveal().contains("horse") && !format!("{hash:?}").contains('$'));
}

/// Runs the contract over `$fixture`, a future that gives a hasher with room for one more.
#[macro_export]
macro_rules! password_hasher_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::password_hasher,
            $fixture,
            [
                the_password_that_was_hashed_is_right,
                another_password_is_wrong,
                without_a_hash_every_password_is_wrong,
                every_hash_has_a_salt_of_its_own,
                a_hash_does_not_show_the_password,
            ]
        );
    };
}
