//! Two tabs that tell each other what they keep: late, twice, or out of order.

use std::collections::{BTreeMap, BTreeSet};

use matrix_threepids::matrix::get_3pids::{Medium, Threepid};
use matrix_threepids::matrix::request_3pid_token_via_email::Response;
use matrix_threepids::matrix::{ClientSecret, HttpResponse, Json, RequestError};
use matrix_threepids::model::{
    ApiRequest, Effect, Initiator, Input, Model, PageState, Request, RequestKey, Section,
    SessionState, VerificationId,
};
use proptest::prelude::*;

use crate::storage_fuzz::records;

const ADDRESSES: [&str; 3] = ["alice@example.org", "Bob@example.org", "bob@example.org"];

/// What is done in a tab, or between the two.
#[derive(Clone, Debug)]
enum Deed {
    Add(usize),
    Resend(usize),
    /// The server's answer to the oldest request for a mail.
    Answer {
        /// Whether the mail went out.
        sent: bool,
        /// The same session again.
        known: bool,
    },
    Continue(usize),
    /// The answer to the oldest `add`.
    Added(u8),
    Cancel(usize),
    Reload,
    /// What this tab has is on its way to the other.
    Tell,
    /// Of what is on its way to this tab, something arrives; now and then twice.
    Hear(usize, bool),
    Time(u32),
    /// Something else comes by the same way.
    Garbage(Json),
}

fn deed() -> impl Strategy<Value = Deed> {
    let which = || 0..4usize;
    prop_oneof![
        4 => (0..ADDRESSES.len()).prop_map(Deed::Add),
        3 => which().prop_map(Deed::Resend),
        6 => (prop::bool::weighted(0.8), any::<bool>())
            .prop_map(|(sent, known)| Deed::Answer { sent, known }),
        3 => which().prop_map(Deed::Continue),
        4 => (0..6u8).prop_map(Deed::Added),
        2 => which().prop_map(Deed::Cancel),
        1 => Just(Deed::Reload),
        5 => Just(Deed::Tell),
        5 => (0..8usize, prop::bool::weighted(0.2)).prop_map(|(which, twice)| Deed::Hear(which, twice)),
        3 => (0..5_000_000u32).prop_map(Deed::Time),
        1 => records().prop_map(Deed::Garbage),
    ]
}

#[derive(Default)]
struct Tab {
    model: Model,
    /// Requests for mails and `add`s under way, the oldest first.
    mails: Vec<VerificationId>,
    adds: Vec<VerificationId>,
    /// On its way to here.
    post: Vec<Json>,
}

struct Pair {
    tabs: [Tab; 2],
    now: f64,
    secrets: u8,
    sids: u32,
    /// What is on the account.
    listed: BTreeSet<String>,
}

impl Pair {
    fn open() -> Pair {
        let tabs = [Tab::default(), Tab::default()];
        let (secrets, sids) = (0, 0);
        let now = 1_700_000_000_000.0;
        let mut pair = Pair { tabs, now, secrets, sids, listed: BTreeSet::new() };
        for at in [0, 1] {
            let visible = at == 0;
            let presence = PageState { visible, focused: visible, offline: false, shown: true };
            pair.feed(at, Input::PageStateChanged(presence));
            pair.feed(at, Input::SessionChanged(SessionState::Active));
        }
        pair
    }

    fn feed(&mut self, at: usize, input: Input) {
        let tab = &mut self.tabs[at];
        for effect in tab.model.update(self.now, input) {
            match effect {
                Effect::Request(Request::Api(ApiRequest::RequestToken { id, .. })) => {
                    tab.mails.push(id)
                }
                Effect::Request(Request::Api(ApiRequest::Add { id, .. })) => tab.adds.push(id),
                Effect::Abort(RequestKey::Token(id)) => tab.mails.retain(|it| *it != id),
                Effect::Abort(RequestKey::Add(id)) => tab.adds.retain(|it| *it != id),
                _ => {}
            }
        }
        // Lists are answered at once.
        let reads = |tab: &Tab| crate::invariants::list_under_way(&tab.model);
        if let Some(number) = reads(&self.tabs[at]) {
            let entry = |address: &String| Threepid {
                medium: Medium::Email,
                address: address.clone(),
                added_at: None,
                validated_at: None,
                shared: None,
                nth: 0,
            };
            let result = Ok(self.listed.iter().map(entry).collect());
            self.feed(at, Input::ListLoaded { number, result });
        }
    }

