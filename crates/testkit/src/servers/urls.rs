//! Takes the addresses of servers apart and puts others in their place, so that no crate for URLs is needed.

/// `host:port` of a URL, with the scheme's own port where none is written.
pub fn address(url: &str) -> String {
    let (scheme, _, authority, _) = parts(url);
    let host = authority.rsplit('@').next().unwrap_or(authority);
    let named = host
        .rsplit(':')
        .next()
        .is_some_and(|end| end.parse::<u16>().is_ok());
    if named && host.contains(':') {
        return host.to_owned();
    }
    let port = match scheme {
        "postgres" | "postgresql" => 5432,
        "redis" => 6379,
        "http" => 80,
        other => panic!("no port is known for {other}://, write one"),
    };
    format!("{host}:{port}")
}

/// The same URL at another `host:port`.
pub fn with_address(url: &str, address: &str) -> String {
    let (scheme, credentials, _, rest) = parts(url);
    format!("{scheme}://{credentials}{address}{rest}")
}

/// The same URL with another path, which is how databases are named.
pub fn with_path(url: &str, path: &str) -> String {
    let (scheme, credentials, authority, rest) = parts(url);
    let query = rest.find('?').map_or("", |at| &rest[at..]);
    let host = &authority[credentials.len()..];
    format!("{scheme}://{credentials}{host}/{path}{query}")
}

/// The path without its slash.
pub fn path(url: &str) -> &str {
    let (.., rest) = parts(url);
    rest.split('?')
        .next()
        .unwrap_or(rest)
        .trim_start_matches('/')
}

/// Name and password as they stand in a URL, decoded.
pub fn credentials(url: &str) -> Option<(String, String)> {
    let (_, credentials, ..) = parts(url);
    let (name, password) = credentials.strip_suffix('@')?.split_once(':')?;
    Some((decoded(name), decoded(password)))
}

/// Scheme, credentials with their `@`, authority with the credentials, and all that comes after.
fn parts(url: &str) -> (&str, &str, &str, &str) {
    let (scheme, rest) = url
        .split_once("://")
        .unwrap_or_else(|| panic!("an address of a server has the form scheme://host:port"));
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, rest) = rest.split_at(end);
    let credentials = authority.rfind('@').map_or("", |at| &authority[..=at]);
    (scheme, credentials, authority, rest)
}

fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, after @ ..] = rest {
        let hex = after
            .get(..2)
            .filter(|_| *first == b'%')
            .and_then(|hex| u8::from_str_radix(str::from_utf8(hex).ok()?, 16).ok());
        bytes.push(hex.unwrap_or(*first));
        rest = if hex.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_found_behind_credentials() {
        assert_eq!(address("postgres://me:p%40ss@db:77/x"), "db:77");
        assert_eq!(address("postgres://db/x"), "db:5432");
        assert_eq!(address("redis://:secret@[::1]:7"), "[::1]:7");
        assert_eq!(address("redis://127.0.0.1"), "127.0.0.1:6379");
    }

    #[test]
    fn parts_are_replaced_and_the_rest_stays() {
        let url = "postgres://me:pw@db:77/x?sslmode=disable";
        assert_eq!(
            with_address(url, "127.0.0.1:9"),
            "postgres://me:pw@127.0.0.1:9/x?sslmode=disable"
        );
        assert_eq!(
            with_path(url, "y"),
            "postgres://me:pw@db:77/y?sslmode=disable"
        );
        assert_eq!(with_path("postgres://db:77", "y"), "postgres://db:77/y");
    }

    #[test]
    fn credentials_are_decoded() {
        let url = "redis://me:p%40%25ss@db:77/3";
        assert_eq!(
            credentials(url),
            Some(("me".to_owned(), "p@%ss".to_owned()))
        );
        assert_eq!(path(url), "3");
        assert_eq!(credentials("redis://db"), None);
    }
}
