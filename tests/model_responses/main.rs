//! Every answer that is known of homeservers, to every request, in every phase
//! that waits for one: what the person sees then, what the embedder is told,
//! what is sent next, and that nothing is lost.

mod addresses;
mod auth_handlers;
mod clocks;
mod corrupted_storage;
mod harness;
mod identity_server;
mod input_errors;
mod long_lists;
mod next_link;
mod notices;
mod page_return;
mod password;
mod password_reset;
mod persistence;
mod phones;
mod polling;
mod rate_limits;
mod removal;
mod request_storms;
mod resend;
mod response_table;
mod scenarios;
mod sharing;
mod submit_code;
mod tab_harness;
mod tabs;
mod uia;

use matrix_threepids::matrix::RequestError;
use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::matrix::uia::StageAnswer;
use matrix_threepids::model::{
    ApiRequest, Effect, HostEffect, HostEvent, HostNotification, Input, ListRequest, MethodCall,
    Request, Retry, Status, UiEffect, UserError,
};

use harness::*;
use response_table::*;

impl Row {
    /// The phase and the code that this answer leads to.
    fn want(&self, waits: Waits) -> (String, &'static str) {
        if let Some((_, phase, code)) = self.but.iter().find(|(there, ..)| there.contains(&waits)) {
            return ((*phase).to_owned(), code);
        }
        let [send, change, list] = self.told.map(|told| told());
        let phase = match waits {
            Waits::Form if send.retry() == Retry::Never && send != UserError::SessionExpired => {
                format!("wrong {send:?}")
            }
            Waits::Form | Waits::Resend => format!("failed {send:?}"),
            Waits::Continue | Waits::Session => format!("trouble {change:?}"),
            Waits::Password | Waits::DeletePassword => format!("dialog {change:?}"),
            Waits::Delete => format!("failed {change:?}"),
            Waits::FirstList | Waits::List => format!("failed {list:?}"),
        };
        (phase, self.code)
    }

    /// Nobody knows whether the server did it: then the list is read before
    /// anything is said.
    fn is_uncertain(&self) -> bool {
        matches!(self.code, "network" | "timeout" | "http")
    }
}

/// Plays one cell, and says what went otherwise.
fn cell(row: &Row, waits: Waits) {
    let at = format!("{:?}, answered with: {}", waits, row.name);
    let mut stage = Stage::set(waits);
    let before = stage.model.verifications.clone();
    let (want, code) = row.want(waits);
    stage.answer(waits, answer(row.comes));

    let is_change = ADDS.contains(&waits) || DELETES.contains(&waits);
    let uncertain = is_change && row.is_uncertain() && code == row.code;
    let phase = stage.phase(waits);
    assert_eq!(phase, if uncertain { "uncertain" } else { &want }, "{at}");

    // What the embedder is told: of what is uncertain, nothing yet.
    let codes: &[&str] = if code.is_empty() || uncertain { &[] } else { &[code] };
    assert_eq!(stage.errors(), codes, "{at}");
    let failed = if code.is_empty() { Ok(()) } else { Err(code) };
    let settled = stage.settled();
    match waits {
        Waits::Form => {
            let operation = MethodCall::Send("dora@example.org".to_owned());
            assert_eq!(settled, [(&operation, failed)], "{at}");
        }
        Waits::Resend => assert_eq!(settled, [(&MethodCall::Resend(stage.id), failed)], "{at}"),
        Waits::FirstList | Waits::List => {
            assert_eq!(settled, [(&MethodCall::Refresh, failed)], "{at}");
        }
        Waits::Continue
        | Waits::Session
        | Waits::Password
        | Waits::Delete
        | Waits::DeletePassword => assert_eq!(settled, [], "{at}"),
    }

    // What is sent.
    match (phase.as_str(), stage.requests().as_slice()) {
        (
            "adopting" | "reading" | "uncertain",
            [Effect::Request(Request::List(ListRequest::ReadList { .. }))],
        ) => {}
        (
            "trying anew" | "dialog anew",
            [Effect::Request(Request::Api(ApiRequest::Add { auth: None, sid, .. }))],
        ) if sid == "sid-1" => {}
        ("dialog anew", [Effect::Request(Request::Api(ApiRequest::Delete { auth: None, .. }))]) => {
        }
        (
            "dialog checked",
            [
                Effect::Request(Request::Api(
                    ApiRequest::Add { auth: Some(auth), .. }
                    | ApiRequest::Delete { auth: Some(auth), .. },
                )),
            ],
        ) if auth.answer == StageAnswer::SessionOnly => {}
        // Where the account may be managed instead is found out.
        (_, [Effect::Request(Request::DiscoverAccountManagement)])
            if code == "M_UNRECOGNIZED" && is_request_of_changes(waits) => {}
        (
            "adopting" | "reading" | "uncertain" | "trying anew" | "dialog anew" | "dialog checked",
            other,
        ) => {
            panic!("{at}: {} requests", other.len())
        }
        (_, requests) => assert!(requests.is_empty(), "{at}: {requests:?}"),
    }
    let asked = stage
        .effects
        .iter()
        .any(|effect| matches!(effect, Effect::Host(HostEffect::OfferChallenge { .. })));
    assert_eq!(
        asked,
        is_change && matches!(row.comes, Comes::Answer(401, body) if body.contains("flows")),
        "{at}"
    );

    // Nothing is lost.
    for old in &before {
        let new = stage.model.verification(old.id).unwrap_or_else(|| panic!("{at}: lost"));
        assert_eq!((&new.address, &new.secret), (&old.address, &old.secret), "{at}");
        assert!(new.validations.starts_with(&old.validations), "{at}");
        assert!(new.attempt >= old.attempt, "{at}");
    }

    if uncertain {
        let twin = || Stage { model: stage.model.clone(), effects: Vec::new(), ..stage };
        it_was_not_done(twin(), waits, &at, (&want, code));
        it_was_done(twin(), waits, &at);
    } else if matches!(&*phase, "adopting" | "reading") {
        // Even where the list cannot be read now, or lags.
        let twin = || Stage { model: stage.model.clone(), effects: Vec::new(), ..stage };
        let mut without = twin();
        let number = without.list;
        without.feed(Input::ListLoaded { number, result: Err(RequestError::Network) });
        assert_done(&without, waits, &at);
        let mut lagging = twin();
        lagging.list(&["alice@example.org", "bob@example.org"]);
        assert_done(&lagging, waits, &at);
        it_was_done(twin(), waits, &at);
    }
}

