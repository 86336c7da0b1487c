//! A session, and tokens that say what they are.

use super::OpenSession;
use crate::fixtures::{clock, ids, now, user_id};
use core::time::Duration;
use domain::Pii;
use domain::accounts::Session;
use domain::ids::SessionId;
use ports::accounts::{AccessToken, MockRefreshTokens, MockSessionRepository, MockTokens};
use std::sync::Arc;
use uuid::Uuid;

pub const SESSION: SessionId = SessionId::new(Uuid::from_u128(0x5e55));

/// A session of the first person at this number.
pub fn session(generation: u32) -> Session {
    Session {
        generation,
        ..Session::begin(SESSION, user_id(1), None, now())
    }
}

/// Writes `refresh <number>` and `access <user>`.
pub fn opening(sessions: MockSessionRepository) -> OpenSession {
    let (mut tokens, mut refresh_tokens) = (MockTokens::new(), MockRefreshTokens::new());
    tokens.expect_issue().returning(|bearer, _| {
        Ok(AccessToken {
            token: Pii::new(format!("access {}", bearer.user.uuid().as_u128())),
            expires_in: Duration::from_secs(900),
        })
    });
    refresh_tokens
        .expect_write()
        .returning(|_, generation| Pii::new(format!("refresh {generation}")));
    refresh_tokens
        .expect_read()
        .returning(|token| Some((SESSION, token.strip_prefix("refresh ")?.parse().ok()?)));
    OpenSession {
        sessions: Arc::new(sessions),
        tokens: Arc::new(tokens),
        refresh_tokens: Arc::new(refresh_tokens),
        ids: ids(),
        clock: clock(),
    }
}
