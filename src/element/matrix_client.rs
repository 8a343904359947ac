//! Sends requests. Homeserver, token, `fetch` and account are one immutable
//! value. A request that was started with one value is sent with that value, or
//! not at all.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use gloo_net::http::{Request, Response};
use js_sys::{Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, Headers, RequestInit};

use super::identity_client::IdentityClient;
use super::js_bridge::{JsBridge, Sender};
use super::token_provider::{Token, TokenProvider, failure};
use crate::matrix::{
    ApiVersion, Destination, Errcode, HttpRequest, HttpResponse, Json, RequestError, Secrets,
    VERSIONS, auth_metadata, json, submit_token, whoami,
};

/// Immutable values that requests are sent with.
pub struct MatrixClient {
    pub(super) bridge: JsBridge,
    /// Base URL, without a trailing slash.
    pub homeserver: Rc<str>,
    tokens: Rc<TokenProvider>,
    sender: Sender,
    /// The identity server.
    pub identity: Rc<IdentityClient>,
    account: Rc<Account>,
    /// True if the token is that of the previous session, which had another
    /// account. The next token is the first of this account.
    has_old_token: bool,
    /// API version of the homeserver, if it is known.
    server_info: Rc<Server>,
    /// Session that replaces this one.
    next: RefCell<Next>,
}

/// Session that replaces another one.
#[derive(Clone, Default)]
enum Next {
    /// No session: this one is current.
    #[default]
    Nothing,
    /// A session of the same account. Refused requests may continue with it.
    Session(Rc<MatrixClient>),
    /// A session of another account. This one sends no further requests.
    OtherAccount,
}

/// Account of a session.
#[derive(Default)]
struct Account {
    /// Full Matrix ID: of the attribute, or of the server.
    id: RefCell<Option<String>>,
    /// Matrix ID of the previous session, which had another token. The account
    /// must be the same.
    expected: Option<String>,
    /// True if requests were sent for this account.
    used: Cell<bool>,
}

/// Steps of the client before it sends a request to the homeserver.
#[derive(Clone, Copy, PartialEq)]
pub enum Preparation {
    /// Nothing: the request itself finds out the account.
    Nothing,
    /// The account of the token. Other requests find out the API version.
    Account,
    /// The account of the token, and the API version if the homeserver does not
    /// know the path.
    AccountAndVersion,
}

/// API version of the homeserver.
#[derive(Default)]
struct Server {
    api: Cell<ApiVersion>,
    /// True if there was a response to a request under the prefix of `api`.
    has_responded: Cell<bool>,
    /// True if the server requires an identity server, whatever its version.
    requires_identity_server: Cell<bool>,
    /// Body of the last request.
    last_body: RefCell<Option<String>>,
    /// The request of `versions` is pending.
    probed: RefCell<Option<Promise>>,
}

impl MatrixClient {
    /// Creates the account of a session that follows this one.
    pub fn new(
        bridge: JsBridge,
        homeserver: &str,
        user_id: Option<String>,
        identity: IdentityClient,
        before: Option<&MatrixClient>,
    ) -> Rc<MatrixClient> {
        let source = bridge.tokens();
        let is_old =
            |before: &MatrixClient| before.account.used.get() && *before.tokens.source == *source;
        Rc::new(MatrixClient {
            homeserver: homeserver.into(),
            has_old_token: source.there() && before.is_some_and(is_old),
            tokens: Rc::new(TokenProvider::new(source)),
            sender: bridge.sender(),
            identity: Rc::new(identity),
            account: Rc::new(Account { id: RefCell::new(user_id), ..Account::default() }),
            server_info: Rc::default(),
            next: RefCell::default(),
            bridge,
        })
    }

    /// Creates the next session, if token, `fetch` or identity server have
    /// changed. `named` is true if `user-id` is set; otherwise a new token may
    /// belong to another account.
    pub fn renew(
        self: &Rc<Self>,
        identity: Option<IdentityClient>,
        named: bool,
    ) -> Option<Rc<MatrixClient>> {
        let (source, sender) = (self.bridge.tokens(), self.bridge.sender());
        let token = *self.tokens.source != *source;
        if !token && *self.sender == *sender && identity.is_none() {
            return None;
        }
        // Without a token, it is still the same person who is asked for one.
        let anew = token && source.there() && !named;
        let person = match anew {
            true => {
                let known = self.account.id.borrow().clone();
                let expected = known.or_else(|| self.account.expected.clone());
                Rc::new(Account { expected, ..Account::default() })
            }
            false => self.account.clone(),
        };
        let next = Rc::new(MatrixClient {
            bridge: self.bridge.clone(),
            homeserver: self.homeserver.clone(),
            tokens: if token { Rc::new(TokenProvider::new(source)) } else { self.tokens.clone() },
            sender,
            identity: match identity {
                Some(identity) => Rc::new(identity),
                None if token => Rc::new(self.identity.for_other_account()),
                None => self.identity.clone(),
            },
            account: person,
            has_old_token: self.has_old_token && !token,
            server_info: self.server_info.clone(),
            next: RefCell::default(),
        });
        self.next.replace(Next::Session(next.clone()));
        if token {
            self.tokens.source.end();
        }
        Some(next)
    }

