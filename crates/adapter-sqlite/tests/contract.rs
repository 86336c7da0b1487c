//! Every promise of the database ports, kept on SQLite.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use support::fresh_sqlite;

mod users {
    testkit::user_repository_contract!(super::fresh_sqlite());
}

mod credentials {
    testkit::credential_repository_contract!(super::fresh_sqlite());
}

mod sessions {
    testkit::session_repository_contract!(super::fresh_sqlite());
}

mod api_keys {
    testkit::api_key_repository_contract!(super::fresh_sqlite());
}

mod access {
    testkit::access_changes_contract!(super::fresh_sqlite());
}

mod lockouts {
    testkit::lockout_repository_contract!(super::fresh_sqlite());
}

mod subjects {
    testkit::subject_index_contract!(super::fresh_sqlite());
}

mod images {
    testkit::image_repository_contract!(super::fresh_sqlite());
}

mod image_janitor {
    testkit::image_janitor_contract!(super::fresh_sqlite());
}

mod audit {
    testkit::audit_trail_contract!(super::fresh_sqlite());
}

mod seals {
    testkit::audit_seals_contract!(super::fresh_sqlite());
}

mod outbox {
    testkit::outbox_contract!(super::fresh_sqlite());
}

mod keys {
    testkit::key_store_contract!(super::fresh_sqlite());
}

mod signing_keys {
    testkit::signing_keys_contract!(super::fresh_sqlite());
}

mod leases {
    testkit::leases_contract!(super::fresh_sqlite());
}

mod census {
    testkit::image_census_contract!(super::fresh_sqlite());
}

mod idempotency {
    testkit::idempotency_contract!(super::fresh_sqlite());
}

mod erasures {
    testkit::erasure_repository_contract!(super::fresh_sqlite());
}

mod records {
    testkit::personal_data_contract!(super::fresh_sqlite());
}
