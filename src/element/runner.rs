//! Runs the state machine: passes inputs to it and executes its effects.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::Date;
use leptos::prelude::{ArcRwSignal, Update, WithUntracked};
use leptos::task::{spawn_local, tick};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::ShadowRoot;

use super::details;
use super::focus;
use super::hooks::Hooks;
use super::identity::Identity;
use super::promises::Promises;
use super::records::Records;
use super::requests::perform;
use super::session::{Abort, Session};
use super::timer::Timer;
use crate::flow::{
    Access, Action, Effect, ErrorReport, Flow, Input, PageWindow, Reply, Section, Slot, Subject,
};
use crate::matrix::uia::Answer;
use crate::matrix::{Failure, Json, json};
use crate::ui::Model;

/// Runner of one element.
pub struct Runner {
    /// State of the element.
    pub model: ArcRwSignal<Model>,
    /// Session of new requests. Pending requests have their own.
    pub session: RefCell<Rc<Session>>,
    /// Promises of methods.
    pub promises: Promises,
    /// Shadow root, while the element is connected.
    pub root: RefCell<Option<ShadowRoot>>,
    pub(super) hooks: Hooks,
    /// Effects to execute now, in order.
    todo: RefCell<VecDeque<Effect>>,
    /// Effects to execute after the view is rendered.
    shown: RefCell<Vec<Effect>>,
    under_way: RefCell<Vec<UnderWay>>,
    numbers: Cell<u32>,
    wake: RefCell<Option<Timer>>,
    /// Time of the machine's clock at the start of the monotonic clock, in ms
    /// since the epoch.
    began: f64,
    /// Difference between both clocks that the state machine knows, in ms.
    ahead: Cell<f64>,
    /// Storage of the account.
    pub(super) records: Records,
}

