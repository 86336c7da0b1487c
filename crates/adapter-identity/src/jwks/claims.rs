//! What a token claims (RFC 7519, section 4), once its signature is known to be the issuer's.

use super::roles;
use super::strict_json::{self, Object};
use super::{JwksTerms, decoded, invalid};
use domain::accounts::{Email, ExternalSubject, FamilyName, GivenName};
use jiff::Timestamp;
use ports::accounts::{Described, ForeignTokenError, Subject};
use serde_json::Value;

/// No name of a token is longer, in bytes.
const LONGEST_ID: usize = 255;

/// Claims of the right issuer for us; whether it is their time is another question.
#[derive(Debug)]
pub struct Claims {
    pub subject: Subject,
    /// The first second that is too late.
    expires_at: i64,
    /// The first second that is not too early.
    begins_at: i64,
}

impl Claims {
    /// Reads the second part of a token. Every claim that is there must be of its type.
    pub fn parse(part: &str, terms: &JwksTerms) -> Result<Self, ForeignTokenError> {
        let bytes = decoded(part).ok_or(invalid("its claims are not base64url"))?;
        let claims = strict_json::object(&bytes).ok_or(invalid("its claims are no JSON object"))?;
        if claims.get("iss").is_none_or(|iss| *iss != terms.issuer) {
            return Err(invalid("it is of another issuer"));
        }
        let is_for = |aud| is_for(aud, &terms.audience);
        if !claims.get("aud").is_some_and(is_for) {
            return Err(invalid("it is for somebody else"));
        }
        let (sub, exp) = (claims.get("sub"), instant(&claims, "exp", f64::floor)?);
        let exp = exp.ok_or(invalid("it never ends"))?;
        let begins = instant(&claims, "nbf", f64::ceil)?;
        let issued = instant(&claims, "iat", f64::ceil)?;
        Ok(Self {
            subject: Subject {
                subject: sub.and_then(subject).ok_or(invalid("it names nobody"))?,
                roles: roles::of(&claims, terms.roles_claim.as_deref())?,
                described: described(&claims),
                expires_at: exp,
                token_id: token_id(&claims)?,
            },
            expires_at: exp.as_second() + leeway(terms),
            begins_at: begins.max(issued).unwrap_or_default().as_second() - leeway(terms),
        })
    }

    /// Whether now, in seconds since 1970, is between begin and end.
    pub fn must_be_good_at(&self, now: i64) -> Result<(), ForeignTokenError> {
        if now < self.begins_at {
            return Err(invalid("it is not good yet"));
        }
        match now < self.expires_at {
            true => Ok(()),
            false => Err(ForeignTokenError::Expired),
        }
    }

    /// The first second at which it is no good any more.
    pub const fn expires_at(&self) -> i64 {
        self.expires_at
    }
}

/// At most 60, by [`JwksTerms::check`].
fn leeway(terms: &JwksTerms) -> i64 {
    i64::try_from(terms.leeway.as_secs()).unwrap_or_default()
}

/// A text, or a list of texts and nothing else (RFC 7519, section 4.1.3).
fn is_for(aud: &Value, us: &str) -> bool {
    match aud {
        Value::String(one) => one == us,
        Value::Array(some) => some.iter().all(Value::is_string) && some.iter().any(|one| one == us),
        _ => false,
    }
}

/// Only a subject that is stored as it was sent: one that had to be trimmed or normalised would be
/// the same as another person's.
fn subject(value: &Value) -> Option<ExternalSubject> {
    let raw = value.as_str()?;
    let parsed = ExternalSubject::parse(raw).ok()?;
    (parsed.reveal() == raw).then_some(parsed)
}

/// Who somebody is, if the issuer says all of it in a form that can be stored. An issuer that says anything but `true` of
/// whether the email is verified (some write it as a text) does not vouch for it.
fn described(claims: &Object) -> Option<Described> {
    let text = |name| claims.get(name).and_then(Value::as_str);
    let verified = claims.get("email_verified");
    if verified.is_some_and(|verified| *verified != Value::Bool(true)) {
        return None;
    }
    Some(Described {
        email: Email::parse(text("email")?).ok()?,
        given_name: GivenName::parse(text("given_name")?).ok()?,
        family_name: FamilyName::parse(text("family_name")?).ok()?,
    })
}

/// A number of seconds since 1970, perhaps with a fraction (RFC 7519, section 2: `NumericDate`); a
/// text that looks like one is none.
fn instant(
    claims: &Object,
    name: &str,
    rounded: fn(f64) -> f64,
) -> Result<Option<Timestamp>, ForeignTokenError> {
    let Some(value) = claims.get(name) else {
        return Ok(None);
    };
    let broken = || invalid("one of its times is none");
    let seconds = value.as_number().and_then(|number| match number.as_i64() {
        Some(whole) => Some(whole),
        // Outside of what f64 and i64 share this saturates, and no Timestamp is so far away.
        None => number.as_f64().map(|seconds| rounded(seconds) as i64),
    });
    let seconds = seconds.filter(|seconds| *seconds >= 0).ok_or_else(broken)?;
    let instant = Timestamp::from_second(seconds);
    instant.map(Some).map_err(|_too_far| broken())
}

fn token_id(claims: &Object) -> Result<Option<String>, ForeignTokenError> {
    let Some(value) = claims.get("jti") else {
        return Ok(None);
    };
    let id = value
        .as_str()
        .filter(|id| !id.is_empty() && id.len() <= LONGEST_ID && !id.chars().any(char::is_control));
    let id = id.ok_or(invalid("its name is none"))?;
    Ok(Some(id.to_owned()))
}
