//! The header of a token (RFC 7515, section 4): two names to look up, and much that must not be there.

use super::key::LONGEST_KID;
use super::{SignatureAlgorithm, decoded, invalid, strict_json};
use ports::accounts::ForeignTokenError;
use serde_json::Value;

/// Each would have us trust what the token brings along, or read it otherwise than others do: keys and
/// where to get them (RFC 7515, sections 4.1.2 to 4.1.6; RFC 8725, section 3.10), extensions that must
/// be understood (4.1.11), of which we understand none, such as an unencoded payload (RFC 7797), a
/// token in the token (RFC 7519, section 5.2), and encryption (RFC 7516).
const REFUSED: [(&str, &str); 9] = [
    ("jku", "it says where its key is"),
    ("jwk", "it brings its key"),
    ("x5u", "it says where its certificate is"),
    ("x5c", "it brings its certificate"),
    ("crit", "it asks for an extension"),
    ("b64", "its payload is not encoded"),
    ("cty", "it holds another token"),
    ("enc", "it is encrypted"),
    ("zip", "it is compressed"),
];

/// What a token says of its signature: to be believed only as far as key and settings say the same.
#[derive(Debug)]
pub struct Header {
    pub algorithm: SignatureAlgorithm,
    pub kid: String,
}

impl Header {
    /// Reads the first part of a token.
    pub fn parse(part: &str) -> Result<Self, ForeignTokenError> {
        let bytes = decoded(part).ok_or(invalid("its header is not base64url"))?;
        let members = strict_json::object(&bytes).ok_or(invalid("its header is no JSON object"))?;
        for (name, why) in REFUSED {
            if members.contains_key(name) {
                return Err(invalid(why));
            }
        }
        if !members.get("typ").is_none_or(is_of_a_token) {
            return Err(invalid("it is of another type"));
        }
        let algorithm = members.get("alg").and_then(Value::as_str);
        let algorithm = algorithm.and_then(|name| SignatureAlgorithm::parse(name).ok());
        let kid = members.get("kid").and_then(Value::as_str);
        let kid = kid.filter(|kid| !kid.is_empty() && kid.len() <= LONGEST_KID);
        Ok(Self {
            algorithm: algorithm.ok_or(invalid("its algorithm is not known"))?,
            kid: kid.ok_or(invalid("it names no key"))?.to_owned(),
        })
    }
}

/// A media type, whose case does not count and whose `application/` may be left out (RFC 7515, section
/// 4.1.9): `JWT` (RFC 7519, section 5.1) or `at+jwt` (RFC 9068, section 2.1).
fn is_of_a_token(value: &Value) -> bool {
    let text = value.as_str().unwrap_or_default().to_ascii_lowercase();
    let name = text.strip_prefix("application/").unwrap_or(&text);
    matches!(name, "jwt" | "at+jwt")
}
