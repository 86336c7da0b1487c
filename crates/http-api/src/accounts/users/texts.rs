//! The rules of texts as the document states them. The domain's parsers decide; these are their shadows.

use utoipa::openapi::{KnownFormat, ObjectBuilder, RefOr, Schema, SchemaFormat, Type};
use utoipa::{PartialSchema, ToSchema};

/// Characters that no text may have: control characters and bidirectional overrides; line feed and tab are left out here.
macro_rules! forbidden {
    () => {
        "\\x00-\\x08\\x0B-\\x1F\\x7F-\\x9F\\u202A-\\u202E\\u2066-\\u2069"
    };
}
/// Anything allowed in a line, with at least one character that is no white space.
const LINE: &str = concat!(
    "^[^\\t\\n",
    forbidden!(),
    "]*[^\\s",
    forbidden!(),
    "][^\\t\\n",
    forbidden!(),
    "]*$"
);
/// The same over several lines.
const LINES: &str = concat!(
    "^[^",
    forbidden!(),
    "]*[^\\s",
    forbidden!(),
    "][^",
    forbidden!(),
    "]*$"
);
/// At least three digits among what notations of telephone numbers have.
const PHONE: &str = "^[ +\\-().,/x#*]*([0-9][ +\\-().,/x#*]*){3,}$";

macro_rules! texts {
    ($($(#[doc = $doc:literal])* $name:ident: $min:literal to $max:literal, $pattern:expr;)+) => {
        $($(#[doc = $doc])*
        pub struct $name;

        impl PartialSchema for $name {
            fn schema() -> RefOr<Schema> {
                let description = concat!($($doc),*).trim();
                let text = ObjectBuilder::new().schema_type(Type::String).min_length(Some($min)).max_length(Some($max)).pattern($pattern);
                text.description(Some(description)).into()
            }
        }

        impl ToSchema for $name {})+
    };
}

texts! {
    /// A name.
    NameText: 1 to 100, Some(LINE);
    /// A telephone number in any notation, with at least 3 digits.
    PhoneText: 3 to 32, Some(PHONE);
    /// A postal address, in as many lines as it takes.
    AddressText: 1 to 500, Some(LINES);
    /// The `sub` under which an outside identity provider knows a person.
    SubjectText: 1 to 255, Some(LINE);
    /// A piece of a name or of an email.
    SearchText: 2 to 100, Some(LINE);
}

/// An email address.
pub struct EmailText;

impl PartialSchema for EmailText {
    fn schema() -> RefOr<Schema> {
        let text = ObjectBuilder::new()
            .schema_type(Type::String)
            .format(Some(SchemaFormat::KnownFormat(KnownFormat::Email)));
        text.min_length(Some(3))
            .max_length(Some(254))
            .description(Some("An email address."))
            .into()
    }
}

impl ToSchema for EmailText {}
