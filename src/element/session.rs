//! Sends requests: to which homeserver, with which token, through which
//! `fetch`, and for how long. All that is one value, which never becomes
//! another: what was begun with it is sent with it, or given up.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;

use js_sys::{Array, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal};

use super::hooks::{Hooks, Sender};
use super::identity::Identity;
use super::tokens::{Token, Tokens, failure};
use crate::matrix::{
    Api, Errcode, Failure, HttpRequest, HttpResponse, Json, Secrets, VERSIONS, auth_metadata, json,
    whoami,
};

/// What requests are sent with.
pub struct Session {
    pub(super) hooks: Hooks,
    /// The base URL, without a slash at its end.
    pub homeserver: Rc<str>,
    tokens: Rc<Tokens>,
    sender: Sender,
    /// The identity server.
    pub identity: Rc<Identity>,
    person: Rc<Person>,
    /// The token is that of the session before, which was another account's: one
    /// that is set from now on is the first of this account.
    has_old_token: bool,
    /// What the homeserver speaks, as far as is known.
    server: Rc<Server>,
    /// What came after it.
    next: RefCell<Next>,
}

/// What comes after a session.
#[derive(Clone, Default)]
enum Next {
    /// Nothing: it is the current one.
    #[default]
    Nothing,
    /// Another of the same account: what is refused here may go on there.
    Session(Rc<Session>),
    /// Another account's: nothing of this one is sent any more.
    OtherAccount,
}

/// Whose session it is.
#[derive(Default)]
struct Person {
    /// The full Matrix ID: the attribute, else what the server said.
    id: RefCell<Option<String>>,
    /// Who it has to be: the person that the session before was of, which had
    /// another token.
    expected: Option<String>,
    /// Requests were sent in their name.
    used: Cell<bool>,
}

/// Where a request goes.
pub enum To {
    /// To the homeserver, with the access token.
    Homeserver {
        /// Others are sent beside it, and find out which API it speaks.
        beside: bool,
    },
    /// There, too: to ask whose token it is.
    Whoami,
    /// To this URL, with this token, which is another.
    Url(String, Option<String>),
}

/// What is known of the API that the homeserver speaks.
#[derive(Default)]
struct Server {
    api: Cell<Api>,
    /// It is being asked: what it answers.
    asked: RefCell<Option<Promise>>,
}

impl Session {
    /// Of this account, if it is known whose that is; after this session.
    pub fn new(
        hooks: Hooks,
        homeserver: &str,
        user_id: Option<String>,
        identity: Identity,
        before: Option<&Session>,
    ) -> Rc<Session> {
        let source = hooks.tokens();
        let is_old =
            |before: &Session| before.person.used.get() && *before.tokens.source == *source;
        Rc::new(Session {
            homeserver: homeserver.into(),
            has_old_token: source.there() && before.is_some_and(is_old),
            tokens: Rc::new(Tokens::new(source)),
            sender: hooks.sender(),
            identity: Rc::new(identity),
            person: Rc::new(Person { id: RefCell::new(user_id), ..Person::default() }),
            server: Rc::default(),
            next: RefCell::default(),
            hooks,
        })
    }

    /// The same with another token, `fetch` or identity server, if that is what
    /// is set by now. `named` says that the user ID is set; otherwise another
    /// token may be another person's.
    pub fn renew(self: &Rc<Self>, identity: Option<Identity>, named: bool) -> Option<Rc<Session>> {
        let (source, sender) = (self.hooks.tokens(), self.hooks.sender());
        let token = *self.tokens.source != *source;
        if !token && *self.sender == *sender && identity.is_none() {
            return None;
        }
        // Without a token, it is still the same person who is asked for one.
        let anew = token && source.there() && !named;
        let person = match anew {
            true => {
                let known = self.person.id.borrow().clone();
                let expected = known.or_else(|| self.person.expected.clone());
                Rc::new(Person { expected, ..Person::default() })
            }
            false => self.person.clone(),
        };
        let next = Rc::new(Session {
            hooks: self.hooks.clone(),
            homeserver: self.homeserver.clone(),
            tokens: if token { Rc::new(Tokens::new(source)) } else { self.tokens.clone() },
            sender,
            identity: match identity {
                Some(identity) => Rc::new(identity),
                None if token => Rc::new(self.identity.anew()),
                None => self.identity.clone(),
            },
            person,
            has_old_token: self.has_old_token && !token,
            server: self.server.clone(),
            next: RefCell::default(),
        });
        self.next.replace(Next::Session(next.clone()));
        if token {
            self.tokens.source.end();
        }
        Some(next)
    }

    /// What comes after it is another account's.
    pub fn end(&self) {
        self.next.replace(Next::OtherAccount);
    }

