//! What `object_store` makes of a store's answers, taken apart again where it throws two of them together.

use object_store::Error;

/// Whether a PUT found its key taken (412). A 409 looks alike from outside and says that somebody
/// deleted the key meanwhile: then nothing was stored, and trying again helps.
pub fn is_taken(error: &Error) -> bool {
    let Error::AlreadyExists { source, .. } = error else {
        return false;
    };
    let inner = source.downcast_ref::<Error>();
    inner.is_some_and(|inner| {
        matches!(
            inner,
            Error::Precondition { .. } | Error::NotModified { .. }
        )
    })
}

/// Whether "not found" is said of the whole bucket: an outage, not an absence. The answer's code stands
/// in the text of the cause and nowhere else.
pub fn is_no_such_bucket(error: &Error) -> bool {
    said(error, "<Code>NoSuchBucket</Code>")
}

/// Whether the range asked for begins behind the end of the object (RFC 9110, 15.5.17).
pub fn is_beyond_the_end(error: &Error) -> bool {
    matches!(error, Error::Generic { .. }) && said(error, "416 Range Not Satisfiable")
}

fn said(error: &Error, words: &str) -> bool {
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        if error.to_string().contains(words) {
            return true;
        }
        cause = error.source();
    }
    false
}
