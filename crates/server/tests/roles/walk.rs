//! Calls any operation of the table once, as anybody, on somebody it is about.

use crate::support::{Answer, Client, Muster, PASSWORD, pictures};
use crate::table::{CALLERS, Row};
use crate::{ROLES, Who, Whom, role};
use serde_json::{Value, json};
use std::cell::Cell;

/// A server and those who call it. Nobody acts on these, so that they keep what they may.
pub struct Walk {
    muster: Muster,
    admin: Client,
    callers: Vec<Client>,
    /// Every scope, and a key with it alone at the same place.
    pub scopes: Vec<String>,
    keys: Vec<Client>,
    elsewhere: Client,
    people: Cell<u32>,
}

impl Walk {
    pub async fn start() -> Self {
        let (muster, admin) = Muster::set_up().await;
        let mut callers = vec![muster.anonymous()];
        for role in ROLES {
            let email = format!("{role}@a.org");
            callers.push(muster.person(&admin, role, &email).await.1);
        }
        let (id, elsewhere) = muster.person(&admin, "manager", "elsewhere@a.org").await;
        let path = format!("/v1/users/{id}");
        let moved = json!({"site_ids": ["01980000-0000-7000-8000-000000000009"]});
        let moved = admin.patch(&path, "\"1\"", &moved).await;
        assert_eq!(moved.status, 200, "{moved:?}");
        let scopes = crate::scopes(&crate::document(&muster).await);
        let mut keys = Vec::new();
        for scope in &scopes {
            keys.push(muster.key(&admin, &[scope.as_str()]).await.1);
        }
        Self {
            muster,
            admin,
            callers,
            scopes,
            keys,
            elsewhere,
            people: Cell::new(0),
        }
    }

    /// Calls once, on somebody who was entered for this call alone.
    pub async fn call(&self, row: &Row, field: &str, who: Who, whom: Whom) -> Answer {
        let (mut id, mut client) = (String::new(), self.client(who));
        let role = role(who, whom).unwrap_or("member");
        if whom == Whom::Themselves {
            (id, client) = self.muster.person(&self.admin, role, &self.email()).await;
        } else if row.path.contains("{id}") {
            id = self.entered(role).await;
        }
        let mut session = "01980000-0000-7000-8000-000000000002".to_owned();
        if let (Who::Person(caller @ 1..), true) = (who, row.path.starts_with("/v1/auth/")) {
            (client, session) = self.device(CALLERS[caller]).await;
        }
        let image = self.image(row.path, &id).await;
        let path = row.path.replace("{id}", &id).replace("{image_id}", &image);
        let path = path
            .replace("{session_id}", &session)
            .replace("{key_id}", &self.key_of(row.path).await)
            .replace("{erasure_id}", &self.erasure(row.path).await)
            .replace("{variant}", "64")
            .replace("{code}", "not_found");
        assert!(!path.contains('{'), "the test cannot fill in {path}");
        let mut request = client.request(row.method, &path);
        if ["PATCH", "PUT", "DELETE"].contains(&row.method) {
            let seen = self.admin.get(&path).await;
            request = request.header("If-Match", seen.header("etag"));
        }
        let body = self.body(row, field, role, &image).await;
        if !body.is_null() {
            request = request.json(&body);
        } else if row.method == "POST" && row.path.ends_with("/images") {
            let jpeg = pictures::numbered_jpeg(7);
            request = request.header("Content-Type", "image/jpeg").body(jpeg);
        }
        client.send(request).await
    }

    fn client(&self, who: Who) -> Client {
        match who {
            Who::Person(place) => self.callers[place].clone(),
            Who::Key(place) => self.keys[place].clone(),
            Who::Elsewhere => self.elsewhere.clone(),
        }
    }

    /// A device of somebody's own, which may be signed out.
    async fn device(&self, role: &str) -> (Client, String) {
        let (_, client) = self.muster.person(&self.admin, role, &self.email()).await;
        let devices = client.get("/v1/auth/sessions").await.json();
        let session = devices["items"][0]["id"].as_str().unwrap().to_owned();
        (client, session)
    }

    /// A key that may be revoked; only where the path needs one.
    async fn key_of(&self, path: &str) -> String {
        if !path.contains("{key_id}") {
            return String::new();
        }
        self.muster.key(&self.admin, &["users:read"]).await.0
    }

    /// A photo of somebody, which is their avatar too; only where the path needs one.
    async fn image(&self, path: &str, id: &str) -> String {
        if !path.contains("{image_id}") && !path.ends_with("/avatar") {
            return String::new();
        }
        let jpeg = pictures::numbered_jpeg(7);
        self.admin.upload(id, "image/jpeg", jpeg).await.id()
    }

    /// The erasure of somebody; only where the path needs one.
    async fn erasure(&self, path: &str) -> String {
        if !path.contains("{erasure_id}") {
            return String::new();
        }
        let path = format!("/v1/users/{}/erase", self.entered("member").await);
        self.admin.act(&path).await.id()
    }

    async fn body(&self, row: &Row, field: &str, role: &str, image: &str) -> Value {
        match (row.method, row.path) {
            ("POST", "/v1/auth/login") => json!({"email": "member@a.org", "password": PASSWORD}),
            ("POST", "/v1/auth/refresh") => self.refresh_token().await,
            ("POST", "/v1/auth/password") => {
                json!({"current_password": PASSWORD, "new_password": "battery staple horse"})
            }
            ("POST", "/v1/auth/invitation") => self.invitation().await,
            ("POST", "/v1/keys") => json!({"name": "a machine", "scopes": ["users:read"]}),
            ("POST", "/v1/users") => self.somebody(role),
            ("POST", "/v1/users/batch") => json!({"items": [self.somebody(role)]}),
            ("PATCH", "/v1/users/{id}") => json!({field: self.other(field, role)}),
            ("PUT", "/v1/users/{id}/avatar") => json!({"image_id": image}),
            _ => Value::Null,
        }
    }

    async fn refresh_token(&self) -> Value {
        let login = json!({"email": "member@a.org", "password": PASSWORD});
        let tokens = self.muster.anonymous().post("/v1/auth/login", &login).await;
        json!({"refresh_token": tokens.json()["refresh_token"]})
    }

    async fn invitation(&self) -> Value {
        let path = format!("/v1/users/{}/invitation", self.entered("member").await);
        json!({"code": self.admin.act(&path).await.json()["code"], "password": PASSWORD})
    }

    /// A value that the field of a person of this role does not have yet.
    fn other(&self, field: &str, role: &str) -> Value {
        match field {
            "email" => json!(self.email()),
            "phone" => json!("555 0100"),
            "role" if role == "member" => json!("manager"),
            "role" => json!("member"),
            "site_ids" => json!(["01980000-0000-7000-8000-000000000001"]),
            _ => json!(format!("other {}", self.email())),
        }
    }

    async fn entered(&self, role: &str) -> String {
        let body = self.somebody(role);
        self.admin.post("/v1/users", &body).await.id()
    }

    fn somebody(&self, role: &str) -> Value {
        json!({"given_name": "Some", "family_name": "Body", "email": self.email(), "role": role})
    }

    /// An email that nobody has.
    fn email(&self) -> String {
        self.people.set(self.people.get() + 1);
        format!("person{}@example.org", self.people.get())
    }
}
