//! A gateway in front of a server, which signs what it passes on.

use super::{Answer, Client};
use adapter_identity::{HmacGateway, Sha256Digester};
use domain::{Digest, Pii};
use jiff::{SignedDuration, Timestamp};
use ports::accounts::GatewayCall;
use ports::digests::Digester as _;
use reqwest::RequestBuilder;

pub const SECRET: &str = "a secret that the gateway and we know";

pub struct Gateway(HmacGateway);

impl Gateway {
    pub fn new() -> Self {
        Self::with(SECRET)
    }

    pub fn with(secret: &str) -> Self {
        Self(HmacGateway::new(secret).unwrap())
    }

    /// A GET as it is signed.
    pub fn call(target: &str, subject: &str, roles: &str) -> GatewayCall {
        GatewayCall {
            method: "GET".into(),
            target: target.into(),
            body: digest(b""),
            subject: Pii::new(subject.into()),
            roles: roles.into(),
        }
    }

    /// The signature of so many seconds ago.
    pub fn sign(&self, call: &GatewayCall, ago: i64) -> String {
        self.0.sign(call, now() - SignedDuration::from_secs(ago))
    }

    /// Sends what was signed `ago` seconds ago.
    pub async fn get(&self, client: &Client, call: &GatewayCall, ago: i64) -> Answer {
        let request = client.request("GET", &call.target);
        client.send(self.signed(request, call, ago)).await
    }

    /// The request with what the gateway says of it.
    pub fn signed(&self, request: RequestBuilder, call: &GatewayCall, ago: i64) -> RequestBuilder {
        let request = request
            .header("X-Muster-Subject", call.subject.reveal())
            .header("X-Muster-Signature", self.sign(call, ago));
        match call.roles.is_empty() {
            true => request,
            false => request.header("X-Muster-Roles", &call.roles),
        }
    }
}

pub fn digest(body: &[u8]) -> Digest {
    Sha256Digester.sha256(body)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a gateway has a clock of its own"
)]
fn now() -> Timestamp {
    Timestamp::now()
}
