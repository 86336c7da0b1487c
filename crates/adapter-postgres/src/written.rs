//! A statement written by hand with its values, prepared once a connection: what diesel's own builder
//! cannot say (`unnest`, `ON CONFLICT` over several indexes, `SKIP LOCKED` within an UPDATE). diesel never
//! prepares its `sql_query`.

use core::marker::PhantomData;
use diesel::data_types::PgTimestamp;
use diesel::pg::Pg;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::QueryResult;
use diesel::sql_types::{
    Array, BigInt, Binary, Integer, Nullable, Text, Timestamptz, Uuid as SqlUuid,
};
use uuid::Uuid;

/// A statement whose rows have the type `S`.
pub struct Written<S = ()> {
    parts: Vec<Part>,
    rows: PhantomData<S>,
}

enum Part {
    Sql(&'static str),
    Int(i32),
    Long(i64),
    Text(String),
    MaybeText(Option<String>),
    Id(Uuid),
    MaybeId(Option<Uuid>),
    Instant(PgTimestamp),
    Ids(Vec<Uuid>),
    MaybeIds(Vec<Option<Uuid>>),
    Texts(Vec<String>),
    MaybeTexts(Vec<Option<String>>),
    Longs(Vec<i64>),
    MaybeLongs(Vec<Option<i64>>),
    Instants(Vec<PgTimestamp>),
    Bytes(Vec<Vec<u8>>),
}

/// One method a type of value: `.text("…")` stands for `$n` in the statement.
macro_rules! values {
    ($($method:ident($type:ty) => $part:ident),+ $(,)?) => {
        $(
            #[doc = concat!("A value: ", stringify!($type), ".")]
            pub fn $method(mut self, value: impl Into<$type>) -> Self {
                self.parts.push(Part::$part(value.into()));
                self
            }
        )+
    };
}

impl<S> Written<S> {
    /// The statement begins with this text.
    pub fn begin(sql: &'static str) -> Self {
        Self {
            parts: vec![Part::Sql(sql)],
            rows: PhantomData,
        }
    }

    /// The statement goes on with this text.
    pub fn sql(mut self, sql: &'static str) -> Self {
        self.parts.push(Part::Sql(sql));
        self
    }

    values! {
        int(i32) => Int,
        long(i64) => Long,
        text(String) => Text,
        maybe_text(Option<String>) => MaybeText,
        id(Uuid) => Id,
        maybe_id(Option<Uuid>) => MaybeId,
        instant(PgTimestamp) => Instant,
        ids(Vec<Uuid>) => Ids,
        maybe_ids(Vec<Option<Uuid>>) => MaybeIds,
        texts(Vec<String>) => Texts,
        maybe_texts(Vec<Option<String>>) => MaybeTexts,
        longs(Vec<i64>) => Longs,
        maybe_longs(Vec<Option<i64>>) => MaybeLongs,
        instants(Vec<PgTimestamp>) => Instants,
        bytes(Vec<Vec<u8>>) => Bytes,
    }
}

impl<S> QueryFragment<Pg> for Written<S> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        for part in &self.parts {
            match part {
                Part::Sql(sql) => out.push_sql(sql),
                Part::Int(value) => out.push_bind_param::<Integer, _>(value)?,
                Part::Long(value) => out.push_bind_param::<BigInt, _>(value)?,
                Part::Text(value) => out.push_bind_param::<Text, _>(value)?,
                Part::MaybeText(value) => {
                    out.push_bind_param::<Nullable<Text>, _>(value)?;
                }
                Part::Id(value) => out.push_bind_param::<SqlUuid, _>(value)?,
                Part::MaybeId(value) => out.push_bind_param::<Nullable<SqlUuid>, _>(value)?,
                Part::Instant(value) => out.push_bind_param::<Timestamptz, _>(value)?,
                Part::Ids(values) => out.push_bind_param::<Array<SqlUuid>, _>(values)?,
                Part::MaybeIds(values) => {
                    out.push_bind_param::<Array<Nullable<SqlUuid>>, _>(values)?;
                }
                Part::Texts(values) => out.push_bind_param::<Array<Text>, _>(values)?,
                Part::MaybeTexts(values) => {
                    out.push_bind_param::<Array<Nullable<Text>>, _>(values)?;
                }
                Part::Longs(values) => out.push_bind_param::<Array<BigInt>, _>(values)?,
                Part::MaybeLongs(values) => {
                    out.push_bind_param::<Array<Nullable<BigInt>>, _>(values)?;
                }
                Part::Instants(values) => {
                    out.push_bind_param::<Array<Timestamptz>, _>(values)?;
                }
                Part::Bytes(values) => out.push_bind_param::<Array<Binary>, _>(values)?,
            }
        }
        Ok(())
    }
}

/// No id of its own: the text of the statement is what its preparation is found by.
impl<S> QueryId for Written<S> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<S> Query for Written<S> {
    type SqlType = S;
}
