//! Holds the files and the bucket to the promises of the object port.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

mod support;

use adapter_objects::FileObjects;
use testkit::contracts::object_store::Shelf;

mod files {
    use super::*;

    testkit::object_store_contract!(async {
        let folder = tempfile::tempdir().expect("there is room");
        let objects = FileObjects::new(folder.path().join("objects")).expect("can be made");
        Shelf::new(objects, folder)
    });
}

/// The bucket in the path.
mod s3 {
    use super::*;

    testkit::object_store_contract!(async { support::bucket_in_the_path() });
}

/// The bucket in the host, and a prefix before the keys.
mod s3_virtual_host {
    use super::*;

    testkit::object_store_contract!(async { support::bucket_in_the_host() });
}
