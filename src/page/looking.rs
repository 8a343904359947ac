//! Server discovery by the spec's rules, and the login types of the homeserver.

use super::effect::{Answer, Focus};
use super::entered::Entered;
use super::sign_in::{Because, Form, Looking, Notice, Page, Server, SignIn, Step};
use super::trouble::{Doing, Trouble};
use crate::flow::Problem;
use crate::matrix::discovery::{self, WellKnown};
use crate::matrix::login::{self, Methods};
use crate::matrix::{Errcode, Failure, ServerName};

impl SignIn {
    pub(super) fn look_for(&mut self, entered: Entered, page: &mut Page) {
        let looking = match &entered {
            Entered::Name(name) => Looking::WellKnown(name.clone()),
            Entered::UserId { user_id, server } => {
                self.user = user_id.clone();
                Looking::WellKnown(server.clone())
            }
            Entered::Url(url) => Looking::Versions(
                Server { homeserver: url.clone(), name: url.shown().to_owned() },
                Because::Typed,
            ),
        };
        if !matches!(self.notice, Some(Notice::SessionEnded | Notice::Failed(_))) {
            self.notice = None;
        }
        self.wanted = Some(entered);
        self.look(looking, page);
    }

    fn look(&mut self, looking: Looking, page: &mut Page) {
        let call = match &looking {
            Looking::WellKnown(name) => discovery::well_known(name),
            Looking::Versions(server, _) => discovery::versions(&server.homeserver),
            Looking::Metadata(server) => discovery::auth_metadata(&server.homeserver),
            Looking::Methods(server) => login::methods(&server.homeserver),
        };
        self.step = Step::Looking(looking);
        self.send(call, page);
    }

    pub(super) fn looked(&mut self, looking: Looking, answer: &Answer, page: &mut Page) {
        match looking {
            Looking::WellKnown(name) => self.told_where(name, answer, page),
            Looking::Versions(server, because) => {
                match answer.as_ref().map_err(Clone::clone).and_then(|answer| answer.json()) {
                    Ok(body) if discovery::is_homeserver(&body) => {
                        self.look(Looking::Metadata(server), page);
                    }
                    Ok(_) => {
                        let trouble = self.no_homeserver(server, because, None, page.now);
                        self.failed(trouble, page);
                    }
                    Err(failure) => {
                        let trouble = self.no_homeserver(server, because, Some(failure), page.now);
                        self.failed(trouble, page);
                    }
                }
            }
            Looking::Metadata(server) => {
                let body = answer.as_ref().ok().and_then(|answer| answer.json().ok());
                match body.as_ref().and_then(discovery::account_management) {
                    Some(url) => {
                        self.step = Step::Managed(server, url);
                        page.focus(Focus::Screen);
                    }
                    None => self.look(Looking::Methods(server), page),
                }
            }
            Looking::Methods(server) => {
                match answer.as_ref().map_err(Clone::clone).and_then(|answer| answer.json()) {
                    Ok(body) => {
                        let methods = login::read_methods(&server.homeserver, &body);
                        if methods == Methods::default() {
                            return self.failed(Trouble::NoWayIn(server.name), page);
                        }
                        self.refusals = 0;
                        self.step = Step::Methods(server, methods, Form::Open(None));
                        page.focus(Focus::Screen);
                    }
                    Err(Failure::Server(error)) if error.errcode == Errcode::Unrecognized => {
                        self.failed(Trouble::NoWayIn(server.name), page);
                    }
                    Err(failure) => {
                        let trouble = self.trouble_of(Doing::Looking, &failure, page.now);
                        self.failed(trouble, page);
                    }
                }
            }
        }
    }

    fn told_where(&mut self, name: ServerName, answer: &Answer, page: &mut Page) {
        let server = |homeserver| Server { homeserver, name: name.as_str().to_owned() };
        let told = match answer {
            Ok(answer) => discovery::read_well_known(answer),
            Err(Failure::Offline) => {
                return self.failed(Trouble::Common(Problem::Network), page);
            }
            // No such host, or one whose answer a browser does not give us: the
            // homeserver itself may be there.
            Err(_) => WellKnown::Ignore,
        };
        match told {
            WellKnown::BaseUrl(url) => {
                self.look(Looking::Versions(server(url), Because::Told), page);
            }
            WellKnown::Ignore => {
                let guess = server(name.base_url());
                self.look(Looking::Versions(guess, Because::Guessed), page);
            }
            WellKnown::FailPrompt if self.fixed.is_none() => {
                self.step = Step::Address(name, None);
                page.focus(Focus::Server);
            }
            WellKnown::FailPrompt | WellKnown::FailError => {
                self.failed(Trouble::BadWellKnown(name.as_str().to_owned()), page);
            }
        }
    }

    /// Returns to the step at which the user can correct the error.
    pub(super) fn failed(&mut self, trouble: Trouble, page: &mut Page) {
        let focus = if self.fixed.is_some() { Focus::Screen } else { Focus::Server };
        self.step = match &self.step {
            _ if self.fixed.is_some() => Step::Unavailable(trouble),
            Step::Address(name, _) => Step::Address(name.clone(), Some(trouble)),
            Step::Server(_)
            | Step::Looking(_)
            | Step::Unavailable(_)
            | Step::Methods(..)
            | Step::Managed(..)
            | Step::Redeeming(_) => {
                self.server = match &self.wanted {
                    Some(Entered::Name(name)) => name.as_str().to_owned(),
                    Some(Entered::UserId { user_id, .. }) => user_id.clone(),
                    Some(Entered::Url(url)) => url.as_str().to_owned(),
                    None => self.server.clone(),
                };
                Step::Server(Some(trouble))
            }
        };
        page.focus(focus);
    }

    /// Error if there is no homeserver at a URL.
    fn no_homeserver(
        &mut self,
        server: Server,
        because: Because,
        failure: Option<Failure>,
        now: f64,
    ) -> Trouble {
        let name = server.name;
        match failure {
            Some(Failure::Offline) => Trouble::Common(Problem::Network),
            Some(Failure::Server(error)) if error.errcode == Errcode::LimitExceeded => {
                self.trouble_of(Doing::Looking, &Failure::Server(error), now)
            }
            _ if because == Because::Told => Trouble::BadWellKnown(name),
            Some(Failure::Network | Failure::Timeout) => Trouble::NoSuchServer(name),
            // A homeserver that is not well, or the proxy before it.
            Some(failure @ Failure::NotMatrix { status: 500.. }) => {
                self.trouble_of(Doing::Looking, &failure, now)
            }
            Some(
                Failure::NoSession { .. }
                | Failure::InvalidToken
                | Failure::Unsafe
                | Failure::NotMatrix { .. }
                | Failure::Challenge(_)
                | Failure::Server(_),
            )
            | None => Trouble::NotMatrix(name),
        }
    }
}
