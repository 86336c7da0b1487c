//! A gateway's signature under each request: HMAC-SHA256 (RFC 2104) with a secret that only it and we know.

use core::fmt;
use domain::{Digest, Pii};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::Timestamp;
use ports::accounts::{GatewayCall, GatewayError, GatewaySignatures};
use sha2::Sha256;

/// How far the gateway's clock may be from ours, in seconds, to either side.
pub const WINDOW: i64 = 60;
/// RFC 2104, section 3: a key shorter than the hash (32 bytes) weakens it.
pub const SHORTEST_SECRET: usize = 32;
/// Hexadecimal digits of an HMAC-SHA256.
const MAC_DIGITS: usize = 64;
/// Digits of a time: enough until the year 33658.
const TIME_DIGITS: usize = 12;

/// A secret that is too short to keep anybody out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the gateway's secret has {actual} bytes, at least {SHORTEST_SECRET} are needed")]
pub struct WeakSecret {
    /// How many bytes there were.
    pub actual: usize,
}

/// Checks signatures with the secret that the gateway shares with us.
pub struct HmacGateway {
    secret: Pii<Vec<u8>>,
}

impl HmacGateway {
    /// Takes the shared secret, as bytes.
    ///
    /// # Errors
    /// [`WeakSecret`] for fewer than [`SHORTEST_SECRET`] bytes.
    pub fn new(secret: impl Into<Vec<u8>>) -> Result<Self, WeakSecret> {
        let secret = secret.into();
        match secret.len() {
            actual if actual < SHORTEST_SECRET => Err(WeakSecret { actual }),
            _ => Ok(Self {
                secret: Pii::new(secret),
            }),
        }
    }

    /// What the gateway writes under a call, as `X-Muster-Signature`.
    #[must_use]
    pub fn sign(&self, call: &GatewayCall, at: Timestamp) -> String {
        let time = at.as_second().to_string();
        let mac = self
            .over(call, &time)
            .map(|mac| mac.finalize().into_bytes());
        let mac = mac.map_or_else(String::new, |mac| Digest::new(mac.into()).to_string());
        format!("t={time},v1={mac}")
    }

    /// Whether the signature fits, compared in a time that does not tell how much of it does.
    fn fits(&self, call: &GatewayCall, signature: &Signature<'_>) -> bool {
        let signed = self.over(call, signature.time_text);
        signed.is_some_and(|signed| signed.verify_slice(&signature.mac).is_ok())
    }

    /// The lines that are signed.
    fn over(&self, call: &GatewayCall, time: &str) -> Option<Hmac<Sha256>> {
        let lines = [
            call.method.as_str(),
            &call.target,
            &call.body.to_string(),
            call.subject.reveal(),
            &call.roles,
            time,
        ];
        let mac = Hmac::<Sha256>::new_from_slice(self.secret.reveal()).ok()?;
        Some(mac.chain_update(lines.join("\n")))
    }
}

impl GatewaySignatures for HmacGateway {
    fn verify(
        &self,
        call: &GatewayCall,
        signature: &str,
        at: Timestamp,
    ) -> Result<(), GatewayError> {
        let signature = Signature::parse(signature)?;
        must_be_lines(call)?;
        if !self.fits(call, &signature) {
            return Err(GatewayError::Wrong);
        }
        // To the fraction of a second: 60.9 s is more than 60 s.
        let away = i128::from(signature.time) * 1_000_000_000 - at.as_nanosecond();
        match away.unsigned_abs() > u128::from(WINDOW.unsigned_abs()) * 1_000_000_000 {
            true => Err(GatewayError::Stale),
            false => Ok(()),
        }
    }
}

/// A signature as it is written: `t=<seconds>,v1=<hex>`, in this order and with nothing else.
struct Signature<'a> {
    time_text: &'a str,
    time: i64,
    mac: [u8; MAC_DIGITS / 2],
}

impl<'a> Signature<'a> {
    fn parse(raw: &'a str) -> Result<Self, GatewayError> {
        let parts = raw.strip_prefix("t=").and_then(|raw| raw.split_once(','));
        let (time_text, rest) = parts.ok_or(malformed("it does not begin with t=<seconds>,"))?;
        let digits = rest.strip_prefix("v1=");
        let digits = digits.ok_or(malformed("v1= does not follow t="))?;
        Ok(Self {
            time_text,
            time: parse_time(time_text).ok_or(malformed("t is no count of seconds"))?,
            mac: parse_mac(digits)
                .ok_or(malformed("v1 is no lower-case hexadecimal of 32 bytes"))?,
        })
    }
}

/// Digits only, and as a number is written: `str::parse` would take `+1` and `007` too.
fn parse_time(text: &str) -> Option<i64> {
    let is_number = text.len() <= TIME_DIGITS && text.bytes().all(|byte| byte.is_ascii_digit());
    let has_one_spelling = text == "0" || !text.starts_with('0');
    if !is_number || !has_one_spelling {
        return None;
    }
    text.parse().ok()
}

fn parse_mac(text: &str) -> Option<[u8; MAC_DIGITS / 2]> {
    let mut mac = [0; MAC_DIGITS / 2];
    if text.len() != MAC_DIGITS {
        return None;
    }
    for (byte, digits) in mac.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
        for digit in digits {
            *byte = *byte << 4 | parse_digit(*digit)?;
        }
    }
    Some(mac)
}

const fn parse_digit(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

/// What is signed is lines: a line break inside one would let `a\nb` pass for two of them.
fn must_be_lines(call: &GatewayCall) -> Result<(), GatewayError> {
    let parts = [
        &call.method,
        &call.target,
        call.subject.reveal(),
        &call.roles,
    ];
    if parts.iter().any(|part| part.chars().any(char::is_control)) {
        return Err(malformed("a signed part has a control character"));
    }
    match call.subject.reveal().is_empty() {
        true => Err(malformed("it is signed for nobody")),
        false => Ok(()),
    }
}

const fn malformed(why: &'static str) -> GatewayError {
    GatewayError::Malformed { why }
}

impl fmt::Debug for HmacGateway {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("HmacGateway")
    }
}

#[cfg(test)]
#[path = "gateway_tests.rs"]
mod tests;