    /// Notes that a request was sent for the account.
    pub fn note_use(&self) {
        self.account.used.set(true);
    }

    /// Notes that the server has responded to a request with the prefix of the
    /// newest API version.
    pub fn note_response(&self) {
        self.server_info.has_responded.set(true);
    }

    /// Replaces it with a session of another account.
    pub fn end(&self) {
        self.next.replace(Next::OtherAccount);
    }

    /// Creates a session that may belong to another account than the previous
    /// one.
    pub fn for_any_account(&self) -> Rc<MatrixClient> {
        Rc::new(MatrixClient {
            bridge: self.bridge.clone(),
            homeserver: self.homeserver.clone(),
            tokens: self.tokens.clone(),
            sender: self.sender.clone(),
            identity: self.identity.clone(),
            account: Rc::new(Account { id: self.account.id.clone(), ..Account::default() }),
            has_old_token: self.has_old_token,
            server_info: self.server_info.clone(),
            next: RefCell::default(),
        })
    }

    /// True if the token may belong to another account than the previous
    /// session, which has sent requests.
    pub fn may_be_of_other_account(&self, before: &MatrixClient) -> bool {
        let same = Rc::ptr_eq(&self.account, &before.account);
        let is_first = before.has_old_token && !self.has_old_token;
        is_first || !same && self.account.expected.is_none() && before.account.used.get()
    }

    /// True if the token belongs to another account than the previous session.
    pub fn is_of_other_account(&self) -> bool {
        self.account.expected.is_some() && self.known_user_id() != self.account.expected
    }

    /// True if the homeserver has accepted the current token.
    pub fn is_accepted(&self) -> bool {
        self.tokens.is_accepted()
    }

    /// True if it was replaced by a session of another account.
    pub fn is_over(&self) -> bool {
        matches!(*self.next.borrow(), Next::OtherAccount)
    }

    /// True if it is the current session.
    fn is_current(&self) -> bool {
        matches!(*self.next.borrow(), Next::Nothing)
    }

    /// Full Matrix ID, if it is known.
    pub fn known_user_id(&self) -> Option<String> {
        self.account.id.borrow().clone()
    }

    /// API version of the homeserver, if it is known.
    pub fn api(&self) -> ApiVersion {
        self.server_info.api.get()
    }

    /// True if the server requires an identity server, and none is set.
    pub fn needs_identity_server(&self) -> bool {
        self.requires_identity_server() && self.identity.server_name.is_none()
    }

    /// Identity server, for servers that require one.
    pub fn id_server(&self) -> Option<&str> {
        self.identity.server_name.as_deref().filter(|_| self.requires_identity_server())
    }

    fn requires_identity_server(&self) -> bool {
        self.api().needs_identity_server() || self.server_info.requires_identity_server.get()
    }

    /// URL to which the paths of endpoints are appended.
    pub fn base(&self) -> String {
        [&*self.homeserver, self.api().prefix()].concat()
    }

