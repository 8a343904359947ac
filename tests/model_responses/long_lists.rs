//! Lists of thousands of entries: the time for each response is proportional to
//! their number, whatever a server sends.

use std::fmt::Write;
use std::fs;
use std::time::Duration;

use matrix_threepids::matrix::get_3pids::{self, Medium, Threepid};
use matrix_threepids::matrix::identity_service::lookup;
use matrix_threepids::matrix::{Json, json};
use matrix_threepids::model::{
    Input, ListFilter, Model, Section, SessionState, ThreepidList, VerificationPhase,
};

use crate::harness::*;
use crate::response_table::*;

const SHORT: usize = 1_000;
const LONG: usize = 10 * SHORT;
/// With n log n steps, the long list takes 14 times as long as the short one.
/// With n² steps, it takes 100 times as long.
const MOST: u32 = 40;

/// Time that the processor has spent on this thread, so that other programs do
/// not count. Only Linux says so; elsewhere, the tests compare nothing.
fn processor_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let nanoseconds = text.split(' ').next().and_then(|number| number.parse().ok());
    Duration::from_nanos(nanoseconds.unwrap_or_default())
}

/// Shortest time of three runs, without the time of `set_up`.
fn time<T>(set_up: impl Fn() -> T, run: impl Fn(T)) -> Duration {
    let once = || {
        let ready = set_up();
        let began = processor_time();
        run(ready);
        processor_time() - began
    };
    (0..3).map(|_| once()).min().expect("three runs")
}

/// Runs the same with a short and a long list, and compares the times.
#[track_caller]
fn assert_linear<T>(set_up: impl Fn(usize) -> T, run: impl Fn(T)) {
    let [short, long] = [SHORT, LONG].map(|count| time(|| set_up(count), &run));
    // The system counts in steps of some milliseconds.
    let most = MOST * short.max(Duration::from_millis(5));
    assert!(long < most, "{SHORT}: {short:?}, {LONG}: {long:?}");
}

fn addresses(count: usize) -> Vec<Threepid> {
    (0..count).map(|at| email(&format!("user{at}@example.org"))).collect()
}

