//! Puts the routes together, so that the server, the benchmark and the tests serve the same application.

use crate::api::Api;
use crate::error::unrouted;
use crate::operations::{self, Operations};
use crate::settings::Limits;
use crate::{pages, routes};
use actix_web::web::{Data, ServiceConfig, route};

/// The application listener: `App::new().wrap(stack).configure(|config| configure(config, …))`.
///
/// What is about signing in here is not there where somebody else signs people in, the page of invitations included.
///
/// With `management_too` (profile `local`) it also shows what the management listener does.
pub fn configure(
    config: &mut ServiceConfig,
    api: &Data<Api>,
    limits: Limits,
    operations: &Operations,
    management_too: bool,
) {
    config.app_data(api.clone()).app_data(limits);
    let here = api.accounts.auth.authenticate.signs_people_in();
    for endpoint in routes::endpoints() {
        if here || !endpoint.is_of_signing_in_here() {
            endpoint.register(config);
        }
    }
    operations::probes(operations, config);
    if management_too {
        operations::internals(config);
    }
    pages::configure(config, here);
    config.default_service(route().to(unrouted));
}

/// The management listener.
pub fn configure_management(config: &mut ServiceConfig, operations: &Operations) {
    operations::management(operations, config);
}
