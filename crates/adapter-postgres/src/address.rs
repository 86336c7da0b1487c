//! How the address of a database is read.

use percent_encoding::percent_decode_str;
use ports::BoxError;
use tokio_postgres::Config;
use tokio_postgres::config::SslMode;

/// Why an address of a database cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It is no `postgres://` address.
    #[error("is not an address such as `postgres://user:password@host:5432/muster`")]
    Unreadable(#[source] tokio_postgres::Error),
    /// It names no host: libpq would then look for a socket of this machine.
    #[error("names no host: write `postgres://user:password@host:5432/muster`")]
    NoHost,
    /// `sslmode` is none of libpq's words.
    #[error("`sslmode` is one of disable, allow, prefer, require, verify-ca and verify-full")]
    Mode,
    /// The certificates that it trusts cannot be read.
    #[error("the certificates of `sslrootcert`, or of this system, cannot be read")]
    Roots(#[source] BoxError),
    /// There are none.
    #[error(
        "there is no certificate in `sslrootcert`, or none on this system, to trust a server by"
    )]
    NoRoots,
}

/// What of an address is about encryption, in libpq's words.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// `sslmode`
    pub mode: Option<String>,
    /// `sslrootcert`
    pub roots: Option<String>,
}

/// Reads an address, of which [`tokio_postgres`] knows all but what is about certificates.
pub fn read(url: &str) -> Result<(Config, Parameters), AddressError> {
    let (address, query) = url.split_once('?').unwrap_or((url, ""));
    let mut parameters = Parameters::default();
    let mut others = Vec::new();
    for pair in query.split('&').filter(|pair| !pair.is_empty()) {
        let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
        let value = || Some(percent_decode_str(value).decode_utf8_lossy().into_owned());
        match name {
            "sslmode" => parameters.mode = value(),
            "sslrootcert" => parameters.roots = value(),
            _ => others.push(pair),
        }
    }
    let address = match others.as_slice() {
        [] => address.to_owned(),
        others => format!("{address}?{}", others.join("&")),
    };
    let mut config: Config = address.parse().map_err(AddressError::Unreadable)?;
    if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
        return Err(AddressError::NoHost);
    }
    config.ssl_mode(SslMode::Disable);
    Ok((config, parameters))
}

#[cfg(test)]
mod tests {
    use super::{AddressError, Parameters, read};
    use tokio_postgres::config::Host;

    #[test]
    fn what_is_about_certificates_is_taken_out() {
        let url = "postgres://ada@db:5433/muster?sslmode=verify-full&connect_timeout=4&sslrootcert=%2Fca%20of%20ours.pem";
        let Ok((config, parameters)) = read(url) else {
            panic!("is an address")
        };
        assert_eq!(config.get_hosts(), [Host::Tcp("db".to_owned())]);
        assert_eq!(config.get_dbname(), Some("muster"));
        assert_eq!(
            config.get_connect_timeout().map(|time| time.as_secs()),
            Some(4)
        );
        let expected = Parameters {
            mode: Some("verify-full".to_owned()),
            roots: Some("/ca of ours.pem".to_owned()),
        };
        assert_eq!(parameters, expected);
    }

    #[test]
    fn an_address_is_read_before_anything_is_opened() {
        assert!(read("postgres://ada:secret@db.example:5433/muster").is_ok());
        for wrong in [
            "sqlite://x",
            "postgres://host:port/x",
            "postgres://db/x?colour=red",
        ] {
            assert!(
                matches!(read(wrong), Err(AddressError::Unreadable(_))),
                "{wrong}"
            );
        }
    }

    #[test]
    fn an_address_names_a_host() {
        for wrong in [
            "postgres:///muster",
            "postgres://",
            "postgres://ada@/muster",
        ] {
            assert!(matches!(read(wrong), Err(AddressError::NoHost)), "{wrong}");
        }
        assert!(read("postgres:///muster?host=db.example").is_ok());
    }
}