    fn secret(&mut self) -> ClientSecret {
        self.secrets = (self.secrets + 1) % 64;
        ClientSecret::from_random([self.secrets; ClientSecret::BYTES])
    }

    fn pending(&self, at: usize, which: usize) -> Option<VerificationId> {
        let pending = &self.tabs[at].model.verifications;
        pending.get(which % pending.len().max(1)).map(|it| it.id)
    }

    fn act(&mut self, at: usize, deed: &Deed) {
        // Nobody is quicker.
        self.now += 5.0;
        match deed.clone() {
            Deed::Add(which) => {
                let (address, secret) = (ADDRESSES[which].to_owned(), self.secret());
                self.feed(at, Input::AddEmail { address, secret, initiator: Initiator::User });
                self.feed(at, Input::HostDecidedAdd(Section::Emails, true));
            }
            Deed::Resend(which) => {
                if let Some(id) = self.pending(at, which) {
                    let secret = self.secret();
                    self.feed(at, Input::Resend(id, secret));
                }
            }
            Deed::Answer { sent, known } => {
                if !self.tabs[at].mails.is_empty() {
                    let id = self.tabs[at].mails.remove(0);
                    self.sids += u32::from(!known);
                    let sid = format!("sid-{}", self.sids);
                    let answer = Response { sid, submit_url: None, msisdn: None };
                    let result = if sent { Ok(answer) } else { Err(RequestError::Network) };
                    self.feed(at, Input::TokenResponded { id, result });
                }
            }
            Deed::Continue(which) => {
                if let Some(id) = self.pending(at, which) {
                    self.feed(at, Input::Continue(id));
                }
            }
            Deed::Added(how) => self.added(at, how),
            Deed::Cancel(which) => {
                if let Some(id) = self.pending(at, which) {
                    self.feed(at, Input::Cancel(id));
                }
            }
            Deed::Reload => {
                let mut model = Model::default();
                model.page_state = self.tabs[at].model.page_state;
                let kept = self.tabs[at].model.to_stored_state().unwrap_or(Json::Null);
                let post = std::mem::take(&mut self.tabs[at].post);
                self.tabs[at] = Tab { model, post, ..Tab::default() };
                self.feed(at, Input::SessionChanged(SessionState::Active));
                self.feed(at, Input::StorageLoaded(kept));
            }
            Deed::Tell => {
                let records = self.tabs[at].model.to_stored_state();
                self.tabs[1 - at].post.extend(records);
            }
            Deed::Hear(which, twice) => {
                let post = &mut self.tabs[at].post;
                if !post.is_empty() {
                    let which = which % post.len();
                    let records = if twice { post[which].clone() } else { post.remove(which) };
                    self.feed(at, Input::TabRecords(records));
                }
            }
            Deed::Time(ms) => {
                self.now += f64::from(ms);
                self.feed(0, Input::TimerFired);
                self.feed(1, Input::TimerFired);
            }
            Deed::Garbage(records) => self.feed(at, Input::TabRecords(records)),
        }
    }

