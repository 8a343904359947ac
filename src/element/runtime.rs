//! Runtime of an element: passes inputs to the model and executes its effects.
//! `late_runtime.rs` has the part that is loaded after the first list.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::Poll;

use js_sys::Date;
use leptos::prelude::{ArcRwSignal, Update, WithUntracked};
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use web_sys::ShadowRoot;

use super::actions::Actions;
use super::identity_client::IdentityClient;
use super::js_bridge::JsBridge;
use super::list_requests::read_early;
use super::matrix_client::{Abort, MatrixClient};
use super::promises::Promises;
use super::storage_sync::StorageSync;
use super::timer::Timer;
use crate::model::{
    Effect, HostEvent, HostNotification, Input, ListRequest, Model, Request, RequestKey,
    SessionState, UiEffect,
};
use crate::ui::{ViewState, has_more_rows};

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
    /// Inputs that wait for the actions, in order.
    pub(super) waiting_inputs: RefCell<Vec<Input>>,
    /// Effects that wait for the actions, in order.
    pub(super) waiting_effects: RefCell<Vec<Effect>>,
    pub(super) timer: RefCell<Option<Timer>>,
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

thread_local! {
    static ACTIONS: Cell<Option<&'static dyn Actions<Runtime>>> = const { Cell::new(None) };
}

/// Everything except the list, once it is loaded.
pub fn loaded_actions() -> Option<&'static dyn Actions<Runtime>> {
    ACTIONS.get()
}

/// Sets everything except the list.
pub fn set_actions(actions: &'static dyn Actions<Runtime>) {
    ACTIONS.set(Some(actions));
}

/// Difference between the clocks that is ignored, in ms: systems correct their
/// clocks all the time.
const CLOCK_TOLERANCE_MS: f64 = 1_000.0;

/// Lets all tasks run that are queued, this number of times. `tick` of Leptos costs
/// 1 KB: it sends itself a message, and counts twice.
fn run_queued_tasks(mut times: u32) -> impl Future<Output = ()> {
    poll_fn(move |context| {
        if times == 0 {
            return Poll::Ready(());
        }
        times -= 1;
        context.waker().wake_by_ref();
        Poll::Pending
    })
}

/// Input that a request will return, or the effect that sends the request again.
type PendingInput = Pin<Box<dyn Future<Output = Result<Input, Effect>>>>;

/// Pending request. Each key has at most one.
struct PendingRequest {
    key: RequestKey,
    number: u32,
    abort: Abort,
}

