//! What every request passes on its way in and out, as one service with one future, since a box for each layer costs more
//! than most layers do.

mod arrival;
mod body_guard;
mod compress;
mod cors;
mod deadline;
mod gateway;
mod limits;
mod pass;
mod rate_limit;
mod record;
mod security_headers;
mod sign_in;
mod source;
mod unheard;

use crate::settings::{HttpConfig, Layers, Limits};
use actix_web::Error;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse, Transform, forward_ready};
use application::accounts::Authenticate;
use application::limits::LimitRequests;
use arrival::RequestIds;
use cors::Cors;
use futures::future::LocalBoxFuture;
use platform::config::Networks;
use platform::telemetry::Metrics;
use security_headers::SecurityHeaders;
use std::future::{Ready, ready};
use std::rc::Rc;
use std::sync::Arc;

/// All middlewares; cloning is counting a reference.
#[derive(Clone)]
pub struct Stack(Arc<Shared>);

struct Shared {
    layers: Layers,
    limits: Limits,
    ids: RequestIds,
    headers: SecurityHeaders,
    metrics: Metrics,
    authenticate: Arc<Authenticate>,
    limit: Arc<LimitRequests>,
    cors: Cors,
    trusted_proxies: Networks,
    gateway_peers: Networks,
}

impl Stack {
    /// The stack that a process serves with; made once and shared by all workers.
    #[must_use]
    pub fn new(
        config: &HttpConfig,
        metrics: Metrics,
        authenticate: Arc<Authenticate>,
        limit: Arc<LimitRequests>,
    ) -> Self {
        let headers = SecurityHeaders::new(config.hsts, &config.xss_protection);
        let (layers, limits, ids) = (config.layers, config.limits, RequestIds::new());
        Self(Arc::new(Shared {
            layers,
            limits,
            ids,
            headers,
            metrics,
            authenticate,
            limit,
            cors: Cors::new(&config.cors_origins),
            trusted_proxies: config.trusted_proxies.clone(),
            gateway_peers: config.gateway_peers.clone(),
        }))
    }
}

impl<S> Transform<S, ServiceRequest> for Stack
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Transform = Stacked<S>;
    type InitError = ();
    type Future = Ready<Result<Self::Transform, ()>>;

    fn new_transform(&self, next: S) -> Self::Future {
        ready(Ok(Stacked {
            shared: Arc::clone(&self.0),
            next: Rc::new(next),
        }))
    }
}

/// The stack around an application.
pub struct Stacked<S> {
    shared: Arc<Shared>,
    next: Rc<S>,
}

impl<S> Service<ServiceRequest> for Stacked<S>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error> + 'static,
{
    type Response = ServiceResponse;
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<ServiceResponse, Error>>;

    forward_ready!(next);

    fn call(&self, request: ServiceRequest) -> Self::Future {
        Box::pin(pass::pass(
            Arc::clone(&self.shared),
            Rc::clone(&self.next),
            request,
        ))
    }
}

#[cfg(test)]
mod edge_tests;
#[cfg(test)]
mod tests;
