//! On which terms a bucket is reached: the address is ours, the rest has the names that every tool of S3 knows.

use core::fmt;
use reqwest::Url;
use std::net::IpAddr;

const ACCESS_KEY: &str = "AWS_ACCESS_KEY_ID";
const SECRET_KEY: &str = "AWS_SECRET_ACCESS_KEY";
const REGION: &str = "AWS_REGION";
/// What stores that have no regions are told, as their kin expect.
const ANY_REGION: &str = "us-east-1";

/// Everything that is needed to reach a bucket. Credentials are fixed: roles of machines are not asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct S3Terms {
    /// The bucket.
    pub bucket: String,
    /// Where in the bucket the keys begin, without a slash at either end; empty for all of it.
    pub prefix: String,
    /// `http://host:port` or `https://host:port` of a store that is not Amazon's.
    pub endpoint: Option<String>,
    /// The region that signatures name.
    pub region: String,
    /// Who asks.
    pub access_key: String,
    /// What the requests are signed with.
    pub secret_key: String,
    /// Goes with credentials that end.
    pub session_token: Option<String>,
    /// Whether the bucket stands in the path (`host/bucket/key`) or in the host (`bucket.host/key`).
    pub path_style: bool,
}

/// Why an address and an environment are no terms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum S3TermsError {
    /// It is not `s3://bucket` or `s3://bucket/prefix`.
    #[error("the address of the objects is not s3://bucket or s3://bucket/prefix")]
    Address,
    /// No store has such a bucket.
    #[error(
        "a bucket's name has 3 to 63 of the characters a-z, 0-9, - and . and begins and ends with one of the first two"
    )]
    Bucket,
    /// Keys cannot begin so.
    #[error(
        "the prefix in the bucket has an empty part, a . or .., or other characters than a-z, A-Z, 0-9, -, _ and ."
    )]
    Prefix,
    /// These variables are needed and not set.
    #[error("S3 needs {}", .0.join(" and "))]
    Missing(Vec<&'static str>),
    /// It is not `http://host:port` or `https://host:port`.
    #[error("{0} is not http://host:port or https://host:port")]
    Endpoint(&'static str),
    /// Pictures would go over a foreign network unencrypted.
    #[error("{0} is plain http to a distant host: use https, or set AWS_ALLOW_HTTP=true")]
    Plain(&'static str),
    /// It is neither `true` nor `false`.
    #[error("{0} is neither true nor false")]
    Switch(&'static str),
}

impl S3Terms {
    /// Reads the terms from `s3://bucket[/prefix]` and the variables of an environment: keys and region
    /// from `AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`, `AWS_SESSION_TOKEN`, `AWS_REGION` or
    /// `AWS_DEFAULT_REGION`; another store than Amazon's from `AWS_ENDPOINT_URL_S3` or
    /// `AWS_ENDPOINT_URL`. Such a store gets the bucket in the path unless
    /// `AWS_VIRTUAL_HOSTED_STYLE_REQUEST` is `true`. An empty variable is one that is not set.
    ///
    /// # Errors
    /// [`S3TermsError`] says what is wrong or missing; it never shows a value.
    pub fn from_environment(
        address: &str,
        environment: &[(String, String)],
    ) -> Result<Self, S3TermsError> {
        let (bucket, prefix) = parse_address(address)?;
        let environment = Environment(environment);
        let endpoint = endpoint(environment)?;
        let region = environment.get(REGION);
        let region = region.or_else(|| environment.get("AWS_DEFAULT_REGION"));
        let region = region.or(endpoint.as_ref().map(|_| ANY_REGION));
        let (access_key, secret_key) = (environment.get(ACCESS_KEY), environment.get(SECRET_KEY));
        let (Some(access_key), Some(secret_key), Some(region)) = (access_key, secret_key, region)
        else {
            let needed = [
                (ACCESS_KEY, access_key),
                (SECRET_KEY, secret_key),
                (REGION, region),
            ];
            let missing = needed.into_iter().filter(|(_, value)| value.is_none());
            let missing = missing.map(|(name, _)| name).collect();
            return Err(S3TermsError::Missing(missing));
        };
        let virtual_host = environment.switch("AWS_VIRTUAL_HOSTED_STYLE_REQUEST")?;
        // The certificate for `*.host` does not cover a bucket with a dot.
        let by_default = endpoint.is_some() || bucket.contains('.');
        Ok(Self {
            path_style: virtual_host.map_or(by_default, |virtual_host| !virtual_host),
            bucket: bucket.to_owned(),
            prefix: prefix.to_owned(),
            region: region.to_owned(),
            access_key: access_key.to_owned(),
            secret_key: secret_key.to_owned(),
            session_token: environment.get("AWS_SESSION_TOKEN").map(str::to_owned),
            endpoint,
        })
    }

    /// Where requests go, with the bucket in the host if it belongs there; `None` for Amazon's own.
    pub(super) fn address(&self) -> Option<String> {
        let endpoint = self.endpoint.as_deref()?.trim_end_matches('/');
        match endpoint.split_once("://") {
            Some((scheme, host)) if !self.path_style => {
                Some(format!("{scheme}://{}.{host}", self.bucket))
            }
            _ => Some(endpoint.to_owned()),
        }
    }

    /// The host of that address.
    pub(super) fn host(&self) -> Option<String> {
        let address = Url::parse(&self.address()?).ok()?;
        address.host_str().map(str::to_owned)
    }

    /// Whether requests go over plain HTTP.
    pub(super) fn is_plain(&self) -> bool {
        let endpoint = self.endpoint.as_deref();
        endpoint.is_some_and(|endpoint| endpoint.starts_with("http://"))
    }
}

impl fmt::Debug for S3Terms {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("S3Terms")
            .field("bucket", &self.bucket)
            .field("prefix", &self.prefix)
            .field("endpoint", &self.endpoint)
            .field("region", &self.region)
            .field("path_style", &self.path_style)
            .finish_non_exhaustive()
    }
}

#[derive(Clone, Copy)]
struct Environment<'a>(&'a [(String, String)]);

impl<'a> Environment<'a> {
    fn get(self, name: &str) -> Option<&'a str> {
        let set = self.0.iter().find(|(known, _)| known == name);
        set.map(|(_, value)| value.trim()).filter(|v| !v.is_empty())
    }

    fn switch(self, name: &'static str) -> Result<Option<bool>, S3TermsError> {
        match self.get(name) {
            None => Ok(None),
            Some("true") => Ok(Some(true)),
            Some("false") => Ok(Some(false)),
            Some(_) => Err(S3TermsError::Switch(name)),
        }
    }
}

