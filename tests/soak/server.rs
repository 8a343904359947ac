//! A homeserver that sends mails, asks for the password, and limits the rate:
//! what it knows, and what it answers.

use std::collections::{BTreeMap, BTreeSet};

use matrix_threepids::matrix::uia::{AuthData, StageAnswer};
use matrix_threepids::matrix::{HttpResponse, Json, RequestError, json};
use matrix_threepids::model::{ApiRequest, Effect, ListRequest, Request};

use crate::counts::Counts;

/// How long a link is good for (ms).
const LINK_LIFE: f64 = 3_600_000.0;

/// UIA sessions are called so, and nothing that is drawn by lot is.
pub const UIA_SESSION: &str = "uia session ";

/// What comes in place of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Nobody listens.
    Refused,
    /// It is done, but the connection breaks.
    Lost,
    /// It is done, but the answer takes longer than anybody waits.
    Late,
    /// The browser is offline.
    Offline,
    /// A proxy's page.
    BadGateway,
    /// The page of a server that is down for a while.
    Maintenance,
    /// A page as success.
    PageAsSuccess,
    /// `M_UNKNOWN`
    ServerError,
    /// A limit of so many minutes.
    Limited,
    /// The access token is good for nothing any more.
    Logout,
    /// It can be renewed.
    SoftLogout,
}

impl Fault {
    /// Every fault.
    pub const ALL: [Fault; 11] = [
        Fault::Refused,
        Fault::Lost,
        Fault::Late,
        Fault::Offline,
        Fault::BadGateway,
        Fault::Maintenance,
        Fault::PageAsSuccess,
        Fault::ServerError,
        Fault::Limited,
        Fault::Logout,
        Fault::SoftLogout,
    ];
}

/// A mail that went out.
#[derive(Clone)]
pub struct Mail {
    /// The validation session.
    pub sid: String,
    /// When it went out.
    pub at: f64,
}

struct Validation {
    secret: String,
    address: String,
    attempt: f64,
    sent_at: f64,
    is_validated: bool,
}

/// The homeserver, as far as one account sees it.
#[derive(Default)]
pub struct Server {
    /// The addresses of the account.
    pub addresses: BTreeSet<String>,
    /// The password.
    pub password: String,
    /// The mails, the oldest first.
    pub mailbox: Vec<Mail>,
    /// The mail has a code, not a link.
    pub sends_codes: bool,
    /// `delete` asks for the password.
    pub guards_delete: bool,
    validations: BTreeMap<String, Validation>,
    /// UIA sessions, and whether the password was right there.
    sessions: BTreeMap<String, bool>,
    limited_until: f64,
    number: u32,
    /// What the person asked for, to be compared.
    pub wanted: BTreeSet<String>,
    /// Of which the person has confirmed that they are to go.
    pub unwanted: BTreeSet<String>,
    /// How often a password was checked.
    pub passwords_received: u64,
}

/// An error, as browsers read it.
pub fn refusal(status: u16, body: &str) -> RequestError {
    let answer = HttpResponse { status, retry_after: None, body: body.to_owned() };
    answer.json().err().unwrap_or(RequestError::InvalidResponse { status })
}

