//! A visit, and somebody who answers its requests.

use matrix_threepids::account_page::PageModel;
use matrix_threepids::account_page::config::Config;
use matrix_threepids::account_page::effect::{Answer, Effect, Input, RequestPurpose, StartupState};
use matrix_threepids::account_page::model::{Account, Screen};
use matrix_threepids::account_page::sign_in::{SignIn, SignInStep};
use matrix_threepids::matrix::uia::SecretText;
use matrix_threepids::matrix::{AbsoluteRequest, HttpResponse, RequestError};

pub const NOW: f64 = 1.7e12;
pub const VERSIONS: &str = r#"{"versions":["v1.11"]}"#;
pub const METHODS: &str = r#"{"flows":[{"type":"m.login.password"}]}"#;
pub const LOGIN: &str =
    r#"{"user_id":"@alice:example.org","access_token":"token","device_id":"D"}"#;

pub struct World {
    pub visit: PageModel,
    pub now: f64,
    /// What is still to be done.
    pub effects: Vec<Effect>,
}

pub fn status(status: u16, body: &str) -> Answer {
    Ok(HttpResponse { status, retry_after: None, body: body.to_owned() })
}

pub fn ok(body: &str) -> Answer {
    status(200, body)
}

pub fn refused(http: u16, errcode: &str) -> Answer {
    status(http, &format!(r#"{{"errcode":"{errcode}","error":"no"}}"#))
}

pub fn away() -> Answer {
    Err(RequestError::Network)
}

pub fn copy(answer: &HttpResponse) -> HttpResponse {
    let HttpResponse { status, retry_after, body } = answer;
    HttpResponse { status: *status, retry_after: retry_after.clone(), body: body.clone() }
}

impl World {
    pub fn open(config: &str, found: StartupState) -> World {
        let (visit, effects) = PageModel::start(Config::read(Some(config)), found, NOW);
        World { visit, now: NOW, effects }
    }

    /// Somebody opens the page for the first time.
    pub fn new(config: &str) -> World {
        World::open(
            config,
            StartupState {
                page_url: "https://page.example/".to_owned(),
                ..StartupState::default()
            },
        )
    }

    pub fn feed(&mut self, input: Input) {
        self.effects.extend(self.visit.update(self.now, input));
    }

    pub fn later(&mut self, ms: f64) {
        self.now += ms;
        self.feed(Input::Tick);
    }

    /// The oldest request that nobody has answered.
    #[track_caller]
    pub fn request(&mut self) -> (RequestPurpose, AbsoluteRequest) {
        let is_request = |effect: &Effect| matches!(effect, Effect::Send(..));
        let at = self.effects.iter().position(is_request).expect("a request is under way");
        match self.effects.remove(at) {
            Effect::Send(purpose, call) => (purpose, call),
            other => panic!("{other:?} is no request"),
        }
    }

    /// Answers it, if it goes there.
    #[track_caller]
    pub fn answer(&mut self, url: &str, answer: Answer) -> AbsoluteRequest {
        let (purpose, call) = self.request();
        assert_eq!(call.url, url);
        self.feed(Input::Response(purpose, answer));
        call
    }

    /// Up to the form of a homeserver at this address.
    #[track_caller]
    pub fn find(&mut self, base: &str) {
        self.answer(&format!("{base}/_matrix/client/versions"), ok(VERSIONS));
        let metadata = format!("{base}/_matrix/client/v1/auth_metadata");
        self.answer(&metadata, refused(404, "M_UNRECOGNIZED"));
        self.answer(&format!("{base}/_matrix/client/v3/login"), ok(METHODS));
    }

    pub fn password(&mut self, user: &str, password: &str) {
        let password = SecretText(password.to_owned());
        self.feed(Input::Password { user: user.to_owned(), password });
    }

    /// Signed in as alice at `https://m.example`.
    pub fn inside() -> World {
        let mut world = World::new(r#"{"homeserver":"https://m.example","homeserverFixed":true}"#);
        world.find("https://m.example");
        world.password("alice", "secret");
        world.answer("https://m.example/_matrix/client/v3/login", ok(LOGIN));
        world
    }

    #[track_caller]
    pub fn form(&self) -> &SignIn {
        self.visit.sign_in_form().expect("a form")
    }

    #[track_caller]
    pub fn step(&self) -> &SignInStep {
        &self.form().step
    }

    #[track_caller]
    pub fn account(&self) -> &Account {
        match &self.visit.screen {
            Screen::Account(account) => account,
            other => panic!("nobody is signed in: {other:?}"),
        }
    }

    pub fn did(&self, wanted: impl Fn(&Effect) -> bool) -> bool {
        self.effects.iter().any(wanted)
    }
}