    fn added(&mut self, at: usize, how: u8) {
        if self.tabs[at].adds.is_empty() {
            return;
        }
        let id = self.tabs[at].adds.remove(0);
        let refused = |status, body: &str| {
            let body = body.to_owned();
            HttpResponse { status, retry_after: None, body }.json().map(drop)
        };
        let result = match how {
            0 => Ok(()),
            1 => Err(RequestError::Network),
            2 => refused(401, r#"{"session":"s","flows":[{"stages":["m.login.password"]}]}"#),
            3 => refused(400, r#"{"errcode":"M_SESSION_EXPIRED"}"#),
            _ => refused(400, r#"{"errcode":"M_THREEPID_AUTH_FAILED"}"#),
        };
        if result.is_ok() {
            let address = self.tabs[at].model.verification(id).map(|it| it.address.to_lowercase());
            self.listed.extend(address);
        }
        self.feed(at, Input::AddResponded { id, result });
    }

    /// Both tell what they have, until neither has anything new.
    fn talk(&mut self) -> usize {
        let mut told = [None, None];
        for round in 0..20 {
            let mut new = false;
            for (at, told) in told.iter_mut().enumerate() {
                let records = self.tabs[at].model.to_stored_state();
                if *told != Some(records.clone()) {
                    *told = Some(records.clone());
                    new = true;
                    self.feed(1 - at, Input::TabRecords(records.unwrap_or(Json::Null)));
                }
            }
            if !new {
                return round;
            }
        }
        panic!("they tell each other for ever: {told:?}");
    }

    /// What is pending: by its address, the sessions that may be through.
    fn pending_in(&self, at: usize) -> BTreeMap<String, BTreeSet<(String, String)>> {
        let pending = self.tabs[at].model.verifications.iter();
        let group = pending.map(|it| {
            let validations = it.validations.iter();
            let sids = validations.map(|it| (it.sid.clone(), it.secret.as_str().to_owned()));
            (it.address.to_lowercase(), sids.collect())
        });
        group.collect()
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 300,
        max_shrink_iters: 20_000,
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn two_tabs_converge(deeds in prop::collection::vec((0..2usize, deed()), 1..50)) {
        let mut pair = Pair::open();
        for (at, deed) in &deeds {
            // What nobody has written may be taken for one thing here, and for
            // its opposite there.
            if !matches!(deed, Deed::Garbage(_)) {
                pair.act(*at, deed);
            }
        }
        pair.now += 5.0;
        pair.talk();
        assert_eq!(pair.pending_in(0), pair.pending_in(1));

        // What is late changes nothing any more.
        let settled = [0, 1].map(|at| pair.tabs[at].model.to_stored_state());
        for at in [0, 1] {
            for records in std::mem::take(&mut pair.tabs[at].post) {
                pair.feed(at, Input::TabRecords(records));
            }
        }
        pair.talk();
        assert_eq!(pair.pending_in(0), pair.pending_in(1));
        let after = [0, 1].map(|at| pair.tabs[at].model.to_stored_state());
        for (settled, after) in settled.iter().zip(&after) {
            let sent = |it: &Option<Json>| it.iter().map(sent_at).collect::<Vec<_>>();
            assert_eq!(sent(settled), sent(after));
        }
    }

    #[test]
    fn merging_tab_state_is_idempotent(
        deeds in prop::collection::vec((0..2usize, deed()), 1..30),
    ) {
        let mut pair = Pair::open();
        for (at, deed) in &deeds {
            if !matches!(deed, Deed::Garbage(_)) {
                pair.act(*at, deed);
            }
        }
        let theirs = pair.tabs[1].model.to_stored_state().unwrap_or(Json::Null);
        assert_merging_is_idempotent(&mut pair, theirs);
    }
}

#[test]
fn tab_that_was_just_opened_merges_idempotently() {
    let mut pair = Pair::open();
    pair.act(1, &Deed::Add(0));
    pair.act(1, &Deed::Answer { sent: true, known: false });
    pair.act(1, &Deed::Continue(0));
    pair.act(0, &Deed::Reload);
    // The session of the other tab's attempt has expired: it waits for the user.
    pair.act(1, &Deed::Added(3));
    let theirs = pair.tabs[1].model.to_stored_state().expect("an address is pending");
    assert_merging_is_idempotent(&mut pair, theirs);
}

/// The second merge sends nothing and stores nothing new; the third changes
/// nothing at all. (A tab that was just opened answers the first by asking the
/// other tab to finish; the second tells it that the other tab still waits.)
fn assert_merging_is_idempotent(pair: &mut Pair, theirs: Json) {
    pair.feed(0, Input::TabRecords(theirs.clone()));
    // A new mail may have been heard of: what waits for it is tried again.
    pair.feed(0, Input::TimerFired);
    let mut previous = pair.tabs[0].model.clone();
    for round in 0..2 {
        let now = pair.now;
        let model = &mut pair.tabs[0].model;
        assert_eq!(model.update(now, Input::TabRecords(theirs.clone())), []);
        assert_eq!(model.to_stored_state(), previous.to_stored_state());
        if round == 1 {
            assert_eq!(*model, previous);
        }
        previous = model.clone();
    }
}

/// Which addresses are pending or gone, and since when.
fn sent_at(records: &Json) -> Vec<(Option<String>, Option<u64>)> {
    let record = |it: &Json| {
        (it.str("address").map(str::to_lowercase), it.number("at").map(|at| at.to_bits()))
    };
    let mut all: Vec<_> = records.array("pending").iter().map(record).collect();
    all.sort();
    all
}
