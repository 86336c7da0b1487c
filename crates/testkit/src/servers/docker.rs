//! Starts the servers of tests in containers, on whatever Docker engine answers.

use super::ports::Reserved;
use super::source::told;
use super::urls;
use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs as _};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;
use testcontainers::runners::AsyncRunner as _;
use testcontainers::{ContainerAsync, ContainerRequest, Image, ImageExt as _};
use testcontainers_modules::postgres::Postgres;
use testcontainers_modules::redis::Redis;

/// The images. `scripts/test-docker.sh` reads these lines.
const POSTGRES_TAG: &str = "15-alpine";
const REDIS_TAG: &str = "7-alpine";

/// As long as a slow engine may take to answer that it is there.
const PATIENCE: Duration = Duration::from_secs(5);

/// Pulling an image may take a while; what comes after is quick.
const STARTS_WITHIN: Duration = Duration::from_secs(180);

/// How many databases a Redis of the tests has: more than tests run at once.
pub const REDIS_DATABASES: u32 = 512;

/// A Docker engine, by the address that `DOCKER_HOST` would have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Engine {
    host: String,
}

impl Engine {
    /// The engine that testcontainers will talk to, if it answers. Without a socket that costs a look at four paths.
    pub fn that_answers() -> Option<Self> {
        let engine = Self::at(&told("DOCKER_HOST").or_else(socket)?);
        engine.answers("/_ping").then_some(engine)
    }

    pub fn at(host: &str) -> Self {
        Self {
            host: host.to_owned(),
        }
    }

    /// The shell command that removes a container, for the keeper. An engine may be there without its client.
    pub fn remove(&self, container: &str) -> String {
        let host = &self.host;
        let target = host.strip_prefix("unix://").map_or_else(
            || format!("'http://{}", urls::address(&self.plain())),
            |socket| format!("--unix-socket '{socket}' 'http://docker"),
        );
        format!(
            "DOCKER_HOST='{host}' docker rm --force --volumes {container} || \
             curl --silent --request DELETE {target}/containers/{container}?force=true&v=true'"
        )
    }

    /// Whether the engine has a network of its own to put containers in. One that was started without can give them
    /// only that of the machine.
    fn has_a_network(&self) -> bool {
        self.answers("/networks/bridge")
    }

    fn answers(&self, path: &str) -> bool {
        let Some(answer) = self.ask(path) else {
            return false;
        };
        // The engine of a machine elsewhere may want TLS, which only testcontainers could speak.
        answer.starts_with("HTTP/1.") && answer.split(' ').nth(1) == Some("200")
    }

    fn ask(&self, path: &str) -> Option<String> {
        if let Some(socket) = self.host.strip_prefix("unix://") {
            let stream = UnixStream::connect(socket).ok()?;
            stream.set_read_timeout(Some(PATIENCE)).ok()?;
            return asked(stream, path);
        }
        let address = urls::address(&self.plain())
            .to_socket_addrs()
            .ok()?
            .next()?;
        let stream = TcpStream::connect_timeout(&address, PATIENCE).ok()?;
        stream.set_read_timeout(Some(PATIENCE)).ok()?;
        asked(stream, path)
    }

    /// Docker writes `tcp://` for `http://`.
    fn plain(&self) -> String {
        self.host.replacen("tcp://", "http://", 1)
    }

    /// A PostgreSQL in a container of this name, and its address.
    pub async fn postgres(&self, container: &str, settings: &[&str]) -> String {
        let image = Postgres::default().with_tag(POSTGRES_TAG);
        let arguments = settings.iter().flat_map(|setting| ["-c", setting]);
        let arguments = arguments.map(str::to_owned).collect();
        let alone = ["-c", "listen_addresses=127.0.0.1", "-p"];
        let inside = Inside {
            port: 5432,
            alone: &alone,
        };
        let address = self.start(image, container, arguments, inside).await;
        format!("postgres://postgres:postgres@{address}/postgres")
    }

    /// A Redis in a container of this name, and its address.
    pub async fn redis(&self, container: &str, settings: &[&str]) -> String {
        let image = Redis::default().with_tag(REDIS_TAG);
        let arguments = ["redis-server"].iter().chain(settings);
        let arguments = arguments.map(|argument| (*argument).to_owned()).collect();
        let alone = ["--bind", "127.0.0.1", "--port"];
        let inside = Inside {
            port: 6379,
            alone: &alone,
        };
        let address = self.start(image, container, arguments, inside).await;
        format!("redis://{address}")
    }

