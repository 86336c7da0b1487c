//! Every promise of the database ports, kept on PostgreSQL.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

use support::fresh_postgres;

mod users {
    testkit::user_repository_contract!(super::fresh_postgres());
}

mod credentials {
    testkit::credential_repository_contract!(super::fresh_postgres());
}

mod sessions {
    testkit::session_repository_contract!(super::fresh_postgres());
}

mod api_keys {
    testkit::api_key_repository_contract!(super::fresh_postgres());
}

mod access {
    testkit::access_changes_contract!(super::fresh_postgres());
}

mod lockouts {
    testkit::lockout_repository_contract!(super::fresh_postgres());
}

mod subjects {
    testkit::subject_index_contract!(super::fresh_postgres());
}

mod images {
    testkit::image_repository_contract!(super::fresh_postgres());
}

mod image_janitor {
    testkit::image_janitor_contract!(super::fresh_postgres());
}

mod audit {
    testkit::audit_trail_contract!(super::fresh_postgres());
}

mod seals {
    testkit::audit_seals_contract!(super::fresh_postgres());
}

mod outbox {
    testkit::outbox_contract!(super::fresh_postgres());
}

mod keys {
    testkit::key_store_contract!(super::fresh_postgres());
}

mod signing_keys {
    testkit::signing_keys_contract!(super::fresh_postgres());
}

mod leases {
    testkit::leases_contract!(super::fresh_postgres());
}

mod census {
    testkit::image_census_contract!(super::fresh_postgres());
}

mod idempotency {
    testkit::idempotency_contract!(super::fresh_postgres());
}

mod erasures {
    testkit::erasure_repository_contract!(super::fresh_postgres());
}

mod records {
    testkit::personal_data_contract!(super::fresh_postgres());
}
