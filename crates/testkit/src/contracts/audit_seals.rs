//! What every keeper of seals promises, and what it promises of the rows to be sealed.

use crate::Repositories;
use crate::builders::{CommitWith, a_commit, a_user, an_id, moment};
use domain::Digest;
use domain::actors::Principal;
use domain::audit::{Action, Audit, Change};
use domain::events::{Event, EventKind};
use domain::ids::UserId;
use domain::seals::{Seal, TrailRow};
use ports::accounts::BatchMode;
use ports::seals::{Protection, Tail};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

/// As far as there are places.
const END: i64 = i64::MAX;

/// One person is entered, with this many rows in the trail.
async fn entered(db: &Repositories, rows: usize) -> UserId {
    let user = a_user().build();
    let commit = (0..rows).fold(a_commit(), |commit, _| {
        commit.saying(Audit::of(Action::UserRegistered, user.id))
    });
    let added = db.users.add(&user, &commit).await;
    added.expect("nothing is in the way");
    user.id
}

async fn settled(db: &Repositories) -> i64 {
    let settled = db.seals.settled().await.expect("can be asked");
    settled.expect("nobody is writing")
}

async fn rows(db: &Repositories, after: i64, up_to: i64, limit: u32) -> Vec<TrailRow> {
    let rows = db.seals.rows(after, up_to, limit).await;
    rows.expect("can be read")
}

fn places(rows: &[TrailRow]) -> Vec<i64> {
    rows.iter().map(|row| row.seq).collect()
}

fn a_seal(number: i64) -> Seal {
    let filled = |with: u8| Digest::new([with; 32]);
    Seal {
        number,
        encoding: Seal::ENCODING,
        first_seq: number * 10,
        last_seq: number * 10 + 9,
        row_count: 7,
        sealed_at_us: moment(number).as_microsecond() + 1,
        rows_digest: filled(7),
        digest: filled(u8::try_from(number).expect("is small")),
    }
}

async fn added(db: &Repositories, seal: &Seal) -> bool {
    db.seals.add(seal).await.expect("can be written")
}

/// The very same bytes, whichever database keeps them.
pub async fn a_row_is_read_as_it_is_stored(db: &Repositories) {
    let (user, object, by) = (a_user().build(), an_id(), UserId::new(an_id()));
    let changes = vec![
        Change::personal("phone"),
        Change::plain("role", Some("member".into()), None),
    ];
    let entry = Audit::of(Action::UserChanged, user.id)
        .about(object)
        .with(changes);
    let at = jiff::Timestamp::from_nanosecond(1_767_600_000_123_456_789).expect("is an instant");
    let commit = a_commit()
        .by(Principal::User(by))
        .at(at)
        .saying(entry)
        .saying(Audit::of(Action::UserDeleted, user.id));
    let stored = db.users.add(&user, &commit).await;
    stored.expect("nothing is in the way");
    let expected = TrailRow {
        seq: 1,
        at_us: 1_767_600_000_123_456,
        principal: format!("user:{by}"),
        request_id: "a-request".into(),
        action: "user.changed".into(),
        user: user.id.uuid(),
        object: Some(object),
        changes:
            r#"[{"field":"phone"},{"field":"role","values":{"before":"member","after":null}}]"#
                .into(),
    };
    let bare = TrailRow {
        seq: 2,
        action: "user.deleted".into(),
        object: None,
        changes: "[]".into(),
        ..expected.clone()
    };
    assert_eq!(rows(db, i64::MIN, END, 9).await, [expected, bare]);
}

/// Above one place, up to another, as many as asked for.
pub async fn rows_are_listed_in_the_order_of_their_places(db: &Repositories) {
    assert_eq!(rows(db, i64::MIN, END, 9).await, []);
    entered(db, 6).await;
    let all = places(&rows(db, i64::MIN, END, 9).await);
    assert!(
        all.len() == 6 && all.windows(2).all(|pair| pair[0] < pair[1]),
        "{all:?}"
    );
    assert_eq!(
        places(&rows(db, all[1], all[4], 9).await),
        [all[2], all[3], all[4]]
    );
    assert_eq!(places(&rows(db, all[1], all[4], 2).await), [all[2], all[3]]);
    assert_eq!(rows(db, all[4], all[4], 9).await, []);
}

/// What no seal stands for: how many, from where to where.
pub async fn the_tail_is_what_is_above_a_place(db: &Repositories) {
    let tail = async |after| db.seals.tail(after).await.expect("can be counted");
    assert_eq!(tail(i64::MIN).await, None);
    entered(db, 4).await;
    let all = places(&rows(db, i64::MIN, END, 9).await);
    let expected = |row_count, first: i64| Tail {
        row_count,
        first_seq: first,
        last_seq: all[3],
    };
    assert_eq!(tail(i64::MIN).await, Some(expected(4, all[0])));
    assert_eq!(tail(all[1]).await, Some(expected(2, all[2])));
    assert_eq!(tail(all[3]).await, None);
}

/// All of it, once nobody is writing.
pub async fn what_was_written_is_settled(db: &Repositories) {
    assert_eq!(settled(db).await, 0);
    entered(db, 3).await;
    let all = places(&rows(db, i64::MIN, END, 9).await);
    assert_eq!(Some(&settled(db).await), all.last());
}

/// A change that was undone leaves no row, and is in nobody's way.
pub async fn a_change_that_was_refused_is_not_waited_for(db: &Repositories) {
    let user = a_user().build();
    let commit = a_commit().saying(Audit::of(Action::UserRegistered, user.id));
    db.users.add(&user, &commit).await.expect("is new");
    db.users.add(&user, &commit).await.expect_err("is taken");
    entered(db, 1).await;
    let all = places(&rows(db, i64::MIN, END, 9).await);
    assert_eq!((all.len(), Some(&settled(db).await)), (2, all.last()));
}

