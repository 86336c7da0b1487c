//! The application over mocks of its ports, for tests: a few people, a token for each role, and one way to ask.

mod answer;
mod keys;
pub(crate) mod limits;
mod people;
mod spool;

pub(crate) use answer::{Answer, ask, send};
pub(crate) use keys::{KEY, world_key};
pub(crate) use people::{ADMIN, MANAGER, MEMBER, image, person};

use spool::MemorySpool;

use crate::{
    AccountsApi, AdminApi, Api, AuthApi, HttpConfig, ImagesApi, Layers, Limits, Operations, Stack,
    UsersApi,
};
use actix_web::web::Data;
use application::PageTokens;
use application::accounts::{
    AddImage, Authenticate, CaughtUp, ChangePassword, ChangeStatus, ChangeUser, CheckConsistency,
    DeleteImages, EndSessions, EraseUser, ExportUser, FindErasure, FindImage, FindUser,
    FollowAccess, Invite, ListImages, ListPeople, ListSessions, ListUsers, OpenSession,
    PersonalParts, ReadAuditTrail, ReadVariant, Recognise, RecogniseDevice, RedeemInvitation,
    Refresh, RegisterUser, RegisterUsers, ScanObjects, SetAvatar, SignIn, Sweeps,
};
use domain::accounts::User;
use domain::ids::{SessionId, UserId};
use jiff::Timestamp;
use platform::config::Networks;
use platform::health::HealthBoard;
use platform::lifecycle::Lifecycle;
use platform::telemetry::Metrics;
use ports::accounts::{
    Bearer, MockAccessChanges, MockAccessView, MockApiKeyRepository, MockAuditTrail,
    MockCredentialRepository, MockImageCensus, MockImageProcessor, MockImageRepository,
    MockLockoutRepository, MockObjectStore, MockOneTimeCodes, MockPasswordHasher,
    MockRefreshTokens, MockSessionRepository, MockTokens, MockUserRepository, TokenError,
};
use ports::erasures::MockErasureRepository;
use ports::limits::MockRateLimiter;
use ports::personal_data::MockPersonalData;
use ports::sealing::MockSealer;
use ports::{MockClock, MockIds};
use std::sync::Arc;
use uuid::Uuid;

/// The mocks, to be told what to expect.
pub(crate) struct World {
    pub(crate) users: MockUserRepository,
    pub(crate) credentials: MockCredentialRepository,
    pub(crate) sessions: MockSessionRepository,
    pub(crate) api_keys: MockApiKeyRepository,
    pub(crate) hasher: MockPasswordHasher,
    pub(crate) codes: MockOneTimeCodes,
    pub(crate) trail: MockAuditTrail,
    pub(crate) images: MockImageRepository,
    pub(crate) objects: MockObjectStore,
    pub(crate) spool: MemorySpool,
    pub(crate) processor: MockImageProcessor,
    pub(crate) census: MockImageCensus,
    pub(crate) limiter: MockRateLimiter,
    pub(crate) lockouts: MockLockoutRepository,
    pub(crate) erasures: MockErasureRepository,
    pub(crate) records: MockPersonalData,
    pub(crate) people: Vec<User>,
    pub(crate) config: HttpConfig,
}

/// What is served: the stack, and what is configured behind it.
pub(crate) struct Served {
    pub(crate) stack: Stack,
    pub(crate) api: Data<Api>,
    pub(crate) limits: Limits,
    pub(crate) operations: Operations,
}

impl World {
    /// Three people with the roles that there are; nothing else is expected.
    pub(crate) fn new() -> Self {
        let config = HttpConfig {
            limits: Limits::default(),
            layers: Layers::ALL,
            hsts: false,
            xss_protection: "0".to_owned(),
            trusted_proxies: Networks::default(),
            gateway_peers: Networks::default(),
            cors_origins: Vec::new(),
            public_url: "https://muster.example".to_owned(),
        };
        Self {
            users: MockUserRepository::new(),
            credentials: MockCredentialRepository::new(),
            sessions: MockSessionRepository::new(),
            api_keys: MockApiKeyRepository::new(),
            hasher: MockPasswordHasher::new(),
            codes: MockOneTimeCodes::new(),
            trail: MockAuditTrail::new(),
            images: MockImageRepository::new(),
            objects: MockObjectStore::new(),
            spool: MemorySpool::default(),
            processor: MockImageProcessor::new(),
            census: MockImageCensus::new(),
            limiter: limits::plenty(),
            lockouts: limits::nobody_locked(),
            erasures: MockErasureRepository::new(),
            records: MockPersonalData::new(),
            people: people::all(),
            config,
        }
    }