fn parse_address(address: &str) -> Result<(&str, &str), S3TermsError> {
    let rest = address.strip_prefix("s3://").ok_or(S3TermsError::Address)?;
    if rest.contains(['?', '#', '@', ':']) {
        return Err(S3TermsError::Address);
    }
    let (bucket, prefix) = rest.split_once('/').unwrap_or((rest, ""));
    let prefix = prefix.strip_suffix('/').unwrap_or(prefix);
    if !is_bucket(bucket) {
        return Err(S3TermsError::Bucket);
    }
    if !prefix.is_empty() && !prefix.split('/').all(is_part) {
        return Err(S3TermsError::Prefix);
    }
    Ok((bucket, prefix))
}

fn is_bucket(name: &str) -> bool {
    let alphanumeric = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let ends = [name.bytes().next(), name.bytes().next_back()];
    (3..=63).contains(&name.len())
        && ends.into_iter().flatten().all(alphanumeric)
        && name
            .bytes()
            .all(|byte| alphanumeric(byte) || b"-.".contains(&byte))
}

fn is_part(part: &str) -> bool {
    !["", ".", ".."].contains(&part)
        && part
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}

fn endpoint(environment: Environment<'_>) -> Result<Option<String>, S3TermsError> {
    let named = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"];
    let named = named
        .into_iter()
        .find_map(|name| Some((name, environment.get(name)?)));
    let Some((name, text)) = named else {
        return Ok(None);
    };
    let wrong = S3TermsError::Endpoint(name);
    let Some(url) = Url::parse(text).ok().filter(is_bare) else {
        return Err(wrong);
    };
    let Some(host) = url.host_str() else {
        return Err(wrong);
    };
    let plain = url.scheme() == "http";
    let allowed = environment.switch("AWS_ALLOW_HTTP")?.unwrap_or(false);
    if plain && !allowed && !is_near(host) {
        return Err(S3TermsError::Plain(name));
    }
    Ok(Some(text.trim_end_matches('/').to_owned()))
}

/// Whether an address is a host and perhaps a port, and nothing else.
fn is_bare(url: &Url) -> bool {
    let scheme = matches!(url.scheme(), "http" | "https");
    let rest = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    scheme && rest && url.username().is_empty() && url.password().is_none()
}

/// Whether a host is this machine or a neighbour on a private network: a loopback or private address,
/// or a name without a dot, such as containers have for each other.
fn is_near(host: &str) -> bool {
    match host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => address.is_loopback() || address.is_private(),
        Ok(IpAddr::V6(address)) => address.is_loopback() || address.is_unique_local(),
        Err(_a_name) => !host.contains('.') || host.ends_with(".localhost"),
    }
}

#[cfg(test)]
#[path = "terms_tests.rs"]
mod tests;