/// Whoever writes meanwhile, and in whatever order they end: what could be read below a settled place is all there will be.
pub async fn nothing_turns_up_below_a_settled_place(db: &Repositories) {
    let writing = (0..6_usize).map(|writer| async move {
        // Batches wait for each other, and single people for nobody.
        if writer == 0 {
            for _ in 0..20 {
                many_entered(db, 100).await;
            }
        } else {
            for _ in 0..60 {
                entered(db, 1).await;
            }
        }
    });
    let writing = futures::future::join_all(writing);
    let (kept, after) = reading_while(db, async { drop(writing.await) }).await;
    let all = rows(db, i64::MIN, after, 100_000).await;
    let late: Vec<i64> = all
        .iter()
        .filter(|row| !kept.contains_key(&row.seq))
        .map(|row| row.seq)
        .collect();
    assert!(late.is_empty(), "{late:?} of {} rows", all.len());
    assert_eq!(kept.into_values().collect::<Vec<_>>(), all);
}

/// Reads what is settled, each row once, as often as it can until the work is done; answers the rows, and up to where.
async fn reading_while(
    db: &Repositories,
    work: impl Future<Output = ()>,
) -> (BTreeMap<i64, TrailRow>, i64) {
    let (done, at_work) = (AtomicBool::new(false), AtomicUsize::new(0));
    let work = async {
        work.await;
        done.store(true, Ordering::SeqCst);
    };
    let reading = async {
        let (mut kept, mut after) = (BTreeMap::new(), i64::MIN);
        while !done.load(Ordering::SeqCst) {
            at_work.fetch_add(1, Ordering::SeqCst);
            let settled = db.seals.settled().await.expect("can be asked");
            for row in rows(db, after, settled.unwrap_or(after), 100_000).await {
                after = row.seq;
                kept.insert(row.seq, row);
            }
            tokio::task::yield_now().await;
        }
        (kept, after)
    };
    let ((), read) = tokio::join!(work, reading);
    assert!(
        at_work.load(Ordering::SeqCst) > 3,
        "hardly anything was read"
    );
    read
}

/// A batch, told to others: its rows are written early and seen late.
async fn many_entered(db: &Repositories, people: usize) {
    let users: Vec<_> = (0..people).map(|_| a_user().build()).collect();
    let commit = users.iter().fold(a_commit(), |commit, user| {
        let told = Event::user(EventKind::UserRegistered, user.id, user.version);
        let said = Audit::of(Action::UserRegistered, user.id);
        commit.saying(said).telling(told)
    });
    let added = db.users.add_all(&users, BatchMode::Atomic, &commit).await;
    added.expect("nothing is in the way");
}

/// Every cell of it.
pub async fn a_seal_is_read_as_it_was_added(db: &Repositories) {
    assert_eq!(db.seals.newest().await.expect("can be read"), None);
    assert!(added(db, &a_seal(1)).await);
    let newest = db.seals.newest().await.expect("can be read");
    assert_eq!(newest, Some(a_seal(1)));
}

/// In pages, each above the last number of the one before.
pub async fn seals_are_listed_in_the_order_of_their_numbers(db: &Repositories) {
    for number in [1, 2, 3, 4] {
        assert!(added(db, &a_seal(number)).await);
    }
    let listed = async |after, limit| db.seals.seals(after, limit).await.expect("can be read");
    assert_eq!(
        listed(i64::MIN, 9).await,
        [a_seal(1), a_seal(2), a_seal(3), a_seal(4)]
    );
    assert_eq!(listed(1, 2).await, [a_seal(2), a_seal(3)]);
    assert_eq!(listed(4, 2).await, []);
    let newest = db.seals.newest().await.expect("can be read");
    assert_eq!(newest, Some(a_seal(4)));
}

/// Of two processes that both believe it is theirs to seal, one does, and the other's leaves no trace.
pub async fn of_two_seals_with_one_number_the_first_stays(db: &Repositories) {
    let other = Seal {
        row_count: 8,
        ..a_seal(1)
    };
    let sealing = (0..6).map(|turn| async move {
        let seal = if turn % 2 == 0 {
            a_seal(1)
        } else {
            Seal {
                row_count: 8,
                ..a_seal(1)
            }
        };
        added(db, &seal).await.then_some(seal)
    });
    let sealed: Vec<_> = futures::future::join_all(sealing).await;
    let sealed: Vec<Seal> = sealed.into_iter().flatten().collect();
    assert_eq!(sealed.len(), 1, "{sealed:?}");
    assert!(!added(db, &other).await);
    assert_eq!(
        db.seals.seals(i64::MIN, 9).await.expect("can be read"),
        sealed
    );
}

/// Tests own their database.
pub async fn triggers_protect_where_one_owns_everything(db: &Repositories) {
    let protection = db.seals.protection().await.expect("can be asked");
    assert_eq!(protection, Protection::Triggers);
}

/// Runs the contract over `$fixture`, a future that gives [`Repositories`].
#[macro_export]
macro_rules! audit_seals_contract {
    ($fixture:expr) => {
        $crate::suite!(
            $crate::contracts::audit_seals,
            $fixture,
            [
                a_row_is_read_as_it_is_stored,
                rows_are_listed_in_the_order_of_their_places,
                the_tail_is_what_is_above_a_place,
                what_was_written_is_settled,
                a_change_that_was_refused_is_not_waited_for,
                nothing_turns_up_below_a_settled_place,
                a_seal_is_read_as_it_was_added,
                seals_are_listed_in_the_order_of_their_numbers,
                of_two_seals_with_one_number_the_first_stays,
                triggers_protect_where_one_owns_everything,
            ]
        );
    };
}
