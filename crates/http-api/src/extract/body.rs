//! Reads a request's bytes within a limit, and says in our words how that can fail.

use crate::error::{ApiError, Code};
use actix_web::HttpRequest;
use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::http::header::CONTENT_LENGTH;
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use std::io::ErrorKind;

/// Why a body could not be read to its end.
#[derive(Debug, thiserror::Error)]
pub enum BodyFault {
    /// It is longer than allowed.
    #[error("the body is longer than {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: u64,
    },
    /// It paused or took too long.
    #[error("the body arrived too slowly")]
    TooSlow,
    /// It ended early or broke its framing.
    #[error("the body ended early")]
    Interrupted(#[source] PayloadError),
    /// Its form is broken, or a field of it.
    #[error("the form cannot be read")]
    Refused(ApiError),
}

impl BodyFault {
    /// What actix and our own guard mean by an error; `limit` is the one that holds for this body.
    #[must_use]
    pub fn from_payload(error: PayloadError, limit: u64) -> Self {
        match error {
            PayloadError::Overflow => Self::TooLarge { limit },
            PayloadError::Io(io) if io.kind() == ErrorKind::TimedOut => Self::TooSlow,
            other => Self::Interrupted(other),
        }
    }
}

impl From<BodyFault> for ApiError {
    fn from(fault: BodyFault) -> Self {
        match fault {
            BodyFault::TooLarge { limit } => Self::new(
                Code::BodyTooLarge,
                format!("at most {limit} bytes are read here"),
            ),
            BodyFault::TooSlow => Self::new(Code::RequestTimeout, "the body arrived too slowly"),
            BodyFault::Interrupted(source) => {
                Self::new(Code::MalformedJson, "the body ended early").caused_by(source)
            }
            BodyFault::Refused(error) => error,
        }
    }
}

/// Reads a body of at most `limit` bytes.
///
/// # Errors
/// [`BodyFault`]; a declared length over the limit is refused before anything is read.
pub async fn read_whole(
    request: HttpRequest,
    mut payload: Payload,
    limit: u64,
) -> Result<Bytes, BodyFault> {
    let declared = request
        .headers()
        .get(CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    if declared.is_some_and(|declared| declared > limit) {
        return Err(BodyFault::TooLarge { limit });
    }
    let mut whole = BytesMut::new();
    while let Some(piece) = payload.next().await {
        let piece = piece.map_err(|error| BodyFault::from_payload(error, limit))?;
        if (whole.len() + piece.len()) as u64 > limit {
            return Err(BodyFault::TooLarge { limit });
        }
        whole.extend_from_slice(&piece);
    }
    Ok(whole.freeze())
}
