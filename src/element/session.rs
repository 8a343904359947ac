//! Sends requests: to which homeserver, with which token, through which
//! `fetch`, and for how long.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use gloo_net::http::Headers;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, AbortSignal, Request, RequestCredentials, RequestInit, Response};

use super::hooks::Hooks;
use super::identity::Identity;
use super::timer::Timer;
use super::tokens::{Token, Tokens};
use crate::matrix::{
    Api, Errcode, Failure, HttpRequest, HttpResponse, Json, VERSIONS, auth_metadata, json, whoami,
};

/// How long a server may take, in ms.
const TIMEOUT_MS: f64 = 30_000.0;

/// What stays the same from request to request.
pub struct Session {
    /// The base URL, without a slash at its end.
    pub homeserver: RefCell<String>,
    /// The access token.
    pub tokens: Tokens,
    hooks: Hooks,
    /// The full Matrix ID: the attribute, else what the server said.
    pub user_id: RefCell<Option<String>>,
    /// Host and port of the identity server, if the embedder has set one.
    pub identity_server: RefCell<Option<String>>,
    /// The rest of it.
    pub identity: Identity,
    /// What the homeserver speaks, as far as is known.
    server: RefCell<Server>,
}

/// Where a request goes.
pub enum To {
    /// To the homeserver, with the access token.
    Homeserver {
        /// Others are sent beside it, and find out which API it speaks.
        beside: bool,
    },
    /// To this URL, with this token, which is another.
    Url(String, Option<String>),
}

/// What is known of the API that the homeserver speaks.
#[derive(Default)]
struct Server {
    api: Api,
    /// It was asked, or is being asked: what it answers.
    asked: Option<Promise>,
}

impl Session {
    /// A session of the element behind these hooks.
    pub fn new(hooks: Hooks) -> Session {
        Session {
            homeserver: RefCell::default(),
            tokens: Tokens::new(hooks.clone()),
            identity: Identity::new(hooks.clone()),
            hooks,
            user_id: RefCell::default(),
            identity_server: RefCell::default(),
            server: RefCell::default(),
        }
    }

    /// Another homeserver: nothing is known of it.
    pub fn start_over(&self, homeserver: String, user_id: Option<String>) {
        self.homeserver.replace(homeserver);
        self.user_id.replace(user_id);
        self.identity.forget();
        self.server.take();
    }

    /// The API that the homeserver speaks, as far as is known.
    pub fn api(&self) -> Api {
        self.server.borrow().api
    }

    /// Whether addresses cannot be validated: by an identity server only, and
    /// none is set.
    pub fn needs_identity_server(&self) -> bool {
        self.api().needs_identity_server() && self.identity_server.borrow().is_none()
    }

    /// The identity server, for servers that need one.
    pub fn id_server(&self) -> Option<String> {
        let known = self.identity_server.borrow().clone();
        known.filter(|_| self.api().needs_identity_server())
    }

    /// What the paths of endpoints are appended to.
    pub fn base(&self) -> String {
        [&*self.homeserver.borrow(), self.api().prefix()].concat()
    }

    /// The answer's JSON, or why there is none. A token that the homeserver
    /// refuses is renewed once, and the request repeated. To a homeserver that
    /// does not know the path, it is sent again where that may be known.
    pub async fn send(
        &self,
        request: &dyn Fn() -> HttpRequest,
        to: &To,
        abort: &Abort,
    ) -> Result<Json, Failure> {
        let beside = match to {
            To::Homeserver { beside } => *beside,
            To::Url(url, token) => {
                return self.send_to(url, &request(), token.as_deref(), abort).await;
            }
        };
        let ended = |soft_logout| Failure::NoSession { soft_logout };
        let mut token = self.tokens.get().await.ok_or(ended(false))?;
        let mut renewed = false;
        loop {
            let api = self.api();
            match self.send_with(&request(), &token, abort).await {
                Err(Failure::Server(error)) if is_token_refused(&error.errcode) => {
                    if renewed {
                        return Err(ended(error.soft_logout));
                    }
                    token = self.tokens.renew(&token).await.ok_or(ended(error.soft_logout))?;
                    renewed = true;
                }
                Err(failure) if failure.is_of_path() && !beside => {
                    self.learn_api().await;
                    if self.api() == api {
                        return Err(failure);
                    }
                }
                result => return result,
            }
        }
    }

