//! The use cases by which people come in and go out.

use super::Parts;
use super::limits::attempts;
use super::recognise::recognise;
use application::accounts::{
    Authenticate, ChangePassword, EndSessions, Invite, ListSessions, OpenSession, RedeemInvitation,
    Refresh, SignIn,
};
use http_api::AuthApi;
use std::sync::Arc;

pub(super) fn auth(parts: &Parts) -> AuthApi {
    let Parts {
        credentials,
        sessions,
        access,
        codes,
        hasher,
        ids,
        clock,
        ..
    } = parts.clone();
    let open = open_session(parts);
    AuthApi {
        authenticate: Arc::new(Authenticate {
            keys: Arc::new(super::api_keys::recognise_key(parts)),
            people: recognise(parts),
        }),
        sign_in: Arc::new(SignIn {
            credentials: credentials.clone(),
            hasher: hasher.clone(),
            attempts: attempts(parts),
            open: open.clone(),
        }),
        refresh: Arc::new(Refresh {
            open: open.clone(),
            access: access.clone(),
        }),
        end_sessions: Arc::new(EndSessions {
            sessions: sessions.clone(),
            access: access.clone(),
            clock: clock.clone(),
        }),
        list_sessions: Arc::new(ListSessions {
            sessions,
            clock: clock.clone(),
        }),
        change_password: Arc::new(ChangePassword {
            credentials: credentials.clone(),
            hasher: hasher.clone(),
            attempts: attempts(parts),
            access: access.clone(),
            clock: clock.clone(),
        }),
        redeem_invitation: Arc::new(RedeemInvitation {
            credentials,
            codes,
            hasher,
            attempts: attempts(parts),
            open,
            access,
            ids,
            clock,
        }),
        invite: Arc::new(invite(parts)),
    }
}

fn open_session(parts: &Parts) -> OpenSession {
    let Parts {
        sessions,
        tokens,
        refresh_tokens,
        ids,
        clock,
        ..
    } = parts.clone();
    OpenSession {
        sessions,
        tokens,
        refresh_tokens,
        ids,
        clock,
    }
}

/// Invites people.
#[must_use]
pub fn invite(parts: &Parts) -> Invite {
    let Parts {
        users,
        credentials,
        codes,
        ids,
        clock,
        ..
    } = parts.clone();
    Invite {
        users,
        credentials,
        codes,
        ids,
        clock,
    }
}
