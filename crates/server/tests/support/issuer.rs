//! An outside issuer that says of people whatever a test wants, and tells its key to whoever asks.

use rustls::SignatureScheme;
use rustls::crypto::ring::sign::any_eddsa_type;
use rustls::sign::SigningKey;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

/// What stands before the seed of an Ed25519 key in PKCS #8 (RFC 5958, RFC 8410).
const ED25519: &[u8] = b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20";
const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

pub struct Issuer {
    key: Arc<dyn SigningKey>,
    address: String,
}

impl Issuer {
    /// Listens, for as long as the test runs.
    pub async fn start() -> Self {
        let key = [ED25519, &[7; 32]].concat();
        let key = any_eddsa_type(&key.into()).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let spki = key.public_key().unwrap();
        let public = base64url(&spki[spki.len() - 32..]);
        let keys =
            json!({"keys": [{"kty": "OKP", "crv": "Ed25519", "kid": "outside", "x": public}]});
        tokio::spawn(answer(listener, keys.to_string()));
        Self { key, address }
    }

    /// What a server has to be told to believe it.
    pub fn trusted(&self) -> Vec<(&'static str, String)> {
        let told = [
            ("MUSTER_AUTH__MODE", "jwks"),
            ("MUSTER_AUTH__ISSUER", "https://issuer.example"),
            ("MUSTER_AUTH__AUDIENCE", "muster"),
            ("MUSTER_AUTH__ALGORITHMS", "EdDSA"),
            ("MUSTER_AUTH__ROLES_CLAIM", "roles"),
        ];
        let mut told: Vec<_> = told.map(|(name, said)| (name, said.to_owned())).into();
        told.push(("MUSTER_AUTH__JWKS_URL", format!("http://{}/", self.address)));
        told
    }

    /// A token of somebody, with roles and what else is said of them.
    pub fn token(&self, subject: &str, roles: &[&str], more: &Value) -> String {
        let mut claims = json!({
            "iss": "https://issuer.example", "aud": "muster", "exp": 4_000_000_000_i64,
            "sub": subject, "roles": roles,
        });
        for (name, value) in more.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        let header = json!({"alg": "EdDSA", "kid": "outside"}).to_string();
        let [header, claims] = [header, claims.to_string()].map(|part| base64url(part.as_bytes()));
        let signed = format!("{header}.{claims}");
        let signer = self.key.choose_scheme(&[SignatureScheme::ED25519]);
        let signature = signer.unwrap().sign(signed.as_bytes()).unwrap();
        format!("{signed}.{}", base64url(&signature))
    }
}

async fn answer(listener: TcpListener, keys: String) {
    let head = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close";
    let whole = format!("{head}\r\nContent-Length: {}\r\n\r\n{keys}", keys.len());
    while let Ok((mut socket, _)) = listener.accept().await {
        let mut request = [0; 4096];
        let _read = socket.read(&mut request).await;
        let _written = socket.write_all(whole.as_bytes()).await;
    }
}

/// Without padding (RFC 4648, section 5).
fn base64url(bytes: &[u8]) -> String {
    let mut text = String::new();
    for piece in bytes.chunks(3) {
        let mut three = [0; 4];
        three[1..=piece.len()].copy_from_slice(piece);
        let bits = u32::from_be_bytes(three);
        for place in 0..=piece.len() {
            let letter = bits >> (18 - 6 * place) & 63;
            text.push(char::from(LETTERS[letter as usize]));
        }
    }
    text
}
