//! Server discovery by the spec's rules, and the login types of the homeserver.

use super::effect::{Answer, Focus};
use super::server_input::ServerInput;
use super::sign_in::{
    DiscoveryStep, Form, Notice, Server, SignIn, SignInStep, StepContext, UrlSource,
};
use super::sign_in_error::{SignInAction, SignInError};
use crate::matrix::discovery::{self, WellKnown};
use crate::matrix::login::{self, Methods};
use crate::matrix::{ApiVersion, Errcode, RequestError, ServerName};
use crate::model::UserError;

impl SignIn {
    pub(super) fn start_discovery(&mut self, entered: ServerInput, page: &mut StepContext) {
        let looking = match &entered {
            ServerInput::Name(name) => DiscoveryStep::WellKnown(name.clone()),
            ServerInput::UserId { user_id, server } => {
                self.user = user_id.clone();
                DiscoveryStep::WellKnown(server.clone())
            }
            ServerInput::Url(url) => DiscoveryStep::Versions(
                Server {
                    homeserver: url.clone(),
                    api: ApiVersion::default(),
                    name: url.display_name().to_owned(),
                },
                UrlSource::UserInput,
            ),
        };
        if !matches!(self.notice, Some(Notice::SessionEnded | Notice::Failed(_))) {
            self.notice = None;
        }
        self.requested_server = Some(entered);
        self.continue_discovery(looking, page);
    }

    fn continue_discovery(&mut self, looking: DiscoveryStep, page: &mut StepContext) {
        let call = match &looking {
            DiscoveryStep::WellKnown(name) => discovery::well_known(name),
            DiscoveryStep::Versions(server, _) => discovery::versions(&server.homeserver),
            DiscoveryStep::Metadata(server) => discovery::auth_metadata(&server.homeserver),
            DiscoveryStep::Methods(server) => login::methods(&server.homeserver, server.api),
        };
        self.step = SignInStep::Discovering(looking);
        self.send(call, page);
    }

    pub(super) fn discovery_responded(
        &mut self,
        looking: DiscoveryStep,
        answer: &Answer,
        page: &mut StepContext,
    ) {
        match looking {
            DiscoveryStep::WellKnown(name) => self.on_well_known(name, answer, page),
            DiscoveryStep::Versions(server, because) => {
                match answer.as_ref().map_err(Clone::clone).and_then(|answer| answer.json()) {
                    Ok(body) => match discovery::read_versions(&body) {
                        Some(api) => {
                            let server = Server { api, ..server };
                            self.continue_discovery(DiscoveryStep::Metadata(server), page);
                        }
                        None => {
                            let trouble = self.no_homeserver(server, because, None, page.now);
                            self.failed(trouble, page);
                        }
                    },
                    Err(failure) => {
                        let trouble = self.no_homeserver(server, because, Some(failure), page.now);
                        self.failed(trouble, page);
                    }
                }
            }
            DiscoveryStep::Metadata(server) => {
                let body = answer.as_ref().ok().and_then(|answer| answer.json().ok());
                match body.as_ref().and_then(discovery::account_management) {
                    Some(url) => {
                        self.step = SignInStep::ManagedElsewhere(server, url);
                        page.focus(Focus::Screen);
                    }
                    None => self.continue_discovery(DiscoveryStep::Methods(server), page),
                }
            }
            DiscoveryStep::Methods(server) => {
                match answer.as_ref().map_err(Clone::clone).and_then(|answer| answer.json()) {
                    Ok(body) => {
                        let methods = login::read_methods(&server.homeserver, &body);
                        if methods == Methods::default() {
                            return self.failed(SignInError::NoSupportedLogin(server.name), page);
                        }
                        self.refusals = 0;
                        self.step = SignInStep::ChooseMethod(server, methods, Form::Open(None));
                        page.focus(Focus::Screen);
                    }
                    Err(RequestError::Server(error)) if error.errcode == Errcode::Unrecognized => {
                        self.failed(SignInError::NoSupportedLogin(server.name), page);
                    }
                    Err(failure) => {
                        let trouble = self.login_error(SignInAction::Looking, &failure, page.now);
                        self.failed(trouble, page);
                    }
                }
            }
        }
    }

