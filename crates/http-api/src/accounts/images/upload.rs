//! Receives a photo, as a form or as bare bytes, and hands it on piece by piece without keeping it.

use super::view::{AddedImageView, path};
use crate::api::Api;
use crate::error::{ApiError, Code, FieldError};
use crate::extract::{BodyFault, Call, Pairs, Parameters, media_type};
use crate::openapi::parameters::{KeyHeader, PersonPath};
use crate::render::Created;
use crate::settings::Limits;
use actix_multipart::{Field, Multipart, MultipartError};
use actix_web::dev::Payload as Bare;
use actix_web::error::PayloadError;
use actix_web::web::{Data, Payload};
use actix_web::{FromRequest, HttpRequest};
use application::accounts::{Upload, UploadPart};
use domain::Version;
use futures::{StreamExt, stream};
use jiff::Timestamp;
use tokio::sync::mpsc::{Sender, channel};
use tokio::sync::oneshot;
use utoipa::{IntoParams, ToSchema};

/// What bare bytes say besides.
#[derive(IntoParams)]
#[into_params(parameter_in = Query)]
pub struct UploadParameters {
    /// When the picture was taken.
    #[param(required = false, nullable = false, value_type = Option<String>, format = DateTime)]
    pub taken_at: Option<Timestamp>,
}

impl Parameters for UploadParameters {
    fn read(pairs: &mut Pairs) -> Option<Self> {
        Some(Self {
            taken_at: pairs.parsed("taken_at", |raw| {
                raw.parse::<Timestamp>()
                    .map_err(|_malformed| "is not an instant of RFC 3339")
            }),
        })
    }
}

/// The form of an upload.
#[derive(ToSchema)]
#[allow(dead_code, reason = "for the document; forms are read piece by piece")]
pub struct UploadForm {
    /// The picture: JPEG, PNG or WebP, at most 10 MiB.
    #[schema(value_type = String, format = Binary)]
    image: Vec<u8>,
    /// When it was taken.
    #[schema(value_type = String, required = false, format = DateTime)]
    taken_at: Option<String>,
}