#[wasm_bindgen]
extern "C" {
    /// The browser's monotonic clock.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// Difference between the clocks that is ignored, in ms: systems correct their
/// clocks all the time.
const CLOCK_MS: f64 = 1_000.0;

/// Pending request. Each slot has at most one.
struct UnderWay {
    slot: Slot,
    number: u32,
    abort: Abort,
}

/// Challenge that was offered to the host application. It takes one reply, and
/// only if the event was prevented. The reply can arrive before that is known.
enum Offer {
    Made,
    Early(JsValue),
    Taken,
    Answered,
}

impl Runner {
    /// Creates the runner of an element.
    pub fn new(hooks: Hooks) -> Rc<Runner> {
        Rc::new(Runner {
            model: ArcRwSignal::new(Model::default()),
            session: RefCell::new(Session::new(hooks.clone(), "", None, Identity::default(), None)),
            promises: Promises::default(),
            root: RefCell::default(),
            hooks,
            todo: RefCell::default(),
            shown: RefCell::default(),
            under_way: RefCell::default(),
            numbers: Cell::default(),
            wake: RefCell::default(),
            began: (Date::now() - performance_now()).floor(),
            ahead: Cell::default(),
            records: Records::default(),
        })
    }

    /// Reads the state.
    pub fn read<T>(&self, read: impl FnOnce(&Flow) -> T) -> T {
        self.model.with_untracked(|model| read(&model.flow))
    }

    /// Current session.
    pub fn session(&self) -> Rc<Session> {
        self.session.borrow().clone()
    }

    /// Monotonic time in whole ms; since the epoch at its start.
    fn now(&self) -> f64 {
        (self.began + performance_now()).floor()
    }

    /// Passes an input to the state machine.
    pub fn feed(self: &Rc<Self>, input: Input) {
        let now = self.now();
        let ahead = (Date::now() - now).floor();
        let mut effects = Vec::new();
        self.model.update(|model| {
            if (ahead - self.ahead.get()).abs() > CLOCK_MS {
                self.ahead.set(ahead);
                effects = model.flow.apply(now, Input::Clock { ahead });
            }
            effects.append(&mut model.flow.apply(now, input));
        });
        self.todo.borrow_mut().extend(effects);
        loop {
            let next = self.todo.borrow_mut().pop_front();
            match next {
                Some(effect) => self.run(effect),
                None => break,
            }
        }
        self.show_states();
        self.keep_records();
        self.set_alarm();
    }

    /// Resets the state for another homeserver or user.
    pub fn start_over(self: &Rc<Self>, session: Rc<Session>) {
        self.session.replace(session).end();
        self.under_way.take().iter().for_each(|it| it.abort.abort());
        self.promises.settle_all(ErrorReport::local("cancelled"));
        self.close_records();
        self.records.account.take();
        self.model.update(|model| model.flow.start_over());
    }

    /// Stops the timer and closes the storage, because the page may be frozen.
    pub fn freeze(&self) {
        self.wake.take();
        self.close_records();
    }

    /// The element left the page.
    pub fn detach(self: &Rc<Self>) {
        self.under_way.take().iter().for_each(|it| it.abort.abort());
        self.feed(Input::Detached);
        self.freeze();
        self.root.take();
    }

    fn run(self: &Rc<Self>, effect: Effect) {
        if let Some(slot) = effect.slot() {
            return self.request(slot, effect);
        }
        match effect {
            Effect::OpenPage(subject) => self.open_page(subject),
            Effect::Abort(id) => {
                self.abort(Slot::Token(id));
                self.abort(Slot::Add(id));
                self.abort(Slot::Code(id));
            }
            Effect::TellOpened(sid) => self.hooks.opened(&sid),
            Effect::TellChanged => self.hooks.opened(""),
            Effect::TidyAddress(sid) => self.hooks.tidy_address(&sid),
            Effect::AbortDelete => self.abort(Slot::Delete),
            Effect::Before(action, medium, address) => {
                let (name, section) = match action {
                    Action::Remove => ("threepid-before-remove", None),
                    Action::List
                    | Action::Send
                    | Action::Add
                    | Action::Submit
                    | Action::Prove
                    | Action::ChangePassword
                    | Action::Share
                    | Action::Bind
                    | Action::Unbind
                    | Action::Find => ("threepid-before-add", Section::of(&medium)),
                };
                let may = self.hooks.emit(name, &details::address(&medium, &address), true);
                self.feed(match section {
                    Some(section) => Input::MayAdd(section, may),
                    None => Input::MayRemove(may),
                });
            }
            Effect::Challenge { number, action, of, challenge } => {
                let detail = details::challenge(action, of.as_ref(), &challenge);
                self.offer_challenge(number, &detail);
            }
            Effect::Emit(_)
            | Effect::Settle(..)
            | Effect::SettleAll(_)
            | Effect::Focus(_)
            | Effect::FillField(..)
            | Effect::SubmitDialog => self.when_shown(effect),
            // Requests.
            Effect::ReadList { .. }
            | Effect::RequestToken { .. }
            | Effect::Add { .. }
            | Effect::SubmitToken { .. }
            | Effect::Delete { .. }
            | Effect::ChangePassword { .. }
            | Effect::ReadCapabilities(_)
            | Effect::Discover
            | Effect::Ask(_)
            | Effect::RequestProof { .. }
            | Effect::SubmitProof { .. } => {}
        }
    }

    fn when_shown(self: &Rc<Self>, effect: Effect) {
        let first = self.shown.borrow().is_empty();
        self.shown.borrow_mut().push(effect);
        if first {
            let runner = self.clone();
            spawn_local(async move {
                // The view's own updates run in between.
                tick().await;
                tick().await;
                runner.shown.take().into_iter().for_each(|effect| runner.run_shown(effect));
            });
        }
    }

    fn run_shown(&self, effect: Effect) {
        match effect {
            Effect::Emit(event) => {
                let (name, detail) = self.read(|flow| details::event(&event, &flow.shown()));
                self.hooks.emit(name, &detail, false);
            }
            Effect::Settle(operation, outcome) => self.promises.settle(&operation, &outcome),
            Effect::SettleAll(code) => self.promises.settle_all(ErrorReport::local(code)),
            Effect::Focus(target) => {
                if self.hooks.may_focus() {
                    self.with_root(|root| focus::focus(root, &target));
                }
            }
            Effect::FillField(section, text) => {
                self.with_root(|root| focus::fill_field(root, section, &text));
            }
            Effect::SubmitDialog => self.with_root(focus::submit_dialog),
            // Run at once.
            Effect::ReadList { .. }
            | Effect::RequestToken { .. }
            | Effect::Add { .. }
            | Effect::SubmitToken { .. }
            | Effect::Delete { .. }
            | Effect::ChangePassword { .. }
            | Effect::ReadCapabilities(_)
            | Effect::Discover
            | Effect::Ask(_)
            | Effect::RequestProof { .. }
            | Effect::SubmitProof { .. }
            | Effect::OpenPage(_)
            | Effect::Abort(_)
            | Effect::AbortDelete
            | Effect::Before(..)
            | Effect::Challenge { .. }
            | Effect::TellOpened(_)
            | Effect::TellChanged
            | Effect::TidyAddress(_) => {}
        }
    }

    /// Executes a request effect. One tab at a time adds an address.
    async fn perform(&self, session: &Rc<Session>, effect: Effect, abort: &Abort) -> Input {
        let Effect::Add { id, sid, patient, .. } = &effect else {
            return perform(session, effect, abort).await;
        };
        let id = *id;
        let lock = JsFuture::from(self.hooks.lock(sid, *patient)).await;
        let Ok(release) = lock.and_then(|release| release.dyn_into::<js_sys::Function>()) else {
            return Input::AddSkipped(id);
        };
        let patient = *patient;
        let input = match perform(session, effect, abort).await {
            // One dialog is enough for a page, whichever element's.
            Input::Added { result: Err(Failure::Challenge(_)), .. }
                if !patient && !self.hooks.may_ask() =>
            {
                Input::AddSkipped(id)
            }
            input => input,
        };
        // Giving back runs nobody's code: it cannot fail.
        let _ = release.call0(&JsValue::UNDEFINED);
        input
    }

    /// Calls a function with the shadow root, if there is one.
    pub fn with_root(&self, run: impl FnOnce(&ShadowRoot)) {
        if let Some(root) = &*self.root.borrow() {
            run(root);
        }
    }

    fn request(self: &Rc<Self>, slot: Slot, effect: Effect) {
        self.abort(slot);
        let Some(abort) = Abort::new() else { return };
        let number = self.numbers.get();
        self.numbers.set(number + 1);
        self.under_way.borrow_mut().push(UnderWay { slot, number, abort: abort.clone() });
        let (runner, session) = (self.clone(), self.session());
        spawn_local(async move {
            let input = runner.perform(&session, effect, &abort).await;
            let mine = |it: &UnderWay| it.number == number;
            let at = runner.under_way.borrow().iter().position(mine);
            // Given up meanwhile: nobody wants to know.
            if let Some(at) = at {
                runner.under_way.borrow_mut().remove(at);
                runner.look_at_session();
                if !session.is_over() {
                    runner.feed(input);
                }
            }
        });
    }

    /// Informs the state machine of what a request has found out: API version,
    /// token, account, identity server.
    pub fn look_at_session(self: &Rc<Self>) {
        let session = self.session();
        if session.known_user_id().is_some() {
            self.open_records();
        }
        if session.is_accepted() && self.read(|flow| flow.access.is_over()) {
            // Its function had failed only for a while.
            self.feed(Input::Access(Access::Granted));
        }
        let needs = session.needs_identity_server();
        if self.read(|flow| flow.needs_identity_server) != needs {
            self.feed(Input::NeedsIdentityServer(needs));
        }
    }

    /// Opens the fallback page of the displayed stage.
    fn open_page(self: &Rc<Self>, subject: Subject) {
        let blocked = self.read(|flow| {
            let [name, session] = flow.authentication(subject)?.page()?;
            self.hooks.open_page(&(self.session().base() + "auth/"), name, session)
        });
        let window = blocked.map_or(PageWindow::Open, PageWindow::Blocked);
        self.feed(Input::Page(subject, window));
    }

    /// Aborts the requests to the identity server.
    pub fn forget_identity(&self) {
        self.abort(Slot::Identity);
    }

    fn abort(&self, slot: Slot) {
        let is = |it: &UnderWay| it.slot == slot;
        let at = self.under_way.borrow().iter().position(is);
        if let Some(at) = at {
            let under_way = self.under_way.borrow_mut().remove(at);
            under_way.abort.abort();
        }
    }

    /// Offers a challenge to the host application, and otherwise to the user.
    fn offer_challenge(self: &Rc<Self>, number: u32, detail: &JsValue) {
        let offer = Rc::new(RefCell::new(Offer::Made));
        let respond = {
            let (runner, offer) = (self.clone(), offer.clone());
            Closure::<dyn Fn(JsValue)>::new(move |auth: JsValue| {
                let before = offer.replace(Offer::Answered);
                match before {
                    Offer::Made => drop(offer.replace(Offer::Early(auth))),
                    Offer::Taken => runner.feed(Input::HostAnswers(number, reply(&auth))),
                    Offer::Early(_) => drop(offer.replace(before)),
                    Offer::Answered => {}
                }
            })
        };
        if !self.hooks.challenge(detail, &respond.into_js_value()) {
            self.feed(Input::HostAuthenticates(number));
            let before = offer.replace(Offer::Taken);
            if let Offer::Early(auth) = before {
                offer.replace(Offer::Answered);
                self.feed(Input::HostAnswers(number, reply(&auth)));
            }
            return;
        }
        let Some(answer) = self.hooks.authenticate(detail) else {
            return self.feed(Input::PersonAuthenticates(number));
        };
        self.feed(Input::HostAuthenticates(number));
        let runner = self.clone();
        spawn_local(async move {
            // A handler that fails has not authenticated anybody.
            let auth = JsFuture::from(answer).await.unwrap_or(JsValue::NULL);
            runner.feed(Input::HostAnswers(number, reply(&auth)));
        });
    }

    fn show_states(&self) {
        self.read(|flow| {
            self.hooks.state("loading", flow.is_loading());
            self.hooks.state("pending", flow.public_pending().next().is_some());
            self.hooks.state("readonly", flow.is_readonly());
        });
    }

    fn set_alarm(self: &Rc<Self>) {
        // Nothing is to wake an element that has left the page.
        let at = self.read(Flow::next_wake).filter(|_| self.root.borrow().is_some());
        let timer = at.and_then(|at| {
            let runner = Rc::downgrade(self);
            // Timers may be a little early.
            Timer::after(at - self.now() + 1.0, move || {
                if let Some(runner) = runner.upgrade() {
                    runner.feed(Input::Woke);
                }
            })
        });
        self.wake.replace(timer);
    }
}

/// Parses a reply of the host application.
fn reply(auth: &JsValue) -> Reply {
    match auth.as_string().and_then(|auth| json::parse(&auth)) {
        Some(auth @ Json::Object(_)) => Reply::With(Answer::Custom(auth)),
        Some(_) | None => Reply::Cancel,
    }
}
