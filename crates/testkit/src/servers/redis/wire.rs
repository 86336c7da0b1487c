//! As much of the Redis protocol (RESP2) as starting a server for tests needs, so that the driver stays in its adapter.

use crate::servers::urls;
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// The oldest Redis that Muster works with.
const OLDEST: u32 = 7;

const PATIENCE: Duration = Duration::from_secs(10);

/// A connection that asks and waits for the answer.
pub struct Wire {
    stream: BufReader<TcpStream>,
}

impl Wire {
    /// Connects, signs in as the address says, and refuses a server that is too old.
    ///
    /// # Errors
    /// When nobody answers as Redis does, or not to this name and password.
    pub fn open(url: &str) -> io::Result<Self> {
        let stream = TcpStream::connect(urls::address(url))?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let mut wire = Self {
            stream: BufReader::new(stream),
        };
        match urls::credentials(url) {
            None => {}
            Some((name, password)) if name.is_empty() => {
                wire.ask(&["AUTH", &password]).map(drop)?
            }
            Some((name, password)) => wire.ask(&["AUTH", &name, &password]).map(drop)?,
        }
        let version = version(&wire.ask(&["INFO", "server"])?);
        assert!(
            version.is_none_or(|version| version >= OLDEST),
            "the tests need Redis {OLDEST} or newer, and this one is {version:?}"
        );
        Ok(wire)
    }

    /// The answer, where it is a line or a text.
    ///
    /// # Errors
    /// When the server answers with an error, or not at all.
    pub fn ask(&mut self, command: &[&str]) -> io::Result<String> {
        let mut request = format!("*{}\r\n", command.len());
        for word in command {
            request.push_str(&format!("${}\r\n{word}\r\n", word.len()));
        }
        self.stream.get_mut().write_all(request.as_bytes())?;
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let line = line.trim_end();
        if let Some(length) = line.strip_prefix('$') {
            let length: usize = length.parse().map_err(io::Error::other)?;
            let mut text = vec![0; length + 2];
            self.stream.read_exact(&mut text)?;
            return Ok(String::from_utf8_lossy(&text).trim_end().to_owned());
        }
        match line.strip_prefix('+') {
            Some(answer) => Ok(answer.to_owned()),
            None => Err(io::Error::other(line.to_owned())),
        }
    }
}

/// Whether a Redis answers there, and not one that is still loading.
pub fn is_up(url: &str) -> bool {
    Wire::open(url).is_ok()
}

fn version(info: &str) -> Option<u32> {
    let line = info
        .lines()
        .find_map(|line| line.strip_prefix("redis_version:"))?;
    line.split('.').next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::version;

    #[test]
    fn the_version_is_read_from_what_the_server_says_of_itself() {
        assert_eq!(
            version("# Server\r\nredis_version:7.0.15\r\nredis_mode:standalone\r\n"),
            Some(7)
        );
        assert_eq!(version("# Server\r\n"), None);
    }
}
