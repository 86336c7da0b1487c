//! A shared server comes with its first user and goes after its last, whatever ends them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use std::process::Command;
use std::time::Duration;
use support::{User, a_place, is_all_gone, listens, until, working_in};

/// Within this everything happens that is to happen.
const SOON: Duration = Duration::from_secs(30);

#[test]
fn it_stays_while_anybody_uses_it_and_goes_with_the_last_one_also_when_killed() {
    let place = a_place("killed", 1);
    let mut one = User::start(&place, 1, "postgres");
    let url = one.says();
    let mut other = User::start(&place, 1, "postgres");
    assert_eq!(other.says(), url);
    one.kill();
    std::thread::sleep(Duration::from_secs(2));
    assert!(listens(&url), "it went while somebody used it");
    other.kill();
    is_all_gone(&place, &url);

    let mut again = User::start(&place, 1, "postgres");
    let url = again.says();
    assert!(listens(&url));
    again.end();
    is_all_gone(&place, &url);
}

#[test]
fn it_waits_a_little_for_the_next_one() {
    let place = a_place("patient", 3);
    let mut one = User::start(&place, 3, "postgres");
    let url = one.says();
    one.kill();
    std::thread::sleep(Duration::from_secs(1));
    let mut next = User::start(&place, 3, "postgres");
    assert_eq!(next.says(), url);
    next.kill();
    is_all_gone(&place, &url);
}

#[test]
fn all_who_come_at_once_find_one() {
    let place = a_place("at-once", 0);
    let mut users: Vec<User> = (0..8).map(|_| User::start(&place, 0, "postgres")).collect();
    let urls: Vec<String> = users.iter_mut().map(User::says).collect();
    assert!(urls.iter().all(|url| *url == urls[0]), "{urls:?}");
    users.into_iter().for_each(User::kill);
    is_all_gone(&place, &urls[0]);
}

#[test]
fn whoever_comes_while_it_goes_finds_a_new_one() {
    let place = a_place("going", 0);
    let mut last = String::new();
    for round in 0..10 {
        let mut user = User::start(&place, 0, "postgres");
        last = user.says();
        // It has a database on it by now, so it was no dying one.
        user.says();
        user.kill();
        std::thread::sleep(Duration::from_millis(round * 15));
    }
    is_all_gone(&place, &last);
}

#[test]
fn who_is_killed_while_starting_it_leaves_nothing() {
    let place = a_place("early", 0);
    for round in 0..8 {
        let user = User::start(&place, 0, "postgres");
        std::thread::sleep(Duration::from_millis(30 + round * 60));
        user.kill();
        until("the folder is gone", SOON, || !place.folder().exists());
        assert!(working_in(&place).is_empty(), "round {round}");
    }
}

#[test]
fn a_server_that_died_is_started_again_and_its_remains_go() {
    let place = a_place("died", 0);
    let mut user = User::start(&place, 0, "postgres");
    let url = user.says();
    let lock = place.folder().join("postgres-local/data/postmaster.pid");
    // In a container there is no such file, and none of our signals reaches it.
    if let Ok(lock) = std::fs::read_to_string(lock) {
        let lines: Vec<&str> = lock.lines().collect();
        let memory = lines[6].split_whitespace().last().unwrap();
        let killed = Command::new("kill").args(["-9", lines[0]]).status();
        assert!(killed.unwrap().success());
        until("it is dead", SOON, || !listens(&url));
        let mut next = User::start(&place, 0, "postgres");
        assert!(listens(&next.says()));
        next.kill();
        let left = std::fs::read_to_string("/proc/sysvipc/shm").unwrap();
        assert!(
            !left.split_whitespace().any(|word| word == memory),
            "{left}"
        );
    }
    user.kill();
    is_all_gone(&place, &url);
}
