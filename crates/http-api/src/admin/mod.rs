//! What administrators ask: do rows and objects agree?

mod controllers;
mod view;

pub use view::{ConsistencyView, ScanView};

use crate::error::Code;
use crate::routes::{Endpoint, at};

pub(crate) mod paths {
    //! The operations, for the document.
    pub use super::controllers::*;
}

/// The routes of this room.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    vec![
        at("/v1/admin/consistency").get(controllers::check_consistency, &[&[Code::Forbidden]]),
        at("/v1/admin/consistency/scan").post(
            controllers::scan_objects,
            &[&[
                Code::Forbidden,
                Code::InvalidParameter,
                Code::StorageUnavailable,
            ]],
        ),
    ]
}

#[cfg(test)]
mod tests;
