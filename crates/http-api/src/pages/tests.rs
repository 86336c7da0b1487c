//! Pages load nothing but what their policy lets them, and everything they point to is there.

use crate::world::{World, ask};
use actix_web::test::TestRequest;

#[actix_web::test]
async fn everything_a_page_points_to_is_there() {
    let served = World::new().serve();
    for page in ["/", "/invitation"] {
        let answer = ask(&served, TestRequest::get().uri(page)).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (200, "text/html; charset=utf-8")
        );
        let html = String::from_utf8_lossy(&answer.bytes).into_owned();
        assert!(
            !html.contains("style=")
                && !html.contains("onclick")
                && html.matches("<script").count()
                    == html.matches("<script src=\"/assets/").count()
        );
        for link in html
            .split(['"', '\''])
            .filter(|piece| piece.starts_with('/'))
        {
            assert_eq!(
                ask(&served, TestRequest::get().uri(link)).await.status,
                200,
                "{link} on {page}"
            );
        }
    }
}

#[actix_web::test]
async fn the_document_and_its_reader_are_served() {
    let served = World::new().serve();
    assert_eq!(
        ask(&served, TestRequest::get().uri("/api-docs/openapi.json"))
            .await
            .json()["openapi"],
        "3.1.0"
    );
    let answer = ask(&served, TestRequest::get().uri("/swagger-ui")).await;
    assert_eq!(
        (answer.status, answer.header("location")),
        (308, "/swagger-ui/")
    );
    for file in [
        "/swagger-ui/",
        "/swagger-ui/swagger-initializer.js",
        "/swagger-ui/swagger-ui-bundle.js",
    ] {
        let answer = ask(&served, TestRequest::get().uri(file)).await;
        assert!(
            answer.status == 200
                && answer
                    .header("content-security-policy")
                    .contains("script-src 'self';"),
            "{file}"
        );
    }
    assert_eq!(
        ask(&served, TestRequest::get().uri("/swagger-ui/nothing.js"))
            .await
            .code(),
        "not_found"
    );
}