    /// The same for a new beginning: it need not be of the person before.
    pub fn for_any_person(&self) -> Rc<Session> {
        Rc::new(Session {
            hooks: self.hooks.clone(),
            homeserver: self.homeserver.clone(),
            tokens: self.tokens.clone(),
            sender: self.sender.clone(),
            identity: self.identity.clone(),
            person: Rc::new(Person { id: self.person.id.clone(), ..Person::default() }),
            has_old_token: self.has_old_token,
            server: self.server.clone(),
            next: RefCell::default(),
        })
    }

    /// Whether the token may be of another person than that of the session
    /// before, in whose name requests were sent.
    pub fn may_be_of_another_person(&self, before: &Session) -> bool {
        let same = Rc::ptr_eq(&self.person, &before.person);
        let is_first = before.has_old_token && !self.has_old_token;
        is_first || !same && self.person.expected.is_none() && before.person.used.get()
    }

    /// Whether the token is known to be of another person than the one before.
    pub fn is_of_another_person(&self) -> bool {
        self.person.expected.is_some() && self.known_user_id() != self.person.expected
    }

    /// Whether the homeserver has taken the token in use.
    pub fn is_accepted(&self) -> bool {
        self.tokens.is_accepted()
    }

    /// Whether what came after it is another account's.
    pub fn is_over(&self) -> bool {
        matches!(*self.next.borrow(), Next::OtherAccount)
    }

    /// Whether none came after it.
    fn is_current(&self) -> bool {
        matches!(*self.next.borrow(), Next::Nothing)
    }

    /// The full Matrix ID, as far as is known.
    pub fn known_user_id(&self) -> Option<String> {
        self.person.id.borrow().clone()
    }

    /// The API that the homeserver speaks, as far as is known.
    pub fn api(&self) -> Api {
        self.server.api.get()
    }

    /// Whether addresses cannot be validated: by an identity server only, and
    /// none is set.
    pub fn needs_identity_server(&self) -> bool {
        self.api().needs_identity_server() && self.identity.host.is_none()
    }

    /// The identity server, for servers that need one.
    pub fn id_server(&self) -> Option<&str> {
        self.identity.host.as_deref().filter(|_| self.api().needs_identity_server())
    }

    /// What the paths of endpoints are appended to.
    pub fn base(&self) -> String {
        [&*self.homeserver, self.api().prefix()].concat()
    }