    fn on_well_known(&mut self, name: ServerName, answer: &Answer, page: &mut StepContext) {
        let server = |homeserver| Server {
            homeserver,
            api: ApiVersion::default(),
            name: name.as_str().to_owned(),
        };
        let told = match answer {
            Ok(answer) => discovery::read_well_known(answer),
            Err(RequestError::Offline) => {
                return self.failed(SignInError::Widget(UserError::Network), page);
            }
            // No such host, or one whose answer a browser does not give us: the
            // homeserver itself may be there.
            Err(_) => WellKnown::Ignore,
        };
        match told {
            WellKnown::BaseUrl(url) => {
                self.continue_discovery(
                    DiscoveryStep::Versions(server(url), UrlSource::WellKnown),
                    page,
                );
            }
            WellKnown::Ignore => {
                let guess = server(name.base_url());
                self.continue_discovery(
                    DiscoveryStep::Versions(guess, UrlSource::ServerName),
                    page,
                );
            }
            WellKnown::FailPrompt if self.fixed_server.is_none() => {
                self.step = SignInStep::HomeserverUrl(name, None);
                page.focus(Focus::Server);
            }
            WellKnown::FailPrompt | WellKnown::FailError => {
                self.failed(SignInError::BadWellKnown(name.as_str().to_owned()), page);
            }
        }
    }

    /// Returns to the step at which the user can correct the error.
    pub(super) fn failed(&mut self, trouble: SignInError, page: &mut StepContext) {
        let focus = if self.fixed_server.is_some() { Focus::Screen } else { Focus::Server };
        self.step = match &self.step {
            _ if self.fixed_server.is_some() => SignInStep::Unavailable(trouble),
            SignInStep::HomeserverUrl(name, _) => {
                SignInStep::HomeserverUrl(name.clone(), Some(trouble))
            }
            SignInStep::Server(_)
            | SignInStep::Discovering(_)
            | SignInStep::Unavailable(_)
            | SignInStep::ChooseMethod(..)
            | SignInStep::ManagedElsewhere(..)
            | SignInStep::LoggingInWithToken(..) => {
                self.server = match &self.requested_server {
                    Some(ServerInput::Name(name)) => name.as_str().to_owned(),
                    Some(ServerInput::UserId { user_id, .. }) => user_id.clone(),
                    Some(ServerInput::Url(url)) => url.as_str().to_owned(),
                    None => self.server.clone(),
                };
                SignInStep::Server(Some(trouble))
            }
        };
        page.focus(focus);
    }

    /// Error if there is no homeserver at a URL.
    fn no_homeserver(
        &mut self,
        server: Server,
        because: UrlSource,
        failure: Option<RequestError>,
        now: f64,
    ) -> SignInError {
        let name = server.name;
        match failure {
            Some(RequestError::Offline) => SignInError::Widget(UserError::Network),
            Some(RequestError::Server(error)) if error.errcode == Errcode::LimitExceeded => {
                self.login_error(SignInAction::Looking, &RequestError::Server(error), now)
            }
            _ if because == UrlSource::WellKnown => SignInError::BadWellKnown(name),
            Some(RequestError::Network | RequestError::Timeout) => SignInError::NoSuchServer(name),
            // A homeserver that is not well, or the proxy before it.
            Some(failure @ RequestError::InvalidResponse { status: 500.. }) => {
                self.login_error(SignInAction::Looking, &failure, now)
            }
            Some(
                RequestError::SessionExpired { .. }
                | RequestError::InvalidToken
                | RequestError::InsecureUrl
                | RequestError::InvalidResponse { .. }
                | RequestError::Challenge(_)
                | RequestError::Server(_),
            )
            | None => SignInError::NotMatrix(name),
        }
    }
}
