//! The catalogue of everything that can go wrong for a client, in one table, so that no code changes by accident.

use actix_web::http::StatusCode;

/// What became of the change that a failed request asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Nothing was changed.
    NotApplied,
    /// Nobody knows; the same `Idempotency-Key` resolves it.
    Unknown,
}

impl Outcome {
    /// The word that stands in answers.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotApplied => "not_applied",
            Self::Unknown => "unknown",
        }
    }
}

macro_rules! codes {
    ($($variant:ident => $name:literal, $status:ident, $retryable:literal, $outcome:ident, $title:literal, $advice:literal;)+) => {
        /// A stable name for one way to fail.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code { $(#[doc = $title] $variant,)+ }

        impl Code {
            /// Every code, in the order of the catalogue.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name that stands in answers.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The status it is answered with.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self { $(Self::$variant => StatusCode::$status,)+ }
            }

            /// Whether the very same request may succeed later.
            #[must_use]
            pub const fn retryable(self) -> bool {
                match self { $(Self::$variant => $retryable,)+ }
            }

            /// What became of the change asked for.
            #[must_use]
            pub const fn outcome(self) -> Outcome {
                match self { $(Self::$variant => Outcome::$outcome,)+ }
            }

            /// What went wrong, in one line.
            #[must_use]
            pub const fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// What the client should do.
            #[must_use]
            pub const fn advice(self) -> &'static str {
                match self { $(Self::$variant => $advice,)+ }
            }

            /// Where `type` points.
            #[must_use]
            pub const fn path(self) -> &'static str {
                match self { $(Self::$variant => concat!("/v1/errors/", $name),)+ }
            }
        }
    };
}

