//! Runtime of an element: passes inputs to the model and executes its effects.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use js_sys::Date;
use leptos::prelude::{ArcRwSignal, Update, WithUntracked};
use leptos::task::{spawn_local, tick};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::ShadowRoot;

use super::focus;
use super::identity_client::IdentityClient;
use super::js_bridge::JsBridge;
use super::js_values;
use super::matrix_client::{Abort, MatrixClient};
use super::promises::Promises;
use super::request_executor::execute;
use super::storage_sync::StorageSync;
use super::timer::Timer;
use crate::matrix::uia::StageAnswer;
use crate::matrix::{Json, RequestError, json};
use crate::model::{
    ApiRequest, Effect, ErrorReport, FallbackWindow, FocusTarget, HostEffect, HostNotification,
    Input, Model, Request, RequestKey, SessionState, TabEffect, UiEffect, UiaReply, UiaTarget,
};
use crate::ui::{FocusRequest, ViewState};

/// Runtime of one element.
pub struct Runtime {
    /// State of the element.
    pub state: ArcRwSignal<ViewState>,
    /// Session of new requests. Pending requests have their own.
    pub session: RefCell<Rc<MatrixClient>>,
    /// Promises of methods.
    pub promises: Promises,
    /// Shadow root, while the element is connected.
    pub root: RefCell<Option<ShadowRoot>>,
    pub(super) bridge: JsBridge,
    /// Effects to execute now, in order.
    queue: RefCell<VecDeque<Effect>>,
    /// Effects to execute after the view is rendered.
    after_render_queue: RefCell<Vec<UiEffect>>,
    in_flight: RefCell<Vec<PendingRequest>>,
    numbers: Cell<u32>,
    timer: RefCell<Option<Timer>>,
    /// Time of the machine's clock at the start of the monotonic clock, in ms
    /// since the epoch.
    clock_start: f64,
    /// Difference between both clocks that the model knows, in ms.
    clock_offset: Cell<f64>,
    /// Storage of the account.
    pub(super) records: StorageSync,
}

#[wasm_bindgen]
extern "C" {
    /// The browser's monotonic clock.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
}

/// Difference between the clocks that is ignored, in ms: systems correct their
/// clocks all the time.
const CLOCK_TOLERANCE_MS: f64 = 1_000.0;

/// Pending request. Each key has at most one.
struct PendingRequest {
    key: RequestKey,
    number: u32,
    abort: Abort,
}

/// Challenge that was offered to the host application. It takes one reply, and
/// only if the event was prevented. The reply can arrive before that is known.
enum HostAuthOffer {
    Open,
    AnsweredEarly(JsValue),
    Accepted,
    Replied,
}

impl Runtime {
    /// Creates the runtime of an element.
    pub fn new(bridge: JsBridge) -> Rc<Runtime> {
        Rc::new(Runtime {
            state: ArcRwSignal::new(ViewState::default()),
            session: RefCell::new(MatrixClient::new(
                bridge.clone(),
                "",
                None,
                IdentityClient::default(),
                None,
            )),
            promises: Promises::default(),
            root: RefCell::default(),
            bridge,
            queue: RefCell::default(),
            after_render_queue: RefCell::default(),
            in_flight: RefCell::default(),
            numbers: Cell::default(),
            timer: RefCell::default(),
            clock_start: (Date::now() - performance_now()).floor(),
            clock_offset: Cell::default(),
            records: StorageSync::default(),
        })
    }

    /// Reads the state.
    pub fn read<T>(&self, read: impl FnOnce(&Model) -> T) -> T {
        self.state.with_untracked(|state| read(&state.model))
    }

    /// Current session.
    pub fn session(&self) -> Rc<MatrixClient> {
        self.session.borrow().clone()
    }

    /// Monotonic time in whole ms; since the epoch at its start.
    fn now(&self) -> f64 {
        (self.clock_start + performance_now()).floor()
    }

