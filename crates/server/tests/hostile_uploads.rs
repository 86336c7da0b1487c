//! What is no picture, or comes under a hostile name, stores nothing and is no 500.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::indexing_slicing)]
#![allow(clippy::too_many_lines, reason = "tables of cases")]

mod support;

use serde_json::json;
use std::time::Duration;
use support::Muster;
use support::pictures::numbered_jpeg;

/// A PNG that announces 40,000 by 40,000 pixels.
fn bomb() -> Vec<u8> {
    testkit::pictures::png_header(40_000, 40_000)
}

#[tokio::test]
async fn uploads_that_are_no_pictures_store_nothing() {
    let (muster, admin) = Muster::set_up().await;
    let me = admin.get("/v1/me").await.id();
    let path = format!("/v1/users/{me}/images");
    let jpeg = numbered_jpeg(1);
    let cases: Vec<(&str, &str, Vec<u8>, &str)> = vec![
        ("a bomb", "image/png", bomb(), "image_too_large"),
        (
            "a cut JPEG",
            "image/jpeg",
            jpeg[..jpeg.len() / 2].to_vec(),
            "image_corrupt",
        ),
        (
            "a JPEG's first bytes",
            "image/jpeg",
            jpeg[..4].to_vec(),
            "image_corrupt",
        ),
        ("nothing", "image/jpeg", Vec::new(), "image_unsupported"),
        (
            "a GIF",
            "image/gif",
            b"GIF89a\x01\x00\x01\x00\x00\x00\x00;".to_vec(),
            "image_unsupported",
        ),
        (
            "an SVG that says it is a PNG",
            "image/png",
            b"<svg xmlns='http://www.w3.org/2000/svg'/>".to_vec(),
            "image_unsupported",
        ),
        (
            "a page",
            "text/html",
            b"<script>".to_vec(),
            "unsupported_media_type",
        ),
        (
            "more than 10 MiB",
            "image/jpeg",
            [&jpeg[..], &vec![0; 10 * 1024 * 1024]].concat(),
            "body_too_large",
        ),
        (
            "a form without boundary",
            "multipart/form-data",
            b"--x".to_vec(),
            "unsupported_media_type",
        ),
    ];
    for (what, media_type, sent, code) in cases {
        let answer = admin.body("POST", &path, media_type, sent).await;
        let found = answer.code();
        assert!(
            found == code || (what.starts_with("a form") && answer.status < 500),
            "{what}: {answer:?}"
        );
    }
    let form = reqwest::multipart::Form::new().text("picture", "none");
    let wrong_field = admin
        .send(admin.request("POST", &path).multipart(form))
        .await;
    assert!(
        wrong_field.status == 400 || wrong_field.status == 422,
        "{wrong_field:?}"
    );
    wrong_field.code();
    let part = reqwest::multipart::Part::bytes(jpeg.clone());
    let form = reqwest::multipart::Form::new()
        .text("taken_at", "yesterday")
        .part("image", part);
    assert_eq!(
        admin
            .send(admin.request("POST", &path).multipart(form))
            .await
            .code(),
        "validation_failed"
    );
    for taken_at in [
        "-009000-01-01T00:00:00Z",
        "1825-12-31T23:59:59Z",
        "9999-12-30T22:00:00.999999999Z",
        "2999-01-01T00:00:00Z",
    ] {
        let path = format!("{path}?taken_at={taken_at}");
        let answer = admin.body("POST", &path, "image/jpeg", jpeg.clone()).await;
        assert_eq!(
            (answer.status, answer.code().as_str()),
            (422, "validation_failed"),
            "{answer:?}"
        );
        assert_eq!(answer.json()["errors"][0]["pointer"], "/taken_at");
    }
    assert_eq!(admin.get(&path).await.json()["items"], json!([]));
    assert!(muster.objects().is_empty());
}

#[tokio::test]
async fn a_body_that_ends_early_stores_nothing() {
    let (muster, admin) = Muster::set_up().await;
    let me = admin.get("/v1/me").await.id();
    let head = format!(
        "POST /v1/users/{me}/images HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: image/jpeg\r\nContent-Length: 5000\r\n\r\n",
        admin.token()
    );
    let address = muster.address().to_owned();
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    std::io::Write::write_all(
        &mut stream,
        &[head.as_bytes(), &numbered_jpeg(1)[..500]].concat(),
    )
    .unwrap();
    drop(stream);
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(
        admin.get("/v1/users/me/images").await.json()["items"],
        json!([])
    );
    let uploads = support::files(&muster.place().path().join("data/uploads"));
    assert!(uploads.is_empty(), "{uploads:?}");
}

#[tokio::test]
async fn fifty_hostile_file_names_change_nothing() {
    let (_muster, admin) = Muster::set_up().await;
    let me = admin.get("/v1/me").await.id();
    let names: Vec<String> = [
        "../../etc/passwd",
        "..\\..\\windows\\system32",
        "/etc/passwd",
        "C:\\boot.ini",
        "con",
        "nul.jpg",
        "a\0b.jpg",
        "a\nb.jpg",
        "a\rb.jpg",
        "\u{202e}gpj.exe",
        "a\"b.jpg",
        "a;b.jpg",
        "a%00.jpg",
        "%2e%2e%2f",
        "....//....//",
        "<script>alert(1)</script>.jpg",
        "' OR 1=1 --.jpg",
        "$(reboot).jpg",
        "`id`.jpg",
        "|ls",
        "&& ls",
        "a.jpg.exe",
        ".htaccess",
        ".",
        "..",
        "~",
        "*",
        "?",
        "a*b?.jpg",
        "\u{feff}bom.jpg",
        "e\u{301}.jpg",
        "💥.jpg",
        "\u{1F468}\u{200D}\u{1F469}.png",
        "name.svg",
        "name.php",
        "name.jpg/",
        "/",
        "\\",
        "-rf",
        "--help",
        "=cmd|' /C calc'!A0",
        "@SUM(1)",
        "\t.jpg",
        " .jpg",
        "file:///etc/passwd",
        "http://example.org/x.jpg",
        "{{7*7}}.jpg",
        "${jndi:ldap://x}",
        "a\u{7f}.jpg",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain(["x".repeat(10_000)])
    .collect();
    assert!(names.len() >= 50, "{}", names.len());
    for name in &names {
        let part = reqwest::multipart::Part::bytes(numbered_jpeg(1)).file_name(name.clone());
        let form = reqwest::multipart::Form::new().part("image", part);
        let answer = admin
            .send(
                admin
                    .request("POST", &format!("/v1/users/{me}/images"))
                    .multipart(form),
            )
            .await;
        match answer.status {
            200 | 201 => assert!(!answer.json().to_string().contains("passwd"), "{name:?}"),
            400..500 => drop(answer.code()),
            _ => panic!("{name:?}: {answer:?}"),
        }
    }
    assert_eq!(
        admin.get("/v1/users/me/images").await.json()["items"]
            .as_array()
            .unwrap()
            .len(),
        1,
        "one picture, however it is called"
    );
}
