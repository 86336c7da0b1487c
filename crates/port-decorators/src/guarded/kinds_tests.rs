//! Every method of every port, over a part that is down: what is tried again and what is not.

use super::faulty::Faulty;
use super::tests::{down, guarded};
use bytes::Bytes;
use core::fmt::Debug;
use core::time::Duration;
use domain::Digest;
use domain::Pii;
use domain::accounts::UserFilter;
use domain::accounts::images::{ObjectKey, Variant};
use domain::ids::{ImageId, KeyId, SessionId, UserId};
use futures::{StreamExt as _, stream};
use ports::Fault;
use ports::accounts::{
    AccessChanges as _, ApiKeyRepository as _, AuditTrail as _, BatchMode,
    CredentialRepository as _, Devices, FillLease, ImageCensus as _, ImageJanitor as _,
    ImageRepository as _, LockoutRepository as _, MockAccessChanges, MockApiKeyRepository,
    MockAuditTrail, MockCredentialRepository, MockImageCensus, MockImageJanitor,
    MockImageRepository, MockLockoutRepository, MockObjectStore, MockSessionRepository,
    MockUserCache, MockUserRepository, ObjectStore as _, PasswordHash, SessionRepository as _,
    UserCache as _, UserRepository as _,
};
use ports::keys::{InstallationKey, KeyPurpose, KeyStore as _, MockKeyStore};
use ports::leases::{Leases as _, MockLeases};
use ports::limits::{MockRateLimiter, RateLimiter};
use ports::outbox::{IdempotencyJanitor as _, MockIdempotencyJanitor, MockOutbox, Outbox as _};
use ports::replicas::{MockReplicas, Replicas as _};
use ports::signing_keys::{MockSigningKeys, SigningKeys as _};
use std::sync::Arc;
use testkit::builders::{
    a_commit, a_pending_image, a_session, a_set_up_link, a_signing_key, a_user, an_api_key, an_id,
    an_invitation, moment,
};
use testkit::contracts::rate_limiter::{a_bucket, rate};

/// Attempts at what is tried again: the policy of these tests has two retries.
const AGAIN: usize = 3;
/// Attempts at what is not.
const ONCE: usize = 1;

/// The part is down, and that is what the caller hears.
fn fails<T: Debug, E: Faulty + Debug>(outcome: Result<T, E>) {
    let error = outcome.expect_err("is down");
    let unavailable = matches!(error.fault(), Some(Fault::Unavailable { .. }));
    assert!(unavailable, "{error:?}");
}

#[tokio::test(start_paused = true)]
async fn people_are_looked_up_again_and_written_once() {
    let mut inner = MockUserRepository::new();
    let add = inner.expect_add().times(ONCE);
    add.returning(|_, _| Err(down().into()));
    let add_all = inner.expect_add_all().times(ONCE);
    add_all.returning(|_, _, _| Err(down().into()));
    let save = inner.expect_save().times(ONCE);
    save.returning(|_, _, _| Err(down().into()));
    let find = inner.expect_find().times(AGAIN);
    find.returning(|_| Err(down()));
    let list = inner.expect_list().times(AGAIN);
    list.returning(|_, _, _| Err(down()));
    let is_empty = inner.expect_is_empty().times(AGAIN);
    is_empty.returning(|| Err(down()));
    let (users, ada, commit) = (guarded(inner), a_user().build(), a_commit());
    fails(users.add(&ada, &commit).await);
    let all = std::slice::from_ref(&ada);
    fails(users.add_all(all, BatchMode::Atomic, &commit).await);
    fails(users.save(&ada, ada.version, &commit).await);
    fails(users.find(ada.id).await);
    fails(users.list(&UserFilter::default(), None, 9).await);
    fails(users.is_empty().await);
}

#[tokio::test(start_paused = true)]
async fn credentials_are_looked_up_again_and_written_once() {
    let mut inner = MockCredentialRepository::new();
    let invite = inner.expect_invite().times(2 * ONCE);
    invite.returning(|_, _, _| Err(down().into()));
    let redeem = inner.expect_redeem().times(ONCE);
    redeem.returning(|_, _, _| Err(down().into()));
    let redeem_setup = inner.expect_redeem_setup().times(ONCE);
    redeem_setup.returning(|_, _, _, _| Err(down().into()));
    let invitation = inner.expect_invitation().times(AGAIN);
    invitation.returning(|_| Err(down()));
    let credential = inner.expect_credential().times(AGAIN);
    credential.returning(|_| Err(down()));
    let password = inner.expect_password().times(AGAIN);
    password.returning(|_| Err(down()));
    let change = inner.expect_change_password().times(ONCE);
    change.returning(|_, _, _, _, _| Err(down().into()));
    let (credentials, ada, commit) = (guarded(inner), a_user().build(), a_commit());
    let (code, hash) = (Digest::new([1; 32]), PasswordHash::new("phc".to_owned()));
    fails(
        credentials
            .invite(&an_invitation(ada.id), None, &commit)
            .await,
    );
    fails(credentials.invite(&a_set_up_link(), None, &commit).await);
    fails(credentials.redeem(&code, &hash, &commit).await);
    fails(credentials.redeem_setup(&code, &ada, &hash, &commit).await);
    fails(credentials.invitation(&code).await);
    fails(credentials.credential("ada@example.org").await);
    fails(credentials.password(ada.id).await);
    let kept = SessionId::new(an_id());
    fails(
        credentials
            .change_password(ada.id, &hash, &hash, kept, &commit)
            .await,
    );
}