impl Runtime {
    /// Creates the runtime of an element.
    pub fn new(bridge: JsBridge) -> Rc<Runtime> {
        #[expect(
            clippy::field_reassign_with_default,
            reason = "`..ViewState::default()` costs bytes: it drops each field by itself"
        )]
        let state = {
            let mut state = ViewState::default();
            state.late_views = loaded_actions().map(|actions| actions.late_views());
            state
        };
        Rc::new(Runtime {
            state: ArcRwSignal::new(state),
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
            waiting_inputs: RefCell::default(),
            waiting_effects: RefCell::default(),
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
    pub fn now(&self) -> f64 {
        (self.clock_start + performance_now()).floor()
    }

    /// Passes an input to the model. An input that needs more than the list waits
    /// until the actions are loaded, and so do all inputs after it.
    pub fn dispatch(self: &Rc<Self>, input: Input) {
        let actions = loaded_actions();
        if actions.is_none() && !self.waiting_inputs.borrow().is_empty() {
            return self.waiting_inputs.borrow_mut().push(input);
        }
        let now = self.now();
        let ahead = (Date::now() - now).floor();
        let mut effects = Vec::new();
        let mut late_input = None;
        self.state.update(|ViewState { model, .. }| {
            let Some(actions) = actions else {
                match model.update_list(now, input) {
                    Ok(wanted) => effects = wanted,
                    Err(input) => late_input = Some(input),
                }
                return;
            };
            if (ahead - self.clock_offset.get()).abs() > CLOCK_TOLERANCE_MS {
                self.clock_offset.set(ahead);
                effects = actions.update(model, now, Input::ClockChanged { clock_offset: ahead });
            }
            effects.append(&mut actions.update(model, now, input));
        });
        if let Some(input) = late_input {
            self.waiting_inputs.borrow_mut().push(input);
            return self.bridge.want_actions();
        }
        self.queue.borrow_mut().extend(effects);
        loop {
            let next = self.queue.borrow_mut().pop_front();
            match next {
                Some(effect) => self.run_effect(effect),
                None => break,
            }
        }
        self.sync_custom_states();
        if let Some(actions) = loaded_actions() {
            actions.finish_update(self);
        }
    }

    /// Shows that the actions could not be loaded, if something waits for them.
    pub fn actions_failed(&self) {
        let is_list = |effect: &Effect| effect.request_key() == Some(RequestKey::List);
        let waits = !self.waiting_inputs.borrow().is_empty()
            || self.waiting_effects.borrow().iter().any(is_list)
            || self.read(has_more_rows);
        self.state.update(|state| state.has_failed = waits);
    }

    /// Opens the storage of the account, if the actions are loaded.
    pub fn open_records(self: &Rc<Self>) {
        if let Some(actions) = loaded_actions() {
            actions.open_records(self);
        }
    }

    /// Closes the storage. The stored text stays.
    pub fn close_records(&self) {
        if let Some(actions) = loaded_actions() {
            actions.close_records(self);
        }
    }

    /// Resets the state for another homeserver or user.
    pub fn reset(self: &Rc<Self>, session: Rc<MatrixClient>) {
        self.session.replace(session).end();
        self.in_flight.take().iter().for_each(|it| it.abort.abort());
        if let Some(actions) = loaded_actions() {
            actions.reset(self);
        }
        self.records.account.take();
        // What the user of the other account wanted. The configuration stays.
        self.waiting_inputs.borrow_mut().retain(|input| !input.is_user_action());
        self.waiting_effects.take();
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

    pub(super) fn run_effect(self: &Rc<Self>, effect: Effect) {
        match (effect, loaded_actions()) {
            (effect, Some(actions)) => actions.run_effect(self, effect),
            (Effect::Request(Request::List(request)), None) => self.read_early(request),
            (Effect::Ui(effect), None) => self.after_render(effect),
            (effect, None) => self.hold_effect(effect),
        }
    }

    /// Executes an effect when the actions are loaded.
    fn hold_effect(&self, effect: Effect) {
        self.waiting_effects.borrow_mut().push(effect);
        self.bridge.want_actions();
    }

    fn read_early(self: &Rc<Self>, request: ListRequest) {
        let bridge = self.bridge.clone();
        let effect = Effect::Request(Request::List(request.clone()));
        let key = Request::List(request.clone()).key();
        self.send_request(key, move |session, _| {
            session.note_use();
            Box::pin(async move {
                let input = read_early(&bridge, &request).await.ok_or(effect)?;
                session.note_response();
                Ok(input)
            })
        });
    }

    /// Executes an effect after the view shows the new state.
    pub fn after_render(self: &Rc<Self>, effect: UiEffect) {
        let first = self.after_render_queue.borrow().is_empty();
        self.after_render_queue.borrow_mut().push(effect);
        if first {
            let runtime = self.clone();
            spawn_local(async move {
                // The view's own updates run in between.
                run_queued_tasks(4).await;
                let effects = runtime.after_render_queue.take();
                effects.into_iter().for_each(|effect| runtime.run_after_render(effect));
            });
        }
    }

    /// Calls a function with the shadow root, if there is one.
    pub fn with_root(&self, run: impl FnOnce(&ShadowRoot)) {
        if let Some(root) = &*self.root.borrow() {
            run(root);
        }
    }

    fn run_after_render(&self, effect: UiEffect) {
        match (effect, loaded_actions()) {
            (UiEffect::Notify(HostNotification::Event(HostEvent::Ready)), _) => {
                self.bridge.emit("threepids-ready", &JsValue::NULL, false);
            }
            (effect, Some(actions)) => actions.run_after_render(self, effect),
            // Methods wait for the actions, so no promise is pending. Later, this would
            // settle the promise of a call that came after it.
            (
                UiEffect::Notify(
                    HostNotification::MethodResult(..) | HostNotification::AllMethodsRejected(_),
                ),
                None,
            ) => {}
            (effect, None) => self.waiting_effects.borrow_mut().push(Effect::Ui(effect)),
        }
    }

    /// Sends a request with this key, and aborts the pending one. `execute` gets
    /// the session, and returns the input for the response.
    pub fn send_request(
        self: &Rc<Self>,
        key: RequestKey,
        execute: impl FnOnce(Rc<MatrixClient>, Abort) -> PendingInput,
    ) {
        self.abort(key);
        let Some(abort) = Abort::new() else { return };
        let number = self.numbers.get();
        self.numbers.set(number + 1);
        self.in_flight.borrow_mut().push(PendingRequest { key, number, abort: abort.clone() });
        let (runtime, session) = (self.clone(), self.session());
        let input = execute(session.clone(), abort);
        spawn_local(async move {
            let result = input.await;
            let mine = |it: &PendingRequest| it.number == number;
            let at = runtime.in_flight.borrow().iter().position(mine);
            // Given up meanwhile: nobody wants to know.
            if let Some(at) = at {
                runtime.in_flight.borrow_mut().remove(at);
                runtime.report_session();
                match result {
                    Ok(_) | Err(_) if session.is_over() => {}
                    Ok(input) => runtime.dispatch(input),
                    Err(effect) => match loaded_actions() {
                        Some(actions) => actions.run_effect(&runtime, effect),
                        None => runtime.hold_effect(effect),
                    },
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

    /// Aborts the requests to the identity server.
    pub fn abort_identity_requests(&self) {
        self.abort(RequestKey::IdentityServer);
    }

    /// Aborts the pending request with this key.
    pub fn abort(&self, key: RequestKey) {
        let is = |it: &PendingRequest| it.key == key;
        let at = self.in_flight.borrow().iter().position(is);
        if let Some(at) = at {
            let under_way = self.in_flight.borrow_mut().remove(at);
            under_way.abort.abort();
        }
    }

    fn sync_custom_states(&self) {
        self.read(|model| {
            self.bridge.state("loading", model.is_loading());
            self.bridge.state("pending", model.visible_verifications().next().is_some());
            self.bridge.state("readonly", model.is_readonly());
        });
    }
}