    /// Sends a request and returns the JSON of its response. `identity_token` is
    /// for the identity server. If the homeserver refuses its token, the token is
    /// renewed once, and the request repeated. If the homeserver does not know
    /// the path, the request is repeated under the path of another API version.
    pub async fn send(
        self: &Rc<Self>,
        request: &dyn Fn() -> HttpRequest,
        identity_token: Option<&str>,
        preparation: Preparation,
        abort: &Abort,
    ) -> Result<Json, RequestError> {
        let first = request();
        let foreign = match first.destination {
            Destination::Homeserver => None,
            Destination::IdentityServer => Some((self.identity.url(), identity_token)),
            Destination::Url => Some(("", None)),
        };
        if let Some((base, token)) = foreign {
            if first.destination == Destination::Url
                && !submit_token::is_safe(&first.path, &self.homeserver)
            {
                return Err(RequestError::InsecureUrl);
            }
            return self.send_to(&[base, &first.path].concat(), &first, token, abort).await;
        }
        let (mut session, mut token) = self.clone().token(preparation, abort).await?;
        let mut renewed = false;
        let mut learned = false;
        loop {
            let api = session.api();
            let request = request();
            let url = session.base() + &request.path;
            let result = session.send_to(&url, &request, Some(&token.value), abort).await;
            if !result.as_ref().is_err_and(RequestError::has_no_response) {
                session.note_response();
            }
            match result {
                Err(RequestError::Server(error)) if is_token_refused(&error.errcode) => {
                    let soft_logout = error.soft_logout;
                    if !session.is_current() {
                        // Another one is set by now.
                        (session, token) = session.token(preparation, abort).await?;
                        renewed = false;
                        continue;
                    }
                    if renewed {
                        return Err(RequestError::SessionExpired { soft_logout });
                    }
                    renewed = true;
                    token = match session.tokens.renew(&token).await {
                        Ok(token) => token,
                        Err(RequestError::SessionExpired { .. }) if session.is_current() => {
                            return Err(RequestError::SessionExpired { soft_logout });
                        }
                        Err(failure) if session.is_current() => return Err(failure),
                        Err(_) => {
                            (session, token) = session.token(preparation, abort).await?;
                            continue;
                        }
                    };
                }
                Err(failure)
                    if !learned
                        && (failure.is_unknown_endpoint()
                            && preparation != Preparation::Account
                            || session.may_be_unknown_version(&failure, api, abort)) =>
                {
                    // Once each time: what it said before, it may say no more.
                    learned = true;
                    if session.api() == api && !session.probe_versions().await {
                        return Err(RequestError::Network);
                    }
                    if session.api() == api {
                        return Err(failure);
                    }
                }
                // It verifies no addresses itself, whatever its version says.
                Err(failure)
                    if failure.errcode() == Some(&Errcode::ServerNotTrusted)
                        && request.path.ends_with("requestToken")
                        && !session.requires_identity_server() =>
                {
                    session.server_info.requires_identity_server.set(true);
                    if session.id_server().is_none() {
                        return Err(failure);
                    }
                }
                result => {
                    if result.is_ok() {
                        session.tokens.accept(&token);
                    }
                    return result;
                }
            }
        }
    }

    /// Token of a request, and its session: the current one, if it has the same
    /// account.
    async fn token(
        self: Rc<Self>,
        preparation: Preparation,
        abort: &Abort,
    ) -> Result<(Rc<MatrixClient>, Token), RequestError> {
        let mut session = self;
        loop {
            let next = session.next.borrow().clone();
            if let Next::Session(next) = next {
                session = next;
                continue;
            }
            if preparation != Preparation::Nothing {
                // Boxed: to ask who it is, a token is wanted as well.
                let asked: Pin<Box<dyn Future<Output = _>>> = Box::pin(session.identify(abort));
                asked.await?;
            }
            let token = session.tokens.get().await;
            if !matches!(*session.next.borrow(), Next::Session(_)) {
                session.note_use();
                return Ok((session.clone(), token?));
            }
        }
    }

    /// Checks the account of a new token, so that no request of one account is
    /// sent with the token of another.
    async fn identify(self: &Rc<Self>, abort: &Abort) -> Result<(), RequestError> {
        let Some(expected) = &self.account.expected else { return Ok(()) };
        match self.user_id(abort).await? {
            Some(user_id) if user_id == *expected => Ok(()),
            _ => Err(RequestError::Network),
        }
    }

    /// Requests `versions`. Returns true if the API version is known.
    async fn probe_versions(&self) -> bool {
        let asked = self.server_info.probed.borrow().clone();
        let asked = asked.unwrap_or_else(|| self.fetch_public_json(VERSIONS));
        self.server_info.probed.replace(Some(asked.clone()));
        let api = ApiVersion::from_versions(&read(asked).await);
        self.server_info.probed.take();
        if let Some(api) = api {
            self.server_info.api.set(api);
        }
        api.is_some()
    }

    /// True if the server may not know this version, whose prefix the path had.
    /// Old servers respond to such a request without CORS, so that it fails as
    /// without a network.
    fn may_be_unknown_version(
        &self,
        failure: &RequestError,
        sent: ApiVersion,
        abort: &Abort,
    ) -> bool {
        if abort.is_aborted() || self.is_over() {
            return false;
        }
        let is_network_error = matches!(failure, RequestError::Network);
        // Another request may have found out the version in the meantime.
        let is_known = self.api() != sent;
        is_known && (is_network_error || failure.is_unknown_endpoint())
            || is_network_error && !self.server_info.has_responded.get()
    }

    /// Sends a `GET` without an access token.
    fn fetch_public_json(&self, path: &str) -> Promise {
        self.sender.look_up(&[&*self.homeserver, path].concat())
    }

