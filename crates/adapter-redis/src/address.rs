//! What an address of a Redis may look like.

use redis::io::tcp::TcpSettings;
use redis::{Client, ConnectionAddr, IntoConnectionInfo as _, RedisError};

/// Why an address cannot be used. It shows nothing of the address, which may hold a password.
#[derive(Debug, thiserror::Error)]
pub enum AddressError {
    /// It is something else.
    #[error(
        "the address of Redis is not redis://[user:password@]host[:port][/db], nor the same with rediss"
    )]
    Form,
    /// It looks right and cannot be read.
    #[error("the address of Redis cannot be read")]
    Unreadable(#[source] RedisError),
}

/// A client for an address, and the number of its database.
pub fn client(url: &str) -> Result<(Client, i64), AddressError> {
    let scheme = ["redis://", "rediss://"];
    let plain = !url.contains(['?', '#']) && scheme.iter().any(|scheme| url.starts_with(scheme));
    if !plain {
        return Err(AddressError::Form);
    }
    let info = url
        .into_connection_info()
        .map_err(AddressError::Unreadable)?;
    if matches!(info.addr(), ConnectionAddr::TcpTls { .. }) {
        // Whoever installed a provider before us, for another connection, is welcome.
        let _installed = rustls::crypto::ring::default_provider().install_default();
    }
    // Naming the driver would be two more commands for each connection, and rights to them.
    let settings = info.redis_settings().clone().set_skip_set_lib_name();
    let db = settings.db();
    let info = info
        .set_redis_settings(settings)
        .set_tcp_settings(TcpSettings::default().set_nodelay(true));
    let client = Client::open(info).map_err(AddressError::Unreadable)?;
    Ok((client, db))
}

#[cfg(test)]
mod tests {
    use super::{AddressError, client};

    #[test]
    fn an_address_names_host_and_database() {
        for (url, db) in [
            ("redis://127.0.0.1", 0),
            ("redis://cache:6380/7", 7),
            ("redis://user:pass%20word@cache/2", 2),
            ("rediss://:password@cache.example.org:6380", 0),
        ] {
            let (_, named) = client(url).expect("is an address");
            assert_eq!(named, db, "{url}");
        }
    }

    #[test]
    fn what_is_no_address_is_refused_without_showing_it() {
        for url in [
            "cache:6379",
            "http://cache",
            "unix:///run/redis",
            "redis://:secret@cache/seven",
            "redis://:secret@cache?protocol=resp3",
            "rediss://:secret@cache#insecure",
            "redis://",
        ] {
            let refused = client(url).expect_err(url);
            let mut shown = format!("{refused} {refused:?}");
            if let AddressError::Unreadable(source) = &refused {
                shown += &source.to_string();
            }
            assert!(!shown.contains("secret"), "{shown}");
        }
    }
}
