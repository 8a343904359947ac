//! Anything at all may be in the storage, or come from another tab.

use matrix_threepids::matrix::get_3pids::{Medium, Threepid};
use matrix_threepids::matrix::request_3pid_token_via_email::Response;
use matrix_threepids::matrix::{ClientSecret, Json, json};
use matrix_threepids::model::{
    ApiRequest, Effect, Initiator, Input, ListRequest, Model, PageState, Request, Section,
    SessionState, Verification, VerificationId, VerificationPhase, is_same_address,
};
use proptest::prelude::*;

const NOW: f64 = 1_700_000_000_000.0;

/// The names that are looked for, and others.
fn name() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "pending",
        "medium",
        "address",
        "at",
        "attempt",
        "expired",
        "waiting",
        "added",
        "limitedUntil",
        "phonesLimitedUntil",
        "country",
        "number",
        "validations",
        "sid",
        "secret",
        "submitUrl",
    ]);
    prop_oneof![8 => known.prop_map(str::to_owned), 1 => any::<String>()]
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![
        3 => (-1e8..1e8f64).prop_map(|away| NOW + away),
        2 => -2.0..5.0f64,
        1 => any::<f64>(),
        1 => prop::sample::select(vec![f64::NAN, f64::INFINITY, f64::NEG_INFINITY, f64::MAX, -0.0]),
    ]
}

fn text() -> impl Strategy<Value = String> {
    let likely = prop::sample::select(vec![
        "email",
        "msisdn",
        "",
        "alice@example.org",
        "ALICE@example.org",
        "bob@example.org",
        "447700900001",
        "0123456789",
        "javascript:alert(1)",
        "https://example.org/submit",
    ]);
    prop_oneof![4 => likely.prop_map(str::to_owned), 1 => any::<String>()]
}

fn scalar() -> impl Strategy<Value = Json> {
    prop_oneof![
        Just(Json::Null),
        any::<bool>().prop_map(Json::Bool),
        number().prop_map(Json::Number),
        text().prop_map(Json::String),
    ]
}

/// JSON of any shape.
fn anything() -> impl Strategy<Value = Json> {
    scalar().prop_recursive(5, 64, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Json::Array),
            prop::collection::vec((name(), inner), 0..8).prop_map(Json::Object),
        ]
    })
}

/// A member that is as it should be, most of the time.
fn member(
    name: &'static str,
    good: impl Strategy<Value = Json> + 'static,
) -> BoxedStrategy<Vec<(String, Json)>> {
    let named = move |value| vec![(name.to_owned(), value)];
    prop_oneof![
        12 => good.prop_map(named),
        2 => scalar().prop_map(named),
        1 => anything().prop_map(named),
        1 => Just(Vec::new()),
    ]
    .boxed()
}

fn object(members: Vec<BoxedStrategy<Vec<(String, Json)>>>) -> impl Strategy<Value = Json> {
    members.prop_map(|members| Json::Object(members.concat()))
}

fn string() -> impl Strategy<Value = Json> {
    text().prop_map(Json::String)
}

fn validation() -> impl Strategy<Value = Json> {
    let sid = prop::sample::select(vec!["sid-1", "sid-2", "sid-3"]).prop_map(Json::from);
    let secret = prop::sample::select(vec!["aaa", "bbb", "c c"]).prop_map(Json::from);
    object(vec![member("sid", sid), member("secret", secret), member("submitUrl", string())])
}

fn record() -> impl Strategy<Value = Json> {
    let at = (-90_000_000.0..1_000_000.0f64).prop_map(|away| Json::Number(NOW + away));
    let flag = || any::<bool>().prop_map(Json::Bool);
    let validations = prop::collection::vec(validation(), 0..4).prop_map(Json::Array);
    object(vec![
        member("medium", prop::sample::select(vec!["email", "msisdn"]).prop_map(Json::from)),
        member("country", Just(Json::from("GB"))),
        member("number", string()),
        member("address", string()),
        member("at", at),
        member("attempt", (1..9u8).prop_map(|it| Json::Number(f64::from(it)))),
        member("expired", flag()),
        member("waiting", flag()),
        member("added", flag()),
        member("limitedUntil", number().prop_map(Json::Number)),
        member("validations", validations),
    ])
}

/// Records as they should be, but for some.
pub fn records() -> impl Strategy<Value = Json> {
    let pending = prop::collection::vec(record(), 0..6).prop_map(Json::Array);
    object(vec![
        member("pending", pending),
        member("limitedUntil", number().prop_map(Json::Number)),
        member("phonesLimitedUntil", number().prop_map(Json::Number)),
    ])
}

fn listed(addresses: &[&str]) -> Vec<Threepid> {
    let entry = |address: &&str| Threepid {
        medium: Medium::Email,
        address: (*address).to_owned(),
        added_at: None,
        validated_at: None,
        shared: None,
        nth: 0,
    };
    addresses.iter().map(entry).collect()
}

fn apply(model: &mut Model, now: f64, input: Input) -> Vec<Effect> {
    let effects = model.update(now, input);
    let wake = model.next_timer();
    assert!(wake.is_none_or(|at| at > now), "a wake in the past: {wake:?}");
    effects
}

/// Feeds it, and answers the list.
fn feed(model: &mut Model, now: f64, input: Input) -> Vec<Effect> {
    let mut effects = apply(model, now, input);
    let mut at = 0;
    while at < effects.len() {
        if let Effect::Request(Request::List(ListRequest::ReadList { number })) = &effects[at] {
            let result = Ok(listed(&["carol@example.org"]));
            let answer = Input::ListLoaded { number: *number, result };
            effects.extend(apply(model, now, answer));
        }
        at += 1;
    }
    effects
}