    /// Passes an input to the model.
    pub fn dispatch(self: &Rc<Self>, input: Input) {
        let now = self.now();
        let ahead = (Date::now() - now).floor();
        let mut effects = Vec::new();
        self.state.update(|state| {
            if (ahead - self.clock_offset.get()).abs() > CLOCK_TOLERANCE_MS {
                self.clock_offset.set(ahead);
                effects = state.model.update(now, Input::ClockChanged { clock_offset: ahead });
            }
            effects.append(&mut state.model.update(now, input));
        });
        self.queue.borrow_mut().extend(effects);
        loop {
            let next = self.queue.borrow_mut().pop_front();
            match next {
                Some(effect) => self.run_effect(effect),
                None => break,
            }
        }
        self.sync_custom_states();
        self.store_records();
        self.schedule_timer();
    }

    /// Resets the state for another homeserver or user.
    pub fn reset(self: &Rc<Self>, session: Rc<MatrixClient>) {
        self.session.replace(session).end();
        self.in_flight.take().iter().for_each(|it| it.abort.abort());
        self.promises.settle_all(ErrorReport::local("cancelled"));
        self.close_records();
        self.records.account.take();
        self.state.update(|state| state.model.reset());
    }

    /// Stops the timer and closes the storage, because the page may be frozen.
    pub fn page_hide(&self) {
        self.timer.take();
        self.close_records();
    }

    /// The element left the page.
    pub fn detach(self: &Rc<Self>) {
        self.in_flight.take().iter().for_each(|it| it.abort.abort());
        self.dispatch(Input::Disconnected);
        self.page_hide();
        self.root.take();
    }

    fn run_effect(self: &Rc<Self>, effect: Effect) {
        match effect {
            Effect::Request(request) => self.send_request(request),
            Effect::Abort(key) => self.abort(key),
            Effect::Host(effect) => self.run_host_effect(effect),
            Effect::Ui(effect) => self.after_render(effect),
            Effect::Tab(effect) => self.run_tab_effect(effect),
        }
    }

    fn run_host_effect(self: &Rc<Self>, effect: HostEffect) {
        let confirm = |name, medium, address| {
            self.bridge.emit(name, &js_values::address(medium, address), true)
        };
        match effect {
            HostEffect::ConfirmAdd { section, medium, address } => {
                let approved = confirm("threepid-before-add", &medium, &address);
                self.dispatch(Input::HostDecidedAdd(section, approved));
            }
            HostEffect::ConfirmRemove { medium, address } => {
                let approved = confirm("threepid-before-remove", &medium, &address);
                self.dispatch(Input::HostDecidedRemove(approved));
            }
            HostEffect::OfferChallenge { number, action, threepid, challenge } => {
                let detail = js_values::challenge(action, threepid.as_ref(), &challenge);
                self.offer_challenge(number, &detail);
            }
        }
    }

    fn run_tab_effect(self: &Rc<Self>, effect: TabEffect) {
        match effect {
            TabEffect::BroadcastListChanged => self.bridge.opened(""),
            TabEffect::BroadcastLinkOpened(sid) => self.bridge.opened(&sid),
            TabEffect::RemoveSidFromUrl(sid) => self.bridge.tidy_address(&sid),
            TabEffect::OpenFallbackPage(target) => self.open_fallback_page(target),
        }
    }

    fn after_render(self: &Rc<Self>, effect: UiEffect) {
        let first = self.after_render_queue.borrow().is_empty();
        self.after_render_queue.borrow_mut().push(effect);
        if first {
            let runtime = self.clone();
            spawn_local(async move {
                // The view's own updates run in between.
                tick().await;
                tick().await;
                let effects = runtime.after_render_queue.take();
                effects.into_iter().for_each(|effect| runtime.run_after_render(effect));
            });
        }
    }

