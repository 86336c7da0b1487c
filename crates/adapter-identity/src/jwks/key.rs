//! A key of an outside issuer (RFC 7517), which alone says what it may be used for.

use super::strict_json::Object;
use super::{SignatureAlgorithm, decoded};
use core::fmt;
use jsonwebtoken::{DecodingKey, crypto};
use serde_json::Value;

/// RFC 7518, section 3.3: a key of 2048 bits or larger must be used.
const SHORTEST_RSA: usize = 2048;
/// The library takes no longer ones: each doubling makes a check four times as dear.
const LONGEST_RSA: usize = 4096;
/// No name of a key is longer, in bytes.
pub const LONGEST_KID: usize = 256;

const RSA: &[SignatureAlgorithm] = &[
    SignatureAlgorithm::Rs256,
    SignatureAlgorithm::Rs384,
    SignatureAlgorithm::Rs512,
    SignatureAlgorithm::Ps256,
    SignatureAlgorithm::Ps384,
    SignatureAlgorithm::Ps512,
];

/// Why a key is left out. A fixed text: keys may be private by mistake.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unusable(pub &'static str);

/// The public part, decoded.
#[derive(PartialEq, Eq)]
enum Material {
    Rsa {
        n: Vec<u8>,
        e: Vec<u8>,
    },
    /// An uncompressed point (SEC 1, section 2.3.3).
    Ec(Vec<u8>),
    Ed25519(Vec<u8>),
}

/// A public key, and what it may check.
pub struct Key {
    material: Material,
    algorithms: Vec<SignatureAlgorithm>,
    checking: DecodingKey,
}

impl Key {
    /// Reads a key that may check at least one of the `allowed` algorithms.
    pub fn parse(
        members: &Object,
        allowed: &[SignatureAlgorithm],
    ) -> Result<(String, Self), Unusable> {
        let kid = text(members, "kid").filter(|kid| !kid.is_empty() && kid.len() <= LONGEST_KID);
        let kid = kid.ok_or(Unusable("it has no name"))?;
        must_be_public_and_for_signatures(members)?;
        let (material, possible) = parse_material(members)?;
        let algorithms = algorithms(members, possible, allowed)?;
        let key = Self {
            checking: material.for_library(),
            material,
            algorithms,
        };
        key.must_be_a_point()?;
        Ok((kid.to_owned(), key))
    }

    /// Whether it may check signatures of this kind.
    pub fn may_check(&self, algorithm: SignatureAlgorithm) -> bool {
        self.algorithms.contains(&algorithm)
    }

    /// Whether it made this signature, in base64url, under the message.
    pub fn signed(&self, algorithm: SignatureAlgorithm, message: &str, signature: &str) -> bool {
        let (message, library) = (message.as_bytes(), algorithm.for_library());
        self.may_check(algorithm)
            && crypto::verify(signature, message, &self.checking, library).unwrap_or(false)
    }

    /// The library decodes points before it looks at a signature, and only then complains.
    fn must_be_a_point(&self) -> Result<(), Unusable> {
        let first = self.algorithms.first();
        let first = first.ok_or(Unusable("its algorithm is not allowed"))?;
        crypto::verify("", b"", &self.checking, first.for_library())
            .map(|_no_signature| ())
            .map_err(|_no_point| Unusable("it is no point on its curve"))
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.material == other.material && self.algorithms == other.algorithms
    }
}

impl Material {
    fn for_library(&self) -> DecodingKey {
        match self {
            Self::Rsa { n, e } => DecodingKey::from_rsa_raw_components(n, e),
            Self::Ec(point) => DecodingKey::from_ec_der(point),
            Self::Ed25519(point) => DecodingKey::from_ed_der(point),
        }
    }
}

fn text<'a>(members: &'a Object, name: &str) -> Option<&'a str> {
    members.get(name).and_then(Value::as_str)
}

/// RFC 7517, sections 4.2 and 4.3. A private key that is published is everybody's.
fn must_be_public_and_for_signatures(members: &Object) -> Result<(), Unusable> {
    if members.contains_key("d") || members.contains_key("k") {
        return Err(Unusable("it is not public"));
    }
    let verify = |operations: &Value| {
        let mut operations = operations.as_array().into_iter().flatten();
        operations.any(|operation| operation == "verify")
    };
    let is_for_signatures = members.get("use").is_none_or(|usage| usage == "sig")
        && members.get("key_ops").is_none_or(verify);
    match is_for_signatures {
        true => Ok(()),
        false => Err(Unusable("it is not for signatures")),
    }
}

fn parse_material(members: &Object) -> Result<(Material, &'static [SignatureAlgorithm]), Unusable> {
    let bytes = |name| text(members, name).and_then(decoded);
    let point = |length: usize| {
        let (x, y) = bytes("x").zip(bytes("y"))?;
        let fits = x.len() == length && y.len() == length;
        fits.then(|| Material::Ec([&[4], x.as_slice(), y.as_slice()].concat()))
    };
    let kind = (text(members, "kty"), text(members, "crv"));
    let (material, possible): (_, &[_]) = match kind {
        (Some("RSA"), None) => (parse_rsa(bytes("n"), bytes("e")), RSA),
        (Some("EC"), Some("P-256")) => (point(32), &[SignatureAlgorithm::Es256]),
        (Some("EC"), Some("P-384")) => (point(48), &[SignatureAlgorithm::Es384]),
        // The library reads the first 32 bytes and panics where there are fewer.
        (Some("OKP"), Some("Ed25519")) => {
            let point = bytes("x").filter(|x| x.len() == 32);
            (point.map(Material::Ed25519), &[SignatureAlgorithm::EdDsa])
        }
        _ => return Err(Unusable("its kind is not known")),
    };
    let material = material.ok_or(Unusable("it is not written as its kind is"))?;
    Ok((material, possible))
}

/// With the exponent 1 everybody can sign, and with an even one nobody.
fn parse_rsa(n: Option<Vec<u8>>, e: Option<Vec<u8>>) -> Option<Material> {
    let stripped = |bytes: Vec<u8>| -> Vec<u8> {
        let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
        bytes.into_iter().skip(zeros).collect()
    };
    let (n, e) = (stripped(n?), stripped(e?));
    let bits = n.len() * 8 - usize::try_from(n.first()?.leading_zeros()).ok()?;
    let is_odd = |bytes: &[u8]| bytes.last().is_some_and(|last| last % 2 == 1);
    let is_good = (SHORTEST_RSA..=LONGEST_RSA).contains(&bits)
        && is_odd(&n)
        && is_odd(&e)
        && e.len() <= 4
        && e != [1];
    is_good.then_some(Material::Rsa { n, e })
}

/// What the key's kind can do, unless the key says which (`alg`), as far as it is allowed.
fn algorithms(
    members: &Object,
    possible: &[SignatureAlgorithm],
    allowed: &[SignatureAlgorithm],
) -> Result<Vec<SignatureAlgorithm>, Unusable> {
    let says = members.get("alg");
    let fits = |known: &&SignatureAlgorithm| {
        allowed.contains(known) && says.is_none_or(|says| says == known.name())
    };
    let algorithms: Vec<_> = possible.iter().filter(fits).copied().collect();
    match algorithms.is_empty() {
        true => Err(Unusable("its algorithm is not allowed")),
        false => Ok(algorithms),
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Key")
            .field("algorithms", &self.algorithms)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
#[path = "key_tests.rs"]
mod tests;
