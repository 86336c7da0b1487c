//! A way to an issuer that speaks TLS only, and proves to be `localhost` to whoever trusts its authority.

use super::issuer::Issuer;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Listens, and has a certificate.
pub struct Encrypted {
    address: SocketAddr,
    authority: tempfile::NamedTempFile,
}

impl Encrypted {
    pub async fn before(issuer: &Issuer) -> Self {
        let (authority, acceptor) = certified();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("can listen");
        let address = listener.local_addr().expect("has an address");
        let behind = issuer.address();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, acceptor.clone(), behind));
            }
        });
        Self { address, authority }
    }

    pub fn url(&self, host: &str) -> String {
        let port = self.address.port();
        format!("https://{host}:{port}/.well-known/jwks.json")
    }

    /// The file with the certificate of who vouches for this one.
    pub fn authority(&self) -> &Path {
        self.authority.path()
    }
}

fn certified() -> (tempfile::NamedTempFile, TlsAcceptor) {
    let mut ours = CertificateParams::default();
    ours.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let authority = CertifiedIssuer::self_signed(ours, key).expect("a certificate");
    let key = KeyPair::generate().expect("a key");
    let server = CertificateParams::new(["localhost".to_owned()]).expect("a name");
    let server = server.signed_by(&key, &authority).expect("a certificate");
    let file = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(file.path(), authority.pem()).expect("can be written");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(
            vec![server.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
        );
    let config = config.expect("fit each other");
    (file, TlsAcceptor::from(Arc::new(config)))
}

async fn forward(client: TcpStream, acceptor: TlsAcceptor, behind: SocketAddr) -> Option<()> {
    let mut client = acceptor.accept(client).await.ok()?;
    let mut server = TcpStream::connect(behind).await.ok()?;
    copy_bidirectional(&mut client, &mut server).await.ok()?;
    Some(())
}