    fn run_after_render(&self, effect: UiEffect) {
        match effect {
            UiEffect::Notify(HostNotification::Event(event)) => {
                let (name, detail) = self.read(|model| js_values::event(&event, model));
                self.bridge.emit(name, &detail, false);
            }
            UiEffect::Notify(HostNotification::MethodResult(call, result)) => {
                self.promises.settle(&call, &result);
            }
            UiEffect::Notify(HostNotification::AllMethodsRejected(code)) => {
                self.promises.settle_all(ErrorReport::local(code));
            }
            UiEffect::Focus(target) => {
                if self.bridge.may_focus() {
                    self.focus(&target);
                }
            }
            UiEffect::SetFieldValue(section, text) => {
                self.with_root(|root| focus::fill_field(root, section, &text));
            }
            UiEffect::SubmitDialog => self.with_root(focus::submit_dialog),
        }
    }

    /// Sets the focus. The list sets it to entries, because it may draw them
    /// later.
    fn focus(&self, target: &FocusTarget) {
        let before = self.state.with_untracked(|state| state.focus);
        match FocusRequest::new(target, before) {
            Some(request) => self.state.update(|state| state.focus = Some(request)),
            None => self.with_root(|root| focus::focus(root, target)),
        }
    }

    /// Executes a request. One tab at a time adds an address.
    async fn execute(&self, client: &Rc<MatrixClient>, request: Request, abort: &Abort) -> Input {
        let Request::Api(ApiRequest::Add { id, sid, wait_for_lock, .. }) = &request else {
            return execute(client, request, abort).await;
        };
        let (id, wait_for_lock) = (*id, *wait_for_lock);
        let lock = JsFuture::from(self.bridge.lock(sid, wait_for_lock)).await;
        let Ok(release) = lock.and_then(|release| release.dyn_into::<js_sys::Function>()) else {
            return Input::AddLockUnavailable(id);
        };
        let input = match execute(client, request, abort).await {
            // A page shows one dialog, of whichever element.
            Input::AddResponded { result: Err(RequestError::Challenge(_)), .. }
                if !wait_for_lock && !self.bridge.may_ask() =>
            {
                Input::AddLockUnavailable(id)
            }
            input => input,
        };
        // Releasing calls no function of the page, so it can't fail.
        let _ = release.call0(&JsValue::UNDEFINED);
        input
    }

    /// Calls a function with the shadow root, if there is one.
    pub fn with_root(&self, run: impl FnOnce(&ShadowRoot)) {
        if let Some(root) = &*self.root.borrow() {
            run(root);
        }
    }

    fn send_request(self: &Rc<Self>, request: Request) {
        let key = request.key();
        self.abort(key);
        let Some(abort) = Abort::new() else { return };
        let number = self.numbers.get();
        self.numbers.set(number + 1);
        self.in_flight.borrow_mut().push(PendingRequest { key, number, abort: abort.clone() });
        let (runtime, session) = (self.clone(), self.session());
        spawn_local(async move {
            let input = runtime.execute(&session, request, &abort).await;
            let mine = |it: &PendingRequest| it.number == number;
            let at = runtime.in_flight.borrow().iter().position(mine);
            // Given up meanwhile: nobody wants to know.
            if let Some(at) = at {
                runtime.in_flight.borrow_mut().remove(at);
                runtime.report_session();
                if !session.is_over() {
                    runtime.dispatch(input);
                }
            }
        });
    }

    /// Informs the model of what a request has found out: API version,
    /// token, account, identity server.
    pub fn report_session(self: &Rc<Self>) {
        let session = self.session();
        if session.known_user_id().is_some() {
            self.open_records();
        }
        if session.is_accepted() && self.read(|model| model.access.is_expired()) {
            // Its function had failed only for a while.
            self.dispatch(Input::SessionChanged(SessionState::Active));
        }
        let needs = session.needs_identity_server();
        if self.read(|model| model.needs_identity_server) != needs {
            self.dispatch(Input::NeedsIdentityServer(needs));
        }
    }