    /// Asks once which API the server speaks.
    async fn learn_api(&self) {
        let asked = self.server.borrow().asked.clone();
        let asked = asked.unwrap_or_else(|| self.look_up(VERSIONS));
        self.server.borrow_mut().asked = Some(asked.clone());
        let versions = read(asked).await;
        let mut server = self.server.borrow_mut();
        match versions {
            Json::Null => server.asked = None,
            versions => server.api = Api::read(&versions),
        }
    }

    /// Something that the server tells everybody.
    fn look_up(&self, path: &str) -> Promise {
        self.hooks.look_up(&[&*self.homeserver.borrow(), path].concat())
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
    pub async fn user_id(&self, abort: &Abort) -> Result<Option<String>, Failure> {
        let known = self.user_id.borrow().clone();
        if known.is_some() {
            return Ok(known);
        }
        let asked = self.tokens.generation();
        let answer = self.send(&whoami::request, &To::Homeserver { beside: false }, abort).await;
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
        if self.tokens.generation() == asked {
            self.user_id.replace(answer.clone());
        }
        Ok(answer)
    }

    async fn send_with(
        &self,
        request: &HttpRequest,
        token: &Token,
        abort: &Abort,
    ) -> Result<Json, Failure> {
        let url = self.base() + &request.path;
        self.send_to(&url, request, Some(&token.text), abort).await
    }

    /// Sends a request to anybody; gives up when it takes too long.
    async fn send_to(
        &self,
        url: &str,
        request: &HttpRequest,
        token: Option<&str>,
        abort: &Abort,
    ) -> Result<Json, Failure> {
        if !leptos::prelude::window().navigator().on_line() {
            return Err(Failure::Offline);
        }
        let timed_out = Rc::new(Cell::new(false));
        let timer = {
            let (abort, timed_out) = (abort.clone(), timed_out.clone());
            Timer::after(TIMEOUT_MS, move || {
                timed_out.set(true);
                abort.abort();
            })
        };
        let result = self.exchange(url, request, token, &abort.signal()).await;
        drop(timer);
        match result {
            Some(response) => response.json(),
            None if timed_out.get() => Err(Failure::Timeout),
            None => Err(Failure::Network),
        }
    }

    /// One request and its whole answer; `None` if there was no (whole) one.
    async fn exchange(
        &self,
        url: &str,
        request: &HttpRequest,
        token: Option<&str>,
        signal: &AbortSignal,
    ) -> Option<HttpResponse> {
        let init = RequestInit::new();
        init.set_method(request.method.as_str());
        init.set_credentials(RequestCredentials::Omit);
        init.set_signal(Some(signal));
        let headers = Headers::new();
        if let Some(token) = token {
            headers.set("Authorization", &["Bearer ", token].concat());
        }
        if let Some(body) = &request.body {
            headers.set("Content-Type", "application/json");
            init.set_body(&body.into());
        }
        init.set_headers(&headers.into_raw());
        let request = Request::new_with_str_and_init(url, &init).ok()?;
        let response = self.fetch(&request).await?;
        let body = JsFuture::from(response.text().ok()?).await.ok()?;
        Some(HttpResponse {
            status: response.status(),
            retry_after: response.headers().get("Retry-After").ok().flatten(),
            body: body.as_string()?,
        })
    }

    /// By `web_sys`: gloo's own `send` and `text` describe their errors, which
    /// nobody reads, and its builder takes queries apart, for 2 KB (brotli).
    async fn fetch(&self, request: &Request) -> Option<Response> {
        let own = self.hooks.fetch(request).ok()?;
        let answer = if own.is_undefined() {
            leptos::prelude::window().fetch_with_request(request)
        } else {
            Promise::resolve(&own)
        };
        // Not `instanceof`: it may come from another realm, or be a polyfill's.
        let response: Response = JsFuture::from(answer).await.ok()?.unchecked_into();
        response.is_object().then_some(response)
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

    fn signal(&self) -> AbortSignal {
        self.0.signal()
    }
}