codes! {
    MalformedRequest => "malformed_request", BAD_REQUEST, false, NotApplied, "The request is not HTTP", "Send a request that follows the rules of HTTP/1.1.";
    MalformedJson => "malformed_json", BAD_REQUEST, false, NotApplied, "The body is not JSON", "Send one well-formed JSON value in UTF-8 in which no object names a member twice.";
    UnknownField => "unknown_field", BAD_REQUEST, false, NotApplied, "The body has a field that does not exist", "Remove the field at the pointer or correct its name.";
    UnknownParameter => "unknown_parameter", BAD_REQUEST, false, NotApplied, "The query has a parameter that does not exist", "Remove the parameter or correct its name.";
    InvalidParameter => "invalid_parameter", BAD_REQUEST, false, NotApplied, "A path, query or header parameter is not valid", "Correct the parameters named in `errors`.";
    PageTokenMismatch => "page_token_mismatch", BAD_REQUEST, false, NotApplied, "The page token belongs to another list", "Repeat the filters of the first page, or start again without `page_token`.";
    IdempotencyKeyInvalid => "idempotency_key_invalid", BAD_REQUEST, false, NotApplied, "The Idempotency-Key is not valid", "Send one header with 1 to 255 visible ASCII characters, best a UUID.";
    Unauthenticated => "unauthenticated", UNAUTHORIZED, false, NotApplied, "Nobody is signed in", "Sign in and send `Authorization: Bearer` with the access token.";
    TokenExpired => "token_expired", UNAUTHORIZED, false, NotApplied, "The access token has expired", "Sign in again and repeat the request with the new token.";
    InvalidCredentials => "invalid_credentials", UNAUTHORIZED, false, NotApplied, "Email and password do not go together", "Ask the person for email and password again.";
    RefreshTokenInvalid => "refresh_token_invalid", UNAUTHORIZED, false, NotApplied, "The refresh token is not valid", "Sign in again: the token is unknown, replaced or expired, or its device was signed out.";
    Forbidden => "forbidden", FORBIDDEN, false, NotApplied, "The caller may not do this", "Ask somebody with the role, or use a key with the scope, named in `detail`.";
    UserUnknown => "user_unknown", FORBIDDEN, false, NotApplied, "The signed-in person is not in the directory", "Ask a manager to add the person.";
    NotFound => "not_found", NOT_FOUND, false, NotApplied, "There is no such thing", "Check the address; what exists may also be invisible to the caller.";
    MethodNotAllowed => "method_not_allowed", METHOD_NOT_ALLOWED, false, NotApplied, "The method does not exist here", "Use one of the methods in the `Allow` header.";
    RequestTimeout => "request_timeout", REQUEST_TIMEOUT, true, NotApplied, "The request arrived too slowly", "Send the body faster, or over a better connection.";
    EmailTaken => "email_taken", CONFLICT, false, NotApplied, "Somebody else has this email", "Choose another address, or find the person who has it.";
    ExternalSubjectTaken => "external_subject_taken", CONFLICT, false, NotApplied, "Somebody else has this external subject", "Choose another subject, or find the person who has it.";
    UserDeleted => "user_deleted", CONFLICT, false, NotApplied, "The person is deleted", "Restore the person first.";
    UserErased => "user_erased", CONFLICT, false, NotApplied, "The person is erased", "Enter the person anew: what was erased cannot be brought back.";
    LastAdmin => "last_admin", CONFLICT, false, NotApplied, "The last active admin must stay one", "Make somebody else an admin first.";
    ConcurrentChange => "concurrent_change", CONFLICT, true, NotApplied, "Others kept changing the same thing", "Repeat the request.";
    AlreadySetUp => "already_set_up", CONFLICT, false, NotApplied, "The installation is set up already", "Sign in, or ask an admin for an invitation.";
    IdempotencyKeyInFlight => "idempotency_key_in_flight", CONFLICT, true, NotApplied, "A request with this Idempotency-Key is being carried out", "Repeat the request a little later under the same key.";
    ImageUploadInFlight => "image_upload_in_flight", CONFLICT, true, NotApplied, "The same picture is being uploaded for this person", "Repeat the request a little later.";
    ImageUploadExpired => "image_upload_expired", CONFLICT, true, NotApplied, "The upload took too long", "Upload the picture again.";
    ImageQuotaExceeded => "image_quota_exceeded", CONFLICT, false, NotApplied, "The person's pictures take all the room they may", "Delete pictures of this person first.";
    VersionMismatch => "version_mismatch", PRECONDITION_FAILED, false, NotApplied, "Somebody else changed it meanwhile", "Read it again, repeat the change on it and send the new ETag as `If-Match`.";
    BodyTooLarge => "body_too_large", PAYLOAD_TOO_LARGE, false, NotApplied, "The body is too large", "Send less than the limit named in `detail`.";
    UnsupportedMediaType => "unsupported_media_type", UNSUPPORTED_MEDIA_TYPE, false, NotApplied, "The content type is not supported here", "Send one of the content types named in `detail`.";
    RangeNotSatisfiable => "range_not_satisfiable", RANGE_NOT_SATISFIABLE, false, NotApplied, "The range lies beyond the end", "Ask for a range within the size in `Content-Range`.";
    ValidationFailed => "validation_failed", UNPROCESSABLE_ENTITY, false, NotApplied, "The body breaks rules", "Correct everything named in `errors`.";
    InvalidCharacter => "invalid_character", UNPROCESSABLE_ENTITY, false, NotApplied, "A text has a character that is not allowed", "Remove control and bidirectional override characters from the fields named in `errors`.";
    IdempotencyKeyReused => "idempotency_key_reused", UNPROCESSABLE_ENTITY, false, NotApplied, "The Idempotency-Key was used for another request", "Use a new key for every new request.";
    InvitationInvalid => "invitation_invalid", UNPROCESSABLE_ENTITY, false, NotApplied, "The invitation cannot be used", "Ask for a new invitation: it is unknown, used, replaced or expired.";
    ImageTooLarge => "image_too_large", UNPROCESSABLE_ENTITY, false, NotApplied, "The picture has too many pixels", "Send at most 40 megapixels and 8192 pixels a side.";
    ImageUnsupported => "image_unsupported", UNPROCESSABLE_ENTITY, false, NotApplied, "The file is no picture of a supported kind", "Send a JPEG, PNG or WebP file.";
    ImageCorrupt => "image_corrupt", UNPROCESSABLE_ENTITY, false, NotApplied, "The picture cannot be read", "Send the file again, or another one.";
    PreconditionRequired => "precondition_required", PRECONDITION_REQUIRED, false, NotApplied, "The change needs an If-Match header", "Read it first and send its ETag as `If-Match`.";
    RateLimited => "rate_limited", TOO_MANY_REQUESTS, true, NotApplied, "Too many requests", "Wait as long as `Retry-After` says.";
    HeadersTooLarge => "headers_too_large", REQUEST_HEADER_FIELDS_TOO_LARGE, false, NotApplied, "The headers are too large", "Send at most 64 headers and 16 KiB of them.";
    Internal => "internal", INTERNAL_SERVER_ERROR, false, NotApplied, "Something is broken on our side", "Report it with the `request_id`.";
    DatabaseUnavailable => "database_unavailable", SERVICE_UNAVAILABLE, true, NotApplied, "The database cannot be reached", "Repeat the request after `Retry-After`.";
    StorageUnavailable => "storage_unavailable", SERVICE_UNAVAILABLE, true, NotApplied, "The object store cannot be reached", "Repeat the request after `Retry-After`.";
    Overloaded => "overloaded", SERVICE_UNAVAILABLE, true, NotApplied, "There is no capacity for this right now", "Repeat the request after `Retry-After`.";
    AuthKeysUnavailable => "auth_keys_unavailable", SERVICE_UNAVAILABLE, true, NotApplied, "The issuer's keys cannot be had", "Repeat the request after `Retry-After`; keep the token.";
    OutcomeUnknown => "outcome_unknown", SERVICE_UNAVAILABLE, true, Unknown, "Nobody knows whether the change was applied", "Repeat the request under the same Idempotency-Key; without one, read before you repeat.";
    DeadlineExceeded => "deadline_exceeded", GATEWAY_TIMEOUT, true, Unknown, "The answer took too long", "Repeat the request, a change under the same Idempotency-Key.";
}

impl Code {
    /// Reads a name back; `None` for one that is not in the catalogue.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.name() == name)
    }

    /// Seconds after which trying again makes sense, for the codes that say so.
    #[must_use]
    pub const fn retry_after(self) -> Option<u64> {
        match self.status() {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => Some(1),
            _ => None,
        }
    }
}
