//! Rust side of one instance of the JavaScript class.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

use js_sys::{Function, Promise};
use leptos::mount::mount_to;
use leptos::prelude::Update;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{Element, ShadowRoot};

use super::config::Config;
use super::identity_client::IdentityClient;
use super::js_bridge::JsBridge;
use super::matrix_client::MatrixClient;
use super::runtime::Runtime;
use super::{focus, js_values, random};
use crate::locale::phone_numbers;
use crate::matrix::get_3pids::Medium;
use crate::matrix::{email, json};
use crate::model::{
    ErrorReport, FocusTarget, Initiator, Input, MethodCall, Model, PageState, SessionState,
    is_same_address,
};
use crate::ui::{self, Ui};

/// Handle of one element. All methods take `&self`, because a listener of an
/// event can call the element again.
#[wasm_bindgen]
pub struct Handle {
    runtime: Rc<Runtime>,
    config: RefCell<Config>,
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
    /// Creates the handle of `<matrix-threepids>`, or of
    /// `<matrix-account-password>`.
    #[wasm_bindgen(constructor)]
    pub fn new(bridge: JsBridge, password: bool) -> Handle {
        let runtime = Runtime::new(bridge);
        if password {
            runtime.state.update(|state| state.model = Model::new_for_password());
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
        let before = self.config.replace(Config::read(&config));
        let config = self.config.borrow();
        let user_id = Some(config.user_id.clone()).filter(|user_id| !user_id.is_empty());
        let another = before.homeserver != config.homeserver || before.user_id != config.user_id;
        let another_identity = before.identity_url != config.identity_url;
        let identity = IdentityClient::new(&config);
        let session = match another {
            true => {
                let (bridge, before) = (self.runtime.bridge.clone(), self.runtime.session());
                let homeserver = &config.homeserver;
                Some(MatrixClient::new(bridge, homeserver, user_id, identity, Some(&before)))
            }
            false => {
                let other = another_identity || before.identity_token != config.identity_token;
                self.renew_session(&config, other.then_some(identity))
            }
        };
        let user_id = session.as_ref().unwrap_or(&self.runtime.session()).known_user_id();
        let settings = config.settings(user_id.unwrap_or_default());
        self.runtime.state.update(|state| state.settings = settings);
        if let Some(session) = session {
            self.go_on_with(session, another);
        }
        self.runtime.dispatch(Input::Sections(config.sections.clone()));
        if another_identity {
            let (host, can_hash) = (config.identity_server.clone(), config.can_hash);
            self.runtime.abort_identity_requests();
            self.runtime.dispatch(Input::IdentityServerSet { server_name: host, can_hash });
        }
        self.runtime.report_session();
        self.runtime.dispatch(Input::ReadOnly(config.readonly));
        if before.next_link != config.next_link {
            self.runtime.dispatch(Input::NextLink(config.next_link.clone()));
        }
        let persist = before.persist != config.persist;
        if !another && persist {
            self.runtime.forget_records();
        }
        // Only these: whose account it is, is not asked at every change. That the
        // document is loaded matters where the homeserver is missing.
        let access = another
            || persist
            || (before.loaded != config.loaded && config.homeserver.is_empty())
            || before.returned != config.returned;
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

    /// Handles `authDone` of the fallback page of this UIA session.
    #[wasm_bindgen(js_name = pageDone)]
    pub fn page_done(&self, session: String) {
        self.runtime.dispatch(Input::FallbackPageDone(session));
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

    /// Handles the stored document of another element of the account.
    #[wasm_bindgen(js_name = heardRecords)]
    pub fn heard_records(&self, records: &str) {
        let records = json::parse(records).unwrap_or(crate::matrix::Json::Null);
        self.runtime.dispatch(Input::TabRecords(records));
    }

    /// Handles that another element of the account reports an opened link.
    /// Without a `sid`, the list has changed.
    #[wasm_bindgen(js_name = heardOpened)]
    pub fn heard_opened(&self, sid: String) {
        let input = if sid.is_empty() { Input::TabListChanged } else { Input::TabLinkOpened(sid) };
        self.runtime.dispatch(input);
    }

    /// `refresh()`
    pub fn refresh(&self) -> Promise {
        self.start(MethodCall::Refresh, Input::Refresh)
    }

    /// `addEmail(address)`
    #[wasm_bindgen(js_name = addEmail)]
    pub fn add_email(&self, address: String) -> Promise {
        let operation = MethodCall::Send(email::trimmed(&address));
        let secret = random::client_secret();
        self.start(operation, Input::AddEmail { address, secret, initiator: Initiator::HostMethod })
    }

    /// `addPhone(number, country)`. The default country is that of the element.
    #[wasm_bindgen(js_name = addPhone)]
    pub fn add_phone(&self, number: &str, country: &str) -> Promise {
        let usual = self.config.borrow().country.clone();
        let country = if country.is_empty() { &usual } else { country };
        let (msisdn, dialled) = phone_numbers::read(number, country);
        let key = if msisdn.is_empty() { &dialled.number } else { &msisdn };
        let operation = MethodCall::Send(key.clone());
        let secret = random::client_secret();
        self.start(
            operation,
            Input::AddPhone { msisdn, phone: dialled, secret, initiator: Initiator::HostMethod },
        )
    }

    /// `resend(address)`
    pub fn resend(&self, address: &str) -> Promise {
        match self.pending_id(address) {
            Some(id) => {
                let again = Input::Resend(id, random::client_secret());
                self.start(MethodCall::Resend(id), again)
            }
            None => reject("invalid-address"),
        }
    }

    /// `cancel(address)`
    pub fn cancel(&self, address: &str) -> Promise {
        if let Some(id) = self.pending_id(address) {
            self.runtime.dispatch(Input::Cancel(id));
        }
        Promise::resolve(&JsValue::UNDEFINED)
    }

    /// `remove(medium, address)`
    pub fn remove(&self, medium: &str, address: String) -> Promise {
        let medium = Medium::from(medium);
        // The entry's own spelling counts.
        let Some(address) = self.runtime.read(|model| model.find_entry(&medium, &address)) else {
            return reject("invalid-address");
        };
        let operation = MethodCall::Remove(medium.clone(), address.clone());
        self.start(operation, Input::RemoveRequested { medium, address })
    }

    /// `focus()`
    pub fn focus(&self) {
        // Only one of them has no sections.
        let first = self.runtime.read(|model| model.sections.first().copied());
        let field = first.map_or(FocusTarget::NewPassword, FocusTarget::Field);
        self.runtime.with_root(|root| focus::focus(root, &field));
    }

    /// The property `threepids`.
    pub fn threepids(&self) -> JsValue {
        self.runtime.read(|model| json::to_js(&js_values::threepids(&model.visible_threepids())))
    }

    /// The property `pending`.
    pub fn pending(&self) -> JsValue {
        self.runtime.read(|model| json::to_js(&js_values::pending(model)))
    }
}

impl Handle {
    /// Creates a new session if the configuration requires one.
    fn renew_session(
        &self,
        config: &Config,
        identity: Option<IdentityClient>,
    ) -> Option<Rc<MatrixClient>> {
        self.runtime.session().renew(identity, !config.user_id.is_empty())
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
            TokenState::Set if config.valid => SessionState::Active,
            TokenState::Set if !config.homeserver.is_empty() => SessionState::InvalidHomeserver,
            TokenState::Set if config.loaded => SessionState::MissingHomeserver,
            TokenState::Set => SessionState::AwaitingToken,
        };
        drop(config);
        self.runtime.dispatch(Input::SessionChanged(access));
        self.remember();
    }

    /// Opens the storage of the account.
    fn remember(&self) {
        let returned = self.config.borrow().returned.clone();
        self.runtime.records.persist.set(self.config.borrow().persist);
        self.runtime.records.returned.replace(returned);
        self.runtime.open_records();
    }

    fn start(&self, operation: MethodCall, input: Input) -> Promise {
        let promise = self.runtime.promises.register(operation);
        self.runtime.dispatch(input);
        promise
    }

    fn pending_id(&self, address: &str) -> Option<crate::model::VerificationId> {
        self.runtime.read(|model| {
            let is = |it: &&crate::model::Verification| {
                !it.is_share()
                    && model.is_visible(it)
                    && is_same_address(&it.medium, &it.address, &email::trimmed(address))
            };
            model.verifications.iter().find(is).map(|it| it.id)
        })
    }
}

fn reject(code: &'static str) -> Promise {
    Promise::reject(&js_values::report(&ErrorReport::local(code)))
}

/// Style sheet of the shadow roots.
#[wasm_bindgen]
pub fn styles() -> String {
    ui::STYLES.to_owned()
}
