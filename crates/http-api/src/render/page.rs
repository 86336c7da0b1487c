//! The envelope of every list.

use actix_web::body::BoxBody;
use actix_web::{HttpRequest, HttpResponse, Responder};
use application::Page;
use serde::Serialize;
use utoipa::ToSchema;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct PageView<T> {
    /// What is on the page.
    #[schema(max_items = 200)]
    pub items: Vec<T>,
    /// Send it as `page_token` to get the next page; absent on the last.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub next_page_token: Option<String>,
}

impl<T> PageView<T> {
    /// Shows a page.
    pub fn of<M, C>(
        page: Page<M, C>,
        view: impl Fn(M) -> T,
        seal: impl FnOnce(C) -> String,
    ) -> Self {
        Self {
            items: page.items.into_iter().map(view).collect(),
            next_page_token: page.next.map(seal),
        }
    }
}

impl<T: Serialize> Responder for PageView<T> {
    type Body = BoxBody;

    fn respond_to(self, _request: &HttpRequest) -> HttpResponse {
        HttpResponse::Ok().json(self)
    }
}