    /// Opens the fallback page of the displayed stage.
    fn open_fallback_page(self: &Rc<Self>, subject: UiaTarget) {
        let blocked = self.read(|model| {
            let [name, session] = model.uia_of(subject)?.fallback_url()?;
            self.bridge.open_page(&(self.session().base() + "auth/"), name, session)
        });
        let window = blocked.map_or(FallbackWindow::Open, FallbackWindow::Blocked);
        self.dispatch(Input::FallbackWindowChanged(subject, window));
    }

    /// Aborts the requests to the identity server.
    pub fn abort_identity_requests(&self) {
        self.abort(RequestKey::IdentityServer);
    }

    fn abort(&self, key: RequestKey) {
        let is = |it: &PendingRequest| it.key == key;
        let at = self.in_flight.borrow().iter().position(is);
        if let Some(at) = at {
            let under_way = self.in_flight.borrow_mut().remove(at);
            under_way.abort.abort();
        }
    }

    /// Offers a challenge to the host application, and otherwise to the user.
    fn offer_challenge(self: &Rc<Self>, number: u32, detail: &JsValue) {
        let offer = Rc::new(RefCell::new(HostAuthOffer::Open));
        let respond = {
            let (runtime, offer) = (self.clone(), offer.clone());
            Closure::<dyn Fn(JsValue)>::new(move |auth: JsValue| {
                let before = offer.replace(HostAuthOffer::Replied);
                match before {
                    HostAuthOffer::Open => drop(offer.replace(HostAuthOffer::AnsweredEarly(auth))),
                    HostAuthOffer::Accepted => {
                        runtime.dispatch(Input::HostReplied(number, reply(&auth)))
                    }
                    HostAuthOffer::AnsweredEarly(_) => drop(offer.replace(before)),
                    HostAuthOffer::Replied => {}
                }
            })
        };
        if !self.bridge.challenge(detail, &respond.into_js_value()) {
            self.dispatch(Input::HostWillAuthenticate(number));
            let before = offer.replace(HostAuthOffer::Accepted);
            if let HostAuthOffer::AnsweredEarly(auth) = before {
                offer.replace(HostAuthOffer::Replied);
                self.dispatch(Input::HostReplied(number, reply(&auth)));
            }
            return;
        }
        let Some(answer) = self.bridge.authenticate(detail) else {
            return self.dispatch(Input::UserWillAuthenticate(number));
        };
        self.dispatch(Input::HostWillAuthenticate(number));
        let runtime = self.clone();
        spawn_local(async move {
            // A handler that fails has not authenticated anybody.
            let auth = JsFuture::from(answer).await.unwrap_or(JsValue::NULL);
            runtime.dispatch(Input::HostReplied(number, reply(&auth)));
        });
    }

    fn sync_custom_states(&self) {
        self.read(|model| {
            self.bridge.state("loading", model.is_loading());
            self.bridge.state("pending", model.visible_verifications().next().is_some());
            self.bridge.state("readonly", model.is_readonly());
        });
    }

    fn schedule_timer(self: &Rc<Self>) {
        // Nothing is to wake an element that has left the page.
        let at = self.read(Model::next_timer).filter(|_| self.root.borrow().is_some());
        let timer = at.and_then(|at| {
            let runtime = Rc::downgrade(self);
            // Timers may be a little early.
            Timer::after(at - self.now() + 1.0, move || {
                if let Some(runtime) = runtime.upgrade() {
                    runtime.dispatch(Input::TimerFired);
                }
            })
        });
        self.timer.replace(timer);
    }
}

/// Parses a reply of the host application.
fn reply(auth: &JsValue) -> UiaReply {
    match auth.as_string().and_then(|auth| json::parse(&auth)) {
        Some(auth @ Json::Object(_)) => UiaReply::Auth(StageAnswer::Custom(auth)),
        Some(_) | None => UiaReply::Cancel,
    }
}