    /// The answer's JSON, or why there is none. A token that the homeserver
    /// refuses is renewed once, and the request repeated. To a homeserver that
    /// does not know the path, it is sent again where that may be known.
    pub async fn send(
        self: &Rc<Self>,
        request: &dyn Fn() -> HttpRequest,
        to: &To,
        abort: &Abort,
    ) -> Result<Json, Failure> {
        if let To::Url(url, token) = to {
            return self.send_to(url, &request(), token.as_deref(), abort).await;
        }
        let (mut session, mut token) = self.clone().token(to, abort).await?;
        let mut renewed = false;
        let mut learned = false;
        loop {
            let api = session.api();
            let url = session.base();
            let request = request();
            let url = url + &request.path;
            match session.send_to(&url, &request, Some(&token.text), abort).await {
                Err(Failure::Server(error)) if is_token_refused(&error.errcode) => {
                    let soft_logout = error.soft_logout;
                    if !session.is_current() {
                        // Another one is set by now.
                        (session, token) = session.token(to, abort).await?;
                        renewed = false;
                        continue;
                    }
                    if renewed {
                        return Err(Failure::NoSession { soft_logout });
                    }
                    renewed = true;
                    token = match session.tokens.renew(&token).await {
                        Ok(token) => token,
                        Err(Failure::NoSession { .. }) if session.is_current() => {
                            return Err(Failure::NoSession { soft_logout });
                        }
                        Err(failure) if session.is_current() => return Err(failure),
                        Err(_) => {
                            (session, token) = session.token(to, abort).await?;
                            continue;
                        }
                    };
                }
                Err(failure) if failure.is_of_path() && !learned && !is_beside(to) => {
                    // Once each time: what it said before, it may say no more.
                    learned = true;
                    if !session.learn_api().await {
                        return Err(Failure::Network);
                    }
                    if session.api() == api {
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

    /// The token to begin with, and of which session it is: of the one that is
    /// current by then, if that is of the same account.
    async fn token(
        self: Rc<Self>,
        to: &To,
        abort: &Abort,
    ) -> Result<(Rc<Session>, Token), Failure> {
        let mut session = self;
        loop {
            let next = session.next.borrow().clone();
            if let Next::Session(next) = next {
                session = next;
                continue;
            }
            if !matches!(to, To::Whoami) {
                // Boxed: to ask who it is, a token is wanted as well.
                let asked: Pin<Box<dyn Future<Output = _>>> = Box::pin(session.identify(abort));
                asked.await?;
            }
            let token = session.tokens.get().await;
            if !matches!(*session.next.borrow(), Next::Session(_)) {
                session.person.used.set(true);
                return Ok((session.clone(), token?));
            }
        }
    }

    /// With another token, it may be somebody else: nothing of the person before
    /// is done in their name.
    async fn identify(self: &Rc<Self>, abort: &Abort) -> Result<(), Failure> {
        let Some(expected) = &self.person.expected else { return Ok(()) };
        match self.user_id(abort).await? {
            Some(user_id) if user_id == *expected => Ok(()),
            _ => Err(Failure::Network),
        }
    }

    /// Asks which API the server speaks. Whether it said so.
    async fn learn_api(&self) -> bool {
        let asked = self.server.asked.borrow().clone();
        let asked = asked.unwrap_or_else(|| self.look_up(VERSIONS));
        self.server.asked.replace(Some(asked.clone()));
        let api = Api::read(&read(asked).await);
        self.server.asked.take();
        if let Some(api) = api {
            self.server.api.set(api);
        }
        api.is_some()
    }

    /// Something that the server tells everybody.
    fn look_up(&self, path: &str) -> Promise {
        self.sender.look_up(&[&*self.homeserver, path].concat())
    }

    /// Where the person manages an account that is not managed here.
    pub async fn discover(&self) -> Option<String> {
        let metadata = read(self.look_up(auth_metadata::PATH)).await;
        match auth_metadata::read(&metadata) {
            Some(page) => Some(page),
            None => {
                auth_metadata::read_well_known(&read(self.look_up(auth_metadata::WELL_KNOWN)).await)
            }
        }
    }

    /// Whose account it is; asked once.
    pub async fn user_id(self: &Rc<Self>, abort: &Abort) -> Result<Option<String>, Failure> {
        let known = self.known_user_id();
        if known.is_some() {
            return Ok(known);
        }
        let answer = self.send(&whoami::request, &To::Whoami, abort).await;
        let answer = answer.map_err(|failure| match failure {
            // That this is not known says nothing of what it was asked for.
            Failure::Server(mut error) if error.errcode == Errcode::Unrecognized => {
                error.errcode = Errcode::Other(error.errcode.as_str().to_owned());
                Failure::Server(error)
            }
            failure => failure,
        });
        let answer = whoami::read(&answer?);
        // With another token it may be somebody else.
        if self.is_current() {
            self.person.id.replace(answer.clone());
        }
        Ok(answer)
    }

    /// Sends a request to anybody; gives up when it takes too long.
    async fn send_to(
        &self,
        url: &str,
        request: &HttpRequest,
        token: Option<&str>,
        abort: &Abort,
    ) -> Result<Json, Failure> {
        // Nobody wants to know any more.
        if abort.is_aborted() || self.is_over() {
            return Err(Failure::Network);
        }
        let (method, body) = (request.method.as_str(), request.body.as_deref());
        let answer = self.sender.send(method, url, token, body, &abort.signal());
        let answer = JsFuture::from(answer).await.unwrap_or(JsValue::NULL);
        let Some(parts) = answer.dyn_ref::<Array>() else {
            return Err(failure(&answer));
        };
        match (parts.get(0).as_f64(), parts.get(2).as_string()) {
            (Some(status), Some(body)) => {
                let retry_after = parts.get(1).as_string();
                let answer = HttpResponse { status: status as u16, retry_after, body };
                answer.json_without(|| Secrets::of(token, request.body.as_deref()))
            }
            // An embedder's `fetch` may give anything.
            _ => Err(Failure::Network),
        }
    }
}

/// What was looked up; null if there was no answer.
async fn read(answer: Promise) -> Json {
    let answer = JsFuture::from(answer).await.ok();
    answer.and_then(json::from_js).unwrap_or(Json::Null)
}

fn is_token_refused(errcode: &Errcode) -> bool {
    matches!(errcode, Errcode::UnknownToken | Errcode::MissingToken)
}

fn is_beside(to: &To) -> bool {
    match to {
        To::Homeserver { beside } => *beside,
        To::Whoami | To::Url(..) => false,
    }
}

/// Gives up requests.
#[derive(Clone)]
pub struct Abort(AbortController);

impl Abort {
    /// For one or more requests in a row.
    pub fn new() -> Option<Abort> {
        AbortController::new().ok().map(Abort)
    }

    /// Gives up what is under way.
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
