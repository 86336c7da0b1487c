//! Exports and erasures through the whole application, with the ports mocked.

use crate::world::{MEMBER, World, ask};
use actix_web::test::TestRequest;
use domain::accounts::images::Variant;
use domain::actors::Principal;
use domain::erasures::{Erasure, PartAnswer};
use domain::facts::Fact;
use domain::ids::{ErasureId, ImageId};
use jiff::Timestamp;
use ports::erasures::BeginErasureError;
use serde_json::json;
use uuid::Uuid;

const ERASURE: ErasureId =
    ErasureId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00ee));

fn by(role: &str, request: TestRequest) -> TestRequest {
    request.insert_header(("authorization", format!("Bearer {role}")))
}

fn erasure() -> Erasure {
    Erasure::begin(ERASURE, MEMBER, Principal::System, Timestamp::UNIX_EPOCH)
}

fn erase(role: &str) -> TestRequest {
    by(
        role,
        TestRequest::post().uri(&format!("/v1/users/{MEMBER}/erase")),
    )
}

#[actix_web::test]
async fn an_export_shows_every_kind_of_fact() {
    let mut world = World::new();
    world.records.expect_name().return_const("records");
    world.records.expect_export().returning(|user| {
        let image = ImageId::new(Uuid::nil());
        let row = Fact::record([
            ("name", "Ada".into()),
            ("count", 7.into()),
            ("at", Timestamp::UNIX_EPOCH.into()),
            ("id", Uuid::nil().into()),
            ("digest", Fact::Bytes(vec![0, 255])),
            ("phone", Fact::Nothing),
            ("url", Fact::Picture(user, image, Variant::Small)),
        ]);
        Ok(vec![("users".to_owned(), Fact::List(vec![row]))])
    });
    let path = "/v1/users/me/export";
    let answer = ask(&world.serve(), by("member", TestRequest::get().uri(path))).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(
        answer.header("content-disposition"),
        format!("attachment; filename=\"muster-{MEMBER}.json\"")
    );
    let expected = json!({
        "user_id": MEMBER.to_string(),
        "made_at": "1970-01-01T00:00:00Z",
        "parts": {"records": {"users": [{
            "name": "Ada",
            "count": 7,
            "at": "1970-01-01T00:00:00Z",
            "id": "00000000-0000-0000-0000-000000000000",
            "digest": "00ff",
            "phone": null,
            "url": format!("/v1/users/{MEMBER}/images/00000000-0000-0000-0000-000000000000/64"),
        }]}},
    });
    assert_eq!(answer.json(), expected);
}

#[actix_web::test]
async fn an_erasure_is_accepted_and_says_where_to_look() {
    let mut world = World::new();
    world.records.expect_name().return_const("records");
    world
        .erasures
        .expect_begin()
        .times(1)
        .returning(|_, _, _, _, _| Ok(erasure()));
    let answer = ask(&world.serve(), erase("admin")).await;
    let path = format!("/v1/erasures/{ERASURE}");
    assert_eq!(
        (answer.status, answer.header("location")),
        (202, path.as_str())
    );
    let view = answer.json();
    assert_eq!(
        (&view["status"], &view["waiting_for"], &view["requested_by"]),
        (&json!("pending"), &json!(["records"]), &json!(null))
    );
}

#[actix_web::test]
async fn every_refusal_of_an_erasure_has_its_code() {
    type Refused = fn() -> BeginErasureError;
    let cases: [(Refused, &str); 3] = [
        (|| BeginErasureError::Missing, "not_found"),
        (|| BeginErasureError::LastAdmin, "last_admin"),
        (
            || {
                let version = domain::Version::FIRST;
                BeginErasureError::Outdated(version)
            },
            "concurrent_change",
        ),
    ];
    for (refused, code) in cases {
        let mut world = World::new();
        world
            .erasures
            .expect_begin()
            .returning(move |_, _, _, _, _| Err(refused()));
        assert_eq!(ask(&world.serve(), erase("admin")).await.code(), code);
    }
    assert_eq!(
        ask(&World::new().serve(), erase("manager")).await.code(),
        "forbidden"
    );
}

#[actix_web::test]
async fn a_finished_erasure_is_a_receipt() {
    let mut world = World::new();
    world.records.expect_name().return_const("records");
    world.erasures.expect_find().returning(|id| {
        let mut done = erasure();
        let answer = PartAnswer::of("records").without("credentials");
        done.take(answer.keeping("audit", "it is never changed"));
        done.by = Principal::User(MEMBER);
        done.finished_at = Some(Timestamp::UNIX_EPOCH);
        Ok((id == ERASURE).then_some(done))
    });
    let served = world.serve();
    let find = |id: &str| {
        by(
            "admin",
            TestRequest::get().uri(&format!("/v1/erasures/{id}")),
        )
    };
    let expected = json!({
        "id": ERASURE.to_string(),
        "user_id": MEMBER.to_string(),
        "status": "done",
        "requested_at": "1970-01-01T00:00:00Z",
        "requested_by": MEMBER.to_string(),
        "finished_at": "1970-01-01T00:00:00Z",
        "waiting_for": [],
        "parts": [{
            "part": "records",
            "went": ["credentials"],
            "stayed": [{"what": "audit", "why": "it is never changed"}],
        }],
    });
    assert_eq!(
        ask(&served, find(&ERASURE.to_string())).await.json(),
        expected
    );
    let other = Uuid::max().to_string();
    assert_eq!(ask(&served, find(&other)).await.code(), "not_found");
    assert_eq!(ask(&served, find("7")).await.code(), "invalid_parameter");
}
