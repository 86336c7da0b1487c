//! A person of whom something is kept in every table.

use super::{
    CommitWith as _, a_commit, a_pending_image, a_user, an_api_key, an_id, an_invitation, moment,
    sign_in,
};
use crate::Repositories;
use domain::accounts::{ApiKey, Role, User};
use domain::actors::Principal;
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::SiteId;

/// Enters somebody whose texts all hold this mark: with a password, a device, an invitation, a site, a photo that is the
/// avatar, an entry in the trail, an event, and answers under keys about them and of their own.
pub async fn kept(db: &Repositories, mark: &str) -> User {
    let user = a_user()
        .named(&format!("Given{mark} Family{mark}"))
        .with_email(&format!("{mark}@example.org"))
        .with_phone("555 0100")
        .with_address(&format!("{mark} Lane"))
        .with_subject(&format!("subject|{mark}"))
        .with_role(Role::Manager)
        .at_site(SiteId::new(an_id()))
        .build();
    let commit = a_commit()
        .keyed(&format!("key-{mark}"), "entered")
        .saying(Audit::of(Action::UserRegistered, user.id))
        .telling(Event::user(
            EventKind::UserRegistered,
            user.id,
            user.version,
        ));
    let added = db.users.add(&user, &commit).await;
    added.expect("nothing is in the way");
    sign_in(db, user.id, mark).await;
    let invitation = an_invitation(user.id);
    let invited = db.credentials.invite(&invitation, None, &a_commit()).await;
    invited.expect("is there");
    let image = a_pending_image(user.id).taken_at(moment(1)).build();
    let theirs = a_commit().by(Principal::User(user.id));
    let theirs = theirs.keyed(&format!("upload-{mark}"), "upload");
    let reserved = db.images.reserve(&image, u64::MAX, &theirs).await;
    reserved.expect("there is room");
    let published = db.images.publish(image.id, &theirs).await;
    published.expect("is in time");
    let key = ApiKey {
        created_by: Principal::User(user.id),
        ..an_api_key()
    };
    let added = db.api_keys.add(&key, &a_commit()).await;
    added.expect("can be written");
    user
}
