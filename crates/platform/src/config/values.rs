//! How the text of a setting becomes a value, with messages that say what would have been right.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::settings::{Address, Bucket, DatabaseUrl, ObjectsUrl};

/// A value, or what is wrong with the text.
pub(super) type Parsed<T> = Result<T, String>;

/// `true` or `false`.
pub(super) fn boolean(text: &str) -> Parsed<bool> {
    match text {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("must be `true` or `false`".to_owned()),
    }
}

/// An address and a port, such as `127.0.0.1:8080`.
pub(super) fn listen(text: &str) -> Parsed<SocketAddr> {
    text.parse()
        .map_err(|error| format!("must be an address and a port such as `127.0.0.1:8080`: {error}"))
}

/// A number of seconds, or a number with `ms`, `s`, `m` or `h`.
pub(super) fn duration(text: &str) -> Parsed<Duration> {
    let (number, unit) = split_unit(text);
    let seconds_per_unit = match unit {
        "ms" => 0.001,
        "" | "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err("must be a duration such as `30s`, `500ms` or `2m`".to_owned()),
    };
    let wrong =
        |error: &dyn std::fmt::Display| format!("must be a duration such as `30s`: {error}");
    let number: f64 = number.parse().map_err(|error| wrong(&error))?;
    Duration::try_from_secs_f64(number * seconds_per_unit).map_err(|error| wrong(&error))
}

/// A duration that is not zero.
pub(super) fn positive_duration(text: &str) -> Parsed<Duration> {
    match duration(text)? {
        Duration::ZERO => Err("must be longer than nothing".to_owned()),
        some => Ok(some),
    }
}

/// A number of bytes, or a number with `KiB`, `MiB` or `GiB`; at least one byte.
pub(super) fn bytes(text: &str) -> Parsed<usize> {
    let (number, unit) = split_unit(text);
    let bytes_per_unit: usize = match unit {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        _ => return Err("must be a number of bytes such as `1048576` or `10 MiB`".to_owned()),
    };
    let number: usize = number
        .parse()
        .map_err(|error| format!("must be a number of bytes such as `10 MiB`: {error}"))?;
    let total = number
        .checked_mul(bytes_per_unit)
        .ok_or_else(|| "is more bytes than this machine can count".to_owned())?;
    if total == 0 {
        Err("must be at least one byte".to_owned())
    } else {
        Ok(total)
    }
}

/// A whole number from 1 to ten million.
pub(super) fn positive(text: &str) -> Parsed<u32> {
    let number = text.parse().ok();
    number
        .filter(|number| (1..=10_000_000).contains(number))
        .ok_or_else(|| "must be a whole number from 1 to 10000000".to_owned())
}

/// Origins as browsers write them, separated by commas: scheme, host, and the port unless it is the scheme's own.
pub(super) fn origins(text: &str) -> Parsed<Vec<String>> {
    let items = text.split(',').map(str::trim);
    items.filter(|item| !item.is_empty()).map(origin).collect()
}

fn origin(text: &str) -> Parsed<String> {
    let wrong = || format!("`{text}` is no origin such as `https://app.example.org`");
    let (scheme, host) = text.split_once("://").ok_or_else(wrong)?;
    let (name, port) = match host.rsplit_once(':') {
        Some((name, port)) if !port.ends_with(']') => (name, Some(port)),
        _ => (host, None),
    };
    let named =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-.[]:_".contains(&byte);
    let usual = match scheme {
        "https" => "443",
        "http" => "80",
        _ => return Err(wrong()),
    };
    let good_port = port.is_none_or(|port| port != usual && port.parse::<u16>().is_ok());
    if name.is_empty() || !name.bytes().all(named) || !good_port {
        return Err(wrong());
    }
    Ok(text.to_owned())
}

/// Where the rows are: `sqlite://path` or `postgres://…`.
pub(super) fn database(text: &str, folder: &Path) -> Parsed<DatabaseUrl> {
    match text.split_once("://") {
        Some(("sqlite", path)) => path_behind("sqlite", path, folder).map(DatabaseUrl::Sqlite),
        Some(("postgres" | "postgresql", _)) => {
            Ok(DatabaseUrl::Postgres(Address::new(text.to_owned())))
        }
        _ => Err("must start with `sqlite://` or `postgres://`".to_owned()),
    }
}

