//! Rust side of one instance of the JavaScript class.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Function;
use leptos::mount::mount_to;
use leptos::prelude::Update;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{Element, ShadowRoot};

use super::config::Config;
use super::first_threepids::first_threepids;
use super::identity_client::IdentityClient;
use super::js_bridge::JsBridge;
use super::matrix_client::MatrixClient;
use super::random;
use super::runtime::{Runtime, loaded_actions};
use crate::matrix::json;
use crate::model::{Input, PageState, PasswordTask, SessionState};
use crate::ui::{self, Ui};

/// Handle of one element. All methods take `&self`, because a listener of an
/// event can call the element again.
#[wasm_bindgen]
pub struct Handle {
    pub(super) runtime: Rc<Runtime>,
    pub(super) config: RefCell<Config>,
    token: RefCell<TokenState>,
    /// View; unmounted when it is dropped.
    mounted: RefCell<Option<Box<dyn Any>>>,
}

/// State of the property `accessToken`.
#[derive(Clone, Copy, PartialEq, Eq)]
enum TokenState {
    /// The property was never set.
    Unset,
    /// The property is set.
    Set,
    /// The property was set, and then removed.
    Cleared,
}

#[wasm_bindgen]
impl Handle {
    /// Creates the handle of an element. The kinds are those of `www/internals.ts`.
    #[wasm_bindgen(constructor)]
    pub fn new(bridge: JsBridge, kind: u8) -> Handle {
        let runtime = Runtime::new(bridge);
        if kind > 0 {
            let task = if kind == 2 { PasswordTask::RESET } else { PasswordTask::Change };
            runtime.state.update(|state| state.model.set_up_for_password(task));
        }
        Handle {
            runtime,
            config: RefCell::default(),
            token: RefCell::new(TokenState::Unset),
            mounted: RefCell::default(),
        }
    }

    /// Handles a change of attributes or properties.
    pub fn configure(&self, config: JsValue) {
        let Some(config) = json::from_js(config) else { return };
        let before = self.config.replace(Config::new(config));
        let config = self.config.borrow();
        let user_id = Some(config.text("userId")).filter(|user_id| !user_id.is_empty());
        let another = !config.has_same_text(&before, "homeserver")
            || !config.has_same_text(&before, "userId");
        let another_identity = !config.has_same_text(&before, "identityUrl");
        let identity = IdentityClient::new(&config);
        let session = match another {
            true => {
                let (bridge, before) = (self.runtime.bridge.clone(), self.runtime.session());
                let (homeserver, user_id) = (config.text("homeserver"), user_id.map(str::to_owned));
                Some(MatrixClient::new(bridge, homeserver, user_id, identity, Some(&before)))
            }
            false => {
                let other = another_identity || !config.has_same(&before, "identityToken");
                self.renew_session(&config, other.then_some(identity))
            }
        };
        let user_id = session.as_ref().unwrap_or(&self.runtime.session()).known_user_id();
        let settings = config.settings(user_id.unwrap_or_default());
        self.runtime.state.update(|state| state.settings = settings);
        if let Some(session) = session {
            self.go_on_with(session, another);
        }
        self.runtime.dispatch(Input::Sections(config.sections()));
        if another_identity {
            let server_name = config.str("identityServer").map(str::to_owned);
            let can_hash = config.is_true("canHash");
            self.runtime.abort_identity_requests();
            self.runtime.dispatch(Input::IdentityServerSet { server_name, can_hash });
        }
        self.runtime.report_session();
        self.runtime.dispatch(Input::ReadOnly(config.is_true("readonly")));
        if !config.has_same(&before, "nextLink") {
            let next_link = config.str("nextLink").map(str::to_owned);
            self.runtime.dispatch(Input::NextLink(next_link));
        }
        let persist = before.persist() != config.persist();
        if !another
            && persist
            && let Some(actions) = loaded_actions()
        {
            actions.forget_records(&self.runtime);
        }
        // Only these: whose account it is, is not asked at every change. That the
        // document is loaded matters where the homeserver is missing.
        let is_loaded = before.is_true("loaded") != config.is_true("loaded");
        let access = another
            || persist
            || (is_loaded && config.text("homeserver").is_empty())
            || !config.has_same(&before, "returned");
        drop(config);
        if access {
            self.check_access();
        }
    }

    /// Handles that the property `accessToken` was set or removed.
    #[wasm_bindgen(js_name = tokenChanged)]
    pub fn token_changed(&self, there: bool) {
        let before = *self.token.borrow();
        let now = match (there, before) {
            (true, _) => TokenState::Set,
            (false, TokenState::Unset) => TokenState::Unset,
            (false, TokenState::Set | TokenState::Cleared) => TokenState::Cleared,
        };
        self.token.replace(now);
        let session = self.renew_session(&self.config.borrow(), None);
        if let Some(session) = session {
            self.go_on_with(session, false);
        }
        self.check_access();
    }

