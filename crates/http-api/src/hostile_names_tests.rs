//! Uploads whose names mean no good: none of them is used for anything.

use crate::world::{Served, World, ask};
use actix_web::test::TestRequest;
use ports::accounts::DecodePermit;

async fn is_refused(served: &Served, request: TestRequest, what: &str) {
    let answer = ask(
        served,
        request.insert_header(("authorization", "Bearer admin")),
    )
    .await;
    assert!(
        (400..500).contains(&answer.status),
        "{what}: {} {:?}",
        answer.status,
        answer.bytes
    );
    answer.code();
}

/// File names and field names that break parsers, shells, paths and logs.
fn hostile_names() -> Vec<String> {
    let mut names: Vec<String> = [
        "../../etc/passwd",
        "..\\..\\windows\\win.ini",
        "/etc/passwd",
        "C:\\con",
        "con",
        "nul.png",
        "a.php.png",
        "a.png\u{0}.php",
        ".htaccess",
        "~root",
        "-rf",
        "$(id)",
        "`id`",
        "; id",
        "| id",
        "%2e%2e%2f",
        "%00",
        "%n%s%x",
        "{{7*7}}",
        "${jndi:ldap://x}",
        "<script>alert(1)</script>",
        "\"><img src=x>",
        "' OR 1=1 --",
        "a\tb",
        "a\u{202e}gnp.exe",
        "\u{feff}a.png",
        "e\u{301}.png",
        "🦀.png",
        "名.png",
        "a;b=c",
        "a\\\"b",
        "a\\",
        "*",
        "?",
        "a:b",
        "a|b",
        "...",
        ".",
        "..",
        " ",
        "",
        "con.png ",
        "a/b/c",
        "a//b",
        "file:///x",
        "http://x/y.png",
        "\u{7f}",
        "CON",
        "aux",
        "=1+1",
    ]
    .map(str::to_owned)
    .to_vec();
    names.push("a".repeat(4000));
    names
}

#[actix_web::test]
async fn no_file_name_is_too_strange() {
    let names = hostile_names();
    assert!(names.len() >= 50, "{}", names.len());
    for name in names {
        for disposition in [
            format!("name=\"image\"; filename=\"{name}\""),
            format!("name=\"{name}\"; filename=\"a.png\""),
        ] {
            let mut world = World::new();
            world
                .processor
                .expect_admit()
                .returning(|| Ok(DecodePermit::new(())));
            world
                .processor
                .expect_process()
                .returning(|_, _| Err(ports::accounts::ProcessImageError::Unsupported));
            let body = format!(
                "--b\r\nContent-Disposition: form-data; {disposition}\r\n\r\nbytes\r\n--b--\r\n"
            );
            let request = TestRequest::post()
                .uri("/v1/users/me/images")
                .insert_header(("content-type", "multipart/form-data; boundary=b"))
                .set_payload(body);
            is_refused(&world.serve(), request, &disposition).await;
        }
    }
}
