//! The bytes of a picture, served so that a browser does nothing with them but show them.

use crate::api::Api;
use crate::error::{ApiError, Code};
use crate::extract::{Call, none_match};
use crate::openapi::parameters::{IfNoneMatchHeader, PersonPath, PhotoPath, RangeHeader};
use crate::render::{Requested, requested};
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header::{
    ACCEPT_RANGES, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_RANGE, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, ETAG, HeaderMap,
};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpResponse, HttpResponseBuilder};
use core::ops::Range;
use core::pin::Pin;
use core::task::{Context, Poll};
use domain::accounts::images::{Encoding, Rendition, Variant};
use domain::ids::ImageId;
use futures::Stream;

/// Read a picture
///
/// Its address never means other bytes: cache it for ever, privately.
#[utoipa::path(get, path = "/v1/users/{id}/images/{image_id}/{variant}", operation_id = "read_variant", tag = "images",
    params(PersonPath,
        PhotoPath,
        ("variant" = String, Path, description = "Pixels of the longer side, at most, or `full`", pattern = "^(64|256|1024|full)$"),
        IfNoneMatchHeader,
        RangeHeader),
    responses((status = 200, description = "The picture", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        (status = 206, description = "A part of it", content((Vec<u8> = "image/jpeg"), (Vec<u8> = "image/png"))),
        (status = 304, description = "The client has it")))]
pub async fn read_variant(api: Data<Api>, call: Call) -> Result<HttpResponse, ApiError> {
    let (user, image, variant) = (call.user()?, call.image()?, variant(&call)?);
    let reader = &api.accounts.images.read_variant;
    let rendition = reader
        .describe(&call.request(), user, image, variant)
        .await?;
    let etag = format!("\"{}\"", rendition.digest);
    let Some(range) = wanted(call.http().headers(), &etag, rendition.bytes)? else {
        return Ok(described(HttpResponse::NotModified(), &etag).finish());
    };
    let read = reader.run(user, image, rendition, range.clone()).await?;
    Ok(rendered(
        image,
        &read.rendition,
        &etag,
        range,
        Box::pin(read.read.body),
    ))
}

/// Which bytes to send (`Some(None)` is all of them); `None` when the client has the picture.
#[allow(clippy::option_option, reason = "nothing, everything or a part")]
fn wanted(
    headers: &HeaderMap,
    etag: &str,
    size: u64,
) -> Result<Option<Option<Range<u64>>>, ApiError> {
    if none_match(headers, etag) {
        return Ok(None);
    }
    match requested(headers, etag, size) {
        Requested::Whole => Ok(Some(None)),
        Requested::Part(range) => Ok(Some(Some(range))),
        Requested::Unsatisfiable => Err(ApiError::new(
            Code::RangeNotSatisfiable,
            "the range lies beyond the end",
        )
        .of_size(size)),
    }
}

fn variant(call: &Call) -> Result<Variant, ApiError> {
    Variant::parse(call.segment("variant")).ok_or_else(|| {
        ApiError::parameter(
            "variant",
            "unknown_value",
            "must be one of 64, 256, 1024, full",
        )
    })
}

fn described(mut response: HttpResponseBuilder, etag: &str) -> HttpResponseBuilder {
    response.insert_header((ETAG, etag.to_owned()));
    response.insert_header((CACHE_CONTROL, "private, max-age=31536000, immutable"));
    response
}

fn rendered(
    image: ImageId,
    rendition: &Rendition,
    etag: &str,
    range: Option<Range<u64>>,
    bytes: Picture,
) -> HttpResponse {
    let extension = match rendition.encoding {
        Encoding::Jpeg => "jpg",
        Encoding::Png => "png",
    };
    let name = format!(
        "inline; filename=\"{image}-{}.{extension}\"",
        rendition.variant.name()
    );
    let mut response = described(
        if range.is_some() {
            HttpResponse::PartialContent()
        } else {
            HttpResponse::Ok()
        },
        etag,
    );
    response.insert_header((CONTENT_TYPE, rendition.encoding.media_type()));
    response.insert_header((CONTENT_DISPOSITION, name));
    response.insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
    response.insert_header((ACCEPT_RANGES, "bytes"));
    let size = match range {
        None => rendition.bytes,
        Some(Range { start, end }) => {
            response.insert_header((
                CONTENT_RANGE,
                format!(
                    "bytes {start}-{}/{}",
                    end.saturating_sub(1),
                    rendition.bytes
                ),
            ));
            end - start
        }
    };
    response.body(Measured { size, bytes })
}

type Failure = Box<dyn std::error::Error + Send + Sync>;
type Picture = Pin<Box<dyn Stream<Item = Result<Bytes, Failure>>>>;

/// A body of a known length. A failure half way breaks the connection off, so that nobody takes a part for the whole.
struct Measured {
    size: u64,
    bytes: Picture,
}

impl MessageBody for Measured {
    type Error = Box<dyn std::error::Error>;

    fn size(&self) -> BodySize {
        BodySize::Sized(self.size)
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        self.bytes
            .as_mut()
            .poll_next(context)
            .map(|piece| piece.map(|piece| piece.map_err(broken_off)))
    }
}

fn broken_off(source: Failure) -> Box<dyn std::error::Error> {
    tracing::error!(
        error = &*source as &(dyn std::error::Error + 'static),
        "an answer was broken off"
    );
    source
}
