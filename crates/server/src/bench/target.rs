//! The process that is measured: the real application on seeded data, and beside it the baselines.

use super::load;
use crate::Failure;
use crate::allocator;
use crate::jobs;
use crate::machine::Machine;
use crate::premises::Premises;
use crate::wiring::Parts;
use crate::{seed, wiring};
use actix_web::web::{self, Bytes, Data};
use actix_web::{App, HttpMessage as _, HttpRequest, HttpResponse, HttpServer};
use application::Request;
use application::accounts::Sweeps;
use application::limits::LimitRequests;
use domain::accounts::Email;
use domain::accounts::passwords::Password;
use domain::limits::Source;
use http_api::extract::Arrival;
use http_api::{Api, HttpConfig, Layers, ListenerConfig, Operations, Stack};
use platform::config::{Settings, Sources, process_environment};
use platform::health::HealthBoard;
use platform::jobs::Supervisor;
use platform::lifecycle::Lifecycle;
use platform::telemetry::{self, LogFormat, Metrics};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::process::{ExitCode, Stdio};
use std::sync::Arc;

/// The middlewares, one more in each line.
pub const LAYERS: &[(&str, Layers)] = &[
    ("request id", Layers::NONE),
    (
        "metrics",
        Layers {
            metrics: true,
            ..Layers::NONE
        },
    ),
    (
        "security headers",
        Layers {
            metrics: true,
            security_headers: true,
            ..Layers::NONE
        },
    ),
    (
        "panic catcher",
        Layers {
            metrics: true,
            security_headers: true,
            panics: true,
            ..Layers::NONE
        },
    ),
    (
        "limits",
        Layers {
            metrics: true,
            security_headers: true,
            panics: true,
            limits: true,
            ..Layers::NONE
        },
    ),
    (
        "sign-in",
        Layers {
            access_log: false,
            deadline: false,
            rate_limits: false,
            ..Layers::ALL
        },
    ),
    (
        "rate limits",
        Layers {
            access_log: false,
            deadline: false,
            ..Layers::ALL
        },
    ),
    (
        "deadline",
        Layers {
            access_log: false,
            ..Layers::ALL
        },
    ),
    ("access log (the whole stack)", Layers::ALL),
];

/// The running target.
pub struct Child {
    process: std::process::Child,
    lines: BTreeMap<String, String>,
}

