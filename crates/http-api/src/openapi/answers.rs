//! Adds to each operation the problems that it can answer, with an example of each.

use crate::error::{ApiError, Code};
use crate::routes::Endpoint;
use actix_web::http::Method;
use std::collections::{BTreeMap, BTreeSet};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::header::HeaderBuilder;
use utoipa::openapi::path::{Operation, PathItem};
use utoipa::openapi::response::ResponseBuilder;
use utoipa::openapi::{ContentBuilder, ObjectBuilder, OpenApi, Ref, RefOr, Type};

/// What the middlewares can answer in place of any operation.
const OF_ALL: [Code; 12] = [
    Code::UnknownParameter,
    Code::Unauthenticated,
    Code::TokenExpired,
    Code::MethodNotAllowed,
    Code::RequestTimeout,
    Code::BodyTooLarge,
    Code::HeadersTooLarge,
    Code::RateLimited,
    Code::Internal,
    Code::DatabaseUnavailable,
    Code::DeadlineExceeded,
    Code::InvalidParameter,
];

/// Completes the operations of an address.
pub(super) fn complete(document: &mut OpenApi, endpoint: &Endpoint) {
    let Some(item) = document.paths.paths.get_mut(endpoint.pattern()) else {
        return;
    };
    for (method, codes) in endpoint.methods() {
        if let Some(operation) = operation(item, method) {
            add(operation, OF_ALL.iter().chain(codes).copied().collect());
        }
    }
}

/// The operation of a method.
pub(super) fn operation<'a>(item: &'a mut PathItem, method: &Method) -> Option<&'a mut Operation> {
    match *method {
        Method::GET => item.get.as_mut(),
        Method::POST => item.post.as_mut(),
        Method::PUT => item.put.as_mut(),
        Method::PATCH => item.patch.as_mut(),
        Method::DELETE => item.delete.as_mut(),
        _ => None,
    }
}

fn add(operation: &mut Operation, codes: BTreeSet<Code>) {
    let mut by_status: BTreeMap<u16, Vec<Code>> = BTreeMap::new();
    for code in codes {
        by_status
            .entry(code.status().as_u16())
            .or_default()
            .push(code);
    }
    for (status, codes) in by_status {
        operation
            .responses
            .responses
            .insert(status.to_string(), RefOr::T(response(&codes)));
    }
}

fn response(codes: &[Code]) -> utoipa::openapi::Response {
    let names: Vec<String> = codes
        .iter()
        .map(|code| format!("`{}`", code.name()))
        .collect();
    let mut content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem")));
    for code in codes {
        content = content.examples_from_iter([(code.name(), example(*code))]);
    }
    let mut response = ResponseBuilder::new()
        .description(names.join(", "))
        .content("application/problem+json", content.build());
    for (name, description) in headers(codes) {
        let schema = ObjectBuilder::new().schema_type(Type::String).build();
        response = response.header(
            name,
            HeaderBuilder::new()
                .schema(Some(schema))
                .description(Some(description))
                .build(),
        );
    }
    response.build()
}

fn headers(codes: &[Code]) -> Vec<(&'static str, &'static str)> {
    let mut headers = Vec::new();
    if codes.iter().any(|code| code.retry_after().is_some()) {
        headers.push(("Retry-After", "Seconds to wait"));
    }
    if codes.contains(&Code::RateLimited) {
        headers.push(("RateLimit-Policy", "The rule that holds: its name, requests at once (`q`), seconds until as many are there again (`w`)"));
        headers.push((
            "RateLimit",
            "The rule's name, requests that remain (`r`), seconds until all are there again (`t`)",
        ));
    }
    if codes.contains(&Code::Unauthenticated) {
        headers.push(("WWW-Authenticate", "How to sign in"));
    }
    if codes.contains(&Code::VersionMismatch) {
        headers.push(("ETag", "The present version"));
    }
    if codes.contains(&Code::MethodNotAllowed) {
        headers.push(("Allow", "The methods there are"));
    }
    headers
}

/// The problem itself, as it would be sent.
fn example(code: Code) -> RefOr<utoipa::openapi::example::Example> {
    let problem = ApiError::new(code, code.title())
        .problem(Some("4bf92f3577b34da6a3ce929d0e0e4736".to_owned()));
    RefOr::T(
        ExampleBuilder::new()
            .summary(code.title())
            .description(code.advice())
            .value(serde_json::to_value(problem).ok())
            .build(),
    )
}