fn is_request_of_changes(waits: Waits) -> bool {
    !matches!(waits, Waits::FirstList | Waits::List)
}

/// The list shows that nothing has changed.
fn it_was_not_done(mut stage: Stage, waits: Waits, at: &str, (want, code): (&str, &str)) {
    stage.list(&["alice@example.org", "bob@example.org"]);
    assert_eq!(stage.errors(), [code], "{at}");
    let want = if waits == Waits::DeletePassword {
        want.replace("dialog", "failed")
    } else {
        want.to_owned()
    };
    assert_eq!(stage.phase(waits), want, "{at}");
    assert!(stage.requests().is_empty(), "{at}");
}

/// The list shows that it worked.
fn it_was_done(mut stage: Stage, waits: Waits, at: &str) {
    if DELETES.contains(&waits) {
        stage.list(&["alice@example.org"]);
    } else {
        stage.list(&["alice@example.org", "bob@example.org", "DORA@example.org"]);
    }
    assert_eq!(stage.errors(), [""; 0], "{at}: of what was done");
    assert_done(&stage, waits, at);
}

fn assert_done(stage: &Stage, waits: Waits, at: &str) {
    let deleted = DELETES.contains(&waits);
    let mut address = if deleted { "bob@example.org" } else { "dora@example.org" }.to_owned();
    if let Some(at) = stage.model.list.position(&Medium::Email, &address) {
        // As the list says it.
        address = stage.model.list.entries().expect("a list")[at].address.clone();
    }
    assert_eq!(stage.model.list.contains(&Medium::Email, &address), !deleted, "{at}");
    let told = stage.effects.iter().filter(|effect| match effect {
        Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::Added {
            address: of,
            ..
        }))) => !deleted && *of == address,
        Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::Removed {
            address: of,
            ..
        }))) => deleted && *of == address,
        _ => false,
    });
    assert_eq!(told.count(), 1, "{at}");
    assert!(stage.requests().is_empty(), "{at}");
    if deleted {
        assert!(stage.model.removals.is_empty(), "{at}");
        let removed = (&MethodCall::Remove(Medium::Email, address.clone()), Ok(()));
        assert!(stage.settled().contains(&removed), "{at}");
        assert_eq!(stage.model.status, Some(Status::Removed(Medium::Email, address)), "{at}");
    } else {
        assert!(stage.model.verification(stage.id).is_none(), "{at}");
        assert_eq!(stage.model.status, Some(Status::Added(Medium::Email, address)), "{at}");
    }
    let carol = |it: &matrix_threepids::model::Verification| it.address == "carol@example.org";
    assert!(stage.model.verifications.iter().any(carol), "{at}");
}

#[test]
fn every_response_in_every_state_has_expected_result() {
    let mut cells = 0;
    for row in ROWS {
        for waits in ALL {
            cell(row, waits);
            cells += 1;
        }
    }
    println!("{cells} cells: {} answers in {} phases", ROWS.len(), ALL.len());
}
