//! Lets a bucket stand in the host, `bucket.localhost:port`, or in the path behind any other host.

use s3s::S3Result;
use s3s::host::{S3Host, VirtualHost};

/// Reads `bucket.localhost` as a bucket.
pub struct BelowLocalhost;

impl S3Host for BelowLocalhost {
    fn parse_host_header<'a>(&'a self, host: &'a str) -> S3Result<VirtualHost<'a>> {
        let name = host.split(':').next().unwrap_or(host);
        Ok(match name.strip_suffix(".localhost") {
            Some(bucket) => VirtualHost::new("localhost").with_bucket(bucket),
            None => VirtualHost::new(name),
        })
    }
}