#[tokio::test(start_paused = true)]
async fn attempts_begin_and_end_once_and_are_forgotten_again() {
    let mut inner = MockLockoutRepository::new();
    let begin = inner.expect_begin().times(ONCE);
    begin.returning(|_, _| Err(down()));
    let end = inner.expect_end().times(ONCE);
    end.returning(|_, _, _| Err(down()));
    let clear = inner.expect_clear().times(AGAIN);
    clear.returning(|_, _| Err(down()));
    let forget = inner.expect_forget().times(AGAIN);
    forget.returning(|_, _| Err(down()));
    let (lockouts, at) = (guarded(inner), moment(0));
    fails(lockouts.begin(&[], at).await);
    fails(lockouts.end(&[], at, at).await);
    fails(lockouts.clear(&[], at).await);
    fails(lockouts.forget(at, 9).await);
}

#[tokio::test(start_paused = true)]
async fn devices_are_looked_up_again_and_signed_in_and_out_once() {
    let mut inner = MockSessionRepository::new();
    let open = inner.expect_open().times(ONCE);
    open.returning(|_, _, _| Err(down().into()));
    let rotate = inner.expect_rotate().times(ONCE);
    rotate.returning(|_, _, _| Err(down().into()));
    let end = inner.expect_end().times(ONCE);
    end.returning(|_, _, _| Err(down()));
    let find = inner.expect_find().times(AGAIN);
    find.returning(|_| Err(down()));
    let of_user = inner.expect_of_user().times(AGAIN);
    of_user.returning(|_, _| Err(down()));
    let forget = inner.expect_forget_expired().times(AGAIN);
    forget.returning(|_| Err(down()));
    let (sessions, ada, commit) = (guarded(inner), a_user().build().id, a_commit());
    let session = a_session(ada);
    let checked = PasswordHash::new("phc".to_owned());
    fails(sessions.open(&session, &checked, &commit).await);
    fails(sessions.rotate(session.id, 1, &commit).await);
    fails(sessions.end(ada, Devices::All, &commit).await);
    fails(sessions.find(session.id).await);
    fails(sessions.of_user(ada, moment(0)).await);
    fails(sessions.forget_expired(moment(0)).await);
}

#[tokio::test(start_paused = true)]
async fn machine_keys_are_looked_up_and_noted_again_and_made_and_revoked_once() {
    let mut inner = MockApiKeyRepository::new();
    let add = inner.expect_add().times(ONCE);
    add.returning(|_, _| Err(down()));
    let revoke = inner.expect_revoke().times(ONCE);
    revoke.returning(|_, _| Err(down()));
    let find = inner.expect_find().times(AGAIN);
    find.returning(|_| Err(down()));
    let rights = inner.expect_rights().times(AGAIN);
    rights.returning(|_| Err(down()));
    let list = inner.expect_list().times(AGAIN);
    list.returning(|_, _| Err(down()));
    let used = inner.expect_used().times(AGAIN);
    used.returning(|_| Err(down()));
    let (keys, key, commit) = (guarded(inner), an_api_key(), a_commit());
    fails(keys.add(&key, &commit).await);
    fails(keys.revoke(key.id, &commit).await);
    fails(keys.find(key.id).await);
    fails(keys.rights(key.id).await);
    fails(keys.list(Some(KeyId::new(an_id())), 9).await);
    fails(keys.used(&[(key.id, moment(0))]).await);
}

#[tokio::test(start_paused = true)]
async fn changes_of_access_are_asked_for_and_forgotten_again() {
    let mut inner = MockAccessChanges::new();
    let within = inner.expect_within().times(AGAIN);
    within.returning(|_| Err(down()));
    let forget = inner.expect_forget_older().times(AGAIN);
    forget.returning(|_| Err(down()));
    let changes = guarded(inner);
    fails(changes.within(Duration::from_secs(1)).await);
    fails(changes.forget_older(Duration::from_secs(1)).await);
}