    async fn start<I: Image>(
        &self,
        image: ContainerRequest<I>,
        container: &str,
        arguments: Vec<String>,
        inside: Inside<'_>,
    ) -> String {
        let image = image
            .with_container_name(container)
            .with_startup_timeout(STARTS_WITHIN);
        if self.has_a_network() {
            let started = self.started(image.with_cmd(arguments)).await;
            let host = started.get_host().await.expect("the engine has an address");
            let outside = started.get_host_port_ipv4(inside.port).await;
            let outside = outside.expect("the port was published");
            leave(started);
            return format!("{host}:{outside}").replacen("localhost", "127.0.0.1", 1);
        }
        let reserved = Reserved::any().expect("a port is free");
        let port = reserved.address().port().to_string();
        let alone = inside.alone.iter().map(|argument| (*argument).to_owned());
        let arguments: Vec<String> = arguments.into_iter().chain(alone).chain([port]).collect();
        leave(
            self.started(image.with_network("host").with_cmd(arguments))
                .await,
        );
        reserved.address().to_string()
    }

    async fn started<I: Image>(&self, image: ContainerRequest<I>) -> ContainerAsync<I> {
        let name = image.descriptor();
        image.start().await.unwrap_or_else(|error| {
            panic!(
                "the Docker engine at {} could not start {name}; TEST_SERVERS=local uses the machine's own: {error}",
                self.host
            )
        })
    }
}

/// Where a server listens in its container.
struct Inside<'a> {
    port: u16,
    /// What makes it listen to this machine only and on the port that follows, when its network is the machine's.
    alone: &'a [&'a str],
}

/// Leaves a container to its keeper. Dropped, it would be removed while others use it.
fn leave<I: Image>(container: ContainerAsync<I>) {
    std::mem::forget(container);
}

/// Where testcontainers looks, in its order.
fn socket() -> Option<String> {
    let below = |folder: &str, path: &str| Some(format!("{}/{path}", told(folder)?));
    let places = [
        Some("/var/run/docker.sock".to_owned()),
        below("XDG_RUNTIME_DIR", ".docker/run/docker.sock"),
        below("HOME", ".docker/run/docker.sock"),
        below("HOME", ".docker/desktop/docker.sock"),
    ];
    let mut there = places
        .into_iter()
        .flatten()
        .filter(|path| Path::new(path).exists());
    there.next().map(|path| format!("unix://{path}"))
}

/// HTTP/1.0, so that the answer ends with the connection.
fn asked(mut stream: impl Read + Write, path: &str) -> Option<String> {
    write!(stream, "GET {path} HTTP/1.0\r\nHost: docker\r\n\r\n").ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    Some(String::from_utf8_lossy(&answer).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::net::UnixListener;
    use std::time::Instant;

    fn engine_that_says(answer: &'static str) -> (Engine, tempfile::TempDir) {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("docker.sock");
        let listener = UnixListener::bind(&path).expect("the path is free");
        std::thread::spawn(move || {
            let (mut stream, _) = listener.accept().expect("somebody comes");
            let mut request = [0; 256];
            let _ = stream.read(&mut request).expect("they ask");
            stream.write_all(answer.as_bytes()).expect("they listen");
        });
        (Engine::at(&format!("unix://{}", path.display())), folder)
    }

    #[test]
    fn an_engine_answers_with_200() {
        let (engine, _folder) = engine_that_says("HTTP/1.0 200 OK\r\n\r\nOK");
        assert!(engine.answers("/_ping"));
        let (engine, _folder) = engine_that_says("HTTP/1.0 404 Not Found\r\n\r\n");
        assert!(!engine.has_a_network());
    }

    #[test]
    fn a_socket_without_an_engine_is_none_and_costs_less_than_a_millisecond() {
        let folder = tempfile::tempdir().expect("there is room");
        let path = folder.path().join("docker.sock");
        drop(UnixListener::bind(&path).expect("the path is free"));
        let (dead, missing) = (
            format!("unix://{}", path.display()),
            "unix:///nowhere/at/all",
        );
        let start = Instant::now();
        let answers = (0..100)
            .any(|_| Engine::at(&dead).answers("/_ping") || Engine::at(missing).answers("/_ping"));
        assert!(!answers);
        let each = start.elapsed() / 200;
        assert!(each < Duration::from_millis(1), "{each:?}");
    }

    #[test]
    fn the_command_that_removes_a_container_has_a_way_without_the_client() {
        let command = Engine::at("unix:///run/d.sock").remove("muster-1");
        assert!(
            command.contains("docker rm --force --volumes muster-1"),
            "{command}"
        );
        assert!(
            command.contains(
                "--unix-socket '/run/d.sock' 'http://docker/containers/muster-1?force=true&v=true'"
            ),
            "{command}"
        );
        let command = Engine::at("tcp://elsewhere:2375").remove("muster-1");
        assert!(
            command.contains("'http://elsewhere:2375/containers/muster-1?"),
            "{command}"
        );
    }
}
