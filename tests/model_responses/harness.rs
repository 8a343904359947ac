//! An element on a stage: put into a phase, fed, and looked at.

use matrix_threepids::matrix::get_3pids::{self, Medium, Threepid};
use matrix_threepids::matrix::uia::{SecretText, StageAnswer};
use matrix_threepids::matrix::{
    ClientSecret, Errcode, HttpResponse, Json, RequestError, delete_3pid,
    request_3pid_token_via_email,
};
use matrix_threepids::model::{
    AddAttempt, ApiRequest, Effect, FormPhase, HostEvent, HostNotification, Initiator, Input,
    ListRequest, MethodCall, Model, PendingRequest, RefreshState, RemovalPhase, Request,
    ResendState, SessionState, ThreepidList, UiEffect, UiaPhase, UiaReply, UiaTarget,
    VerificationId, VerificationPhase,
};

use crate::response_table::*;

pub fn secret(byte: u8) -> ClientSecret {
    ClientSecret::from_random([byte; ClientSecret::BYTES])
}

pub fn email(address: &str) -> Threepid {
    Threepid {
        medium: Medium::Email,
        address: address.to_owned(),
        added_at: None,
        validated_at: None,
        shared: None,
        nth: 0,
    }
}

/// The answer of a server that sends a link.
pub fn sid(sid: &str) -> request_3pid_token_via_email::Response {
    request_3pid_token_via_email::Response { sid: sid.to_owned(), submit_url: None, msisdn: None }
}

pub fn failure(status: u16, body: &str) -> RequestError {
    answer(Comes::Answer(status, body.to_owned().leak())).expect_err("a failure")
}

/// What comes, as whoever sends the requests reads it.
pub fn answer(comes: Comes) -> Result<Json, RequestError> {
    let result = match comes {
        Comes::Answer(status, body) => {
            HttpResponse { status, retry_after: None, body: body.to_owned() }.json()
        }
        Comes::Nothing(failure) => Err(failure()),
    };
    result.map_err(|failure| match failure {
        // A token that was refused could not be renewed.
        RequestError::Server(error)
            if matches!(error.errcode, Errcode::UnknownToken | Errcode::MissingToken) =>
        {
            RequestError::SessionExpired { soft_logout: error.soft_logout }
        }
        failure => failure,
    })
}

pub fn password() -> UiaReply {
    UiaReply::Auth(StageAnswer::Password { user_id: None, password: SecretText("p".to_owned()) })
}

/// The number of the challenge of this request.
pub fn number_of(model: &Model, subject: UiaTarget) -> u32 {
    model.uia_of(subject).expect("a challenge").number
}

/// An element on the stage, and what it did last.
pub struct Stage {
    pub model: Model,
    pub effects: Vec<Effect>,
    /// The newest list's number.
    pub list: u32,
    /// The verification in question.
    pub id: VerificationId,
}

impl Stage {
    pub fn feed(&mut self, input: Input) {
        self.effects = self.model.update(NOW, input);
        for effect in &self.effects {
            match effect {
                Effect::Request(Request::List(ListRequest::ReadList { number })) => {
                    self.list = *number
                }
                Effect::Request(Request::Api(ApiRequest::RequestToken { id, .. })) => self.id = *id,
                _ => {}
            }
        }
    }

    pub fn list(&mut self, addresses: &[&str]) {
        let result = Ok(addresses.iter().map(|address| email(address)).collect());
        self.feed(Input::ListLoaded { number: self.list, result });
    }

    pub fn add(&mut self, address: &str, byte: u8) {
        let address = address.to_owned();
        self.feed(Input::AddEmail { address, secret: secret(byte), initiator: Initiator::User });
        self.feed(Input::HostDecidedAdd(matrix_threepids::model::Section::Emails, true));
    }