#[tokio::test(start_paused = true)]
async fn photos_are_looked_up_again_and_written_once() {
    let mut inner = MockImageRepository::new();
    let reserve = inner.expect_reserve().times(ONCE);
    reserve.returning(|_, _, _| Err(down().into()));
    let publish = inner.expect_publish().times(ONCE);
    publish.returning(|_, _| Err(down().into()));
    let set_avatar = inner.expect_set_avatar().times(ONCE);
    set_avatar.returning(|_, _, _| Err(down().into()));
    let delete = inner.expect_delete().times(ONCE);
    delete.returning(|_, _, _| Err(down().into()));
    let delete_all = inner.expect_delete_all().times(ONCE);
    delete_all.returning(|_, _| Err(down()));
    let find = inner.expect_find().times(AGAIN);
    find.returning(|_, _| Err(down()));
    let history = inner.expect_history().times(AGAIN);
    history.returning(|_, _, _| Err(down()));
    let (images, ada, commit) = (guarded(inner), a_user().build().id, a_commit());
    let pending = a_pending_image(ada).build();
    fails(images.reserve(&pending, 1, &commit).await);
    fails(images.publish(pending.id, &commit).await);
    fails(images.set_avatar(ada, pending.id, &commit).await);
    fails(images.delete(ada, pending.id, &commit).await);
    fails(images.delete_all(ada, &commit).await);
    fails(images.find(ada, pending.id).await);
    fails(images.history(ada, None, 9).await);
}

#[tokio::test(start_paused = true)]
async fn whatever_a_janitor_does_can_be_done_again() {
    let mut inner = MockImageJanitor::new();
    let abort = inner.expect_abort_expired().times(AGAIN);
    abort.returning(|_| Err(down()));
    let reapable = inner.expect_reapable().times(AGAIN);
    reapable.returning(|_, _| Err(down()));
    let doomed = inner.expect_doomed().times(AGAIN);
    doomed.returning(|_, _| Err(down()));
    let bury = inner.expect_bury().times(AGAIN);
    bury.returning(|_| Err(down()));
    let (janitor, id) = (guarded(inner), ImageId::new(an_id()));
    fails(janitor.abort_expired(moment(0)).await);
    fails(janitor.reapable(moment(0), 9).await);
    fails(janitor.doomed(id, moment(0)).await);
    fails(janitor.bury(id).await);
    let mut inner = MockIdempotencyJanitor::new();
    let forget = inner.expect_forget_expired().times(AGAIN);
    forget.returning(|_| Err(down()));
    fails(guarded(inner).forget_expired(moment(0)).await);
}

#[tokio::test(start_paused = true)]
async fn the_census_and_the_trail_are_read_again() {
    let mut inner = MockImageCensus::new();
    let count = inner.expect_count().times(AGAIN);
    count.returning(|| Err(down()));
    let known = inner.expect_known().times(AGAIN);
    known.returning(|_| Err(down()));
    let among = inner.expect_ready_among().times(AGAIN);
    among.returning(|_| Err(down()));
    let ready = inner.expect_ready().times(AGAIN);
    ready.returning(|_, _| Err(down()));
    let census = guarded(inner);
    fails(census.count().await);
    fails(census.known(Vec::new()).await);
    fails(census.ready_among(Vec::new()).await);
    fails(census.ready(None, 9).await);
    let mut inner = MockAuditTrail::new();
    let of_user = inner.expect_of_user().times(AGAIN);
    of_user.returning(|_, _, _| Err(down()));
    fails(guarded(inner).of_user(UserId::new(an_id()), None, 9).await);
}

#[tokio::test(start_paused = true)]
async fn events_are_claimed_once_and_settled_again() {
    let mut inner = MockOutbox::new();
    let claim = inner.expect_claim().times(ONCE);
    claim.returning(|_, _, _| Err(down()));
    let settle = inner.expect_settle().times(AGAIN);
    settle.returning(|_| Err(down()));
    let defer = inner.expect_defer().times(AGAIN);
    defer.returning(|_, _| Err(down()));
    let outbox = guarded(inner);
    fails(outbox.claim(moment(0), moment(9), 9).await);
    fails(outbox.settle(1).await);
    fails(outbox.defer(1, moment(9)).await);
}

#[tokio::test(start_paused = true)]
async fn a_lease_is_taken_and_given_back_again() {
    let mut inner = MockLeases::new();
    let take = inner.expect_take().times(AGAIN);
    take.returning(|_, _, _, _| Err(down()));
    let release = inner.expect_release().times(AGAIN);
    release.returning(|_, _| Err(down()));
    let (leases, holder) = (guarded(inner), an_id());
    fails(leases.take("reap", holder, moment(0), moment(9)).await);
    fails(leases.release("reap", holder).await);
}

