//! Who is calling: one mode, with what it needs and nothing that belongs to another.

use super::faults::ConfigFault;
use super::networks::Networks;
use super::settings::{Address, AuthMode, AuthSettings, GatewaySettings, JwksSettings};
use super::validate::Reader;
use super::values::{self, Parsed};
use std::net::IpAddr;

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
        let jwks_url = self.read("auth.jwks_url", jwks_url);
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

/// How an issuer may sign (RFC 7518, section 3.1; RFC 8037, section 3.1): with keys of which others have a half that cannot
/// sign.
const ALGORITHMS: [&str; 9] = [
    "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "EdDSA",
];

fn algorithms(text: &str) -> Parsed<Vec<String>> {
    let names = text.split(',').map(|name| name.trim().to_owned());
    let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    let unknown = |name: &&String| !ALGORITHMS.contains(&name.as_str());
    match names.iter().find(unknown) {
        _ if names.is_empty() => Err("must name how the issuer signs, such as `RS256`".to_owned()),
        Some(name) => Err(format!(
            "`{name}` is none of {}, separated by commas",
            ALGORITHMS.join(", ")
        )),
        None => Ok(names),
    }
}

/// Keys that came over a network in clear are whoever's who could change them on the way.
fn jwks_url(text: &str) -> Parsed<String> {
    let text = needed(text)?;
    let plain = text.strip_prefix("http://").map(host);
    let here = plain.is_some_and(is_this_machine);
    let there = text.strip_prefix("https://").map(host);
    match here || there.is_some_and(|host| !host.is_empty()) {
        true => Ok(text),
        false => Err("must begin with https://, or with http:// on this machine".to_owned()),
    }
}

/// An address of this machine by number. A name, even `localhost`, is what a resolver makes of it.
fn is_this_machine(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse()
        .is_ok_and(|address: IpAddr| address.is_loopback())
}

/// The host of what follows the scheme of an address.
fn host(rest: &str) -> &str {
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    match authority.rsplit_once(':') {
        Some((host, port)) if port.bytes().all(|digit| digit.is_ascii_digit()) => host,
        Some(_) | None => authority,
    }
}

#[cfg(test)]
mod tests {
    use super::{algorithms, jwks_url};

    #[test]
    fn an_issuer_signs_with_keys_that_have_a_public_half() {
        assert_eq!(algorithms(" RS256 ,EdDSA,").unwrap(), ["RS256", "EdDSA"]);
        for text in [
            "",
            " , ",
            "none",
            "HS256",
            "RS256,HS256",
            "rs256",
            "RS256 ES256",
        ] {
            assert!(algorithms(text).is_err(), "{text}");
        }
        let told = algorithms("RS256,HS256").unwrap_err();
        assert!(told.starts_with("`HS256` is none of RS256, "), "{told}");
    }

    #[test]
    fn keys_come_over_tls_or_from_this_machine() {
        for text in [
            "https://issuer.example/keys",
            "https://issuer.example:8443/keys?a=b",
            "http://127.0.0.1:9/keys",
            "http://127.8.8.8/keys",
            "http://[::1]:9/keys",
            "http://[::1]",
        ] {
            assert_eq!(jwks_url(text).as_deref(), Ok(text));
        }
        for text in [
            "",
            "https://",
            "https:///keys",
            "http://issuer.example/keys",
            "http://localhost/keys",
            "http://127.0.0.1.example/keys",
            "http://[::2]/keys",
            "file:///etc/passwd",
            "issuer.example",
        ] {
            assert!(jwks_url(text).is_err(), "{text}");
        }
    }
}