fn error(status: u16, errcode: &str) -> RequestError {
    refusal(status, &format!(r#"{{"errcode":"{errcode}","error":"A server's own text"}}"#))
}

impl Server {
    /// One with this password.
    pub fn new(password: String, sends_codes: bool, guards_delete: bool) -> Server {
        Server { password, sends_codes, guards_delete, ..Server::default() }
    }

    /// The server is started again: what it kept in memory is gone.
    pub fn restart(&mut self, counts: &mut Counts) {
        if !self.sessions.is_empty() {
            counts.count("seen: a UIA session was forgotten");
        }
        self.sessions.clear();
    }

    /// It limits the rate until then.
    pub fn limit(&mut self, until: f64) {
        self.limited_until = until;
    }

    /// The person opens the link of a mail.
    pub fn open_link(&mut self, mail: &Mail, now: f64, counts: &mut Counts) {
        if now > mail.at + LINK_LIFE {
            counts.count("seen: a link was too old");
        } else if let Some(validation) = self.validations.get_mut(&mail.sid) {
            counts.count("seen: a link was opened");
            validation.is_validated = true;
        }
    }

    /// What it answers, and does.
    pub fn answer(
        &mut self,
        effect: &Effect,
        now: f64,
        counts: &mut Counts,
    ) -> Result<Json, RequestError> {
        if now < self.limited_until
            && !matches!(effect, Effect::Request(Request::List(ListRequest::ReadList { .. })))
        {
            counts.count("seen: a limit was told");
            let wait = self.limited_until - now;
            let body = format!(r#"{{"errcode":"M_LIMIT_EXCEEDED","retry_after_ms":{wait:.0}}}"#);
            return Err(refusal(429, &body));
        }
        let empty = || Ok(json::object().build());
        match effect {
            Effect::Request(Request::List(ListRequest::ReadList { .. })) => Ok(self.list()),
            Effect::Request(Request::Api(ApiRequest::RequestToken {
                address,
                secret,
                attempt,
                ..
            })) => self.send(address, secret.as_str(), f64::from(*attempt), now),
            Effect::Request(Request::Api(ApiRequest::SubmitCode { sid, secret, code, .. })) => {
                counts.count("seen: a code was typed");
                let of = self.validations.get_mut(sid).filter(|it| it.secret == secret.as_str());
                let is_right = of.is_some() && code.0 == "123456";
                if let (Some(validation), true) = (of, is_right) {
                    validation.is_validated = true;
                }
                Ok(json::object().bool("success", is_right).build())
            }
            Effect::Request(Request::Api(ApiRequest::Add { sid, secret, auth, .. })) => {
                self.authenticate(auth.as_ref(), counts)?;
                let is = |it: &&Validation| it.secret == secret.as_str();
                let validation = self.validations.get(sid).filter(is);
                let validation = validation.filter(|it| it.is_validated);
                let address = match validation {
                    Some(validation) => validation.address.clone(),
                    None => return Err(error(400, "M_THREEPID_AUTH_FAILED")),
                };
                assert!(self.wanted.contains(&address), "{address} was added, nobody wants it");
                counts.count("seen: an address was added");
                self.validations.remove(sid);
                self.addresses.insert(address);
                empty()
            }
            Effect::Request(Request::Api(ApiRequest::Delete { address, auth, .. })) => {
                if self.guards_delete {
                    self.authenticate(auth.as_ref(), counts)?;
                }
                assert!(self.unwanted.contains(address), "{address} was removed by nobody");
                counts.count("seen: an address was removed");
                self.addresses.remove(address);
                Ok(json::object().string("id_server_unbind_result", "no-support").build())
            }
            Effect::Request(Request::Api(ApiRequest::ChangePassword {
                new_password,
                auth,
                ..
            })) => {
                self.authenticate(auth.as_ref(), counts)?;
                counts.count("seen: the password was changed");
                self.password = new_password.0.clone();
                empty()
            }
            Effect::Request(Request::List(ListRequest::ReadCapabilities(_))) => {
                Ok(json::object().build())
            }
            Effect::Request(Request::DiscoverAccountManagement) => Err(refusal(404, "")),
            other => panic!("this account has no use for {other:?}"),
        }
    }

    fn list(&self) -> Json {
        let entry = |address: &String| {
            let entry = json::object().string("medium", "email").string("address", address);
            entry.number("added_at", 1.6e12).number("validated_at", 1.6e12).build()
        };
        let entries = self.addresses.iter().map(entry).collect();
        json::object().json("threepids", Json::Array(entries)).build()
    }

    fn send(
        &mut self,
        address: &str,
        secret: &str,
        attempt: f64,
        now: f64,
    ) -> Result<Json, RequestError> {
        assert!(self.wanted.contains(address), "a mail to {address}, which nobody wants");
        if self.addresses.contains(address) {
            return Err(error(400, "M_THREEPID_IN_USE"));
        }
        let known = self.validations.iter_mut().find(|(_, it)| it.secret == secret);
        let sid = match known {
            Some((sid, validation)) => {
                assert_eq!(validation.address, address, "one secret for two addresses");
                if attempt > validation.attempt {
                    (validation.attempt, validation.sent_at) = (attempt, now);
                    self.mailbox.push(Mail { sid: sid.clone(), at: now });
                }
                sid.clone()
            }
            None => {
                self.number += 1;
                let sid = format!("sid{}", self.number);
                let validation = Validation {
                    secret: secret.to_owned(),
                    address: address.to_owned(),
                    attempt,
                    sent_at: now,
                    is_validated: false,
                };
                self.validations.insert(sid.clone(), validation);
                self.mailbox.push(Mail { sid: sid.clone(), at: now });
                sid
            }
        };
        let url = self.sends_codes.then_some("https://matrix.example.org/submit");
        Ok(json::object().string("sid", &sid).optional_string("submit_url", url).build())
    }

    /// As Synapse asks for the password.
    fn authenticate(
        &mut self,
        auth: Option<&AuthData>,
        counts: &mut Counts,
    ) -> Result<(), RequestError> {
        let Some(auth) = auth else { return Err(self.challenge()) };
        let Some(session) = &auth.session else { return Err(self.challenge()) };
        let Some(is_done) = self.sessions.get_mut(session) else {
            return Err(error(400, "M_UNKNOWN"));
        };
        match &auth.answer {
            StageAnswer::Password { password, .. } => {
                self.passwords_received += 1;
                if password.0 != self.password {
                    counts.count("seen: a wrong password was refused");
                    return Err(challenge(session, true));
                }
                *is_done = true;
                Ok(())
            }
            _ if *is_done => Ok(()),
            _ => Err(challenge(session, false)),
        }
    }

    fn challenge(&mut self) -> RequestError {
        self.number += 1;
        let session = format!("{UIA_SESSION}{}", self.number);
        self.sessions.insert(session.clone(), false);
        challenge(&session, false)
    }
}

fn challenge(session: &str, is_wrong: bool) -> RequestError {
    let more = if is_wrong { r#","errcode":"M_FORBIDDEN","error":"Invalid password""# } else { "" };
    refusal(
        401,
        &format!(
            r#"{{"session":"{session}","flows":[{{"stages":["m.login.password"]}}],"params":{{}},"completed":[]{more}}}"#
        ),
    )
}
