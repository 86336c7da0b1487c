//! Probes and scrapes, on the application's listener and on their own.

use crate::world::{World, ask};
use actix_web::body::to_bytes;
use actix_web::test::{TestRequest, init_service};
use actix_web::{App, dev::Service};

#[actix_web::test]
async fn probes_answer_without_asking_anybody() {
    let served = World::new().serve();
    for path in [
        "/health/live",
        "/healthz",
        "/health/ready",
        "/readyz",
        "/health",
        "/health/detailed",
    ] {
        assert_eq!(
            ask(&served, TestRequest::get().uri(path)).await.status,
            200,
            "{path}"
        );
    }
    assert_eq!(
        ask(&served, TestRequest::get().uri("/health/detailed"))
            .await
            .json()["version"],
        "0.0.0"
    );
}

#[actix_web::test]
async fn numbers_come_in_the_format_that_is_asked_for() {
    let served = World::new().serve();
    let classic = ask(&served, TestRequest::get().uri("/metrics")).await;
    assert!(classic.header("content-type").starts_with("text/plain"));
    let accept = (
        "accept",
        "application/openmetrics-text; version=1.0.0,text/plain;q=0.5",
    );
    let open = ask(
        &served,
        TestRequest::get().uri("/metrics").insert_header(accept),
    )
    .await;
    assert!(
        open.header("content-type")
            .starts_with("application/openmetrics-text")
            && open.bytes.ends_with(b"# EOF\n")
    );
}

#[actix_web::test]
async fn the_management_listener_has_nothing_else() {
    let served = World::new().serve();
    let app = init_service(
        App::new().configure(|config| crate::configure_management(config, &served.operations)),
    )
    .await;
    for (path, status) in [
        ("/metrics", 200),
        ("/health/detailed", 200),
        ("/readyz", 200),
        ("/v1/users", 404),
    ] {
        let answer = app
            .call(TestRequest::get().uri(path).to_request())
            .await
            .expect("answers");
        assert_eq!(answer.status(), status, "{path}");
        assert!(
            !to_bytes(answer.into_body())
                .await
                .expect("has a body")
                .is_empty()
        );
    }
}