    /// Puts everything together.
    pub(crate) fn serve(mut self) -> Served {
        let people = std::mem::take(&mut self.people);
        self.users.expect_find().returning(move |id| {
            Ok(people
                .iter()
                .find(|user| user.id == id)
                .cloned()
                .map(Arc::new))
        });
        let stack_config = self.config.clone();
        let (tokens, operations) = (tokens(), operations());
        let limit = Arc::new(limits::limiting(std::mem::take(&mut self.limiter)));
        let api = self.api(tokens);
        let stack = Stack::new(
            &stack_config,
            operations.metrics.clone(),
            Arc::clone(&api.accounts.auth.authenticate),
            limit,
        );
        Served {
            stack,
            api: Data::new(api),
            limits: stack_config.limits,
            operations,
        }
    }

    #[allow(clippy::too_many_lines, reason = "a table of use cases")]
    fn api(self, tokens: MockTokens) -> Api {
        let (users, images): (
            Arc<dyn ports::accounts::UserRepository>,
            Arc<dyn ports::accounts::ImageRepository>,
        ) = (Arc::new(self.users), Arc::new(self.images));
        let (credentials, hasher): (
            Arc<dyn ports::accounts::CredentialRepository>,
            Arc<dyn ports::accounts::PasswordHasher>,
        ) = (Arc::new(self.credentials), Arc::new(self.hasher));
        let (objects, census): (
            Arc<dyn ports::accounts::ObjectStore>,
            Arc<dyn ports::accounts::ImageCensus>,
        ) = (Arc::new(self.objects), Arc::new(self.census));
        let (codes, tokens): (
            Arc<dyn ports::accounts::OneTimeCodes>,
            Arc<dyn ports::accounts::Tokens>,
        ) = (Arc::new(self.codes), Arc::new(tokens));
        let (clock, ids): (Arc<dyn ports::Clock>, Arc<dyn ports::Ids>) =
            (Arc::new(clock()), Arc::new(ids()));
        let (spool, processor): (
            Arc<dyn ports::accounts::Spool>,
            Arc<dyn ports::accounts::ImageProcessor>,
        ) = (Arc::new(self.spool), Arc::new(self.processor));
        let sessions: Arc<dyn ports::accounts::SessionRepository> = Arc::new(self.sessions);
        let (access, view) = heard();
        let attempts = limits::attempts(self.lockouts, users.clone(), clock.clone());
        let (keys, recognise_key) =
            keys::keys(self.api_keys, access.clone(), ids.clone(), clock.clone());
        let erasures: Arc<dyn ports::erasures::ErasureRepository> = Arc::new(self.erasures);
        let parts: PersonalParts = Arc::new([Arc::new(self.records) as _]);
        let open = OpenSession {
            sessions: sessions.clone(),
            tokens: tokens.clone(),
            refresh_tokens: Arc::new(refresh_tokens()),
            ids: ids.clone(),
            clock: clock.clone(),
        };
        let find_image = Arc::new(FindImage {
            users: users.clone(),
            images: images.clone(),
        });
        let accounts = AccountsApi {
            auth: AuthApi {
                authenticate: Arc::new(Authenticate {
                    keys: recognise_key,
                    people: Recognise::Devices(RecogniseDevice {
                        tokens,
                        users: users.clone(),
                        sessions: sessions.clone(),
                        view,
                        clock: clock.clone(),
                    }),
                }),
                sign_in: Arc::new(SignIn {
                    credentials: credentials.clone(),
                    hasher: hasher.clone(),
                    attempts: attempts.clone(),
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
                    attempts: attempts.clone(),
                    access: access.clone(),
                    clock: clock.clone(),
                }),
                redeem_invitation: Arc::new(RedeemInvitation {
                    credentials: credentials.clone(),
                    codes: codes.clone(),
                    hasher,
                    attempts,
                    open,
                    access: access.clone(),
                    ids: ids.clone(),
                    clock: clock.clone(),
                }),
                invite: Arc::new(Invite {
                    users: users.clone(),
                    credentials,
                    codes,
                    ids: ids.clone(),
                    clock: clock.clone(),
                }),
            },
            keys,
            users: UsersApi {
                register: Arc::new(RegisterUser {
                    users: users.clone(),
                    ids: ids.clone(),
                    clock: clock.clone(),
                }),
                register_many: Arc::new(RegisterUsers {
                    users: users.clone(),
                    ids: ids.clone(),
                    clock: clock.clone(),
                }),
                list: Arc::new(ListUsers {
                    users: users.clone(),
                }),
                people: Arc::new(ListPeople {
                    users: users.clone(),
                }),
                find: Arc::new(FindUser {
                    users: users.clone(),
                }),
                change: Arc::new(ChangeUser {
                    users: users.clone(),
                    clock: clock.clone(),
                }),
                change_status: Arc::new(ChangeStatus {
                    users: users.clone(),
                    access: access.clone(),
                    clock: clock.clone(),
                }),
                read_audit_trail: Arc::new(ReadAuditTrail {
                    users: users.clone(),
                    trail: Arc::new(self.trail),
                }),
                export: Arc::new(ExportUser {
                    users: users.clone(),
                    parts: parts.clone(),
                    clock: clock.clone(),
                }),
                erase: Arc::new(EraseUser {
                    users: users.clone(),
                    erasures: erasures.clone(),
                    parts: parts.clone(),
                    pseudonyms: limits::pseudonyms(),
                    ids: ids.clone(),
                    clock: clock.clone(),
                }),
                find_erasure: Arc::new(FindErasure { erasures, parts }),
            },
            images: ImagesApi {
                add: Arc::new(AddImage {
                    users: users.clone(),
                    images: images.clone(),
                    objects: objects.clone(),
                    spool,
                    processor,
                    ids,
                    clock: clock.clone(),
                }),
                list: Arc::new(ListImages {
                    users: users.clone(),
                    images: images.clone(),
                }),
                find: find_image.clone(),
                read_variant: Arc::new(ReadVariant {
                    find: find_image,
                    objects: objects.clone(),
                }),
                set_avatar: Arc::new(SetAvatar {
                    users: users.clone(),
                    images: images.clone(),
                    clock: clock.clone(),
                }),
                delete: Arc::new(DeleteImages {
                    users,
                    images,
                    clock,
                }),
            },
            admin: AdminApi {
                check_consistency: Arc::new(CheckConsistency {
                    census: census.clone(),
                    sweeps: Arc::new(Sweeps::default()),
                }),
                scan_objects: Arc::new(ScanObjects { census, objects }),
            },
        };
        Api {
            accounts,
            pages: PageTokens::new(Arc::new(sealer())),
            jwks: Arc::new(|| r#"{"keys":[]}"#.to_owned()),
            public_url: self.config.public_url,
        }
    }
}

/// Everything is heard of, and nothing has happened.
fn heard() -> (Arc<FollowAccess>, Arc<dyn ports::accounts::AccessView>) {
    let mut view = MockAccessView::new();
    view.expect_is_current().return_const(true);
    view.expect_has_ended().return_const(false);
    view.expect_note().return_const(());
    view.expect_caught_up().return_const(());
    let view: Arc<dyn ports::accounts::AccessView> = Arc::new(view);
    let mut changes = MockAccessChanges::new();
    changes.expect_within().returning(|_| Ok(Vec::new()));
    let follow = FollowAccess {
        changes: Arc::new(changes),
        view: Arc::clone(&view),
        caught_up: CaughtUp::default(),
    };
    (Arc::new(follow), view)
}

/// `refresh <number>` is a token of the one session that there is.
fn refresh_tokens() -> MockRefreshTokens {
    let mut tokens = MockRefreshTokens::new();
    tokens
        .expect_write()
        .returning(|_, generation| domain::Pii::new(format!("refresh {generation}")));
    tokens
        .expect_read()
        .returning(|token| Some((SESSION, token.strip_prefix("refresh ")?.parse().ok()?)));
    tokens
}

/// The device that everybody is signed in with.
pub(crate) const SESSION: SessionId =
    SessionId::new(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0005));

