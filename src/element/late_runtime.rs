//! Part of the runtime that the browser loads after the first list.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::{Update, WithUntracked};
use leptos::task::spawn_local;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use super::focus;
use super::js_values;
use super::matrix_client::{Abort, MatrixClient};
use super::request_executor::execute;
use super::runtime::Runtime;
use super::timer::Timer;
use crate::matrix::uia::StageAnswer;
use crate::matrix::{Json, RequestError, json};
use crate::model::{
    ApiRequest, ErrorReport, FallbackWindow, FocusTarget, HostEffect, HostNotification, Input,
    Model, Purpose, Request, TabEffect, UiEffect, UiaReply, UiaTarget,
};
use crate::ui::{FocusRequest, LateViews};

/// Shortest time of a request of an email for a forgotten password, in ms. A server that
/// sends no email responds sooner than one that sends it.
const MIN_RESET_TOKEN_MS: f64 = 1_500.0;

/// Challenge that was offered to the host application. It takes one reply, and
/// only if the event was prevented. The reply can arrive before that is known.
enum HostAuthOffer {
    Open,
    AnsweredEarly(JsValue),
    Accepted,
    Replied,
}

impl Runtime {
    /// Mounts the late views, and continues with what waited for the actions.
    pub fn use_actions(self: &Rc<Self>, late_views: LateViews) {
        if self.state.with_untracked(|state| state.late_views.is_some()) {
            return;
        }
        self.state.update(|state| {
            state.late_views = Some(late_views);
            state.has_failed = false;
        });
        self.open_storage();
        let effects = self.waiting_effects.take();
        effects.into_iter().for_each(|effect| self.run_effect(effect));
        let inputs = self.waiting_inputs.take();
        inputs.into_iter().for_each(|input| self.dispatch(input));
        self.open_storage();
    }

    /// Sends a request, and aborts the pending one with the same key.
    pub fn send_late_request(self: &Rc<Self>, request: Request) {
        let runtime = self.clone();
        let key = request.key();
        self.send_request(key, move |session, abort| {
            Box::pin(async move { Ok(runtime.execute(&session, request, &abort).await) })
        });
    }

    /// Asks the host application.
    pub fn run_host_effect(self: &Rc<Self>, effect: HostEffect) {
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

    /// Concerns the browser's tabs.
    pub fn run_tab_effect(self: &Rc<Self>, effect: TabEffect) {
        match effect {
            TabEffect::BroadcastListChanged => self.bridge.send_list_changed(),
            TabEffect::BroadcastLinkOpened(sid) => self.bridge.send_link_opened(&sid),
            TabEffect::RemoveSidFromUrl(sid) => self.bridge.tidy_address(&sid),
            TabEffect::OpenFallbackPage(target) => self.open_fallback_page(target),
        }
    }

    /// Executes an effect, after the view shows the new state.
    pub fn run_late_after_render(&self, effect: UiEffect) {
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
        if let Request::Api(ApiRequest::RequestToken { purpose: Purpose::Reset, .. }) = &request {
            let end = self.now() + MIN_RESET_TOKEN_MS;
            let input = execute(client, request, abort).await;
            wait_for_ms(end - self.now()).await;
            return input;
        }
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

    /// Opens the fallback page of the displayed stage.
    fn open_fallback_page(self: &Rc<Self>, subject: UiaTarget) {
        let blocked = self.read(|model| {
            let [name, session] = model.uia_of(subject)?.fallback_url()?;
            self.bridge.open_page(&(self.session().base() + "auth/"), name, session)
        });
        let window = blocked.map_or(FallbackWindow::Open, FallbackWindow::Blocked);
        self.dispatch(Input::FallbackWindowChanged(subject, window));
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

    /// Sets the timer of the model.
    pub fn schedule_timer(self: &Rc<Self>) {
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

/// Resolves after this time.
async fn wait_for_ms(ms: f64) {
    let start =
        |resolve: js_sys::Function, _| {
            // A page whose timers fail has no use for the wait.
            drop(leptos::prelude::window().set_timeout_with_callback_and_timeout_and_arguments_0(
                &resolve,
                ms.max(0.0) as i32,
            ));
        };
    drop(JsFuture::from(js_sys::Promise::new(&mut { start })).await);
}

/// Parses a reply of the host application.
fn reply(auth: &JsValue) -> UiaReply {
    match auth.as_string().and_then(|auth| json::parse(&auth)) {
        Some(auth @ Json::Object(_)) => UiaReply::Auth(StageAnswer::Custom(auth)),
        Some(_) | None => UiaReply::Cancel,
    }
}
