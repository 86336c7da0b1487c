//! The people one works with: `/v1/people`.

use super::images::picture_url;
use super::users::place::{parse_place, place};
use crate::api::Api;
use crate::error::{ApiError, Code, parse_uuid};
use crate::extract::{Call, PageParameters, Paging, Pairs, Parameters};
use crate::render::PageView;
use crate::routes::{Endpoint, at};
use actix_web::web::Data;
use domain::accounts::Card;
use domain::accounts::images::Variant;
use domain::ids::SiteId;
use serde::Serialize;
use utoipa::{IntoParams, ToSchema};

pub(crate) mod paths {
    //! The operations, for the document.
    pub use super::*;
}

/// Which people to list.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListPeopleParameters {
    /// The site to work at; every site that the caller works at when nothing is said.
    #[param(required = false, nullable = false, value_type = Option<uuid::Uuid>)]
    pub site_id: Option<SiteId>,
    #[param(ignore)]
    page: PageParameters,
}

impl Parameters for ListPeopleParameters {
    fn read(pairs: &mut Pairs) -> Option<Self> {
        Some(Self {
            site_id: pairs.parsed("site_id", |raw| {
                parse_uuid(raw).map(SiteId::new).ok_or("is not a UUID")
            }),
            page: PageParameters::read(pairs)?,
        })
    }
}

/// What colleagues get to see of a person.
#[derive(Debug, Serialize, ToSchema)]
pub struct CardView {
    /// Names the person for good.
    #[schema(format = Uuid)]
    pub id: String,
    /// How others see the person.
    #[schema(example = "Ada Lovelace")]
    pub display_name: String,
    /// The photo that stands for the person.
    #[schema(required, format = Uuid)]
    pub avatar_image_id: Option<String>,
    /// Its picture of 256 pixels, for those who see the card.
    #[schema(required, format = "uri-reference")]
    pub avatar_url: Option<String>,
}

impl From<Card> for CardView {
    fn from(card: Card) -> Self {
        let picture = |image| picture_url(card.id, image, Variant::Medium);
        Self {
            id: card.id.to_string(),
            display_name: card.display_name.reveal().to_owned(),
            avatar_image_id: card.avatar.map(|image| image.to_string()),
            avatar_url: card.avatar.map(picture),
        }
    }
}

/// List the people one works with
///
/// The cards of active people, ordered by family name, given name, id. Members, and managers with sites, see those who
/// share a site with them, themselves among them; managers without sites and admins see everybody. A site of somebody
/// else's has nobody.
#[utoipa::path(get, path = "/v1/people", operation_id = "list_people", tag = "people",
    params(ListPeopleParameters, PageParameters),
    responses((status = 200, description = "One page of cards", body = PageView<CardView>)))]
pub async fn list_people(
    api: Data<Api>,
    call: Call<ListPeopleParameters>,
) -> Result<PageView<CardView>, ApiError> {
    let (asked, size) = (&call.query, call.query.page.page_size);
    let site = asked.site_id.map(|site| site.to_string());
    let words = [site.as_deref().unwrap_or_default()];
    let paging = Paging::new(&api.pages, "people", &words, call.caller());
    let after = paging.open(asked.page.page_token.as_deref(), parse_place)?;
    let list = &api.accounts.users.people;
    let page = list
        .run(&call.request(), asked.site_id, after, size)
        .await?;
    Ok(PageView::of(page, CardView::from, |cursor| {
        paging.seal(&place(&cursor))
    }))
}

/// The routes of this room, with every code that each can answer besides those of all.
pub(crate) fn endpoints() -> Vec<Endpoint> {
    let codes = [
        Code::Forbidden,
        Code::InvalidParameter,
        Code::PageTokenMismatch,
    ];
    vec![at("/v1/people").get(list_people, &[&codes])]
}
