//! A running service: listeners, jobs and probes around the wired parts, and how they stop in order.

use crate::bridges::probes::{DatabaseProbe, ObjectsProbe, RedisProbe};
use crate::jobs;
use crate::machine::Machine;
use crate::premises::Premises;
use crate::wiring;
use crate::wiring::{Memory, Parts};
use crate::{Failure, Kind};
use actix_web::dev::{Server, ServerHandle};
use actix_web::web::Data;
use adapter_postgres::Presence;
use application::Request;
use application::accounts::{InviteUserError, Sweeps};
use http_api::{Api, HttpConfig, ListenerConfig, Operations, Stack};
use platform::config::{AuthMode, Profile, Settings};
use platform::health::{Component, Criticality, HealthBoard};
use platform::jobs::Supervisor;
use platform::lifecycle::{ExitReport, Lifecycle, State};
use platform::telemetry::Metrics;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

/// A service that answers.
pub struct Serving {
    /// Where the application listens.
    pub address: SocketAddr,
    /// Where management listens.
    pub management: SocketAddr,
    /// The link that makes the first admin, while there is nobody.
    pub setup: Option<String>,
    drain: (Duration, Duration),
    lifecycle: Lifecycle,
    application_handle: ServerHandle,
    management_handle: ServerHandle,
    parts: Parts,
    _premises: Premises,
}

impl Serving {
    /// Opens everything and starts to answer.
    ///
    /// # Errors
    /// [`Failure`] says what cannot be opened.
    pub async fn start(settings: &Settings, lifecycle: &Lifecycle) -> Result<Self, Failure> {
        let metrics = Metrics::new(env!("CARGO_PKG_VERSION"));
        let premises = Premises::take(settings)?;
        let parts = Parts::open(settings, &premises, Machine::real(), Some(&metrics)).await?;
        let presence = parts.enter(Kind::Usage).await?;
        let (application, management) = (
            bind(settings.http.listen)?,
            bind(settings.management.listen)?,
        );
        let (address, management_address) = (application.local_addr()?, management.local_addr()?);
        let public_url = settings.public_url_or(address);
        let sweeps = Arc::new(Sweeps::default());
        let operations = Operations {
            health: watched(&parts, presence, lifecycle, &metrics).await,
            metrics: metrics.clone(),
        };
        let edge = Edge::new(
            &parts,
            wiring::api(&parts, &sweeps, &public_url),
            settings,
            &public_url,
            operations,
        );
        let (application, management) = (
            edge.application(application, settings)?,
            edge.management(management)?,
        );
        let setup = set_up_link(&parts, &public_url).await?;
        jobs::start(
            &parts,
            &sweeps,
            &Supervisor::new(lifecycle, &metrics),
            &metrics,
        );
        let (application_handle, management_handle) = (spawned(application), spawned(management));
        lifecycle.ready();
        let drain = (settings.drain.delay, settings.drain.deadline);
        let lifecycle = lifecycle.clone();
        Ok(Self {
            address,
            management: management_address,
            setup,
            drain,
            lifecycle,
            application_handle,
            management_handle,
            parts,
            _premises: premises,
        })
    }

    /// Where people are: what may be shown of it.
    #[must_use]
    pub fn people_are_in(&self) -> String {
        self.parts.store.shown()
    }

    /// Serves until the process is told to stop, then stops in order: look away, no new connections,
    /// finish what is in flight, jobs, the database, and management last.
    pub async fn until_told_to_stop(self) -> ExitReport {
        self.lifecycle.reached(State::Draining).await;
        let (delay, deadline) = self.drain;
        let handle = self.application_handle.clone();
        let report = self
            .lifecycle
            .drain(delay, deadline, async move { handle.stop(true).await })
            .await;
        jobs::give_back(&self.parts).await;
        self.parts.store.close().await;
        self.management_handle.stop(false).await;
        self.lifecycle.stopped();
        report
    }
}