    /// Up to the request in question. Carol's verification is pending besides.
    pub fn set(waits: Waits) -> Stage {
        let mut stage =
            Stage { model: Model::default(), effects: Vec::new(), list: 0, id: VerificationId(0) };
        stage.feed(Input::SessionChanged(SessionState::Active));
        stage.add("carol@example.org", 1);
        let id = stage.id;
        stage.feed(Input::TokenResponded { id, result: Ok(sid("sid-0")) });
        if waits == Waits::FirstList {
            return stage;
        }
        stage.list(&["alice@example.org", "bob@example.org"]);
        if waits == Waits::List {
            stage.feed(Input::Refresh);
            return stage;
        }
        if DELETES.contains(&waits) {
            let address = "bob@example.org".to_owned();
            stage.feed(Input::RemoveRequested { medium: Medium::Email, address });
            stage.feed(Input::HostDecidedRemove(true));
            stage.feed(Input::RemoveConfirmed);
            if waits == Waits::DeletePassword {
                stage.feed(Input::DeleteResponded(Err(failure(401, CHALLENGE))));
                stage.feed(Input::UserReplied(UiaTarget::Removal, password()));
            }
            return stage;
        }
        stage.add("dora@example.org", 2);
        if waits == Waits::Form {
            return stage;
        }
        let id = stage.id;
        stage.feed(Input::TokenResponded { id, result: Ok(sid("sid-1")) });
        if waits == Waits::Resend {
            stage.feed(Input::Resend(id, secret(7)));
            return stage;
        }
        stage.feed(Input::Continue(id));
        if waits == Waits::Continue {
            return stage;
        }
        let result = Err(failure(401, &CHALLENGE.replace("s2", "s1")));
        stage.feed(Input::AddResponded { id, result });
        stage.feed(Input::UserReplied(UiaTarget::Verification(id), password()));
        if waits == Waits::Session {
            let result = Err(failure(400, r#"{"errcode":"M_THREEPID_AUTH_FAILED"}"#));
            stage.feed(Input::AddResponded { id, result });
            stage.feed(Input::Continue(id));
        }
        stage
    }

    pub fn answer(&mut self, waits: Waits, result: Result<Json, RequestError>) {
        let (id, number) = (self.id, self.list);
        self.feed(match waits {
            Waits::Form | Waits::Resend => {
                let no_sid = RequestError::InvalidResponse { status: 200 };
                let sid = |body: Json| request_3pid_token_via_email::read(&body).ok_or(no_sid);
                Input::TokenResponded { id, result: result.and_then(sid) }
            }
            Waits::Continue | Waits::Session | Waits::Password => {
                Input::AddResponded { id, result: result.map(drop) }
            }
            Waits::Delete | Waits::DeletePassword => {
                Input::DeleteResponded(result.map(|body| delete_3pid::parse_response(&body)))
            }
            Waits::FirstList | Waits::List => {
                let result = result.map(|body| get_3pids::read(&body));
                Input::ListLoaded { number, result }
            }
        });
    }

    /// The phase of what was waiting, in a few words.
    pub fn phase(&self, waits: Waits) -> String {
        match waits {
            Waits::Form => match &self.model.email_form.phase {
                FormPhase::Editing { draft: None }
                    if self.model.verification(self.id).is_some() =>
                {
                    "sent".to_owned()
                }
                FormPhase::Invalid(problem) => format!("wrong {problem:?}"),
                FormPhase::Failed(_, problem) => format!("failed {problem:?}"),
                other => format!("{other:?}"),
            },
            Waits::Resend => {
                match self.model.verification(self.id).map(|it| (&it.resend, it.attempt)) {
                    Some((ResendState::Sent(NOW), attempt)) => format!("sent {attempt}"),
                    Some((ResendState::Failed(problem), 1)) => format!("failed {problem:?}"),
                    Some((ResendState::Ready, 1)) if self.is_expired() => "expired".to_owned(),
                    other => format!("{other:?}"),
                }
            }
            Waits::Continue | Waits::Session | Waits::Password => {
                match self.model.verification(self.id).map(|it| &it.phase) {
                    Some(VerificationPhase::Refreshing) => "adopting".to_owned(),
                    Some(VerificationPhase::Polling { session: None, .. }) => "waiting".to_owned(),
                    Some(VerificationPhase::Polling { session: Some(session), .. }) => {
                        format!("waiting {session}")
                    }
                    Some(VerificationPhase::Adding(AddAttempt {
                        session: None,
                        session_index: 0,
                        ..
                    })) => "trying anew".to_owned(),
                    Some(VerificationPhase::Failed { problem, .. }) => {
                        format!("trouble {problem:?}")
                    }
                    Some(VerificationPhase::OutcomeUnknown { .. }) => "uncertain".to_owned(),
                    Some(VerificationPhase::Authenticating { uia, session_index: 0 }) => {
                        dialog(&uia.phase)
                    }
                    other => format!("{other:?}"),
                }
            }
            Waits::Delete | Waits::DeletePassword => {
                match self.model.removals.first().map(|it| &it.phase) {
                    Some(RemovalPhase::Refreshing { .. }) => "reading".to_owned(),
                    Some(RemovalPhase::Failed(problem)) => format!("failed {problem:?}"),
                    Some(RemovalPhase::OutcomeUnknown(_)) => "uncertain".to_owned(),
                    Some(RemovalPhase::Authenticating(uia)) => dialog(&uia.phase),
                    other => format!("{other:?}"),
                }
            }
            Waits::FirstList | Waits::List => match &self.model.list {
                ThreepidList::Loaded { entries, reading: RefreshState::Idle } => {
                    format!("shown {}", entries.len())
                }
                ThreepidList::Loaded { reading: RefreshState::Failed(problem), entries }
                    if entries.len() == 2 =>
                {
                    format!("failed {problem:?}")
                }
                ThreepidList::Failed(problem) => format!("failed {problem:?}"),
                other => format!("{other:?}"),
            },
        }
    }

    fn is_expired(&self) -> bool {
        self.model.verification(self.id).is_some_and(|it| it.is_expired(NOW))
    }

    pub fn requests(&self) -> Vec<&Effect> {
        self.effects.iter().filter(|effect| is_request(effect)).collect()
    }

    pub fn errors(&self) -> Vec<&str> {
        let codes = self.effects.iter().filter_map(|effect| match effect {
            Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::Error(report)))) => {
                Some(&*report.code)
            }
            Effect::Ui(UiEffect::Notify(HostNotification::Event(HostEvent::SessionExpired {
                ..
            }))) => Some("no-session"),
            _ => None,
        });
        codes.collect()
    }

    /// What methods were told.
    pub fn settled(&self) -> Vec<(&MethodCall, Result<(), &str>)> {
        let settled = self.effects.iter().filter_map(|effect| match effect {
            Effect::Ui(UiEffect::Notify(HostNotification::MethodResult(operation, outcome))) => {
                let outcome = outcome.as_ref().map(drop).map_err(|report| &*report.code);
                Some((operation, outcome))
            }
            _ => None,
        });
        settled.collect()
    }
}

pub fn dialog(phase: &UiaPhase) -> String {
    match phase {
        UiaPhase::AwaitingInput => "asking".to_owned(),
        UiaPhase::Failed(problem) => format!("dialog {problem:?}"),
        UiaPhase::Checking(PendingRequest::Restart) => "dialog anew".to_owned(),
        UiaPhase::Checking(PendingRequest::CheckAfterRefusal) => "dialog checked".to_owned(),
        UiaPhase::Checking(
            PendingRequest::Answer | PendingRequest::SilentPoll | PendingRequest::SubmitCode,
        ) => "checking".to_owned(),
    }
}

pub fn is_request(effect: &Effect) -> bool {
    match effect {
        // Beside the list, and never in its way.
        Effect::Request(Request::List(ListRequest::ReadCapabilities(_))) => false,
        Effect::Request(_) => true,
        Effect::Abort(_) | Effect::Host(_) | Effect::Ui(_) | Effect::Tab(_) => false,
    }
}
