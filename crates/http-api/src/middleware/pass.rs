//! The order of the middlewares, to be read from top to bottom: what comes first sees everything after it.

#![allow(clippy::result_large_err, reason = "both variants hold a response")]

use super::compress::compressed;
use super::{Shared, arrival, deadline, limits, rate_limit, record, sign_in, source};
use crate::error::{ApiError, Code};
use crate::extract::Arrival;
use crate::routes::SWAGGER_UI;
use actix_web::dev::{Service, ServiceRequest, ServiceResponse};
use actix_web::error::InternalError;
use actix_web::{Error, HttpMessage, HttpResponse};
use application::Caller;
use application::limits::Counted;
use domain::limits::Source;
use platform::panics::{Panicked, caught};
use platform::telemetry::scope;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Instant;

/// Outermost first: compression, request id and trace, access log and metrics, security headers, CORS, panics.
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
    let origin = shared.cors.allowed(request.headers());
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
        shared.cors.stamp(response, origin);
        response.headers_mut().insert(arrival::REQUEST_ID, shown_id);
        record::note(
            &shared,
            method.as_str(),
            response.status(),
            &context,
            began.elapsed(),
        );
        let answer = answer.map(compressed);
        // An answer that lost its request leaves as an error with a body of its own.
        answer.map_err(|early| InternalError::from_response("answered early", early).into())
    })
    .await
}

/// An answer, or one that was made after the request was consumed. Both are large, and neither is copied.
pub(super) type Answered = Result<ServiceResponse, HttpResponse>;

/// Inside of the panic catcher: preflight, limits, sign-in, rate limits, deadline, handler.
async fn guarded<S>(shared: &Shared, next: &S, mut request: ServiceRequest) -> Answered
where
    S: Service<ServiceRequest, Response = ServiceResponse, Error = Error>,
{
    if let Some(answer) = shared.cors.preflight(&request) {
        return Ok(request.into_response(answer));
    }
    let source = source::of(&request, &shared.trusted_proxies);
    if let Some(arrival) = request.extensions_mut().get_mut::<Arrival>() {
        arrival.source = source;
    }
    let unread = match shared
        .layers
        .limits
        .then(|| limits::check(&mut request, &shared.limits))
        .transpose()
    {
        Ok(unread) => unread.flatten(),
        Err(refusal) => return Ok(request.error_response(refusal)),
    };
    let counted = match admitted(shared, &mut request, source).await {
        Ok(counted) => counted,
        Err((refusal, counted)) => return Ok(refused(request, refusal, counted)),
    };
    let limit = shared
        .layers
        .deadline
        .then(|| shared.limits.deadline_of(&request));
    let is_safe = request.method().is_safe();
    let mut answered = deadline::within(limit, unread, is_safe, next.call(request)).await;
    if let Some(counted) = counted {
        let response = answered
            .as_mut()
            .map_or_else(|early| early, ServiceResponse::response_mut);
        rate_limit::stamp(response, &counted);
    }
    answered
}

/// Who is not recognised is counted like nobody, against where they come from, before they are told.
async fn admitted(
    shared: &Shared,
    request: &mut ServiceRequest,
    source: Source,
) -> Result<Option<Counted>, (ApiError, Option<Counted>)> {
    let recognised = match shared.layers.sign_in {
        true => sign_in::recognised(shared, request).await,
        false => Ok(Caller::ANONYMOUS),
    };
    let counted = match shared.layers.rate_limits {
        true => {
            let nobody = Caller::ANONYMOUS;
            let caller = recognised.as_ref().unwrap_or(&nobody);
            rate_limit::counted(&shared.limit, request, caller, source).await
        }
        false => None,
    };
    if let Some(refusal) = counted.as_ref().and_then(rate_limit::refusal) {
        return Err((refusal, counted));
    }
    let caller = recognised.map_err(|refusal| (refusal, counted))?;
    if let Some(arrival) = request.extensions_mut().get_mut::<Arrival>() {
        arrival.caller = caller;
    }
    Ok(counted)
}

fn refused(
    request: ServiceRequest,
    refusal: ApiError,
    counted: Option<Counted>,
) -> ServiceResponse {
    let mut answer = request.error_response(refusal);
    if let Some(counted) = counted {
        rate_limit::stamp(answer.response_mut(), &counted);
    }
    answer
}

fn after_panic(shared: &Shared, panicked: Panicked) -> HttpResponse {
    panicked.report("request", &shared.metrics);
    HttpResponse::from_error(ApiError::new(
        Code::Internal,
        "an unexpected failure was logged under the request_id",
    ))
}
