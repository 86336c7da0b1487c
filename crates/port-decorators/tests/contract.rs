//! Every promise of every port, kept through the decorators around it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]

mod support;

mod guarded {
    use crate::support::{
        guarded_cache, guarded_files, guarded_limits, guarded_replicas, guarded_sqlite,
    };

    mod users {
        testkit::user_repository_contract!(super::guarded_sqlite());
    }

    mod credentials {
        testkit::credential_repository_contract!(super::guarded_sqlite());
    }

    mod sessions {
        testkit::session_repository_contract!(super::guarded_sqlite());
    }

    mod api_keys {
        testkit::api_key_repository_contract!(super::guarded_sqlite());
    }

    mod access {
        testkit::access_changes_contract!(super::guarded_sqlite());
    }

    mod lockouts {
        testkit::lockout_repository_contract!(super::guarded_sqlite());
    }

    mod subjects {
        testkit::subject_index_contract!(super::guarded_sqlite());
    }

    mod images {
        testkit::image_repository_contract!(super::guarded_sqlite());
    }

    mod image_janitor {
        testkit::image_janitor_contract!(super::guarded_sqlite());
    }

    mod audit {
        testkit::audit_trail_contract!(super::guarded_sqlite());
    }

    mod seals {
        testkit::audit_seals_contract!(super::guarded_sqlite());
    }

    mod outbox {
        testkit::outbox_contract!(super::guarded_sqlite());
    }

    mod keys {
        testkit::key_store_contract!(super::guarded_sqlite());
    }

    mod signing_keys {
        testkit::signing_keys_contract!(super::guarded_sqlite());
    }

    mod census {
        testkit::image_census_contract!(super::guarded_sqlite());
    }

    mod leases {
        testkit::leases_contract!(super::guarded_sqlite());
    }

    mod idempotency {
        testkit::idempotency_contract!(super::guarded_sqlite());
    }

    mod erasures {
        testkit::erasure_repository_contract!(super::guarded_sqlite());
    }

    mod records {
        testkit::personal_data_contract!(super::guarded_sqlite());
    }

    mod cache {
        testkit::user_cache_contract!(super::guarded_cache());
    }

    mod objects {
        testkit::object_store_contract!(super::guarded_files());
    }

    mod limits {
        testkit::rate_limiter_contract!(super::guarded_limits());
    }

    mod replicas {
        testkit::replicas_contract!(super::guarded_replicas());
    }
}

mod fallback {
    use crate::support::{limits_alone, limits_shared};

    mod shared {
        testkit::rate_limiter_contract!(super::limits_shared());
    }

    mod alone {
        testkit::rate_limiter_contract!(super::limits_alone());
    }
}

mod cached {
    use crate::support::cached_sqlite;

    mod users {
        testkit::user_repository_contract!(super::cached_sqlite());
    }

    mod images {
        testkit::image_repository_contract!(super::cached_sqlite());
    }

    mod api_keys {
        testkit::api_key_repository_contract!(super::cached_sqlite());
    }

    mod erasures {
        testkit::erasure_repository_contract!(super::cached_sqlite());
    }
}

mod timed {
    use crate::support::files;
    use port_decorators::TimedObjects;
    use testkit::contracts::object_store::Shelf;

    testkit::object_store_contract!(async {
        let (objects, folder) = files();
        Shelf::new(TimedObjects::new(objects), folder)
    });
}
