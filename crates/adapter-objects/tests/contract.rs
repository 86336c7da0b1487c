//! Holds the files to the promises of the object port.
#![allow(clippy::expect_used, clippy::indexing_slicing)]

use adapter_objects::FileObjects;
use testkit::contracts::object_store::Shelf;

testkit::object_store_contract!(async {
    let folder = tempfile::tempdir().expect("there is room");
    let objects = FileObjects::new(folder.path().join("objects")).expect("can be made");
    Shelf::new(objects, folder)
});