    /// Finds the page on which the account is managed.
    pub async fn discover(&self) -> Option<String> {
        let metadata = read(self.fetch_public_json(auth_metadata::PATH)).await;
        match auth_metadata::read(&metadata) {
            Some(page) => Some(page),
            None => auth_metadata::read_well_known(
                &read(self.fetch_public_json(auth_metadata::WELL_KNOWN)).await,
            ),
        }
    }

    /// Matrix ID of the account; requested once.
    pub async fn user_id(self: &Rc<Self>, abort: &Abort) -> Result<Option<String>, RequestError> {
        let known = self.known_user_id();
        if known.is_some() {
            return Ok(known);
        }
        let answer = self.send(&whoami::request, None, Preparation::Nothing, abort).await;
        let answer = answer.map_err(|failure| match failure {
            // That this is not known says nothing of what it was asked for.
            RequestError::Server(mut error) if error.errcode == Errcode::Unrecognized => {
                error.errcode = Errcode::Other(error.errcode.as_str().to_owned());
                RequestError::Server(error)
            }
            failure => failure,
        });
        let answer = whoami::read(&answer?);
        // With another token it may be somebody else.
        if self.is_current() {
            self.account.id.replace(answer.clone());
        }
        Ok(answer)
    }

    /// Sends a request to any server, with a time limit.
    async fn send_to(
        &self,
        url: &str,
        request: &HttpRequest,
        token: Option<&str>,
        abort: &Abort,
    ) -> Result<Json, RequestError> {
        // Nobody wants to know any more.
        if abort.is_aborted() || self.is_over() {
            return Err(RequestError::Network);
        }
        let answer = self.fetch(url, request, token, abort).await?;
        let before = self.server_info.last_body.replace(request.body.clone());
        answer.json_without(|| {
            // A server may echo what an earlier request of the action had.
            let secrets = Secrets::of(token, request.body.as_deref());
            secrets.with(Secrets::of(None, before.as_deref()))
        })
    }

    /// Sends a request with the `fetch` of the session.
    async fn fetch(
        &self,
        url: &str,
        request: &HttpRequest,
        token: Option<&str>,
        abort: &Abort,
    ) -> Result<HttpResponse, RequestError> {
        let request = to_fetch_request(url, request, token).map_err(|_| RequestError::Network)?;
        let answer = self.sender.send(&request.into(), &abort.signal());
        let answer = JsFuture::from(answer).await.unwrap_or(JsValue::NULL);
        let answer: Response = match answer.dyn_into::<web_sys::Response>() {
            Ok(answer) => answer.into(),
            Err(reason) if reason.is_string() => return Err(failure(&reason)),
            Err(_) => return Err(RequestError::Network),
        };
        Ok(HttpResponse {
            status: answer.status(),
            retry_after: answer.headers().get("Retry-After"),
            body: answer.text().await.map_err(|_| RequestError::Network)?,
        })
    }
}

/// Converts a request for `fetch`. The class adds the rules that all requests have.
///
/// gloo-net's `RequestBuilder` and `Headers` are not used: they append `&` to a URL
/// with a query, inherit what the page has put on `Object.prototype`, and throw for
/// a token that no header can have, which an identity server may have sent.
fn to_fetch_request(
    url: &str,
    request: &HttpRequest,
    token: Option<&str>,
) -> Result<Request, JsValue> {
    let headers = Headers::new()?;
    // A password reset has no token: its source has an empty one.
    if let Some(token) = token.filter(|token| !token.is_empty()) {
        headers.set("Authorization", &["Bearer ", token].concat())?;
    }
    let options: RequestInit = <Object>::create(JsValue::NULL.unchecked_ref()).unchecked_into();
    options.set_method(request.method.as_str());
    if let Some(body) = &request.body {
        headers.set("Content-Type", "application/json")?;
        options.set_body(&body.into());
    }
    options.set_headers(&headers);
    Ok(web_sys::Request::new_with_str_and_init(url, &options)?.into())
}

/// JSON of a `GET`; null without a response.
async fn read(answer: Promise) -> Json {
    let answer = JsFuture::from(answer).await.ok();
    answer.and_then(json::from_js).unwrap_or(Json::Null)
}

fn is_token_refused(errcode: &Errcode) -> bool {
    matches!(errcode, Errcode::UnknownToken | Errcode::MissingToken)
}

/// Aborts requests.
#[derive(Clone)]
pub struct Abort(AbortController);

impl Abort {
    /// Creates it for one or more consecutive requests.
    pub fn new() -> Option<Abort> {
        AbortController::new().ok().map(Abort)
    }

    /// Aborts the pending request.
    pub fn abort(&self) {
        self.0.abort();
    }

    fn is_aborted(&self) -> bool {
        self.signal().aborted()
    }

    fn signal(&self) -> AbortSignal {
        self.0.signal()
    }
}
