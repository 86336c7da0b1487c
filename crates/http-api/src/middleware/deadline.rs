//! Gives up on a handler that takes too long, and says whose fault it was.

use super::body_guard::Unread;
use super::pass::Answered;
use crate::error::{ApiError, Code, Outcome};
use crate::extract::BodyFault;
use actix_web::dev::ServiceResponse;
use actix_web::{Error, HttpResponse};
use std::future::Future;
use std::time::Duration;
use tokio::time::timeout;

/// Waits for the answer until the limit. While the body is still on its way the client is the slow one (408), else we are
/// (504); nobody knows then what became of a change.
pub(super) async fn within(
    limit: Option<Duration>,
    unread: Option<Unread>,
    is_safe: bool,
    answer: impl Future<Output = Result<ServiceResponse, Error>>,
) -> Answered {
    let Some(limit) = limit else {
        return answer.await.map_err(HttpResponse::from_error);
    };
    let Ok(answered) = timeout(limit, answer).await else {
        return Err(HttpResponse::from_error(given_up(unread, is_safe)));
    };
    answered.map_err(HttpResponse::from_error)
}

fn given_up(unread: Option<Unread>, is_safe: bool) -> ApiError {
    if unread.is_some_and(|unread| unread.is_on_its_way()) {
        return BodyFault::TooSlow.into();
    }
    let error = ApiError::new(Code::DeadlineExceeded, "the answer took longer than it may");
    if is_safe {
        error.with_outcome(Outcome::NotApplied)
    } else {
        error
    }
}
