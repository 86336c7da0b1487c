//! People, requests and parts that the unit tests of use cases share.

use crate::accounts::{Attempts, CaughtUp, FollowAccess};
use crate::{Caller, Request};
use domain::accounts::images::{Encoding, Image, Rendition, Variant};
use domain::accounts::{Email, FamilyName, GivenName, LockoutTerms, Outcome, Profile, Role, User};
use domain::ids::{ImageId, SiteId, UserId};
use domain::{Digest, Version};
use jiff::Timestamp;
use ports::accounts::{
    Begun, Counted, MockAccessChanges, MockAccessView, MockLockoutRepository, MockUserRepository,
};
use ports::pseudonyms::{MockPseudonyms, Pseudonyms};
use ports::{BoxError, Claim, Clock, Fault, Fingerprint, IdempotencyKey, Ids, MockClock, MockIds};
use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use uuid::Uuid;

pub fn user_id(number: u64) -> UserId {
    UserId::new(Uuid::from_u64_pair(0, number))
}

pub fn image_id(number: u64) -> ImageId {
    ImageId::new(Uuid::from_u64_pair(1, number))
}

pub fn now() -> Timestamp {
    Timestamp::from_second(1_767_600_000).unwrap()
}

pub fn clock() -> Arc<dyn Clock> {
    let mut clock = MockClock::new();
    clock.expect_now().returning(now);
    Arc::new(clock)
}

pub fn ids() -> Arc<dyn Ids> {
    let (mut ids, last) = (MockIds::new(), AtomicU64::new(1000));
    ids.expect_next()
        .returning(move || Uuid::from_u64_pair(0, last.fetch_add(1, Ordering::SeqCst)));
    Arc::new(ids)
}

pub fn profile(role: Role) -> Profile {
    Profile {
        given_name: GivenName::parse("Ada").unwrap(),
        family_name: FamilyName::parse("Lovelace").unwrap(),
        email: Email::parse("ada@example.org").unwrap(),
        phone: None,
        address: None,
        external_subject: None,
        role,
        site_ids: BTreeSet::new(),
    }
}

pub fn user(number: u64, role: Role) -> User {
    User::register(user_id(number), profile(role), Timestamp::UNIX_EPOCH)
}

pub fn by(role: Role) -> Request {
    Request {
        caller: Caller::signed_in(user_id(1), role),
        ..Request::by_system("request-1")
    }
}

pub fn site_id(number: u64) -> SiteId {
    SiteId::new(Uuid::from_u64_pair(2, number))
}

/// Somebody who works at these sites, or manages there.
pub fn at_sites(role: Role, sites: &[SiteId]) -> Request {
    let request = by(role);
    let caller = request.caller.clone().at(sites.iter().copied().collect());
    Request { caller, ..request }
}

/// A person who works at these sites.
pub fn user_at(number: u64, role: Role, sites: &[SiteId]) -> User {
    let mut user = user(number, role);
    user.profile.site_ids = sites.iter().copied().collect();
    user
}

pub fn by_nobody() -> Request {
    Request {
        caller: Caller::ANONYMOUS,
        ..Request::by_system("request-1")
    }
}

/// Follows nothing, and counts its turns.
pub fn following() -> (Arc<FollowAccess>, Arc<AtomicUsize>) {
    let (mut changes, mut view, turns) = (
        MockAccessChanges::new(),
        MockAccessView::new(),
        Arc::<AtomicUsize>::default(),
    );
    let counted = Arc::clone(&turns);
    changes.expect_within().returning(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Ok(Vec::new())
    });
    view.expect_note().return_const(());
    view.expect_caught_up().return_const(());
    let follow = FollowAccess {
        changes: Arc::new(changes),
        view: Arc::new(view),
        caught_up: CaughtUp::default(),
    };
    (Arc::new(follow), turns)
}

/// A pseudonym is the kind, cut or filled up to its length.
pub fn pseudonym(kind: &str) -> Digest {
    let mut bytes = [0; 32];
    for (byte, letter) in bytes.iter_mut().zip(kind.bytes()) {
        *byte = letter;
    }
    Digest::new(bytes)
}

pub fn pseudonyms() -> Arc<dyn Pseudonyms> {
    let mut pseudonyms = MockPseudonyms::new();
    pseudonyms.expect_of().returning(|kind, _| pseudonym(kind));
    Arc::new(pseudonyms)
}

/// Everybody is user 7 or somebody of the same email.
pub fn attempts(lockouts: MockLockoutRepository) -> Attempts {
    let mut users = MockUserRepository::new();
    let found = || Ok(Some(Arc::new(user(7, Role::Member))));
    users.expect_find().returning(move |_| found());
    Attempts {
        lockouts: Arc::new(lockouts),
        users: Arc::new(users),
        pseudonyms: pseudonyms(),
        clock: clock(),
    }
}

/// Places for everybody; each attempt must end like this, for the kinds of subjects that it concerns.
pub fn ending(expected: &'static [(&'static str, Outcome)]) -> MockLockoutRepository {
    let mut lockouts = MockLockoutRepository::new();
    let begin = lockouts.expect_begin();
    begin.returning(|_, at| Ok(Begun::Held(LockoutTerms::held_from(at))));
    let end = lockouts.expect_end().times(1);
    end.withf(move |ended, held, at| {
        let named = |(kind, outcome): &(&str, Outcome)| (pseudonym(kind), *outcome);
        let ended = ended
            .iter()
            .map(|(counted, outcome)| (counted.subject, *outcome));
        let held_as_begun = (*held, *at) == (LockoutTerms::held_from(now()), now());
        held_as_begun && ended.eq(expected.iter().map(named))
    })
    .returning(|_, _, _| Ok(()));
    lockouts
}

/// The kinds of these subjects are those.
pub fn are_named(counted: &[Counted], kinds: &[&str]) -> bool {
    let subjects = counted.iter().map(|counted| counted.subject);
    subjects.eq(kinds.iter().map(|kind| pseudonym(kind)))
}

pub fn claim() -> Claim {
    Claim {
        key: IdempotencyKey::parse("key-1").unwrap(),
        fingerprint: Fingerprint::new("POST /v1/things".into()),
    }
}

pub fn version(number: i64) -> Version {
    Version::parse(number).unwrap()
}

pub fn fault() -> Fault {
    Fault::unavailable("database", BoxError::from("it is away"))
}

pub fn rendition(variant: Variant) -> Rendition {
    Rendition {
        variant,
        encoding: Encoding::Jpeg,
        width: 10,
        height: 10,
        bytes: 3,
        digest: Digest::new([7; 32]),
    }
}

pub fn image(number: u64, owner: UserId) -> Image {
    Image {
        id: image_id(number),
        user: owner,
        seq: number,
        taken_at: None,
        created_at: now(),
        renditions: Variant::ALL.into_iter().map(rendition).collect(),
    }
}
