//! Who is calling: one mode, with what it needs and nothing that belongs to another.

use super::faults::ConfigFault;
use super::networks::Networks;
use super::settings::{Address, AuthMode, AuthSettings, GatewaySettings, JwksSettings};
use super::validate::Reader;
use super::values::{self, Parsed};

/// What each mode is told.
const OF_JWKS: [&str; 6] = [
    "auth.issuer",
    "auth.audience",
    "auth.jwks_url",
    "auth.algorithms",
    "auth.roles_claim",
    "auth.provision",
];
const OF_GATEWAY: [&str; 2] = ["auth.gateway_peers", "auth.gateway_secret"];

impl Reader<'_> {
    pub(super) fn auth(&mut self) -> Option<AuthSettings> {
        let mode = self.read("auth.mode", |text| match text {
            "local" | "jwks" | "gateway" => Ok(text.to_owned()),
            _ => Err("must be `local`, `jwks` or `gateway`".to_owned()),
        })?;
        let others: &[&[&str]] = match mode.as_str() {
            "jwks" => &[&OF_GATEWAY],
            "gateway" => &[&OF_JWKS],
            _ => &[&OF_JWKS, &OF_GATEWAY],
        };
        for key in others.iter().copied().flatten() {
            self.must_be_unset(key, &mode);
        }
        let mode = match mode.as_str() {
            "jwks" => AuthMode::Jwks(self.jwks()?),
            "gateway" => AuthMode::Gateway(self.gateway()?),
            _ => AuthMode::Local,
        };
        Some(AuthSettings { mode })
    }

    /// Whoever sets something of another mode expects that it is in force as well.
    fn must_be_unset(&mut self, key: &str, mode: &str) {
        let (text, origin) = self.raw(key);
        if !text.is_empty() {
            let problem = format!(
                "belongs to another mode than `{mode}`, which auth.mode names: a process runs one"
            );
            self.faults.push(ConfigFault::new(key, problem, origin));
        }
    }

    fn jwks(&mut self) -> Option<JwksSettings> {
        let issuer = self.read("auth.issuer", needed);
        let audience = self.read("auth.audience", needed);
        let jwks_url = self.read("auth.jwks_url", needed);
        let algorithms = self.read("auth.algorithms", algorithms);
        let roles_claim = self.optional("auth.roles_claim", needed);
        let provision = self.optional("auth.provision", values::boolean);
        Some(JwksSettings {
            issuer: issuer?,
            audience: audience?,
            jwks_url: jwks_url?,
            algorithms: algorithms?,
            roles_claim: roles_claim?,
            provision: provision?.unwrap_or(false),
        })
    }

    fn gateway(&mut self) -> Option<GatewaySettings> {
        let peers = self.read("auth.gateway_peers", |text| {
            let peers = Networks::parse(text)?;
            match peers.is_empty() {
                true => Err("must name the networks of the gateway".to_owned()),
                false => Ok(peers),
            }
        });
        let secret = self.read("auth.gateway_secret", |text| match text.len() {
            0..32 => Err("must be at least 32 bytes long (RFC 2104, section 3)".to_owned()),
            _ => Ok(Address::new(text.to_owned())),
        });
        Some(GatewaySettings {
            peers: peers?,
            secret: secret?,
        })
    }
}

fn needed(text: &str) -> Parsed<String> {
    match text {
        "" => Err("is needed by this auth.mode".to_owned()),
        _ => Ok(text.to_owned()),
    }
}

/// Whether each is known is for whoever checks signatures to say.
fn algorithms(text: &str) -> Parsed<Vec<String>> {
    let names = text.split(',').map(|name| name.trim().to_owned());
    let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    match names.is_empty() {
        true => Err("must name how the issuer signs, such as `RS256`".to_owned()),
        false => Ok(names),
    }
}