/// What both listeners are made of.
struct Edge {
    api: Data<Api>,
    config: HttpConfig,
    stack: Stack,
    operations: Operations,
}

impl Edge {
    fn new(
        parts: &Parts,
        api: Api,
        settings: &Settings,
        public_url: &str,
        operations: Operations,
    ) -> Self {
        let config = HttpConfig::new(&settings.http, public_url);
        let config = match &settings.auth.mode {
            AuthMode::Gateway(gateway) => config.behind(gateway.peers.clone()),
            AuthMode::Local | AuthMode::Jwks(_) => config,
        };
        let stack = Stack::new(
            &config,
            operations.metrics.clone(),
            api.accounts.auth.authenticate.clone(),
            Arc::new(wiring::limit(parts)),
        );
        Self {
            api: Data::new(api),
            config,
            stack,
            operations,
        }
    }

    fn application(&self, listener: TcpListener, settings: &Settings) -> Result<Server, Failure> {
        let (api, limits, operations) = (
            self.api.clone(),
            self.config.limits,
            self.operations.clone(),
        );
        let local = settings.profile == Profile::Local;
        let terms = ListenerConfig {
            header_timeout: settings.http.header_timeout,
            shutdown_timeout: settings.drain.deadline,
            ..ListenerConfig::default()
        };
        Ok(http_api::serve(
            listener,
            terms,
            &self.stack,
            move |routes| http_api::configure(routes, &api, limits, &operations, local),
        )?)
    }

    fn management(&self, listener: TcpListener) -> Result<Server, Failure> {
        let operations = self.operations.clone();
        let terms = ListenerConfig {
            workers: Some(1),
            ..ListenerConfig::default()
        };
        Ok(http_api::serve(
            listener,
            terms,
            &self.stack,
            move |routes| http_api::configure_management(routes, &operations),
        )?)
    }
}

fn bind(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address)
        .map_err(|error| Failure::unavailable(format!("cannot listen on {address}: {error}")))
}

fn spawned(server: Server) -> ServerHandle {
    let handle = server.handle();
    actix_web::rt::spawn(server);
    handle
}

async fn watched(
    parts: &Parts,
    presence: Option<Presence>,
    lifecycle: &Lifecycle,
    metrics: &Metrics,
) -> HealthBoard {
    let board = HealthBoard::new(env!("CARGO_PKG_VERSION"), lifecycle);
    board
        .watch(
            closely("database", Criticality::Required),
            DatabaseProbe {
                store: parts.store.clone(),
                presence,
                metrics: metrics.clone(),
            },
        )
        .await;
    board
        .watch(
            closely("objects", Criticality::Degradable),
            ObjectsProbe(parts.depot.clone()),
        )
        .await;
    if let Memory::Shared { redis, .. } = &parts.memory {
        let probe = RedisProbe(redis.clone());
        board
            .watch(closely("redis", Criticality::Degradable), probe)
            .await;
    }
    board
}

/// Sampled every second, so that a part that comes back is in use again within five.
fn closely(name: &'static str, criticality: Criticality) -> Component {
    Component {
        interval: Duration::from_secs(1),
        ..Component::new(name, criticality)
    }
}

/// The link for the first admin of an empty installation; the one printed before is void.
async fn set_up_link(parts: &Parts, public_url: &str) -> Result<Option<String>, Failure> {
    if !parts.users.is_empty().await? {
        return Ok(None);
    }
    match wiring::invite(parts)
        .first_admin(&Request::by_system("muster serve"))
        .await
    {
        Ok(invited) => Ok(Some(format!(
            "{public_url}/invitation#setup={}",
            invited.code.reveal()
        ))),
        Err(InviteUserError::Fault(fault)) => Err(fault.into()),
        Err(
            error @ (InviteUserError::Forbidden(_)
            | InviteUserError::Missing
            | InviteUserError::AlreadySetUp
            | InviteUserError::Contended),
        ) => Err(Failure::internal(&error)),
    }
}