/// The shared cache and bus: `redis://…`.
pub(super) fn redis(text: &str) -> Parsed<Address> {
    match text.split_once("://") {
        Some(("redis" | "rediss", host)) if !host.is_empty() => Ok(Address::new(text.to_owned())),
        _ => Err("must be an address such as `redis://host:6379`".to_owned()),
    }
}

/// Where the objects are: `file://path` or `s3://bucket`.
pub(super) fn objects(
    text: &str,
    folder: &Path,
    environment: &[(String, String)],
) -> Parsed<ObjectsUrl> {
    match text.split_once("://") {
        Some(("file", path)) => path_behind("file", path, folder).map(ObjectsUrl::File),
        Some(("s3", bucket)) if !bucket.is_empty() => {
            let known = environment
                .iter()
                .filter(|(name, _)| name.starts_with("AWS_"));
            Ok(ObjectsUrl::S3(Bucket {
                address: text.to_owned(),
                environment: known.cloned().collect(),
            }))
        }
        _ => Err("must start with `file://` or `s3://` and name a path or a bucket".to_owned()),
    }
}

/// The path behind `scheme://`, joined to the working folder when it is relative.
fn path_behind(scheme: &str, path: &str, folder: &Path) -> Parsed<PathBuf> {
    if path.is_empty() {
        return Err(format!("must name a path after `{scheme}://`"));
    }
    Ok(folder.join(path).components().collect())
}

/// The address people reach us at: a scheme, a host, perhaps a path; a trailing slash is dropped.
pub(super) fn public_url(text: &str) -> Parsed<String> {
    let trimmed = text.trim_end_matches('/');
    let host = trimmed
        .strip_prefix("http://")
        .or_else(|| trimmed.strip_prefix("https://"))
        .unwrap_or_default();
    if host.is_empty() || host.starts_with('/') || host.contains(['?', '#', '@', ' ']) {
        return Err("must be an address such as `https://muster.example.org`".to_owned());
    }
    Ok(trimmed.to_owned())
}

/// A value that may stand in a response header.
pub(super) fn header_value(text: &str) -> Parsed<String> {
    if text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        Ok(text.to_owned())
    } else {
        Err("must be printable ASCII".to_owned())
    }
}

fn split_unit(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number.trim(), unit.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_are_friendly() {
        assert_eq!(duration("30"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1500)));
        assert_eq!(duration("500 ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        assert_eq!(duration("1h"), Ok(Duration::from_secs(3600)));
        for wrong in ["", "s", "-1s", "3 weeks", "NaN", "1e400"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert!(positive_duration("0").is_err());
    }

    #[test]
    fn byte_counts_are_friendly() {
        assert_eq!(bytes("10 MiB"), Ok(10 << 20));
        assert_eq!(bytes("1048576"), Ok(1 << 20));
        for wrong in ["", "0", "10 MB", "-1", "99999999999999 GiB"] {
            assert!(bytes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn origins_are_written_as_browsers_write_them() {
        let good = "https://app.example.org, http://localhost:5173,http://[::1]:8080";
        let expected = [
            "https://app.example.org",
            "http://localhost:5173",
            "http://[::1]:8080",
        ];
        assert_eq!(origins(good), Ok(expected.map(str::to_owned).to_vec()));
        assert_eq!(origins(""), Ok(Vec::new()));
        for wrong in [
            "*",
            "app.example.org",
            "https://",
            "https://app.example.org/",
            "https://App.example.org",
            "https://app.example.org:443",
            "http://a:80",
            "https://a:b",
            "https://u@a",
            "ftp://a",
            "null",
        ] {
            assert!(origins(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn counts_are_at_least_one() {
        assert_eq!(positive("1"), Ok(1));
        assert_eq!(positive("10000000"), Ok(10_000_000));
        for wrong in ["0", "-1", "10000001", "1.5", "many", ""] {
            assert!(positive(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn public_urls_lose_their_trailing_slash_and_nothing_else() {
        assert_eq!(
            public_url("https://a.example/x/"),
            Ok("https://a.example/x".to_owned())
        );
        for wrong in [
            "",
            "https://",
            "ftp://a",
            "https:///x",
            "https://u:p@a",
            "https://a?b",
        ] {
            assert!(public_url(wrong).is_err(), "{wrong}");
        }
    }
}
