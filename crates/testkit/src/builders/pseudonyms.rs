//! Other names, which anybody can turn back here.

use domain::Digest;
use domain::accounts::User;

/// The pseudonym of a subject of at most 32 bytes.
#[must_use]
pub fn a_pseudonym(subject: &str) -> Digest {
    let mut bytes = [0xa5; 32];
    bytes[..subject.len()].copy_from_slice(subject.as_bytes());
    // So that no text of the subject is in it.
    Digest::new(bytes.map(|byte| !byte))
}

/// The pseudonym of whom others know a person as.
#[must_use]
pub fn a_pseudonym_of(user: &User) -> Option<Digest> {
    let subject = user.profile.external_subject.as_ref();
    subject.map(|subject| a_pseudonym(subject.reveal()))
}