    /// Renders the element into its shadow root, after it was connected.
    pub fn connect(&self, root: ShadowRoot) {
        self.runtime.root.replace(Some(root.clone()));
        let runtime = self.runtime.clone();
        let ui = Ui {
            state: runtime.state.clone(),
            send: SendWrapper::new(Rc::new(move |input| runtime.dispatch(input))),
            new_client_secret: random::client_secret,
            load_late_views: {
                let bridge = self.runtime.bridge.clone();
                SendWrapper::new(Rc::new(move || bridge.want_actions()))
            },
            identity: {
                let bridge = self.runtime.bridge.clone();
                SendWrapper::new(Rc::new(
                    move |element: &Element, state: &JsValue, act: &Function| {
                        bridge.draw_identity(element, state, act);
                    },
                ))
            },
        };
        let mounted = mount_to(root.unchecked_into(), move || ui::widget(ui));
        self.mounted.replace(Some(Box::new(mounted)));
        self.check_access();
    }

    /// The element left the page.
    pub fn disconnect(&self) {
        self.mounted.take();
        self.runtime.detach();
    }

    /// Handles a change of visibility, focus or network.
    pub fn presence(&self, visible: bool, focused: bool, offline: bool, at: &Element) {
        let shown = ui::is_shown(at);
        self.runtime.dispatch(Input::PageStateChanged(PageState {
            visible,
            focused,
            offline,
            shown,
        }));
    }

    /// Handles that the browser is online again.
    pub fn online(&self) {
        self.runtime.dispatch(Input::Online);
    }

    /// Handles that the page is left. It may return from the back/forward
    /// cache.
    pub fn freeze(&self) {
        self.runtime.page_hide();
    }

    /// Handles that the page was restored from the back/forward cache.
    pub fn thaw(&self) {
        self.remember();
        self.runtime.dispatch(Input::RestoredFromBfcache);
    }

    /// Continues with what waited for the actions, after `loadActions`.
    #[wasm_bindgen(js_name = useActions)]
    pub fn use_actions(&self) {
        if let Some(actions) = loaded_actions() {
            actions.start(&self.runtime);
        }
    }

    /// Shows that the actions could not be loaded, if something waits for them.
    #[wasm_bindgen(js_name = actionsFailed)]
    pub fn actions_failed(&self) {
        self.runtime.actions_failed();
    }

    /// Calls a function of the actions by its name, after `loadActions`. Before,
    /// returns undefined.
    pub fn call(&self, name: &str, first: String, second: String) -> JsValue {
        match loaded_actions() {
            Some(actions) => actions.call(&self.runtime, name, [first, second]),
            None => JsValue::UNDEFINED,
        }
    }

    /// The property `threepids`.
    pub fn threepids(&self) -> JsValue {
        match loaded_actions() {
            Some(_) => self.call("threepids", String::new(), String::new()),
            None => self.runtime.read(|model| first_threepids(&model.visible_threepids())),
        }
    }
}

impl Handle {
    /// Creates a new session if the configuration requires one.
    fn renew_session(
        &self,
        config: &Config,
        identity: Option<IdentityClient>,
    ) -> Option<Rc<MatrixClient>> {
        self.runtime.session().renew(identity, !config.text("userId").is_empty())
    }

    /// Uses this session for new requests.
    fn go_on_with(&self, session: Rc<MatrixClient>, another: bool) {
        let before = self.runtime.session();
        if another || session.may_be_of_other_account(&before) {
            self.runtime.reset(session);
        } else {
            if session.known_user_id().is_none() {
                // It may be somebody else's.
                self.runtime.close_records();
            }
            self.runtime.session.replace(session);
        }
    }

    /// Updates the state of the session in the model.
    fn check_access(&self) {
        let config = self.config.borrow();
        let access = match *self.token.borrow() {
            _ if self.mounted.borrow().is_none() => return,
            TokenState::Unset => SessionState::AwaitingToken,
            TokenState::Cleared => SessionState::Expired,
            TokenState::Set if config.is_true("valid") => SessionState::Active,
            TokenState::Set if !config.text("homeserver").is_empty() => {
                SessionState::InvalidHomeserver
            }
            TokenState::Set if config.is_true("loaded") => SessionState::MissingHomeserver,
            TokenState::Set => SessionState::AwaitingToken,
        };
        drop(config);
        self.runtime.dispatch(Input::SessionChanged(access));
        self.remember();
    }

    /// Opens the storage of the account.
    fn remember(&self) {
        let returned = self.config.borrow().str("returned").map(str::to_owned);
        self.runtime.records.persist.set(self.config.borrow().persist());
        self.runtime.records.returned.replace(returned);
        self.runtime.open_records();
    }
}

/// Style sheet of the shadow roots. It is longer after `loadActions`.
#[wasm_bindgen]
pub fn styles() -> String {
    [ui::STYLES, loaded_actions().map_or("", |actions| actions.styles())].concat()
}
