//! Whether the way to the database is encrypted, and whom the server must prove to be.
//!
//! An address asks as libpq's does, by `sslmode` and `sslrootcert`. Where it asks for TLS the server's
//! certificate is always checked, name included: libpq's `require`, which checks nothing, keeps no secret
//! from whoever stands in between.

use super::address::{AddressError, Parameters};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use rustls::{ClientConfig, RootCertStore};
use std::sync::Arc;
use tokio_postgres_rustls::MakeRustlsConnect;

/// What an address asks for.
#[derive(Clone)]
pub enum Encryption {
    /// `disable`, `allow`, `prefer`, or nothing.
    Plain,
    /// `require`, `verify-ca` or `verify-full`.
    Tls(MakeRustlsConnect),
}

impl Encryption {
    pub fn asked_by(parameters: &Parameters) -> Result<Self, AddressError> {
        match parameters.mode.as_deref() {
            None | Some("disable" | "allow" | "prefer") => Ok(Self::Plain),
            Some("require" | "verify-ca" | "verify-full") => {
                let roots = match parameters.roots.as_deref() {
                    None | Some("system") => of_the_system()?,
                    Some(file) => of_a_file(file)?,
                };
                Ok(Self::Tls(MakeRustlsConnect::new(client(roots)?)))
            }
            Some(_other) => Err(AddressError::Mode),
        }
    }
}

fn client(roots: RootCertStore) -> Result<ClientConfig, AddressError> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config =
        ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(|error| AddressError::Roots(Box::new(error)))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

fn of_the_system() -> Result<RootCertStore, AddressError> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (added, _unreadable) = roots.add_parsable_certificates(found.certs);
    match found.errors.into_iter().next() {
        _ if added > 0 => Ok(roots),
        Some(error) => Err(AddressError::Roots(Box::new(error))),
        None => Err(AddressError::NoRoots),
    }
}

fn of_a_file(file: &str) -> Result<RootCertStore, AddressError> {
    let mut roots = RootCertStore::empty();
    let certificates = CertificateDer::pem_file_iter(file);
    for certificate in certificates.map_err(|error| AddressError::Roots(Box::new(error)))? {
        let certificate = certificate.map_err(|error| AddressError::Roots(Box::new(error)))?;
        let added = roots.add(certificate);
        added.map_err(|error| AddressError::Roots(Box::new(error)))?;
    }
    if roots.is_empty() {
        return Err(AddressError::NoRoots);
    }
    Ok(roots)
}
