//! A way to a server that speaks TLS only, whatever the server behind it speaks.

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// What a client sends who wants TLS: 8 bytes, and the number 80877103
/// (<https://www.postgresql.org/docs/current/protocol-message-formats.html>).
const SSL_REQUEST: [u8; 8] = [0, 0, 0, 8, 4, 210, 22, 47];

/// How TLS begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begins {
    /// With the first byte, as in HTTPS.
    AtOnce,
    /// When a client of PostgreSQL has asked for it.
    WhenAsked,
}

/// Listens on a free port of 127.0.0.1, and has a certificate for `localhost` or another name.
#[derive(Debug)]
pub struct Encrypted {
    address: SocketAddr,
    authority: tempfile::NamedTempFile,
}

impl Encrypted {
    /// Stands before the server at this `host:port`, and proves to be `name`.
    ///
    /// # Panics
    /// If there is no port to listen on.
    pub async fn before(server: String, name: &str, begins: Begins) -> Self {
        let (authority, acceptor) = certified(name);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("bound");
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                tokio::spawn(forward(client, acceptor.clone(), server.clone(), begins));
            }
        });
        Self { address, authority }
    }

    /// Where it listens.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// The file with the certificate of who vouches for this one.
    #[must_use]
    pub fn authority(&self) -> &Path {
        self.authority.path()
    }
}

fn certified(name: &str) -> (tempfile::NamedTempFile, TlsAcceptor) {
    let mut ours = CertificateParams::default();
    ours.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let authority = CertifiedIssuer::self_signed(ours, key).expect("a certificate");
    let key = KeyPair::generate().expect("a key");
    let server = CertificateParams::new([name.to_owned()]).expect("a name");
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
    (
        file,
        TlsAcceptor::from(Arc::new(config.expect("fit each other"))),
    )
}

async fn forward(
    mut client: TcpStream,
    acceptor: TlsAcceptor,
    server: String,
    begins: Begins,
) -> Option<()> {
    if begins == Begins::WhenAsked {
        let mut asked = [0; 8];
        client.read_exact(&mut asked).await.ok()?;
        if asked != SSL_REQUEST {
            return None;
        }
        client.write_all(b"S").await.ok()?;
    }
    let mut client = acceptor.accept(client).await.ok()?;
    let mut server = TcpStream::connect(server).await.ok()?;
    copy_bidirectional(&mut client, &mut server).await.ok()?;
    Some(())
}
