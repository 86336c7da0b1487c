//! The HTTP client below `object_store`: few connections, known limits, and nothing from the environment.

use super::S3Terms;
use core::time::Duration;
use domain::accounts::images::PUT_TIMEOUT;
use object_store::client::{HttpClient, HttpConnector};
use object_store::{ClientOptions, Error};
use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder};
use std::net::{Ipv4Addr, SocketAddr};

const CONNECT: Duration = Duration::from_secs(2);
/// The variants of two pictures at once, and some readers.
const IDLE_CONNECTIONS: usize = 16;
/// Stores close idle connections after some 20 s; one that is about to close is no use.
const IDLE: Duration = Duration::from_secs(15);

/// Makes the client; `object_store`'s own options are not asked.
#[derive(Debug)]
pub struct Connector {
    host: Option<String>,
    plain: bool,
}

impl Connector {
    pub fn to(terms: &S3Terms) -> Self {
        Self {
            host: terms.host(),
            plain: terms.is_plain(),
        }
    }

    fn builder(&self) -> ClientBuilder {
        let builder = Client::builder()
            .connect_timeout(CONNECT)
            // How long nothing may arrive: a PUT is silent until it is stored.
            .read_timeout(PUT_TIMEOUT.unsigned_abs())
            .pool_max_idle_per_host(IDLE_CONNECTIONS)
            .pool_idle_timeout(IDLE)
            .tcp_nodelay(true)
            .http1_only()
            .https_only(!self.plain)
            // A signature is good for one address, and settings come from platform::config.
            .redirect(Policy::none())
            .no_proxy();
        let builder = match self.plain {
            // The certificates of the system need not be read, nor be there.
            true => builder.tls_certs_only([]),
            false => builder,
        };
        match self.host.as_deref().filter(|host| is_local(host)) {
            Some(host) => builder.resolve(host, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))),
            None => builder,
        }
    }
}

impl HttpConnector for Connector {
    fn connect(&self, _options: &ClientOptions) -> object_store::Result<HttpClient> {
        // Whoever installed a provider before us, for another connection, is welcome.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let client = self.builder().build().map_err(|error| Error::Generic {
            store: "S3",
            source: error.into(),
        })?;
        Ok(HttpClient::new(client))
    }
}

/// Names below `localhost` are this machine (RFC 6761, 6.3), whether its resolver knows or not: the
/// host of a bucket is such a name.
fn is_local(host: &str) -> bool {
    host.ends_with(".localhost")
}
