//! Starts the page, passes inputs to the [`PageModel`], and executes its effects.
//! No other module does.

use std::rc::Rc;
use std::sync::Arc;

use js_sys::Reflect;
use leptos::mount::mount_to;
use leptos::prelude::*;
use leptos::task::{spawn_local, tick};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::HtmlElement;

use super::PageModel;
use super::config::Config;
use super::effect::{Answer, Effect, Focus, Input, RequestPurpose, StartupState};
use super::js_bridge::Host;
use super::session::{Session, SsoRedirect};
use super::tab_messages::VerificationStatus;
use super::translations::Translations;
use super::ui::{self, Ui};
use crate::matrix::{AbsoluteRequest, HttpResponse, RequestError, json};

/// Runner of the page.
#[wasm_bindgen]
pub struct AccountPage {
    runtime: Rc<PageRuntime>,
}

#[wasm_bindgen]
impl AccountPage {
    /// Renders the page into `root`. JavaScript provides the state of the
    /// browser.
    #[wasm_bindgen(constructor)]
    pub fn new(host: Host, root: HtmlElement, found: JsValue) -> AccountPage {
        let found = json::from_js(found).unwrap_or(json::object().build());
        let text = |name| found.str(name).map(str::to_owned);
        let translations = Arc::new(Translations::read(found.get("speech").unwrap_or(&found)));
        let config = Config::read(found.str("config"));
        let at_start = StartupState {
            page_url: text("here").unwrap_or_default(),
            session: found.str("session").and_then(Session::read),
            sso_redirect: found.str("leave").and_then(SsoRedirect::read),
            login_token: text("loginToken"),
            nonce: text("nonce"),
            sid: text("sid"),
        };
        let (visit, effects) = PageModel::start(config, at_start, host.now());
        for (name, value) in &visit.config().theme {
            host.theme(name, value);
        }
        let title = visit.config().name.clone();
        host.title(&title.unwrap_or_else(|| translations.word(super::Message::Title)));
        let visit = ArcRwSignal::new(visit);
        let runtime = Rc::new(PageRuntime { host: host.clone(), model: visit.clone() });
        let ui = Ui::new(visit, translations, host, {
            let runtime = runtime.clone();
            Rc::new(move |input| runtime.feed(input))
        });
        mount_to(root, move || ui::page(ui)).forget();
        runtime.clone().run(effects);
        runtime.clone().start_ticker();
        AccountPage { runtime }
    }

    /// Handles that an element reports the end of the session.
    #[wasm_bindgen(js_name = sessionEnded)]
    pub fn session_ended(&self) {
        self.runtime.feed(Input::SessionEnded);
    }

    /// Handles that an element reports a new password.
    #[wasm_bindgen(js_name = passwordReset)]
    pub fn password_reset(&self) {
        self.runtime.feed(Input::PasswordReset);
    }

    /// Handles that a new tab asks for a `sid`.
    pub fn asked(&self, sid: String) {
        self.runtime.feed(Input::TabQuery(sid));
    }

    /// Handles the report of another tab.
    pub fn told(&self, sid: String, address: String, state: &str) {
        if let Some(state) = VerificationStatus::parse(state) {
            self.runtime.feed(Input::TabStatus { sid, address, state });
        }
    }

    /// Handles the stored document of an account.
    pub fn records(&self, account: String, records: &str) {
        self.runtime.heard_records(account, records);
    }
}

struct PageRuntime {
    host: Host,
    model: ArcRwSignal<PageModel>,
}

impl PageRuntime {
    fn feed(self: &Rc<Self>, input: Input) {
        let (mut effects, now) = (Vec::new(), self.host.now());
        self.model.update(|visit| effects = visit.update(now, input));
        self.run(effects);
    }

    fn run(self: &Rc<Self>, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send(purpose, call) => self.send(purpose, call),
                Effect::StoreSession(session) => {
                    self.host.keep(&session.write(), &session.account())
                }
                Effect::ClearStorage => self.host.clear_storage(),
                Effect::ClearSession { keep_pending } => self.host.forget(keep_pending),
                Effect::RedirectToSso(leave, url) => self.host.go(&leave.write(), &url),
                Effect::ClearQuery => self.host.tidy(),
                Effect::QueryTabs(sid) => self.host.ask(&sid),
                Effect::SendTabStatus { sid, address, state } => {
                    self.host.tell(&sid, &address, state.as_str());
                }
                Effect::BroadcastLinkOpened { account, sid } => self.host.opened(&account, &sid),
                Effect::ReadStoredVerifications(account) => {
                    let records = self.host.records(&account);
                    self.heard_records(account, &records);
                }
                Effect::Focus(focus) => self.focus(focus),
            }
        }
    }

    fn heard_records(self: &Rc<Self>, account: String, records: &str) {
        if let Some(records) = json::parse(records) {
            self.feed(Input::StoredVerifications(account, records));
        }
    }

    fn send(self: &Rc<Self>, purpose: RequestPurpose, call: AbsoluteRequest) {
        let runtime = self.clone();
        let AbsoluteRequest { method, url, token, body, timeout_ms: limit_ms } = call;
        let answer =
            self.host.send(method.as_str(), &url, token.as_deref(), body.as_deref(), limit_ms);
        spawn_local(async move {
            let answer = read(JsFuture::from(answer).await);
            runtime.feed(Input::Response(purpose, answer));
        });
    }

    /// Calls a function after the view is rendered.
    fn focus(self: &Rc<Self>, focus: Focus) {
        let host = self.host.clone();
        spawn_local(async move {
            tick().await;
            tick().await;
            host.focus(match focus {
                Focus::Screen => "",
                Focus::Server => ui::SERVER,
                Focus::User => ui::USER,
                Focus::Password => ui::PASSWORD,
            });
        });
    }

    /// Updates the time, while the state depends on it.
    fn start_ticker(self: Rc<Self>) {
        let tick = move || {
            // Where nobody looks, nothing is tried again.
            if !document().hidden() && self.model.with_untracked(PageModel::needs_ticker) {
                self.feed(Input::Tick);
            }
        };
        let tick = Closure::<dyn Fn()>::new(tick).into_js_value();
        let every = window()
            .set_interval_with_callback_and_timeout_and_arguments_0(tick.unchecked_ref(), 250);
        drop(every);
    }
}

fn read(answer: Result<JsValue, JsValue>) -> Answer {
    let answer = answer.map_err(|_| RequestError::Network)?;
    let member = |name: &str| Reflect::get(&answer, &name.into()).unwrap_or_default();
    match member("status").as_f64() {
        Some(status) => Ok(HttpResponse {
            status: status as u16,
            retry_after: member("retryAfter").as_string(),
            body: member("body").as_string().unwrap_or_default(),
        }),
        None => Err(match answer.as_string().as_deref() {
            Some("offline") => RequestError::Offline,
            Some("timeout") => RequestError::Timeout,
            _ => RequestError::Network,
        }),
    }
}