impl Child {
    /// Starts the target and waits until it answers.
    pub(super) fn start() -> Result<Self, Failure> {
        let mut process = std::process::Command::new(std::env::current_exe()?)
            .args(["bench", "--serve"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            // The access log is written and thrown away, as to a file that nobody reads.
            .stderr(Stdio::null())
            .spawn()?;
        let mut lines = BTreeMap::new();
        let stdout = process
            .stdout
            .take()
            .ok_or_else(|| Failure::unavailable("the target has no output"))?;
        for line in BufReader::new(stdout)
            .lines()
            .map_while(Result::ok)
            .take_while(|line| line != "ready")
        {
            if let Some((name, value)) = line.split_once('=') {
                lines.insert(name.to_owned(), value.to_owned());
            }
        }
        Ok(Self { process, lines })
    }

    /// Where a part of the target listens.
    pub(super) fn address(&self, name: &str) -> Result<SocketAddr, Failure> {
        let part = if name == "user" { "bytes" } else { name };
        self.line(part)?
            .parse()
            .map_err(|_no_address| Failure::unavailable("the target did not say where it listens"))
    }

    /// The request that a part of the target is asked.
    pub(super) fn request(&self, name: &str) -> Result<Vec<u8>, Failure> {
        let path = if name == "user" {
            self.line("path")?
        } else {
            "/bytes"
        };
        let token = self.line("token")?;
        Ok(request(path, token))
    }

    /// The access token of the one who asks.
    pub(super) fn token(&self) -> Result<&str, Failure> {
        self.line("token")
    }

    fn line(&self, name: &str) -> Result<&str, Failure> {
        self.lines
            .get(name)
            .map(String::as_str)
            .ok_or_else(|| Failure::unavailable(format!("the target did not say its {name}")))
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Serves until it is killed or its parent goes away.
pub(super) fn serve() -> Result<ExitCode, Failure> {
    allocator::give_back_at_once();
    let _logging =
        telemetry::init("info", LogFormat::Json).map_err(|error| Failure::internal(&error))?;
    let folder = std::env::temp_dir().join(format!("muster-bench-{}", std::process::id()));
    std::fs::create_dir_all(&folder)?;
    let outcome = actix_web::rt::System::new().block_on(serve_in(&folder));
    std::fs::remove_dir_all(&folder)?;
    outcome
}

/// The embedded default in this folder, or the parts that the environment names.
pub(super) fn sources(folder: std::path::PathBuf) -> Sources {
    let environment = process_environment().into_iter();
    let addresses = environment.filter(|(name, _)| {
        name.starts_with("AWS_") || (name.starts_with("MUSTER_") && name.ends_with("_URL"))
    });
    // What is measured is one person's requests, as fast as they come.
    let unlimited = [
        "MUSTER_LIMITS__REQUESTS",
        "MUSTER_LIMITS__BURST",
        "MUSTER_LIMITS__UPLOADS",
    ];
    let unlimited = unlimited.map(|name| (name.to_owned(), "10000000".to_owned()));
    Sources {
        folder,
        environment: addresses.chain(unlimited).collect(),
        ..Sources::default()
    }
}

async fn serve_in(folder: &std::path::Path) -> Result<ExitCode, Failure> {
    let settings = Settings::load(&sources(folder.to_owned()))?.settings;
    let premises = Premises::take(&settings)?;
    let (lifecycle, metrics) = (Lifecycle::new(), Metrics::new("bench"));
    let parts = Parts::open(&settings, &premises, Machine::real(), Some(&metrics)).await?;
    if parts.users.is_empty().await? {
        seed::fill(&parts, 5, 1, |_, _| {}).await?;
    }
    jobs::start(
        &parts,
        &Arc::new(Sweeps::default()),
        &Supervisor::new(&lifecycle, &metrics),
        &metrics,
    );
    let api = wiring::api(&parts, &Arc::new(Sweeps::default()), "http://bench");
    let (token, path) = signed_in(&api).await?;
    println!("token={token}\npath={path}");
    let operations = Operations {
        health: HealthBoard::new("bench", &lifecycle),
        metrics: metrics.clone(),
    };
    let (api, config) = (
        Data::new(api),
        HttpConfig::new(&settings.http, "http://bench"),
    );
    let mut shared = Shared {
        api,
        limit: Arc::new(wiring::limit(&parts)),
        config,
        operations,
        body: Bytes::new(),
    };
    // The baseline answers the very bytes that the real read answers.
    shared.body = load::body(shared.listen()?, &request(&path, &token))
        .await?
        .into();
    println!("bare={}", shared.listen_bare()?);
    for (name, layers) in LAYERS {
        shared.config.layers = *layers;
        println!("{name}={}", shared.listen()?);
    }
    println!("bytes={}", shared.listen()?);
    println!("ready");
    // The parent holds the other end of our standard input; its end is ours.
    let parent_gone =
        tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()));
    parent_gone
        .await
        .map_err(|error| Failure::internal(&error))??;
    Ok(ExitCode::SUCCESS)
}

/// The demo admin's token and their address.
async fn signed_in(api: &Api) -> Result<(String, String), Failure> {
    let email = Email::parse(seed::DEMO_EMAIL).map_err(|error| Failure::internal(&error))?;
    let signed_in = api
        .accounts
        .auth
        .sign_in
        .run(
            &Request::by_system("bench"),
            &email,
            &Password::presented(seed::DEMO_PASSWORD),
            None,
            Source::UNKNOWN,
        )
        .await;
    let token = signed_in
        .map_err(|error| Failure::internal(&error))?
        .access
        .token
        .into_revealed();
    let caller = api
        .accounts
        .auth
        .authenticate
        .run(&token)
        .await
        .map_err(|error| Failure::internal(&error))?;
    let id = caller
        .principal
        .user()
        .ok_or_else(|| Failure::usage("the demo admin is a person"))?;
    Ok((token, format!("/v1/users/{id}")))
}

fn request(path: &str, token: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n")
        .into_bytes()
}

struct Shared {
    api: Data<Api>,
    limit: Arc<LimitRequests>,
    config: HttpConfig,
    operations: Operations,
    body: Bytes,
}

impl Shared {
    /// The bytes and nothing else.
    fn listen_bare(&self) -> Result<SocketAddr, Failure> {
        let (listener, body) = (TcpListener::bind("127.0.0.1:0")?, self.body.clone());
        let address = listener.local_addr()?;
        let server = HttpServer::new(move || {
            App::new()
                .app_data(Data::new(body.clone()))
                .route("/bytes", web::get().to(bytes))
        });
        actix_web::rt::spawn(server.workers(1).disable_signals().listen(listener)?.run());
        Ok(address)
    }

    /// The application as it is served, behind the layers of the configuration, with the bytes beside it.
    fn listen(&self) -> Result<SocketAddr, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let address = listener.local_addr()?;
        let stack = Stack::new(
            &self.config,
            self.operations.metrics.clone(),
            self.api.accounts.auth.authenticate.clone(),
            Arc::clone(&self.limit),
        );
        let (api, limits, operations, body, sign_in) = (
            self.api.clone(),
            self.config.limits,
            self.operations.clone(),
            self.body.clone(),
            self.config.layers.sign_in,
        );
        let terms = ListenerConfig {
            workers: Some(1),
            ..ListenerConfig::default()
        };
        let server = http_api::serve(listener, terms, &stack, move |routes| {
            routes.app_data(Data::new(body.clone()));
            if sign_in {
                routes.route("/bytes", web::get().to(bytes_of_somebody));
            } else {
                routes.route("/bytes", web::get().to(bytes));
            }
            http_api::configure(routes, &api, limits, &operations, true);
        })?;
        actix_web::rt::spawn(server);
        Ok(address)
    }
}

async fn bytes(body: Data<Bytes>) -> HttpResponse {
    HttpResponse::Ok()
        .content_type("application/json")
        .body(Bytes::clone(&body))
}

/// The bytes, for whoever is signed in.
async fn bytes_of_somebody(request: HttpRequest, body: Data<Bytes>) -> HttpResponse {
    let signed_in = request
        .extensions()
        .get::<Arrival>()
        .is_some_and(|arrival| arrival.caller.principal.user().is_some());
    if signed_in {
        bytes(body).await
    } else {
        HttpResponse::Unauthorized().finish()
    }
}
