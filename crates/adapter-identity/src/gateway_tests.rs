//! Good and hostile signatures, and the edge of the window.

use super::{HmacGateway, WeakSecret};
use domain::{Digest, Pii};
use hmac::{Hmac, KeyInit as _, Mac as _};
use jiff::{SignedDuration, Timestamp};
use ports::accounts::{GatewayCall, GatewayError, GatewaySignatures as _};
use sha2::{Digest as _, Sha256};

const SECRET: &[u8; 32] = b"0123456789abcdef0123456789abcdef";
const NOW: i64 = 1_767_600_000;
/// Made with Python's hmac over the six lines of [`call`] at [`NOW`], not with the code below.
const MAC: &str = "dabbe870e19dca984671b37e321640a7d9703067b6cb7a87a1ffdc226f2511fe";

fn gateway() -> HmacGateway {
    HmacGateway::new(*SECRET).expect("is long enough")
}

fn now() -> Timestamp {
    Timestamp::from_second(NOW).expect("is an instant")
}

fn sha256(body: &[u8]) -> Digest {
    Digest::new(Sha256::digest(body).into())
}

fn call() -> GatewayCall {
    GatewayCall {
        method: "POST".to_owned(),
        target: "/v1/users?dry_run=true&q=%2F".to_owned(),
        body: sha256(br#"{"given_name":"Ada"}"#),
        subject: Pii::new("auth0|ada".to_owned()),
        roles: "manager,member".to_owned(),
    }
}

fn signed(call: &GatewayCall, time: &str, secret: &[u8]) -> String {
    let (subject, body) = (call.subject.reveal(), call.body);
    let GatewayCall {
        method,
        target,
        roles,
        ..
    } = call;
    let lines = format!("{method}\n{target}\n{body}\n{subject}\n{roles}\n{time}");
    let mac = Hmac::<Sha256>::new_from_slice(secret).expect("takes any length");
    let mac = mac.chain_update(lines).finalize().into_bytes();
    let digits: String = mac.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("t={time},v1={digits}")
}

fn good() -> String {
    format!("t={NOW},v1={MAC}")
}

#[test]
fn what_another_implementation_signed_is_good_and_so_is_what_the_tests_sign() {
    assert_eq!(gateway().verify(&call(), &good(), now()), Ok(()));
    assert_eq!(signed(&call(), &NOW.to_string(), SECRET), good());
}

#[test]
fn calls_with_little_in_them_are_good() {
    let bare = GatewayCall {
        method: "GET".to_owned(),
        target: "/".to_owned(),
        body: sha256(b""),
        subject: Pii::new("å b".to_owned()),
        roles: String::new(),
    };
    let signature = signed(&bare, &NOW.to_string(), SECRET);
    assert_eq!(gateway().verify(&bare, &signature, now()), Ok(()));
}

#[test]
fn a_signature_is_of_this_time_for_sixty_seconds_to_either_side() {
    let gateway = gateway();
    let verify = |at| gateway.verify(&call(), &good(), at);
    let minute = SignedDuration::from_secs(60);
    let moment = SignedDuration::from_nanos(1);
    for at in [now() - minute, now() + minute] {
        assert_eq!(verify(at), Ok(()), "{at}");
    }
    for at in [
        now() - minute - moment,
        now() + minute + moment,
        now() + minute * 60,
    ] {
        assert_eq!(verify(at), Err(GatewayError::Stale), "{at}");
    }
}

#[test]
fn a_call_that_was_changed_in_any_part_is_refused() {
    let changes: [fn(&mut GatewayCall); 9] = [
        |call| call.method = "PUT".to_owned(),
        |call| call.method = "post".to_owned(),
        |call| call.target = "/v1/users?dry_run=true&q=/".to_owned(),
        |call| call.target = "/v1/users".to_owned(),
        |call| call.body = sha256(br#"{"given_name":"Eve"}"#),
        |call| call.subject = Pii::new("auth0|eve".to_owned()),
        |call| call.subject = Pii::new("auth0|ada ".to_owned()),
        |call| call.roles = "admin".to_owned(),
        |call| call.roles = String::new(),
    ];
    for (which, change) in changes.iter().enumerate() {
        let mut changed = call();
        change(&mut changed);
        let outcome = gateway().verify(&changed, &good(), now());
        assert_eq!(outcome, Err(GatewayError::Wrong), "{which}");
    }
}

#[test]
fn another_time_another_secret_or_another_mac_does_not_fit() {
    let later = format!("t={},v1={MAC}", NOW + 1);
    let other_secret = signed(&call(), &NOW.to_string(), &[7; 32]);
    let longer_secret = signed(
        &call(),
        &NOW.to_string(),
        &[SECRET.as_slice(), b"0"].concat(),
    );
    let changed_mac = format!("t={NOW},v1={}", MAC.replace('d', "e"));
    let no_mac = format!("t={NOW},v1={}", "0".repeat(64));
    for hostile in [later, other_secret, longer_secret, changed_mac, no_mac] {
        let outcome = gateway().verify(&call(), &hostile, now());
        assert_eq!(outcome, Err(GatewayError::Wrong), "{hostile}");
    }
}

/// Each is signed for the time it shows, so that nothing but its form can be what is wrong with it.
#[test]
fn times_have_one_spelling() {
    let spellings = [
        "",
        "+1767600000",
        "-1767600000",
        "01767600000",
        "00",
        " 1767600000",
        "1767600000 ",
        "1767600000.0",
        "1767600000s",
        "1.7676e9",
        "0x695B6E00",
        "1_767_600_000",
        "١٧٦٧٦٠٠٠٠٠",
        "1767600000000",
        "99999999999999999999",
        "now",
    ];
    for time in spellings {
        let outcome = gateway().verify(&call(), &signed(&call(), time, SECRET), now());
        assert!(
            matches!(outcome, Err(GatewayError::Malformed { .. })),
            "{time}: {outcome:?}"
        );
    }
    for time in ["0", "999999999999"] {
        let outcome = gateway().verify(&call(), &signed(&call(), time, SECRET), now());
        assert_eq!(outcome, Err(GatewayError::Stale), "{time}");
    }
}

#[test]
fn headers_have_one_spelling() {
    let (good, huge) = (good(), "a".repeat(1 << 20));
    let hostile = [
        String::new(),
        format!("t={NOW}"),
        format!("t={NOW},"),
        format!("v1={MAC}"),
        format!("v1={MAC},t={NOW}"),
        format!("t={NOW}, v1={MAC}"),
        format!(" {good}"),
        format!("{good} "),
        format!("{good},"),
        format!("{good},v1={MAC}"),
        format!("{good},v2={MAC}"),
        format!("{good},t={NOW}"),
        format!("t={NOW},{good}"),
        format!("t={NOW};v1={MAC}"),
        format!("t={NOW},v0={MAC}"),
        format!("T={NOW},v1={MAC}"),
        format!("t={NOW},V1={MAC}"),
        format!("t=\"{NOW}\",v1=\"{MAC}\""),
        format!("t={NOW},v1="),
        format!("t={NOW},v1={}", MAC.to_uppercase()),
        format!("t={NOW},v1={}", &MAC[1..]),
        format!("t={NOW},v1={MAC}0"),
        format!("t={NOW},v1=0x{}", &MAC[2..]),
        format!("t={NOW},v1={}é", &MAC[2..]),
        format!("t={NOW},v1={}g", &MAC[1..]),
        format!("t={NOW},v1={huge}"),
        format!("t={huge},v1={MAC}"),
        format!("{good}\n"),
        format!("{good}\0"),
    ];
    for hostile in hostile {
        let outcome = gateway().verify(&call(), &hostile, now());
        let malformed = matches!(outcome, Err(GatewayError::Malformed { .. }));
        assert!(malformed, "{hostile:.100}: {outcome:?}");
    }
}

/// Both calls sign the same six lines if a part may be two of them.
#[test]
fn a_part_that_is_two_lines_is_refused_though_the_signature_fits() {
    let signature = signed(&call(), &NOW.to_string(), SECRET);
    let shifted = GatewayCall {
        subject: Pii::new("auth0|ada\nmanager,member".to_owned()),
        roles: String::new(),
        ..call()
    };
    let outcome = gateway().verify(&shifted, &signature, now());
    assert!(
        matches!(outcome, Err(GatewayError::Malformed { .. })),
        "{outcome:?}"
    );
    let parts: [fn(&mut GatewayCall); 5] = [
        |call| call.method.push('\n'),
        |call| call.target.push('\r'),
        |call| call.roles.push('\0'),
        |call| call.subject = Pii::new("ada\u{85}".to_owned()),
        |call| call.subject = Pii::new(String::new()),
    ];
    for (which, change) in parts.iter().enumerate() {
        let mut changed = call();
        change(&mut changed);
        let signature = signed(&changed, &NOW.to_string(), SECRET);
        let outcome = gateway().verify(&changed, &signature, now());
        let malformed = matches!(outcome, Err(GatewayError::Malformed { .. }));
        assert!(malformed, "{which}: {outcome:?}");
    }
}

#[test]
fn a_secret_has_at_least_thirty_two_bytes_and_is_never_shown() {
    let short = HmacGateway::new(&SECRET[1..]);
    assert!(matches!(short, Err(WeakSecret { actual: 31 })), "{short:?}");
    assert_eq!(format!("{:?}", gateway()), "HmacGateway");
}
