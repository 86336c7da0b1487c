//! `muster healthcheck`: asks the running service on this machine whether it is ready, with nothing but a socket.

use crate::Failure;
use platform::config::{Profile, Settings};
use std::io::{Read as _, Write as _};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::process::ExitCode;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(3);

/// Succeeds when the service answers 200 on `/readyz`.
pub(super) fn run(settings: &Settings) -> Result<ExitCode, Failure> {
    let address = reachable(match settings.profile {
        Profile::Local => settings.http.listen,
        Profile::Production => settings.management.listen,
    });
    let status = ask(address)
        .map_err(|error| Failure::unavailable(format!("nothing answers on {address}: {error}")))?;
    if status.contains(" 200 ") {
        eprintln!("ready");
        return Ok(ExitCode::SUCCESS);
    }
    Err(Failure::unavailable(format!(
        "not ready: {}",
        status.trim_end()
    )))
}

/// An address that listens everywhere is asked on the loopback.
fn reachable(listen: SocketAddr) -> SocketAddr {
    let ip = match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    SocketAddr::new(ip, listen.port())
}

/// The status line of `/readyz`.
fn ask(address: SocketAddr) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    stream.write_all(
        format!("GET /readyz HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").as_bytes(),
    )?;
    let mut head = Vec::new();
    stream.take(256).read_to_end(&mut head)?;
    let text = String::from_utf8_lossy(&head).into_owned();
    Ok(text.lines().next().unwrap_or_default().to_owned())
}

#[cfg(test)]
mod tests {
    use super::reachable;

    #[test]
    fn an_address_that_listens_everywhere_is_asked_on_the_loopback() {
        assert_eq!(
            reachable("0.0.0.0:8080".parse().unwrap()).to_string(),
            "127.0.0.1:8080"
        );
        assert_eq!(
            reachable("[::]:8080".parse().unwrap()).to_string(),
            "[::1]:8080"
        );
        assert_eq!(
            reachable("127.0.0.2:8080".parse().unwrap()).to_string(),
            "127.0.0.2:8080"
        );
    }
}
