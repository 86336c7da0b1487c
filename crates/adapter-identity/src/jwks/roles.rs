//! The roles that an outside issuer gives, wherever in its tokens it writes them.

use super::invalid;
use super::strict_json::Object;
use ports::accounts::ForeignTokenError;
use serde_json::Value;

/// No name of a role is longer, in bytes, and no token has more of them.
const LONGEST: usize = 256;
const MOST: usize = 256;

/// The values of the claim; `None` when none is asked for, empty when the token lacks it.
pub fn of(claims: &Object, claim: Option<&str>) -> Result<Option<Vec<String>>, ForeignTokenError> {
    let Some(claim) = claim else {
        return Ok(None);
    };
    match find(claims, claim) {
        None => Ok(Some(Vec::new())),
        Some(value) => names(value).map(Some).ok_or(invalid("its roles are none")),
    }
}

/// By name, or by JSON Pointer (RFC 6901): issuers nest, and their names have dots and slashes in them
/// (`realm_access`, `https://example.org/roles`), so that no dotted path would do.
fn find<'a>(claims: &'a Object, claim: &str) -> Option<&'a Value> {
    let Some(pointer) = claim.strip_prefix('/') else {
        return claims.get(claim);
    };
    let (first, rest) = match pointer.split_once('/') {
        Some((first, rest)) => (first, format!("/{rest}")),
        None => (pointer, String::new()),
    };
    let name = first.replace("~1", "/").replace("~0", "~");
    claims.get(&name)?.pointer(&rest)
}

fn names(value: &Value) -> Option<Vec<String>> {
    match value {
        Value::String(one) => Some(vec![name(one)?]),
        Value::Array(some) if some.len() <= MOST => {
            let names = some.iter().map(|one| one.as_str().and_then(name));
            names.collect()
        }
        _ => None,
    }
}

fn name(raw: &str) -> Option<String> {
    let is_name = !raw.is_empty() && raw.len() <= LONGEST && !raw.chars().any(char::is_control);
    is_name.then(|| raw.to_owned())
}

#[cfg(test)]
mod tests {
    use super::of;
    use serde_json::{Value, json};

    fn roles(claims: Value, claim: Option<&str>) -> Option<Option<Vec<String>>> {
        let claims = claims.as_object().expect("is an object");
        of(claims, claim).ok()
    }

    #[test]
    fn roles_are_a_text_or_a_list_of_texts_wherever_they_are() {
        let some = Some(Some(vec!["admin".to_owned(), "b c".to_owned()]));
        for (claims, claim) in [
            (json!({"roles": ["admin", "b c"]}), "roles"),
            (
                json!({"https://x.org/roles": ["admin", "b c"]}),
                "https://x.org/roles",
            ),
            (
                json!({"realm_access": {"roles": ["admin", "b c"]}}),
                "/realm_access/roles",
            ),
            (json!({"a/b": {"~": [0, ["admin", "b c"]]}}), "/a~1b/~0/1"),
        ] {
            assert_eq!(roles(claims, Some(claim)), some, "{claim}");
        }
        let one = roles(json!({"roles": "admin b"}), Some("roles"));
        assert_eq!(one, Some(Some(vec!["admin b".to_owned()])));
    }

    #[test]
    fn no_roles_and_not_asking_for_roles_are_two_things() {
        assert_eq!(roles(json!({"roles": ["admin"]}), None), Some(None));
        for (claims, claim) in [
            (json!({}), "roles"),
            (json!({"roles": []}), "roles"),
            (json!({"a.b": ["admin"], "a": {"b": ["admin"]}}), "/a/c"),
            (json!({"a": {"b": ["admin"]}}), "a.b"),
            (json!({"a": "text"}), "/a/b"),
        ] {
            assert_eq!(
                roles(claims, Some(claim)),
                Some(Some(Vec::new())),
                "{claim}"
            );
        }
    }

    #[test]
    fn what_is_no_list_of_roles_is_refused_whole() {
        for broken in [
            json!(null),
            json!(7),
            json!({"admin": true}),
            json!(["admin", 7]),
            json!([["admin"]]),
            json!(""),
            json!(["admin\n"]),
            json!("a".repeat(257)),
            json!(vec!["a"; 257]),
        ] {
            let shown = broken.to_string();
            assert_eq!(
                roles(json!({"roles": broken}), Some("roles")),
                None,
                "{shown:.80}"
            );
        }
    }
}
