//! Searching the directory: equal results on every database, whatever finds them.

use super::list::{entered, everybody, expected, finding, ids};
use super::{changed, enter};
use crate::Repositories;
use crate::builders::{a_commit, a_user, moment};
use domain::accounts::{FamilyName, SearchTerm, UserFilter, UserPatch};

/// Below the length of a trigram.
pub async fn terms_of_two_characters_are_found(db: &Repositories) {
    let people = entered(
        db,
        [
            a_user().named("Bo Ek").with_email("bo@ek.se").build(),
            a_user().named("Åsa Öst").with_email("asa@ek.se").build(),
            a_user().named("Li 李娜").with_email("li@xy.cn").build(),
        ],
    )
    .await;
    for term in ["bo", "EK", "ÅS", "öS", "李娜", "@x", "a ", "zz"] {
        let Ok(term) = SearchTerm::parse(term) else {
            continue;
        };
        let filter = UserFilter {
            term: Some(term.clone()),
            ..everybody()
        };
        assert_eq!(
            ids(db, &filter).await,
            expected(&people, &filter),
            "{}",
            term.folded()
        );
    }
}

/// A sigma is a sigma, wherever in a word it stands (Unicode 3.13, SpecialCasing).
pub async fn casing_does_not_depend_on_where_a_word_ends(db: &Repositories) {
    let people = entered(
        db,
        [
            a_user().named("ΣΊΣΥΦΟΣ Ek").with_email("s@ek.gr").build(),
            a_user().named("Σίσυφος Öst").with_email("t@ek.gr").build(),
        ],
    )
    .await;
    for term in ["ΣΊΣ", "σίσ", "σίς", "ΦΟΣ", "φος", "σίσυφος", "ΣΊΣΥΦΟΣ"]
    {
        assert_eq!(ids(db, &finding(term)).await.len(), people.len(), "{term}");
    }
}

/// The display name is one text and the email another.
pub async fn terms_are_found_in_names_and_emails_but_not_across(db: &Repositories) {
    let people = entered(
        db,
        [
            a_user()
                .named("Ada King")
                .with_email("countess@lovelace.org")
                .build(),
            a_user()
                .named("Grace Hopper")
                .with_email("amazing@navy.mil")
                .build(),
        ],
    )
    .await;
    let [ada, grace] = people.each_ref().map(|user| user.id);
    assert_eq!(ids(db, &finding("a king")).await, [ada]);
    assert_eq!(ids(db, &finding("ESS@LOVE")).await, [ada]);
    assert_eq!(ids(db, &finding("hopper")).await, [grace]);
    assert_eq!(ids(db, &finding("kingcount")).await, []);
    assert_eq!(ids(db, &finding("hopper amazing")).await, []);
    assert_eq!(ids(db, &finding("king ada")).await, []);
}

/// Wildcards, quotes and operators are characters like others.
pub async fn signs_that_mean_something_to_a_query_mean_nothing_in_a_term(db: &Repositories) {
    let people = entered(
        db,
        [
            a_user().named("100% Sure").build(),
            a_user().named("under_score Jones").build(),
            a_user().named("Dwayne \"The Rock\" Johnson").build(),
            a_user().named("Back\\slash O'Neil").build(),
            a_user().named("Star* AND NEAR").build(),
            a_user().named("Plain Person").build(),
        ],
    )
    .await;
    let terms = [
        "0%",
        "%%",
        "100%",
        "__",
        "r_s",
        "under_",
        "\"the",
        "\"\"",
        "\"the rock\"",
        "\\s",
        "k\\s",
        "o'neil",
        "'n",
        "ar*",
        "*",
        "star* and",
        "and near",
        "near",
        "a*n",
        "p.r",
        "per OR son",
        "-person",
        "^plain",
        "{x}",
        "(plain)",
        "name:plain",
    ];
    for term in terms.iter().filter_map(|term| SearchTerm::parse(term).ok()) {
        let filter = UserFilter {
            term: Some(term.clone()),
            ..everybody()
        };
        assert_eq!(
            ids(db, &filter).await,
            expected(&people, &filter),
            "{}",
            term.folded()
        );
    }
}

/// The search follows every change.
pub async fn a_changed_name_is_found_and_the_old_one_is_not(db: &Repositories) {
    let user = a_user().named("Ada Byron").build();
    enter(db, &user).await;
    let patch = UserPatch {
        family_name: FamilyName::parse("Lovelace").ok(),
        ..UserPatch::default()
    };
    let married = changed(user.patched(patch, moment(1)).expect("is not deleted"));
    db.users
        .save(&married, user.version, &a_commit())
        .await
        .expect("can be saved");
    assert_eq!(ids(db, &finding("lovel")).await, [user.id]);
    assert_eq!(ids(db, &finding("byron")).await, []);
    assert_eq!(ids(db, &finding("by")).await, []);
}
