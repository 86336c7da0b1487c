//! The order of the middlewares, to be read from top to bottom: what comes first sees everything after it.

#![allow(clippy::result_large_err, reason = "both variants hold a response")]

use super::{Shared, arrival, deadline, limits, record, sign_in};
use crate::error::{ApiError, Code};
use crate::extract::Arrival;
use crate::routes::SWAGGER_UI;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::{Error, HttpMessage, HttpResponse};
use platform::panics::{Panicked, caught};
use platform::telemetry::scope;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// Outermost first: request id and trace, access log and metrics, security headers, panics.
pub(super) async fn pass<S>(
    shared: Arc<Shared>,
    next: Rc<S>,
    request: ServiceRequest,
) -> Result<ServiceResponse, Error>
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
{
    let began = Instant::now();
    let (arrival, shown_id) = arrival::of(request.headers(), &shared.ids);
    let (context, method) = (Arc::clone(&arrival.context), request.method().clone());
    scope(Arc::clone(&context), async move {
        request.extensions_mut().insert(arrival);
        let answered = if shared.layers.panics {
            caught(guarded(&shared, &*next, request)).await
        } else {
            Ok(guarded(&shared, &*next, request).await)
        };
        let mut answer = answered.unwrap_or_else(|panicked| Err(after_panic(&shared, panicked)));
        record::complete(&mut answer, &context);
        let is_swagger = answer
            .as_ref()
            .is_ok_and(|answer| answer.request().path().starts_with(SWAGGER_UI));
        let response = answer
            .as_mut()
            .map_or_else(|early| early, ServiceResponse::response_mut);
        shared
            .headers
            .stamp(response, is_swagger, shared.layers.security_headers);
        response.headers_mut().insert(arrival::REQUEST_ID, shown_id);
        record::note(
            &shared,
            method.as_str(),
            response.status(),
            &context,
            began.elapsed(),
        );
        // An answer that lost its request leaves as an error with a body of its own.
        answer.map_err(|early| InternalError::from_response("answered early", early).into())
    })
    .await
}

/// An answer, or one that was made after the request was consumed. Both are large, and neither is copied.
pub(super) type Answered = Result<ServiceResponse, HttpResponse>;

/// Inside of the panic catcher: limits, sign-in, deadline, handler.
async fn guarded<S>(shared: &Shared, next: &S, mut request: ServiceRequest) -> Answered
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
{
    let unread = match shared
        .layers
        .limits
        .then(|| limits::check(&mut request, &shared.limits))
        .transpose()
    {
        Ok(unread) => unread.flatten(),
        Err(refusal) => return Ok(request.error_response(refusal)),
    };
    if shared.layers.sign_in {
        match sign_in::recognised(&shared.authenticate, &request).await {
            Ok(caller) => {
                if let Some(arrival) = request.extensions_mut().get_mut::<Arrival>() {
                    arrival.caller = caller;
                }
            }
            Err(refusal) => return Ok(request.error_response(refusal)),
        }
    }
    let limit = shared
        .layers
        .deadline
        .then(|| shared.limits.deadline_of(&request));
    let is_safe = request.method().is_safe();
    deadline::within(limit, unread, is_safe, next.call(request)).await
}

fn after_panic(shared: &Shared, panicked: Panicked) -> HttpResponse {
    panicked.report("request", &shared.metrics);
    HttpResponse::from_error(ApiError::new(
        Code::Internal,
        "an unexpected failure was logged under the request_id",
    ))
}