fn is_sound(model: &Model, now: f64) {
    for (at, pending) in model.verifications.iter().enumerate() {
        assert!(!pending.address.is_empty());
        assert_eq!(pending.medium == Medium::Msisdn, pending.phone.is_some());
        assert!(pending.attempt >= 1 && pending.sent_at <= now);
        assert!(pending.validations.iter().all(|it| !it.sid.is_empty()));
        assert!(!pending.validations.is_empty());
        let same = |other: &Verification| {
            other.medium == pending.medium
                && is_same_address(&pending.medium, &other.address, &pending.address)
        };
        let twice = model.verifications.iter().skip(at + 1).any(same);
        assert!(!twice, "two groups for {:?}", pending.address);
    }
}

/// All that can be done with what is pending still can.
fn is_usable(mut model: Model, now: f64) {
    let address = "somebody-new@example.net".to_owned();
    let secret = ClientSecret::from_random([1; ClientSecret::BYTES]);
    feed(
        &mut model,
        now,
        Input::AddEmail { address: address.clone(), secret, initiator: Initiator::HostMethod },
    );
    let asked = feed(&mut model, now, Input::HostDecidedAdd(Section::Emails, true));
    let new = asked.iter().find_map(|effect| match effect {
        Effect::Request(Request::Api(ApiRequest::RequestToken { id, attempt: 1, .. })) => Some(*id),
        _ => None,
    });
    let id = new.expect("a mail for a new address");
    let answer = Response { sid: "new".to_owned(), submit_url: None, msisdn: None };
    feed(&mut model, now, Input::TokenResponded { id, result: Ok(answer) });
    assert_eq!(model.verification(id).map(|it| &*it.address), Some(&*address));

    let ids: Vec<VerificationId> = model.verifications.iter().map(|it| it.id).collect();
    for id in ids {
        let secret = ClientSecret::from_random([2; ClientSecret::BYTES]);
        feed(&mut model, now, Input::Resend(id, secret));
        feed(&mut model, now, Input::Continue(id));
        feed(&mut model, now, Input::ChangeAddress(id));
        feed(&mut model, now, Input::Cancel(id));
        assert!(model.verification(id).is_none(), "it cannot be cancelled");
    }
    assert!(model.verifications.is_empty());
}

/// Whatever this is, before or after the list, read or heard.
fn survive(stored: &Json) {
    let presence = PageState { visible: true, focused: true, offline: false, shown: true };
    for input in [Input::StorageLoaded, Input::TabRecords] {
        for late in [false, true] {
            let mut model = Model::default();
            apply(&mut model, NOW, Input::PageStateChanged(presence));
            if late {
                feed(&mut model, NOW, Input::SessionChanged(SessionState::Active));
                feed(&mut model, NOW, input(stored.clone()));
            } else {
                let effects = apply(&mut model, NOW, Input::SessionChanged(SessionState::Active));
                let Some(Effect::Request(Request::List(ListRequest::ReadList { number }))) =
                    effects.first()
                else {
                    panic!("no list")
                };
                apply(&mut model, NOW, input(stored.clone()));
                let result = Ok(listed(&["carol@example.org"]));
                feed(&mut model, NOW, Input::ListLoaded { number: *number, result });
            }
            is_sound(&model, NOW);
            is_usable(model.clone(), NOW);

            // Read or heard again, soon nothing is new.
            let mut kept = model.to_stored_state();
            for round in 0..3 {
                feed(&mut model, NOW, input(stored.clone()));
                feed(&mut model, NOW, Input::TabRecords(kept.clone().unwrap_or(Json::Null)));
                let again = model.to_stored_state();
                assert!(round < 2 || again == kept, "{kept:?}\n{again:?}");
                kept = again;
            }

            // Two days later it is over, but for what is being added just now.
            let later = NOW + 172_800_000.0;
            feed(&mut model, later, Input::TimerFired);
            let tried = |it: &Verification| matches!(it.phase, VerificationPhase::Adding(_));
            assert!(model.verifications.iter().all(tried));
        }
    }
}

/// Text that is nearly what was kept.
fn torn() -> impl Strategy<Value = String> {
    let cut = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), any::<char>(), 0..3u8);
    (records(), prop::collection::vec(cut, 1..4)).prop_map(|(records, cuts)| {
        let mut text: Vec<char> =
            serde_json::to_string(&records).unwrap_or_default().chars().collect();
        for (at, to, other, how) in cuts {
            if text.is_empty() {
                break;
            }
            let at = at.index(text.len());
            match how {
                0 => text.truncate(at),
                1 => text[at] = other,
                _ => drop(text.drain(at..(at + to.index(8)).min(text.len()))),
            }
        }
        text.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn arbitrary_stored_json_leaves_model_usable(stored in anything()) {
        survive(&stored);
    }

    #[test]
    fn malformed_stored_records_leave_model_usable(stored in records()) {
        survive(&stored);
    }

    #[test]
    fn arbitrary_stored_bytes_leave_model_usable(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        survive(&json::parse(&String::from_utf8_lossy(&bytes)).unwrap_or(Json::Null));
    }

    #[test]
    fn truncated_stored_records_leave_model_usable(text in torn()) {
        survive(&json::parse(&text).unwrap_or(Json::Null));
    }
}
