//! The directory: filtered, ordered, in pages.

use super::place::{parse_place, place};
use super::texts::SearchText;
use super::view::{RoleName, StatusName, UserView};
use crate::api::Api;
use crate::error::{ApiError, parse_uuid};
use crate::extract::{Call, PageParameters, Paging, Pairs, Parameters};
use crate::render::PageView;
use actix_web::web::Data;
use application::{Caller, PageTokens};
use domain::accounts::{Role, SearchTerm, Status, UserFilter};
use domain::ids::SiteId;
use utoipa::IntoParams;

/// Which people to list; conditions combine.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListUsersParameters {
    /// A piece of the display name or email, in any casing.
    #[param(required = false, nullable = false, inline, value_type = SearchText)]
    pub query: Option<SearchTerm>,
    /// The role to have.
    #[param(required = false, value_type = Option<RoleName>)]
    pub role: Option<Role>,
    /// The status to have; everybody who is not deleted when nothing is said.
    #[param(required = false, value_type = Option<StatusName>)]
    pub status: Option<Status>,
    /// The site to work at.
    #[param(required = false, nullable = false, value_type = Option<uuid::Uuid>)]
    pub site_id: Option<SiteId>,
    #[param(ignore)]
    page: PageParameters,
}

impl Parameters for ListUsersParameters {
    fn read(pairs: &mut Pairs) -> Option<Self> {
        Some(Self {
            query: pairs.parsed("query", SearchTerm::parse),
            role: pairs.word("role", "member, manager, admin", Role::parse),
            status: pairs.word("status", "active, suspended, deleted", Status::parse),
            site_id: pairs.parsed("site_id", |raw| {
                parse_uuid(raw).map(SiteId::new).ok_or("is not a UUID")
            }),
            page: PageParameters::read(pairs)?,
        })
    }
}

impl ListUsersParameters {
    fn filter(&self) -> UserFilter {
        UserFilter {
            term: self.query.clone(),
            role: self.role,
            status: self.status,
            site: self.site_id,
            within: None,
        }
    }

    /// Page tokens are bound to the filters and the caller.
    fn paging<'a>(&self, tokens: &'a PageTokens, caller: &Caller) -> Paging<'a> {
        let words = self.words();
        Paging::new(
            tokens,
            "users",
            &words.each_ref().map(String::as_str),
            caller,
        )
    }

    fn words(&self) -> [String; 4] {
        let term = self
            .query
            .as_ref()
            .map(|term| term.folded().to_owned())
            .unwrap_or_default();
        let site = self
            .site_id
            .map(|site| site.to_string())
            .unwrap_or_default();
        [
            term,
            self.role.map_or("", Role::name).to_owned(),
            self.status.map_or("", Status::name).to_owned(),
            site,
        ]
    }
}

/// List people
///
/// Ordered by family name, given name, id. For managers (those who work at their sites) and admins.
#[utoipa::path(get, path = "/v1/users", operation_id = "list_users", tag = "users", params(ListUsersParameters, PageParameters),
    responses((status = 200, description = "One page of the directory", body = PageView<UserView>)))]
pub async fn list_users(
    api: Data<Api>,
    call: Call<ListUsersParameters>,
) -> Result<PageView<UserView>, ApiError> {
    let (asked, size) = (&call.query, call.query.page.page_size);
    let paging = asked.paging(&api.pages, call.caller());
    let after = paging.open(asked.page.page_token.as_deref(), parse_place)?;
    let list = &api.accounts.users.list;
    let page = list
        .run(&call.request(), asked.filter(), after, size)
        .await?;
    Ok(PageView::of(
        page,
        |user| UserView::from(&user),
        |cursor| paging.seal(&place(&cursor)),
    ))
}
