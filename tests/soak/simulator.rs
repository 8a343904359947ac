//! The account's months: what happens next, and what that leads to.

use std::collections::VecDeque;

use fastrand::Rng;
use matrix_threepids::matrix::{ClientSecret, Json, RequestError};
use matrix_threepids::model::{
    ApiRequest, Effect, FallbackWindow, HostEffect, HostEvent, HostNotification, Input, Model,
    Request, RequestKey, SessionState, TabEffect, UiEffect, UiaTarget,
};

use crate::checks::MARKER;
use crate::counts::Counts;
use crate::server::{Fault, Server, refusal};
use crate::tab::{self, Tab, UnderWay};
use crate::user::password_of;

const START: f64 = 1_700_000_000_000.0;
const SECOND: f64 = 1_000.0;
const MINUTE: f64 = 60.0 * SECOND;
const HOUR: f64 = 60.0 * MINUTE;
const DAY: f64 = 24.0 * HOUR;
/// How long the element waits for an answer.
const PATIENCE: f64 = 30.0 * SECOND;
/// How many tabs anybody has.
const MOST_TABS: usize = 4;

/// One account, everybody who has to do with it, and the time.
pub struct World<'a> {
    /// What is drawn by lot.
    pub rng: Rng,
    /// What has happened.
    pub counts: &'a mut Counts,
    /// The time, in ms, by a clock that nobody sets.
    pub now: f64,
    /// The homeserver.
    pub server: Server,
    /// The tabs of the person's browser.
    pub tabs: Vec<Tab>,
    /// How often a request goes wrong, of 1.
    pub weather: f64,
    /// How many passwords there were.
    pub passwords: u32,
    /// How often one was typed, or handed in again by the button.
    pub passwords_typed: u64,
    /// The machine's clock is so far ahead.
    ahead: f64,
    /// What outlives tabs, if the embedder wants that.
    storage: Option<Json>,
    outlives_tabs: bool,
}