fn numbered(mut entries: Vec<Threepid>) -> Vec<Threepid> {
    let mut body = String::from(r#"{"threepids":["#);
    for (at, entry) in entries.drain(..).enumerate() {
        let comma = if at == 0 { "" } else { "," };
        let _ = write!(body, r#"{comma}{{"medium":"email","address":"{}"}}"#, entry.address);
    }
    get_3pids::read(&json::parse(&(body + "]}")).expect("JSON"))
}

/// An element with this list, of which every second address is shared.
fn with_list(entries: Vec<Threepid>) -> Stage {
    let mut model = Model::default();
    let server_name = Some("id.example.org".to_owned());
    model.update(NOW, Input::IdentityServerSet { server_name, can_hash: true });
    let mut stage = Stage {
        model,
        effects: Vec::new(),
        list: 0,
        id: matrix_threepids::model::VerificationId(0),
    };
    stage.feed(Input::SessionChanged(SessionState::Active));
    stage.feed(Input::ListLoaded { number: stage.list, result: Ok(entries) });
    stage.feed(Input::IdentityResponded(Ok(Json::Null)));
    let details = json::parse(r#"{"algorithms":["sha256"],"lookup_pepper":"p"}"#);
    stage.feed(Input::IdentityResponded(Ok(details.expect("JSON"))));
    let entries = stage.model.list.entries().expect("a list").iter().step_by(2);
    let shared = entries.map(|it| lookup::lookup_key(&it.medium, &it.address)).collect();
    stage.feed(Input::LookupResponded(Ok(shared)));
    assert_eq!(stage.model.list.entries().expect("a list")[0].shared, Some(true));
    stage.feed(Input::Refresh);
    stage
}

fn shared_entries(stage: &Stage) -> usize {
    stage.model.list.entries().expect("a list").iter().filter(|it| it.shared == Some(true)).count()
}

#[test]
fn parsing_a_list_takes_linear_time() {
    let body = |count: usize| {
        let entry = |at| format!(r#"{{"medium":"email","address":"user{at}@example.org"}}"#);
        let entries: Vec<_> = (0..count).map(entry).collect();
        json::parse(&format!(r#"{{"threepids":[{}]}}"#, entries.join(","))).expect("JSON")
    };
    assert_linear(body, |body| drop(get_3pids::read(&body)));
}

#[test]
fn parsing_equal_entries_and_equal_hashes_takes_linear_time() {
    // Each pair has the same hash if characters are added up with a factor of 31.
    let colliding = |at: usize| -> String {
        (0..14).map(|bit| if at >> bit & 1 == 1 { "Aa" } else { "BB" }).collect()
    };
    for address in [&colliding as &dyn Fn(usize) -> String, &|_| "a@example.org".to_owned()] {
        let entries = |count: usize| (0..count).map(|at| email(&address(at))).collect::<Vec<_>>();
        assert_linear(entries, |entries| drop(numbered(entries)));
    }
}

#[test]
fn the_same_list_again_takes_linear_time_and_stays_where_it_is() {
    let set_up = |count| (with_list(addresses(count)), addresses(count));
    assert_linear(set_up, |(mut stage, entries)| {
        let before = stage.model.list.shared_entries().cloned().expect("a list");
        let shared = shared_entries(&stage);
        stage.feed(Input::ListLoaded { number: stage.list, result: Ok(entries) });
        assert_eq!(shared_entries(&stage), shared);
        let after = stage.model.list.shared_entries().expect("a list");
        assert!(std::sync::Arc::ptr_eq(&before, after));
    });
}

#[test]
fn another_order_takes_linear_time() {
    let set_up = |count| {
        let mut entries = addresses(count);
        entries.reverse();
        (with_list(addresses(count)), entries)
    };
    assert_linear(set_up, |(mut stage, entries)| {
        let shared = shared_entries(&stage);
        stage.feed(Input::ListLoaded { number: stage.list, result: Ok(entries) });
        assert_eq!(shared_entries(&stage), shared);
    });
}

#[test]
fn another_spelling_of_all_addresses_takes_linear_time() {
    let set_up = |count| {
        let upper = |entry: Threepid| email(&entry.address.to_uppercase());
        (with_list(addresses(count)), addresses(count).into_iter().map(upper).collect())
    };
    assert_linear(set_up, |(mut stage, entries)| {
        let shared = shared_entries(&stage);
        stage.feed(Input::ListLoaded { number: stage.list, result: Ok(entries) });
        assert_eq!(shared_entries(&stage), shared);
    });
}

#[test]
fn one_more_entry_takes_linear_time() {
    let set_up = |count| {
        let mut stage = with_list(addresses(count));
        stage.add("new@example.org", 3);
        let id = stage.id;
        stage.feed(Input::TokenResponded { id, result: Ok(sid("1")) });
        stage.feed(Input::Continue(id));
        stage.feed(Input::AddResponded { id, result: Ok(()) });
        let pending = stage.model.verification(id).expect("a verification");
        assert!(matches!(pending.phase, VerificationPhase::Refreshing));
        let mut entries = addresses(count);
        entries.push(email("New@example.org"));
        (stage, entries)
    };
    assert_linear(set_up, |(mut stage, entries)| {
        stage.feed(Input::ListLoaded { number: stage.list, result: Ok(entries) });
        assert!(stage.model.verification(stage.id).is_none());
    });
}

#[test]
fn one_less_among_equal_addresses_takes_linear_time() {
    // Upper and lower case of 14 letters: servers treat them as equal.
    let spelling = |at: usize| -> Threepid {
        let letter = |bit: usize| if at >> bit & 1 == 1 { 'A' } else { 'a' };
        email(&((0..14).map(letter).collect::<String>() + "@example.org"))
    };
    let set_up = |count: usize| {
        let entries: Vec<_> = (0..count).map(spelling).collect();
        let mut stage = with_list(entries.clone());
        let address = entries[7].address.clone();
        stage.feed(Input::RemoveRequested { medium: Medium::Email, address });
        stage.feed(Input::HostDecidedRemove(true));
        stage.feed(Input::RemoveConfirmed);
        stage.feed(Input::DeleteResponded(Ok(None)));
        (stage, entries)
    };
    // The server still lists it.
    assert_linear(set_up, |(mut stage, entries)| {
        stage.feed(Input::ListLoaded { number: stage.list, result: Ok(entries) });
        assert!(stage.model.removals.is_empty());
    });
}

#[test]
fn a_lookup_takes_linear_time() {
    let set_up = |count| {
        let key = |entry: &Threepid| lookup::lookup_key(&entry.medium, &entry.address);
        let texts: Vec<String> = addresses(count).iter().map(key).collect();
        let hashes: Vec<String> = texts.iter().rev().cloned().collect();
        let members = hashes.iter().map(|it| format!("{it:?}:\"@alice:example.org\""));
        let mappings = members.collect::<Vec<_>>().join(",");
        let body = json::parse(&format!(r#"{{"mappings":{{{mappings}}}}}"#)).expect("JSON");
        (texts, hashes, body)
    };
    assert_linear(set_up, |(texts, hashes, body)| {
        let found = lookup::read(&body, &texts, &hashes, "@alice:example.org");
        assert_eq!(found.len(), texts.len());
    });
    let set_up = |count| {
        let mut stage = with_list(addresses(count));
        stage.feed(Input::ListLoaded { number: stage.list, result: Ok(addresses(count)) });
        let key = |entry: &Threepid| lookup::lookup_key(&entry.medium, &entry.address);
        let shared: Vec<String> = addresses(count).iter().rev().map(key).collect();
        (stage, shared)
    };
    assert_linear(set_up, |(mut stage, shared)| {
        let all = shared.len();
        stage.feed(Input::LookupResponded(Ok(shared)));
        assert_eq!(shared_entries(&stage), all);
    });
}

#[test]
fn finding_entries_takes_linear_time() {
    let set_up = |count| with_list(addresses(count));
    assert_linear(set_up, |stage| {
        let filter = ListFilter::new("user99");
        let found = stage.model.entries(Section::Emails).filter(|it| filter.is_match(it)).count();
        assert!(found > 10);
        assert_eq!(stage.model.positions(Section::Emails).first(), Some(&0));
    });
}

#[test]
fn an_unchanged_sharing_state_leaves_the_list_where_it_is() {
    let mut stage = with_list(addresses(3));
    stage.feed(Input::ListLoaded { number: stage.list, result: Ok(addresses(3)) });
    let before = stage.model.list.shared_entries().cloned().expect("a list");
    let entries = before.iter().step_by(2);
    let shared = entries.map(|it| lookup::lookup_key(&it.medium, &it.address)).collect();
    stage.feed(Input::LookupResponded(Ok(shared)));
    assert!(std::sync::Arc::ptr_eq(&before, stage.model.list.shared_entries().expect("a list")));
    stage.feed(Input::Refresh);
    stage.feed(Input::ListLoaded { number: stage.list, result: Ok(addresses(3)) });
    stage.feed(Input::LookupResponded(Ok(Vec::new())));
    assert!(!std::sync::Arc::ptr_eq(&before, stage.model.list.shared_entries().expect("a list")));
    assert_eq!(shared_entries(&stage), 0);
    assert!(matches!(stage.model.list, ThreepidList::Loaded { .. }));
}
