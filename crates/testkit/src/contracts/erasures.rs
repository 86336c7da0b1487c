//! What every keeper of erasures promises: what has to be so at once is so, or nothing is.

mod begin;
mod carried;

pub use begin::*;
pub use carried::*;

use crate::Repositories;
use crate::builders::{a_commit, a_pseudonym_of, an_id, moment};
use domain::accounts::User;
use domain::erasures::Erasure;
use domain::ids::ErasureId;
use ports::erasures::BeginErasureError;

async fn add(db: &Repositories, user: &User) {
    let added = db.users.add(user, &a_commit()).await;
    added.expect("nothing is in the way");
}

/// Begins to erase a person as they are now.
async fn erase(db: &Repositories, user: &User) -> Result<Erasure, BeginErasureError> {
    let now = db.users.find(user.id).await.expect("can be read");
    let now = now.expect("is there");
    let (blank, _) = now.erased(moment(9));
    let id = ErasureId::new(an_id());
    db.erasures
        .begin(id, &blank, now.version, a_pseudonym_of(&now), &a_commit())
        .await
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! erasure_repository_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::erasures,
            $fixture,
            [
                the_row_is_blank_at_once_and_the_email_is_free,
                access_ends_and_everybody_is_told,
                every_photo_is_unreadable_and_its_objects_are_doomed,
                an_upload_under_way_does_not_become_a_photo,
                the_commit_is_recorded_once,
                a_deleted_person_can_be_erased,
                an_erased_person_is_not_restored,
                the_last_admin_is_not_erased,
                of_two_admins_who_erase_each_other_one_stays,
                a_person_is_erased_once_however_often_it_is_asked_for,
                an_outdated_caller_erases_nobody,
                a_person_who_is_not_there_is_missing,
                an_erasure_is_read_as_it_was_written,
                answers_are_kept_one_for_each_part,
                what_is_finished_stays_as_it_is,
                unfinished_erasures_are_listed_the_oldest_first,
            ]
        );
    };
}