impl World<'_> {
    /// A world that is all made by this number.
    pub fn new(seed: u64, counts: &mut Counts) -> World<'_> {
        let mut rng = Rng::with_seed(seed);
        let password = format!("{MARKER}0");
        let server = Server::new(password, rng.u8(0..4) == 0, rng.bool());
        let outlives_tabs = rng.bool();
        counts.worlds += 1;
        let mut world = World {
            rng,
            counts,
            now: START,
            server,
            tabs: Vec::new(),
            weather: 0.02,
            passwords: 0,
            passwords_typed: 0,
            ahead: 0.0,
            storage: None,
            outlives_tabs,
        };
        world.opens_tab();
        world
    }

    /// Lives through so many days, and then comes to rest.
    pub fn live(mut self, days: f64) {
        let until = self.now + days * DAY;
        while self.now < until {
            // Busy for some minutes, then away for hours.
            let pause = match self.rng.u8(0..40) {
                0 => self.rng.f64() * 12.0 * HOUR,
                1..4 => self.rng.f64() * 30.0 * MINUTE,
                _ => self.rng.f64() * 20.0 * SECOND,
            };
            self.pass(pause);
            self.act();
        }
        self.rest();
        self.check_at_rest();
        self.counts.days += (self.now - START) / DAY;
    }

    /// So much time goes by, with what happens in it.
    fn pass(&mut self, ms: f64) {
        let until = self.now + ms;
        let mut steps = 0;
        loop {
            let nexts = self.tabs.iter().map(Tab::next).enumerate();
            let first = nexts.min_by(|one, other| one.1.total_cmp(&other.1));
            let Some((at, due)) = first.filter(|(_, due)| *due <= until) else { break };
            steps += 1;
            assert!(steps < 200_000, "it never rests");
            self.now = self.now.max(due);
            self.happen(at);
        }
        self.now = self.now.max(until);
    }

    /// What is due in this tab happens.
    fn happen(&mut self, at: usize) {
        let tab = &mut self.tabs[at];
        if tab.renewed_at <= self.now {
            tab.renewed_at = f64::INFINITY;
            self.counts.count("seen: the session ended, and another began");
            return self.feed(at, Input::SessionChanged(SessionState::Active), false);
        }
        match tab.under_way.iter().position(|it| it.due <= self.now) {
            Some(index) => {
                let request = tab.under_way.remove(index);
                self.arrive(at, request);
            }
            None => self.feed(at, Input::TimerFired, false),
        }
    }

    fn arrive(&mut self, at: usize, request: UnderWay) {
        let UnderWay { effect, fault, .. } = request;
        if let Some(fault) = fault {
            self.counts.count(format_args!("fault: {fault:?}"));
        }
        let result = match fault {
            None => self.server.answer(&effect, self.now, self.counts),
            Some(fault @ (Fault::Lost | Fault::Late)) => {
                // Whatever it answers, nobody hears it.
                let _ = self.server.answer(&effect, self.now, self.counts);
                let is_late = fault == Fault::Late;
                Err(if is_late { RequestError::Timeout } else { RequestError::Network })
            }
            Some(Fault::Refused) => Err(RequestError::Network),
            Some(Fault::Offline) => Err(RequestError::Offline),
            Some(Fault::BadGateway) => Err(refusal(502, "<html>")),
            Some(Fault::Maintenance) => Err(refusal(404, "<html>")),
            Some(Fault::PageAsSuccess) => Err(refusal(200, "<html>")),
            Some(Fault::ServerError) => Err(refusal(500, r#"{"errcode":"M_UNKNOWN"}"#)),
            Some(Fault::Limited) => {
                let wait = (self.rng.f64() * 10.0 * MINUTE).round();
                self.server.limit(self.now + wait);
                let body = format!(r#"{{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":{wait}}}"#);
                Err(refusal(429, &body))
            }
            Some(Fault::Logout) => Err(RequestError::SessionExpired { soft_logout: false }),
            Some(Fault::SoftLogout) => Err(RequestError::SessionExpired { soft_logout: true }),
        };
        self.let_others_add(&effect);
        let input = tab::input(effect, result, self.fresh_secret());
        self.feed(at, input, false);
    }

    /// One input, and all that it leads to, in every tab.
    pub fn feed(&mut self, at: usize, input: Input, is_asked: bool) {
        let mut inputs = VecDeque::from([(at, input, is_asked)]);
        while let Some((at, input, is_asked)) = inputs.pop_front() {
            let tab = &mut self.tabs[at];
            if is_asked {
                tab.unasked.clear();
            }
            let effects = tab.model.update(self.now + tab.base, input);
            for effect in effects {
                self.run(at, effect, is_asked, &mut inputs);
            }
            self.keep(at, &mut inputs);
            if inputs.is_empty() {
                self.check(at);
            }
        }
    }

    /// Does what an element wants done.
    fn run(
        &mut self,
        at: usize,
        effect: Effect,
        is_asked: bool,
        inputs: &mut VecDeque<(usize, Input, bool)>,
    ) {
        if let Some(slot) = effect.request_key() {
            self.give_up(at, &[slot]);
            if !is_asked {
                self.tabs[at].unasked.push((self.now, slot));
            }
            return self.send(at, effect, inputs);
        }
        match effect {
            Effect::Abort(key) => self.give_up(at, &[key]),
            Effect::Host(HostEffect::ConfirmRemove { .. }) => {
                inputs.push_back((at, Input::HostDecidedRemove(true), is_asked))
            }
            Effect::Host(HostEffect::ConfirmAdd { section, .. }) => {
                inputs.push_back((at, Input::HostDecidedAdd(section, true), is_asked));
            }
            Effect::Host(HostEffect::OfferChallenge { number, .. }) => {
                inputs.push_back((at, Input::UserWillAuthenticate(number), is_asked));
            }
            Effect::Tab(TabEffect::OpenFallbackPage(subject)) => {
                inputs.push_back((
                    at,
                    Input::FallbackWindowChanged(subject, FallbackWindow::Open),
                    is_asked,
                ));
            }
            Effect::Ui(UiEffect::SubmitDialog) => self.press_again(at, inputs),
            Effect::Ui(UiEffect::Notify(HostNotification::Event(event))) => {
                let shown = format!("{event:?}");
                assert!(!shown.contains(MARKER), "an event with a password: {shown}");
                let secrets = self.tabs[at].model.verifications.iter().map(|it| it.secret.as_str());
                assert!(!secrets.into_iter().any(|it| shown.contains(it)), "a secret: {shown}");
                if let HostEvent::SessionExpired { .. } = event {
                    self.tabs[at].renewed_at = self.now + self.rng.f64() * 5.0 * MINUTE;
                }
            }
            Effect::Tab(TabEffect::BroadcastListChanged) => {
                self.tell_others(at, || Input::TabListChanged, inputs)
            }
            Effect::Tab(TabEffect::BroadcastLinkOpened(sid)) => {
                self.tell_others(at, || Input::TabLinkOpened(sid.clone()), inputs);
            }
            Effect::Ui(UiEffect::Notify(HostNotification::MethodResult(..)))
            | Effect::Ui(UiEffect::Notify(HostNotification::AllMethodsRejected(_)))
            | Effect::Ui(UiEffect::Focus(_))
            | Effect::Ui(UiEffect::SetFieldValue(..))
            | Effect::Tab(TabEffect::RemoveSidFromUrl(_)) => {}
            request => panic!("{request:?} has a slot"),
        }
    }

    /// The button that goes on is pressed, with what is still typed in.
    fn press_again(&mut self, at: usize, inputs: &mut VecDeque<(usize, Input, bool)>) {
        let input = match self.tabs[at].model.active_uia().map(|it| it.0) {
            Some(
                subject @ (UiaTarget::Verification(_) | UiaTarget::Removal | UiaTarget::Password),
            ) => {
                self.passwords_typed += 1;
                Input::UserReplied(subject, password_of(&self.server.password))
            }
            None => Input::RemoveConfirmed,
        };
        inputs.push_back((at, input, false));
    }

    fn send(&mut self, at: usize, effect: Effect, inputs: &mut VecDeque<(usize, Input, bool)>) {
        let mut due = self.now + 20.0 + self.rng.f64() * 2.0 * SECOND;
        if let Effect::Request(Request::Api(ApiRequest::Add {
            id,
            sid,
            wait_for_lock: patient,
            ..
        })) = &effect
            && self.is_added_elsewhere(at, sid)
        {
            self.counts.count("seen: another tab adds the same");
            if !patient {
                return inputs.push_back((at, Input::AddLockUnavailable(*id), false));
            }
            due = f64::INFINITY;
        }
        let fault = (self.rng.f64() < self.weather).then(|| self.rng.choice(Fault::ALL)).flatten();
        if fault == Some(Fault::Late) {
            due += PATIENCE;
        }
        self.tabs[at].under_way.push(UnderWay { due, effect, fault });
    }

    fn is_added_elsewhere(&self, at: usize, sid: &str) -> bool {
        let is = |it: &UnderWay| matches!(&it.effect, Effect::Request(Request::Api(ApiRequest::Add { sid: of, .. })) if of == sid);
        let others = self.tabs.iter().enumerate().filter(|(other, _)| *other != at);
        others.into_iter().any(|(_, tab)| tab.under_way.iter().any(is))
    }

    /// Who waited for this to be added may try now: the first of them.
    fn let_others_add(&mut self, effect: &Effect) {
        let Effect::Request(Request::Api(ApiRequest::Add { sid, .. })) = effect else { return };
        let waits = |it: &&mut UnderWay| {
            it.due.is_infinite()
                && matches!(&it.effect, Effect::Request(Request::Api(ApiRequest::Add { sid: of, .. })) if of == sid)
        };
        let mut all = self.tabs.iter_mut().flat_map(|tab| &mut tab.under_way);
        if let Some(next) = all.find(waits) {
            next.due = self.now + 50.0;
        }
    }

    /// Gives up requests. What was on its way may have arrived all the same.
    fn give_up(&mut self, at: usize, slots: &[RequestKey]) {
        for request in self.tabs[at].give_up(slots) {
            if request.due.is_finite() && self.rng.bool() {
                self.counts.count("seen: an answer came too late");
                let _ = self.server.answer(&request.effect, self.now, self.counts);
            }
            self.let_others_add(&request.effect);
        }
    }

    /// What the element keeps goes into the storage, and to the other tabs.
    fn keep(&mut self, at: usize, inputs: &mut VecDeque<(usize, Input, bool)>) {
        let records = self.tabs[at].model.to_stored_state();
        if self.tabs[at].kept == records {
            return;
        }
        self.tabs[at].kept.clone_from(&records);
        if self.outlives_tabs {
            self.storage.clone_from(&records);
        }
        if let Some(records) = records {
            self.tell_others(at, || Input::TabRecords(records.clone()), inputs);
        }
    }

    fn tell_others(
        &mut self,
        at: usize,
        input: impl Fn() -> Input,
        inputs: &mut VecDeque<(usize, Input, bool)>,
    ) {
        let others = 0..self.tabs.len();
        for other in others.filter(|it| *it != at && self.tabs[*it].model.password.is_none()) {
            self.counts.count("seen: another tab was told");
            inputs.push_back((other, input(), false));
        }
    }

    /// A fresh client secret.
    pub fn fresh_secret(&mut self) -> ClientSecret {
        let mut bytes = [0; ClientSecret::BYTES];
        self.rng.fill(&mut bytes);
        ClientSecret::from_random(bytes)
    }

    /// The tab that the person looks at.
    pub fn in_front(&self) -> Option<usize> {
        self.tabs.iter().position(|it| it.is_visible)
    }

    /// The person turns to another tab, or comes back to one.
    pub fn turns_to_tab(&mut self) -> bool {
        let to = self.rng.usize(0..self.tabs.len());
        if let Some(from) = self.in_front().filter(|from| *from != to) {
            self.tabs[from].is_visible = false;
            let presence = self.tabs[from].presence();
            self.feed(from, presence, false);
        }
        let is_other = !self.tabs[to].is_visible;
        self.tabs[to].is_visible = true;
        let presence = self.tabs[to].presence();
        self.feed(to, presence, false);
        is_other
    }

    /// A new tab: with the addresses, or with the password.
    pub fn opens_tab(&mut self) -> bool {
        if self.tabs.len() == MOST_TABS {
            return false;
        }
        if let Some(from) = self.in_front() {
            self.tabs[from].is_visible = false;
            let presence = self.tabs[from].presence();
            self.feed(from, presence, false);
        }
        let is_first = self.tabs.is_empty();
        let model = if is_first || self.rng.u8(0..4) > 0 {
            Model::default()
        } else {
            Model::new_for_password()
        };
        self.tabs.push(Tab::new(model, self.ahead));
        let kept = self.storage.clone();
        self.begin(self.tabs.len() - 1, kept);
        true
    }

    /// An element has homeserver and token.
    fn begin(&mut self, at: usize, kept: Option<Json>) {
        let presence = self.tabs[at].presence();
        self.feed(at, presence, false);
        self.feed(at, Input::SessionChanged(SessionState::Active), true);
        if let Some(kept) = kept.filter(|_| self.tabs[at].model.password.is_none()) {
            self.feed(at, Input::StorageLoaded(kept), false);
            if !self.tabs[at].model.verifications.is_empty() {
                self.counts.count("seen: a reload found what is pending");
            }
        }
    }

    /// The tab is closed; the first stays.
    pub fn closes_tab(&mut self, at: usize) -> bool {
        if self.tabs.len() == 1 {
            return false;
        }
        let gone = self.tabs.remove(at);
        for request in gone.under_way {
            self.let_others_add(&request.effect);
        }
        self.turns_to_tab();
        true
    }

    /// The page is loaded again.
    pub fn reloads(&mut self, at: usize) -> bool {
        let is_password = self.tabs[at].model.password.is_some();
        let model = if is_password { Model::new_for_password() } else { Model::default() };
        let old = std::mem::replace(&mut self.tabs[at], Tab::new(model, self.ahead));
        for request in old.under_way {
            self.let_others_add(&request.effect);
        }
        let kept = if self.outlives_tabs { self.storage.clone() } else { old.kept };
        self.begin(at, kept);
        true
    }

    /// Somebody sets the clock: minutes or hours, ahead or back.
    pub fn sets_clock(&mut self) -> bool {
        let away = (self.rng.f64() - 0.5) * self.rng.choice([MINUTE, 2.0 * HOUR]).expect("one");
        self.ahead += away;
        for at in 0..self.tabs.len() {
            let ahead = self.ahead - self.tabs[at].base;
            self.feed(at, Input::ClockChanged { clock_offset: ahead }, false);
        }
        true
    }

    /// Nothing goes wrong any more, and the person does nothing but close what
    /// is open and look into each tab.
    fn rest(&mut self) {
        self.weather = 0.0;
        self.server.limit(0.0);
        for request in self.tabs.iter_mut().flat_map(|tab| &mut tab.under_way) {
            request.fault = None;
        }
        for _ in 0..3 {
            for at in 0..self.tabs.len() {
                self.look_into(at);
            }
        }
    }

    fn look_into(&mut self, at: usize) {
        if let Some(from) = self.in_front().filter(|from| *from != at) {
            self.tabs[from].is_visible = false;
            let presence = self.tabs[from].presence();
            self.feed(from, presence, false);
        }
        self.tabs[at].is_visible = true;
        let presence = self.tabs[at].presence();
        self.feed(at, presence, false);
        self.pass(HOUR);
        for _ in 0..10 {
            if let Some((subject, _)) = self.tabs[at].model.active_uia() {
                let cancel = Input::UserReplied(subject, matrix_threepids::model::UiaReply::Cancel);
                self.feed(at, cancel, true);
            }
            if !self.tabs[at].model.removals.is_empty() {
                self.feed(at, Input::RemoveCanceled, true);
            }
            self.pass(MINUTE);
        }
        self.feed(at, Input::Refresh, true);
        self.pass(2.0 * MINUTE);
    }
}
