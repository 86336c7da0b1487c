//! What every keeper of people promises.

mod add;
mod admins;
mod batch;
mod invitations;
mod list;
mod save;
mod search;

pub use add::*;
pub use admins::*;
pub use batch::*;
pub use invitations::*;
pub use list::*;
pub use save::*;
pub use search::*;

use crate::Repositories;
use crate::builders::{CommitWith, a_commit, moment};
use domain::accounts::User;
use domain::accounts::users::Changed;
use domain::audit::{Action, Audit};
use domain::events::{Event, EventKind};
use domain::ids::UserId;
use ports::Commit;
use std::sync::Arc;

/// Enters a person without a key.
async fn enter(db: &Repositories, user: &User) {
    db.users
        .add(user, &a_commit())
        .await
        .expect("nothing is in the way");
}

/// The person as the database has them.
async fn stored(db: &Repositories, id: UserId) -> User {
    let found = db.users.find(id).await.expect("can be read");
    Arc::unwrap_or_clone(found.expect("is there"))
}

/// The person after a change.
fn changed(change: Changed) -> User {
    match change {
        Changed::To(user, _) => *user,
        Changed::Unchanged => panic!("nothing changed"),
    }
}

/// A commit that says and tells that a person was registered.
fn registering(users: &[&User]) -> Commit {
    users.iter().fold(a_commit(), |commit, user| {
        commit
            .saying(Audit::of(Action::UserRegistered, user.id))
            .telling(Event::user(
                EventKind::UserRegistered,
                user.id,
                user.version,
            ))
    })
}

/// How many audit rows and waiting events are about these people.
async fn records(db: &Repositories, users: &[&User]) -> (usize, usize) {
    let mut rows = 0;
    for user in users {
        rows += db
            .audit
            .of_user(user.id, None, 100)
            .await
            .expect("can be read")
            .len();
    }
    let events = db
        .outbox
        .claim(moment(1), moment(1), 1_000)
        .await
        .expect("can be claimed");
    let about = events
        .iter()
        .filter(|event| users.iter().any(|user| user.id == event.event.user));
    (rows, about.count())
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! user_repository_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::users,
            $fixture,
            [
                a_person_is_found_as_they_were_entered,
                nobody_is_found_under_an_unknown_id,
                a_new_directory_is_empty_until_somebody_is_entered,
                emails_are_unique_whatever_their_case,
                emails_are_unique_whatever_their_case_beyond_ascii,
                emails_that_only_look_alike_are_different,
                external_subjects_are_unique,
                a_person_in_the_way_twice_is_told_of_the_email,
                the_email_of_a_deleted_person_is_free,
                the_subject_of_a_deleted_person_is_free,
                a_refused_person_leaves_nothing,
                an_entered_person_leaves_one_record_and_one_event,
                records_about_others_are_not_stored,
                a_replay_answers_the_person_as_they_were_entered,
                a_replay_stores_nothing_again,
                of_two_adding_one_email_at_once_one_wins,
                a_batch_is_entered_with_a_verdict_for_each_row,
                an_empty_batch_is_entered,
                a_partial_batch_enters_what_it_can,
                an_atomic_batch_names_every_refused_row_and_enters_nothing,
                rows_of_a_batch_are_in_each_others_way,
                a_refused_row_is_in_nobodys_way,
                batches_with_emails_in_common_do_not_stop_each_other,
                a_batch_records_only_who_was_entered,
                a_replayed_batch_answers_the_same_verdicts,
                a_thousand_people_are_entered_at_once,
                a_saved_person_is_found_as_saved,
                saving_at_a_stale_version_is_refused,
                of_two_saving_one_version_one_wins,
                saving_nobody_is_refused,
                saving_does_not_touch_the_avatar,
                a_taken_email_is_refused_when_saving,
                a_taken_subject_is_refused_when_saving,
                another_casing_of_ones_own_email_is_saved,
                restoring_is_refused_when_the_email_was_taken_meanwhile,
                a_deleted_person_is_restored,
                the_last_active_admin_stays_one,
                one_of_two_admins_may_go,
                of_two_admins_going_at_once_one_stays,
                the_last_admin_may_change_otherwise,
                a_refused_save_leaves_nothing,
                a_save_leaves_one_record_and_one_event,
                another_role_or_email_voids_an_invitation,
                who_goes_is_not_invited_any_more,
                other_changes_leave_an_invitation_open,
                the_directory_is_listed_by_family_then_given_name_then_id,
                names_are_ordered_in_lower_case_by_code_point,
                deleted_people_are_listed_only_when_asked_for,
                every_filter_takes_what_the_model_takes,
                terms_of_two_characters_are_found,
                casing_does_not_depend_on_where_a_word_ends,
                terms_are_found_in_names_and_emails_but_not_across,
                signs_that_mean_something_to_a_query_mean_nothing_in_a_term,
                a_changed_name_is_found_and_the_old_one_is_not,
                pages_follow_each_other_without_gaps,
                a_walk_returns_everybody_who_was_there_exactly_once,
                people_of_one_name_are_walked_by_id,
            ]
        );
    };
}