fn on_the_device(user: UserId) -> Bearer {
    Bearer {
        user,
        session: SESSION,
    }
}

/// Tokens are the names of roles; `expired` has expired.
fn tokens() -> MockTokens {
    let mut tokens = MockTokens::new();
    tokens.expect_verify().returning(|token, _| match token {
        "admin" => Ok(on_the_device(ADMIN)),
        "manager" => Ok(on_the_device(MANAGER)),
        "member" => Ok(on_the_device(MEMBER)),
        "nobody" => Ok(on_the_device(UserId::new(Uuid::max()))),
        "expired" => Err(TokenError::Expired),
        _ => Err(TokenError::Invalid),
    });
    tokens.expect_issue().returning(|_, _| {
        Ok(application::accounts::AccessToken {
            token: domain::Pii::new("issued".to_owned()),
            expires_in: core::time::Duration::from_secs(900),
        })
    });
    tokens
}

/// Seals in plain sight, so that a test can see what a token is bound to.
fn sealer() -> MockSealer {
    let mut sealer = MockSealer::new();
    sealer
        .expect_seal()
        .returning(|plain| plain.iter().map(|byte| format!("{byte:02x}")).collect());
    sealer.expect_open().returning(|sealed| {
        let pairs: Option<Vec<&str>> = (0..sealed.len())
            .step_by(2)
            .map(|place| sealed.get(place..place + 2))
            .collect();
        pairs?
            .into_iter()
            .map(|pair| u8::from_str_radix(pair, 16).ok())
            .collect()
    });
    sealer
}

fn clock() -> MockClock {
    let mut clock = MockClock::new();
    clock.expect_now().returning(|| Timestamp::UNIX_EPOCH);
    clock
}

fn ids() -> MockIds {
    let mut ids = MockIds::new();
    ids.expect_next()
        .returning(|| Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_00ff));
    ids
}

fn operations() -> Operations {
    let lifecycle = Lifecycle::new();
    lifecycle.ready();
    Operations {
        health: HealthBoard::new("0.0.0", &lifecycle),
        metrics: Metrics::new("0.0.0"),
    }
}
