//! A client with typed answers, so that a test reads like a transcript.

use serde_json::Value;
use std::time::Duration;

/// Talks to one server, as one person or as nobody.
#[derive(Clone)]
pub struct Client {
    base: String,
    token: Option<String>,
    http: reqwest::Client,
}

/// What came back.
#[derive(Clone)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Vec<u8>,
}

impl std::fmt::Debug for Answer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let shown: String = String::from_utf8_lossy(&self.body)
            .chars()
            .take(2000)
            .collect();
        write!(formatter, "{} {:?}\n{shown}", self.status, self.headers)
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default()
    }

    /// The code of a problem, after checking that it is one in every respect.
    pub fn code(&self) -> String {
        assert_eq!(
            self.header("content-type"),
            "application/problem+json",
            "{self:?}"
        );
        let problem = self.json();
        assert_eq!(problem["status"], self.status, "{problem}");
        assert_eq!(
            problem["request_id"],
            self.header("x-request-id"),
            "{problem}"
        );
        let code = problem["code"]
            .as_str()
            .unwrap_or_else(|| panic!("{problem}"))
            .to_owned();
        assert_eq!(problem["type"], format!("/v1/errors/{code}"), "{problem}");
        for member in ["title", "retryable", "outcome"] {
            assert!(!problem[member].is_null(), "{member}: {problem}");
        }
        code
    }

    /// The ids of the items of a page.
    pub fn ids(&self) -> Vec<String> {
        let page = self.json();
        let items = page["items"].as_array().expect("is a page").iter();
        items
            .map(|item| item["id"].as_str().expect("has an id").to_owned())
            .collect()
    }

    /// The token of the page after this one.
    pub fn next(&self) -> Option<String> {
        self.json()["next_page_token"].as_str().map(str::to_owned)
    }

    /// Where the faults of a body are.
    pub fn pointers(&self) -> Vec<String> {
        let problem = self.json();
        let errors = problem["errors"].as_array().expect("has errors").iter();
        errors
            .map(|error| error["pointer"].as_str().expect("has one").to_owned())
            .collect()
    }

    pub fn id(&self) -> String {
        self.json()["id"]
            .as_str()
            .unwrap_or_else(|| panic!("{self:?}"))
            .to_owned()
    }
}

impl Client {
    pub fn new(base: &str, token: Option<String>) -> Self {
        // reqwest is built for the object store, whose adapter chooses the cryptography of its TLS.
        let _installed = rustls::crypto::ring::default_provider().install_default();
        let http = reqwest::Client::builder()
            .tls_certs_only([])
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .timeout(Duration::from_secs(60))
            .build()
            .unwrap();
        Self {
            base: base.to_owned(),
            token,
            http,
        }
    }

    /// The token it bears.
    pub fn token(&self) -> &str {
        self.token.as_deref().unwrap_or_default()
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let request = self
            .http
            .request(method.parse().unwrap(), format!("{}{path}", self.base));
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        self.try_send(request).await.unwrap()
    }

    /// Sends; an error is a connection that broke.
    pub async fn try_send(
        &self,
        request: reqwest::RequestBuilder,
    ) -> Result<Answer, reqwest::Error> {
        let response = request.send().await?;
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        Ok(Answer {
            status,
            headers,
            body: response.bytes().await?.to_vec(),
        })
    }

    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request("GET", path)).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("POST", path).json(body)).await
    }

    pub async fn keyed(&self, path: &str, key: &str, body: &Value) -> Answer {
        self.send(
            self.request("POST", path)
                .header("Idempotency-Key", key)
                .json(body),
        )
        .await
    }

    /// A POST that says nothing more.
    pub async fn act(&self, path: &str) -> Answer {
        self.post(path, &serde_json::json!({})).await
    }

    /// The ids on all pages, `path` ending in a query.
    pub async fn all_ids(&self, path: &str) -> Vec<String> {
        let (mut ids, mut page) = (Vec::new(), self.get(path).await);
        loop {
            assert_eq!(page.status, 200, "{page:?}");
            ids.extend(page.ids());
            match page.next() {
                Some(token) => page = self.get(&format!("{path}&page_token={token}")).await,
                None => return ids,
            }
        }
    }

    /// A request with a body of some media type.
    pub async fn body(
        &self,
        method: &str,
        path: &str,
        media_type: &str,
        body: impl Into<Vec<u8>>,
    ) -> Answer {
        let request = self.request(method, path);
        self.send(request.header("Content-Type", media_type).body(body.into()))
            .await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Answer {
        self.send(self.request("PUT", path).json(body)).await
    }

    pub async fn patch(&self, path: &str, seen: &str, body: &Value) -> Answer {
        self.send(
            self.request("PATCH", path)
                .header("If-Match", seen)
                .json(body),
        )
        .await
    }

    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request("DELETE", path)).await
    }

    pub async fn delete_seen(&self, path: &str, seen: &str) -> Answer {
        self.send(self.request("DELETE", path).header("If-Match", seen))
            .await
    }

    /// Uploads raw bytes of a picture.
    pub async fn upload(&self, user: &str, media_type: &'static str, bytes: Vec<u8>) -> Answer {
        self.send(
            self.request("POST", &format!("/v1/users/{user}/images"))
                .header("Content-Type", media_type)
                .body(bytes),
        )
        .await
    }
}
