//! Serves as `actix_web::HttpServer` does, but for the answers that actix writes by itself below every middleware (no HTTP, a
//! head that is too slow or too large): those become problems too.

mod bare;
mod outgoing;
#[cfg(test)]
mod outgoing_tests;

use crate::middleware::Stack;
use actix_http::HttpService;
use actix_http::error::DispatchError;
use actix_service::{IntoServiceFactory as _, ServiceFactoryExt as _, fn_service, map_config};
use actix_web::App;
use actix_web::dev::{AppConfig, Server};
use actix_web::rt::net::TcpStream;
use actix_web::web::ServiceConfig;
use outgoing::Outgoing;
use std::future::ready;
use std::io;
use std::net::TcpListener;
use std::time::Duration;

/// How long a connection may take to close after its last answer; what `HttpServer` takes.
const DISCONNECT: Duration = Duration::from_secs(1);

/// What a listener is told; the default is that of `HttpServer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListenerConfig {
    /// Threads that answer; as many as there are cores if nobody says.
    pub workers: Option<usize>,
    /// How long the first head of a connection may take.
    pub header_timeout: Duration,
    /// How long a stop waits for what is under way, in whole seconds.
    pub shutdown_timeout: Duration,
}

impl Default for ListenerConfig {
    fn default() -> Self {
        Self {
            workers: None,
            header_timeout: Duration::from_secs(5),
            shutdown_timeout: Duration::from_secs(30),
        }
    }
}

/// Starts to listen, with `routes` behind the stack. The answer is the running server, to be spawned; a graceful stop of it
/// closes idle connections at once. Signals are somebody else's.
///
/// # Errors
/// What the socket says.
pub fn serve<R>(
    listener: TcpListener,
    config: ListenerConfig,
    stack: &Stack,
    routes: R,
) -> io::Result<Server>
where
    R: Fn(&mut ServiceConfig) + Clone + Send + 'static,
{
    let (address, stack) = (listener.local_addr()?, stack.clone());
    let mut server = Server::build()
        .disable_signals()
        .shutdown_timeout(config.shutdown_timeout.as_secs());
    if let Some(workers) = config.workers {
        server = server.workers(workers);
    }
    let stops = server.graceful_shutdown_signal();
    let server = server.listen(format!("muster-{address}"), listener, move || {
        let (stack, stops) = (stack.clone(), stops.clone());
        let app = App::new().wrap(stack.clone()).configure(&routes);
        let app = app.into_factory().map_err(|error| error.error_response());
        let http = HttpService::build()
            .graceful_shutdown_signal(move || {
                let stops = stops.clone();
                async move { stops.notified().await }
            })
            .client_request_timeout(config.header_timeout)
            .client_disconnect_timeout(DISCONNECT)
            .local_addr(address)
            // What an application is told of its address is the default: no answer of ours is made from it.
            .h1(map_config(app, |()| AppConfig::default()));
        fn_service(move |io: TcpStream| {
            // An answer is written at once; a socket that refuses is none the worse for it.
            let _slower = io.set_nodelay(true);
            let peer = io.peer_addr().ok();
            ready(Ok::<_, DispatchError>((
                Outgoing::new(io, stack.clone()),
                peer,
            )))
        })
        .and_then(http)
    })?;
    Ok(server.run())
}
