//! Many people at once: all or nothing, or a verdict for each.

use super::body::RegisterUserBody;
use crate::api::Api;
use crate::error::accounts::taken;
use crate::error::{ApiError, Faults, Problem};
use crate::extract::{Body, Call, Json, Object, Pairs, Parameters, shape_faults};
use crate::openapi::parameters::KeyHeader;
use crate::render::REPLAYED;
use actix_web::HttpResponse;
use actix_web::web::Data;
use application::Committed;
use application::accounts::{Added, BatchMode, RegisterUsers};
use domain::accounts::NewUser;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use validator::Validate;

/// People to enter.
#[derive(Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RegisterUsersBody {
    /// The people, at most 1,000.
    #[schema(value_type = Vec<RegisterUserBody>, min_items = 1, max_items = 1000)]
    pub items: Vec<Object<RegisterUserBody>>,
}

/// Each row, or its faults.
pub(super) type Rows = Vec<Result<NewUser, Faults>>;

impl Body for RegisterUsersBody {
    type Parsed = Rows;

    const SIZE_FACTOR: u64 = 4;

    fn parse(self, faults: &mut Faults) -> Option<Rows> {
        match self.items.len() {
            0 => faults.add("/items", "empty", "must not be empty"),
            1..=RegisterUsers::MAX => {}
            _ => faults.add(
                "/items",
                "too_long",
                format_args!("must have at most {} items", RegisterUsers::MAX),
            ),
        }
        Some(
            self.items
                .into_iter()
                .enumerate()
                .map(|(index, row)| parsed(index, row.0))
                .collect(),
        )
    }
}

fn parsed(index: usize, row: RegisterUserBody) -> Result<NewUser, Faults> {
    let mut faults = Faults::below(format!("/items/{index}"));
    shape_faults(&row, &mut faults);
    match row.parse(&mut faults) {
        Some(new) if faults.is_empty() => Ok(new),
        Some(_) | None => Err(faults),
    }
}

/// Whether one refused row refuses the whole batch.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct BatchParameters {
    /// `atomic` (all or nothing) or `partial` (every row for itself).
    #[param(required = false, value_type = String, default = "atomic", pattern = "^(atomic|partial)$")]
    pub mode: BatchMode,
}

impl Parameters for BatchParameters {
    fn read(pairs: &mut Pairs) -> Option<Self> {
        let mode = pairs.word("mode", "atomic, partial", |raw| match raw {
            "atomic" => Some(BatchMode::Atomic),
            "partial" => Some(BatchMode::Partial),
            _ => None,
        });
        Some(Self {
            mode: mode.unwrap_or(BatchMode::Atomic),
        })
    }
}

/// What became of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub struct BatchView {
    /// A verdict for each row, in their order.
    pub items: Vec<VerdictView>,
}

/// What became of one row.
#[derive(Debug, Serialize, ToSchema)]
pub struct VerdictView {
    /// The row, from 0.
    pub index: usize,
    /// `applied`, `unchanged` or `refused`.
    #[schema(pattern = "^(applied|unchanged|refused)$")]
    pub status: &'static str,
    /// The person who was entered.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Uuid)]
    pub id: Option<String>,
    /// Why the row was refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Problem, required = false)]
    pub problem: Option<Box<Problem>>,
}

impl VerdictView {
    fn of(index: usize, added: Added) -> Self {
        match added {
            Added::Applied(id) => Self {
                index,
                status: "applied",
                id: Some(id.to_string()),
                problem: None,
            },
            Added::Refused(refusal) => {
                Self::refused(index, &taken(refusal, &format!("/items/{index}")))
            }
        }
    }

    fn refused(index: usize, error: &ApiError) -> Self {
        Self {
            index,
            status: "refused",
            id: None,
            problem: Some(Box::new(error.problem(None))),
        }
    }
}

/// Enter many people
///
/// Up to 1,000 rows in one transaction.
#[utoipa::path(post, path = "/v1/users/batch", operation_id = "register_users", tag = "users", request_body = RegisterUsersBody,
    params(BatchParameters, KeyHeader),
    responses((status = 200, description = "A verdict for each row", body = BatchView)))]
pub async fn register_users(
    api: Data<Api>,
    call: Call<BatchParameters>,
    body: Json<RegisterUsersBody>,
) -> Result<HttpResponse, ApiError> {
    let request = call.keyed(body.digest())?;
    let (good, refused) = sorted(body.parse()?, call.query.mode)?;
    let (places, people): (Vec<usize>, Vec<NewUser>) = good.into_iter().unzip();
    let added = api
        .accounts
        .users
        .register_many
        .run(&request, people, call.query.mode)
        .await
        .map_err(|error| located(error, &places))?;
    Ok(rendered(&added, &places, refused))
}

/// The rows that can be tried with their places, and the verdicts on the others; an atomic batch has no others.
#[allow(clippy::type_complexity, reason = "two lists, taken apart at once")]
fn sorted(
    rows: Rows,
    mode: BatchMode,
) -> Result<(Vec<(usize, NewUser)>, Vec<VerdictView>), ApiError> {
    let (mut good, mut refused, mut all) = (Vec::new(), Vec::new(), Faults::default());
    for (index, row) in rows.into_iter().enumerate() {
        match (row, mode) {
            (Ok(new), _) => good.push((index, new)),
            (Err(faults), BatchMode::Partial) => {
                refused.push(VerdictView::refused(index, &faults.into_error()))
            }
            (Err(faults), BatchMode::Atomic) => all.extend(faults.into_found()),
        }
    }
    all.verdict(Some((good, refused)))
}

/// The use case counts the rows it was given; the client counts those it sent. They differ in partial batches only, which
/// are never refused as a whole.
fn located(error: application::accounts::RegisterUsersError, places: &[usize]) -> ApiError {
    use application::accounts::RegisterUsersError::Refused;
    match error {
        Refused(rows) => Refused(
            rows.into_iter()
                .map(|(row, why)| (places.get(row).copied().unwrap_or(row), why))
                .collect(),
        )
        .into(),
        other => other.into(),
    }
}

fn rendered(
    added: &Committed<Vec<Added>>,
    places: &[usize],
    refused: Vec<VerdictView>,
) -> HttpResponse {
    let mut items = refused;
    items.extend(
        places
            .iter()
            .zip(added.as_ref().into_inner())
            .map(|(index, added)| VerdictView::of(*index, *added)),
    );
    items.sort_by_key(|verdict| verdict.index);
    let mut response = HttpResponse::Ok();
    if added.is_replayed() {
        response.insert_header(REPLAYED);
    }
    response.json(BatchView { items })
}