#[tokio::test(start_paused = true)]
async fn a_key_is_kept_again() {
    let mut inner = MockKeyStore::new();
    let keep = inner.expect_keep().times(AGAIN);
    keep.returning(|_| Err(down()));
    let candidate = InstallationKey {
        id: an_id(),
        purpose: KeyPurpose::Pages,
        secret: Pii::new([7; 32]),
        created_at: moment(0),
    };
    fails(guarded(inner).keep(candidate).await);
}

#[tokio::test(start_paused = true)]
async fn signing_keys_are_read_and_changed_again() {
    let mut inner = MockSigningKeys::new();
    let all = inner.expect_all().times(AGAIN);
    all.returning(|| Err(down()));
    let add = inner.expect_add().times(AGAIN);
    add.returning(|_, _| Err(down()));
    let replace = inner.expect_replace_all().times(AGAIN);
    replace.returning(|_| Err(down()));
    let remove = inner.expect_remove().times(AGAIN);
    remove.returning(|_| Err(down()));
    let (keys, key) = (guarded(inner), a_signing_key(0));
    fails(keys.all().await);
    fails(keys.add(&key, &[]).await);
    fails(keys.replace_all(&key).await);
    fails(keys.remove(&[key.id]).await);
}

#[tokio::test(start_paused = true)]
async fn objects_are_put_once_and_everything_else_is_done_again() {
    let mut inner = MockObjectStore::new();
    let put = inner.expect_put().times(ONCE);
    put.returning(|_, _, _| Err(down().into()));
    let get = inner.expect_get().times(AGAIN);
    get.returning(|_, _| Err(down()));
    let delete = inner.expect_delete().times(AGAIN);
    delete.returning(|_| Err(down()));
    let exists = inner.expect_exists().times(AGAIN);
    exists.returning(|_| Err(down()));
    let list = inner.expect_list().times(AGAIN);
    list.returning(|_| stream::iter([Err(down())]).boxed());
    let (objects, user) = (guarded(inner), UserId::new(an_id()));
    let key = ObjectKey::of(user, ImageId::new(an_id()), Variant::Full);
    let rendition = testkit::contracts::object_store::rendition(&Bytes::new());
    fails(objects.put(&key, &rendition, Bytes::new()).await);
    fails(objects.get(&key, None).await);
    fails(objects.delete(&key).await);
    fails(objects.exists(&key).await);
    let mut listed: Vec<_> = objects.list(None).collect().await;
    assert_eq!(listed.len(), 1);
    fails(listed.remove(0));
}

#[tokio::test(start_paused = true)]
async fn the_cache_is_asked_once_and_cleared_again() {
    let mut inner = MockUserCache::new();
    let get = inner.expect_get().times(ONCE);
    get.returning(|_| Err(down()));
    let fill = inner.expect_fill().times(ONCE);
    fill.returning(|_, _, _| Err(down()));
    let kill = inner.expect_kill().times(AGAIN);
    kill.returning(|_| Err(down()));
    let refresh = inner.expect_refresh().times(AGAIN);
    refresh.returning(|_| Err(down()));
    let (cache, ada) = (guarded(inner), a_user().build());
    fails(cache.get(ada.id).await);
    fails(cache.fill(ada.id, FillLease(1), None).await);
    fails(cache.kill(ada.id).await);
    fails(cache.refresh(Arc::new(ada)).await);
}

#[tokio::test(start_paused = true)]
async fn limits_are_asked_once_whatever_is_asked() {
    let mut inner = MockRateLimiter::new();
    let admit = inner.expect_admit().times(ONCE);
    admit.returning(|_, _, _| Err(down()));
    let look = inner.expect_look().times(ONCE);
    look.returning(|_, _, _| Err(down()));
    let charge = inner.expect_charge().times(ONCE);
    charge.returning(|_, _, _| Err(down()));
    let refund = inner.expect_refund().times(ONCE);
    refund.returning(|_, _, _| Err(down()));
    let (limits, bucket) = (guarded(inner), a_bucket());
    let rate = rate(1, Duration::from_secs(1), 1);
    fails(RateLimiter::admit(&limits, &bucket, rate, 1).await);
    fails(RateLimiter::look(&limits, &bucket, rate, 1).await);
    fails(RateLimiter::charge(&limits, &bucket, rate, 1).await);
    fails(RateLimiter::refund(&limits, &bucket, rate, 1).await);
}

#[tokio::test(start_paused = true)]
async fn that_a_process_lives_is_said_again() {
    let mut inner = MockReplicas::new();
    let beat = inner.expect_beat().times(AGAIN);
    beat.returning(|| Err(down()));
    let leave = inner.expect_leave().times(AGAIN);
    leave.returning(|| Err(down()));
    let replicas = guarded(inner);
    fails(replicas.beat().await);
    fails(replicas.leave().await);
}
