//! One way to ask, and an answer that is easy to look at.

use super::Served;
use crate::app::configure;
use crate::error::Code;
use actix_http::Request;
use actix_web::body::to_bytes;
use actix_web::http::header::{CONTENT_TYPE, HeaderMap};
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, HttpResponse, web};
use serde_json::Value;

/// An answer, read whole.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: HeaderMap,
    pub(crate) bytes: web::Bytes,
}

impl Answer {
    /// A header as text; empty when it is not there.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().expect("is text"))
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    /// The code of a problem, after checking that it is one: catalogued, with its own status and the request's id.
    pub(crate) fn code(&self) -> String {
        assert_eq!(
            self.header(CONTENT_TYPE.as_str()),
            "application/problem+json",
            "{self:?}"
        );
        let problem = self.json();
        let code =
            Code::parse(problem["code"].as_str().expect("has a code")).expect("is catalogued");
        assert_eq!(
            (self.status, &problem["status"]),
            (code.status().as_u16(), &Value::from(code.status().as_u16())),
            "{problem}"
        );
        assert_eq!(problem["request_id"], self.header("x-request-id"));
        code.name().to_owned()
    }
}

/// Sends one request through the whole application.
pub(crate) async fn ask(served: &Served, request: TestRequest) -> Answer {
    send(served, request.to_request()).await
}

/// Sends one request that is ready.
pub(crate) async fn send(served: &Served, request: Request) -> Answer {
    let app = App::new()
        .wrap(served.stack.clone())
        .configure(|config| configure(config, &served.api, served.limits, &served.operations, true))
        .route("/v1/panic", web::get().to(panics))
        .route("/v1/slow", web::to(slow))
        .route("/v1/echo", web::post().to(echo));
    let app = init_service(app).await;
    let response = match actix_web::dev::Service::call(&app, request).await {
        Ok(answer) => answer.into_parts().1,
        Err(early) => early.as_response_error().error_response(),
    };
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    let bytes = to_bytes(response.into_body())
        .await
        .unwrap_or_else(|error| panic!("the body broke off: {error}"));
    Answer {
        status,
        headers,
        bytes,
    }
}

async fn panics() -> HttpResponse {
    panic!("ada@example.org fell over")
}

async fn slow() -> HttpResponse {
    futures::future::pending().await
}

async fn echo(
    request: actix_web::HttpRequest,
    payload: web::Payload,
) -> Result<web::Bytes, crate::error::ApiError> {
    Ok(crate::extract::read_whole(request, payload.into_inner(), 1000).await?)
}