/// Add a photo
///
/// Uploaded bytes are never served: the picture is decoded, turned upright and encoded anew, without any metadata. The first
/// becomes the avatar. The same bytes again answer 200 and the photo that is there.
#[utoipa::path(post, path = "/v1/users/{id}/images", operation_id = "add_image", tag = "images",
    params(PersonPath, UploadParameters,
        KeyHeader),
    request_body(content((UploadForm = "multipart/form-data"), (Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"), (Vec<u8> = "image/webp"))),
    responses((status = 201, description = "The photo", body = AddedImageView, headers(("Location" = String, description = "Where the photo is"), ("ETag" = String, description = "A photo never changes"))),
        (status = 200, description = "The person has a photo of the same bytes", body = AddedImageView)))]
pub async fn add_image(
    api: Data<Api>,
    call: Call<UploadParameters>,
    payload: Payload,
) -> Result<Created<AddedImageView>, ApiError> {
    let request = call.keyed_before_body()?;
    let upload = upload(call.http(), payload, call.query.taken_at).await?;
    let added = api
        .accounts
        .images
        .add
        .run(&request, call.user()?, upload)
        .await?;
    let deduplicated = added.as_ref().into_inner().deduplicated;
    Ok(Created::committed(
        added,
        |added| (path(&added.image), Version::FIRST),
        AddedImageView::from,
    )
    .already_there(deduplicated))
}

type Part = Result<UploadPart, BodyFault>;

/// The upload as a stream that can go to other threads. Nothing is read before somebody asks for it.
async fn upload(
    request: &HttpRequest,
    payload: Payload,
    taken_at: Option<Timestamp>,
) -> Result<Upload, ApiError> {
    let limit = Limits::of(request).body_bytes;
    let kind = media_type(request).unwrap_or_default();
    let (sender, receiver) = channel::<Part>(1);
    let (start, started) = oneshot::channel::<()>();
    if kind == "multipart/form-data" {
        let form = Multipart::from_request(
            request,
            &mut Bare::Stream {
                payload: Box::pin(payload),
            },
        )
        .await;
        let form = form.map_err(|source| {
            ApiError::new(
                Code::UnsupportedMediaType,
                "the form's content type has no boundary",
            )
            .caused_by(source.to_string())
        })?;
        actix_web::rt::spawn(async move {
            if started.await.is_ok() {
                pump_form(form, limit, sender).await
            }
        });
    } else if kind.starts_with("image/") {
        actix_web::rt::spawn(async move {
            if started.await.is_ok() {
                pump_bytes(payload, limit, sender).await
            }
        });
    } else {
        return Err(ApiError::new(
            Code::UnsupportedMediaType,
            "send multipart/form-data, or the bytes as image/jpeg, image/png or image/webp",
        ));
    }
    let pieces = stream::unfold(
        (Some(start), receiver),
        |(start, mut receiver)| async move {
            start.map(|start| start.send(()));
            Some((receiver.recv().await?, (None, receiver)))
        },
    );
    let beside = stream::iter(taken_at.map(|at| Ok(UploadPart::TakenAt(at))));
    Ok(beside
        .chain(pieces.map(|piece| piece.map_err(Into::into)))
        .boxed())
}

async fn pump_bytes(mut payload: Payload, limit: u64, sender: Sender<Part>) {
    while let Some(piece) = payload.next().await {
        let piece = piece
            .map(UploadPart::Bytes)
            .map_err(|error| BodyFault::from_payload(error, limit));
        let is_last = piece.is_err();
        if sender.send(piece).await.is_err() || is_last {
            return;
        }
    }
}

async fn pump_form(form: Multipart, limit: u64, sender: Sender<Part>) {
    if let Err(fault) = read_form(form, limit, &sender).await {
        let _ = sender.send(Err(fault)).await;
    }
}

async fn read_form(
    mut form: Multipart,
    limit: u64,
    sender: &Sender<Part>,
) -> Result<(), BodyFault> {
    let mut images = 0;
    while let Some(field) = form.next().await {
        let field = field.map_err(|error| of_form(error, limit))?;
        match field.name().unwrap_or_default() {
            "image" if images == 0 => {
                images += 1;
                read_image(field, limit, sender).await?;
            }
            "taken_at" => {
                let at = read_instant(field, limit).await?;
                let _ = sender.send(Ok(UploadPart::TakenAt(at))).await;
            }
            name => return Err(BodyFault::Refused(unknown(name))),
        }
    }
    if images == 0 {
        Err(BodyFault::Refused(field_fault(
            "/image",
            "required",
            "is required",
        )))
    } else {
        Ok(())
    }
}

async fn read_image(mut field: Field, limit: u64, sender: &Sender<Part>) -> Result<(), BodyFault> {
    while let Some(piece) = field.next().await {
        let piece = piece.map_err(|error| of_form(error, limit))?;
        // Nobody listens any more: what is left of the form need not be read.
        let gone = |_unsent| BodyFault::Interrupted(PayloadError::Incomplete(None));
        sender
            .send(Ok(UploadPart::Bytes(piece)))
            .await
            .map_err(gone)?;
    }
    Ok(())
}

async fn read_instant(mut field: Field, limit: u64) -> Result<Timestamp, BodyFault> {
    let malformed = || {
        BodyFault::Refused(field_fault(
            "/taken_at",
            "malformed",
            "is not an instant of RFC 3339",
        ))
    };
    let mut text = Vec::new();
    while let Some(piece) = field.next().await {
        text.extend_from_slice(&piece.map_err(|error| of_form(error, limit))?);
        if text.len() > 64 {
            return Err(malformed());
        }
    }
    std::str::from_utf8(&text)
        .ok()
        .and_then(|text| text.trim().parse().ok())
        .ok_or_else(malformed)
}

fn field_fault(pointer: &str, code: &str, message: &str) -> ApiError {
    ApiError::new(Code::ValidationFailed, format!("{pointer} {message}"))
        .with_errors(vec![FieldError::at(pointer, code, message)])
}

fn unknown(name: &str) -> ApiError {
    let name: String = name.chars().take(100).collect();
    let pointer = format!("/{}", name.replace('~', "~0").replace('/', "~1"));
    let fault = FieldError::at(
        &pointer,
        Code::UnknownField.name(),
        "does not exist, or stands there twice",
    );
    ApiError::new(
        Code::UnknownField,
        format!("{pointer} does not exist, or stands there twice"),
    )
    .with_errors(vec![fault])
}

fn of_form(error: MultipartError, limit: u64) -> BodyFault {
    match error {
        MultipartError::Payload(payload) => BodyFault::from_payload(payload, limit),
        MultipartError::BoundaryMissing
        | MultipartError::ContentTypeMissing
        | MultipartError::ContentTypeParse
        | MultipartError::ContentTypeIncompatible => BodyFault::Refused(ApiError::new(
            Code::UnsupportedMediaType,
            "the content type of a form names its boundary",
        )),
        other => BodyFault::Refused(
            ApiError::new(Code::ValidationFailed, "the form is broken")
                .caused_by(other.to_string()),
        ),
    }
}
