//! A server whose parts fail one after the other, and what may be said of it then.
#![allow(dead_code, reason = "each test file uses a part of it")]

use crate::support::pictures::numbered_jpeg;
use crate::support::{Answer, Client, Muster, Part, Place};
use serde_json::json;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};
use testkit::proxy::Trouble;

pub const TROUBLES: [Trouble; 7] = [
    Trouble::Refuse,
    Trouble::Reset,
    Trouble::BlackHole,
    MILD,
    // Longer than any part is given: an answer that comes too late.
    Trouble::Latency {
        there: Duration::from_secs(5),
        back: Duration::from_secs(5),
    },
    Trouble::CutReply { after: 0 },
    Trouble::Flap {
        period: Duration::from_millis(400),
    },
];

/// A longer way than within one building, over which everything works. (Not longer still: a transaction is eight ways there
/// and back, and on a busy machine a second is soon over, which is when a call is slow.)
pub const MILD: Trouble = Trouble::Latency {
    there: Duration::from_millis(10),
    back: Duration::from_millis(10),
};

/// No answer takes longer, whatever happens: the database's 4 s of work and 3 s of COMMIT, and a little.
const LONGEST: Duration = Duration::from_secs(9);
/// Nor an upload: one PUT may take 15 s.
const LONGEST_UPLOAD: Duration = Duration::from_secs(17);
/// Once the circuit is open, nobody waits for a dead part longer than one attempt that tries it out (2 s),
const AT_ONCE: Duration = Duration::from_secs(3);
/// or 7.5 s when that is a PUT.
const AT_ONCE_UPLOAD: Duration = Duration::from_secs(9);
/// From the return of a part to the end of its traces.
pub const HEALED_WITHIN: Duration = Duration::from_secs(5);

/// What can be asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ask {
    Me,
    Register,
    Upload,
    Picture,
    DeletePhoto,
}

impl Ask {
    pub const ALL: [Self; 5] = [
        Self::Me,
        Self::Register,
        Self::Upload,
        Self::Picture,
        Self::DeletePhoto,
    ];

    /// How long it takes at most.
    pub fn longest(self) -> Duration {
        match self {
            Self::Upload => LONGEST_UPLOAD,
            Self::Me | Self::Register | Self::Picture | Self::DeletePhoto => LONGEST,
        }
    }

    /// How long it takes at most once the circuit is open.
    pub fn at_once(self) -> Duration {
        match self {
            Self::Upload => AT_ONCE_UPLOAD,
            Self::Me | Self::Register | Self::Picture | Self::DeletePhoto => AT_ONCE,
        }
    }

    /// Whether it cannot do without a part; those who can must not notice that it is gone.
    pub fn needs(self, part: Part) -> bool {
        match part {
            Part::Database => true,
            Part::Redis => false,
            Part::Objects => matches!(self, Self::Upload | Self::Picture),
        }
    }
}

/// A server with a photo, and somebody who asks.
pub struct Scene {
    pub muster: Muster,
    pub place: Place,
    pub admin: Client,
    pub picture: String,
}

/// Different pictures and people, however often one asks.
pub fn fresh_number() -> u32 {
    static NUMBER: AtomicU32 = AtomicU32::new(1);
    NUMBER.fetch_add(7, Ordering::Relaxed)
}

impl Scene {
    pub async fn set_up() -> Self {
        let place = Place::production();
        let muster = Muster::start_on(&place);
        let admin = muster.first_admin().await;
        let uploaded = admin.upload("me", "image/jpeg", numbered_jpeg(0)).await;
        assert_eq!(uploaded.status, 201, "{uploaded:?}");
        let picture = format!("/v1/users/me/images/{}/64", uploaded.id());
        Self {
            muster,
            place,
            admin,
            picture,
        }
    }

    pub async fn ask(&self, ask: Ask) -> (Answer, Duration) {
        let began = Instant::now();
        let number = fresh_number();
        let answer = match ask {
            Ask::Me => self.admin.get("/v1/me").await,
            Ask::Register => {
                let email = format!("p{number}.{}@example.org", began.elapsed().as_nanos());
                let person = json!({"given_name": "Ada", "family_name": "King", "email": email});
                self.admin.post("/v1/users", &person).await
            }
            Ask::Upload => {
                self.admin
                    .upload("me", "image/jpeg", numbered_jpeg(number))
                    .await
            }
            Ask::Picture => self.admin.get(&self.picture).await,
            Ask::DeletePhoto => {
                self.admin
                    .delete("/v1/users/me/images/00000000-0000-7000-8000-000000000000")
                    .await
            }
        };
        (answer, began.elapsed())
    }

    /// What does not work, or what the health says when it says so.
    async fn ailment(&self) -> Option<String> {
        for ask in Ask::ALL {
            let (answer, _) = self.ask(ask).await;
            if answer.status >= 500 {
                return Some(format!("{ask:?}: {answer:?}"));
            }
        }
        let health = self.muster.health().await;
        let ready = self.muster.anonymous().get("/readyz").await.status == 200;
        let well = ready && health["status"] == "healthy";
        (!well).then(|| health.to_string())
    }

    /// Waits until all is well again; never longer than promised.
    pub async fn heals(&self, told: &str) {
        let began = Instant::now();
        while let Some(ailment) = self.ailment().await {
            assert!(
                began.elapsed() < HEALED_WITHIN,
                "{told}: not well after {:?}: {ailment}",
                began.elapsed(),
            );
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

/// A failure is one that a program can act on: which part, whether to try again, whether it was applied.
pub fn assert_honest(ask: Ask, part: Part, answer: &Answer, told: &str) {
    if answer.status < 500 {
        return;
    }
    assert!(
        ask.needs(part),
        "{told} {ask:?} does not need it: {answer:?}"
    );
    assert_eq!(answer.status, 503, "{told} {ask:?}: {answer:?}");
    let (code, problem) = (answer.code(), answer.json());
    let allowed: &[&str] = match (part, ask) {
        (Part::Database, Ask::Me | Ask::Picture) => &["database_unavailable"],
        (Part::Database, _) => &["database_unavailable", "outcome_unknown"],
        (Part::Objects, _) => &["storage_unavailable"],
        (Part::Redis, _) => &[],
    };
    assert!(
        allowed.contains(&code.as_str()),
        "{told} {ask:?}: {answer:?}"
    );
    assert_eq!(problem["retryable"], true, "{told} {ask:?}: {problem}");
    let outcome = if code == "outcome_unknown" {
        "unknown"
    } else {
        "not_applied"
    };
    assert_eq!(problem["outcome"], outcome, "{told} {ask:?}: {problem}");
    assert!(
        !answer.header("retry-after").is_empty(),
        "{told} {ask:?}: {answer:?}"
    );
}
