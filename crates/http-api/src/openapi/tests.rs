//! The document and the routes are the same thing, and every operation says everything it can answer.

use super::openapi;
use crate::error::Code;
use crate::routes::endpoints;
use std::collections::BTreeSet;

fn documented() -> serde_json::Value {
    serde_json::to_value(openapi()).expect("serialises")
}

fn operations(document: &serde_json::Value) -> BTreeSet<(String, String)> {
    let paths = document["paths"].as_object().expect("has paths");
    let of_path = |(path, item): (&String, &serde_json::Value)| {
        item.as_object()
            .expect("is an item")
            .keys()
            .map(|method| (path.clone(), method.to_uppercase()))
            .collect::<Vec<_>>()
    };
    paths.iter().flat_map(of_path).collect()
}

#[test]
fn no_route_escapes_the_document_and_no_operation_lacks_a_route() {
    let served: BTreeSet<(String, String)> = endpoints()
        .iter()
        .flat_map(|endpoint| {
            endpoint
                .methods()
                .iter()
                .map(|(method, _)| (endpoint.pattern().to_owned(), method.to_string()))
                .collect::<Vec<_>>()
        })
        .collect();
    assert_eq!(operations(&documented()), served);
}

#[test]
fn the_document_is_openapi_3_1_and_signed_with_our_name() {
    let document = documented();
    assert_eq!(document["openapi"], "3.1.0");
    assert_eq!(document["info"]["title"], "Muster");
    assert_eq!(
        document["components"]["securitySchemes"]["bearer"]["scheme"],
        "bearer"
    );
}

#[test]
fn every_operation_names_every_code_it_can_answer() {
    let document = documented();
    for endpoint in endpoints() {
        for (method, codes) in endpoint.methods() {
            let operation = &document["paths"][endpoint.pattern()][method.as_str().to_lowercase()];
            assert!(
                operation["operationId"].is_string() && operation["summary"].is_string(),
                "{method} {}",
                endpoint.pattern()
            );
            for code in codes.iter().chain(&[Code::Internal, Code::Unauthenticated]) {
                let content = &operation["responses"][code.status().as_str()]["content"]["application/problem+json"];
                assert_eq!(
                    content["examples"][code.name()]["value"]["code"],
                    code.name(),
                    "{method} {}",
                    endpoint.pattern()
                );
                assert_eq!(content["schema"]["$ref"], "#/components/schemas/Problem");
            }
            let answers = operation["responses"].as_object().expect("has answers");
            assert!(
                answers
                    .keys()
                    .any(|status| status.starts_with('2') || status.starts_with('3'))
            );
        }
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = documented();
    let text = document.to_string();
    for piece in text.split("\"$ref\":\"").skip(1) {
        let reference = piece.split('"').next().expect("has an end");
        let pointer = reference.strip_prefix('#').expect("is local");
        assert!(document.pointer(pointer).is_some(), "{reference}");
    }
}

#[test]
fn bodies_refuse_what_serde_refuses() {
    let document = documented();
    let schemas = document["components"]["schemas"]
        .as_object()
        .expect("has schemas");
    for (name, schema) in schemas
        .iter()
        .filter(|(name, _)| name.ends_with("Body") || name.ends_with("View"))
    {
        assert_eq!(schema["additionalProperties"], false, "{name}");
    }
    let required = |name: &str| schemas[name]["required"].as_array().map_or(0, Vec::len);
    assert_eq!(
        (
            required("RegisterUserBody"),
            required("SignInBody"),
            required("RedeemInvitationBody"),
            required("ChangeUserBody")
        ),
        (3, 2, 2, 0)
    );
    assert_eq!(required("UserView"), 15);
}
