//! An element on a stage: put into a phase, fed, and looked at.

use matrix_threepids::flow::{
    Access, By, Check, Effect, Event, Flow, FormPhase, Input, List, Operation, Phase, Reading,
    RemovalPhase, Reply, Resend, Subject, Try, UiaPhase, VerificationId,
};
use matrix_threepids::matrix::threepids::{self, Medium, Threepid};
use matrix_threepids::matrix::uia::{Answer, Password};
use matrix_threepids::matrix::{
    ClientSecret, Errcode, Failure, HttpResponse, Json, delete, request_email_token,
};

use crate::rows::*;

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
pub fn sid(sid: &str) -> request_email_token::Response {
    request_email_token::Response { sid: sid.to_owned(), submit_url: None, msisdn: None }
}

pub fn failure(status: u16, body: &str) -> Failure {
    answer(Comes::Answer(status, body.to_owned().leak())).expect_err("a failure")
}

/// What comes, as whoever sends the requests reads it.
pub fn answer(comes: Comes) -> Result<Json, Failure> {
    let result = match comes {
        Comes::Answer(status, body) => {
            HttpResponse { status, retry_after: None, body: body.to_owned() }.json()
        }
        Comes::Nothing(failure) => Err(failure()),
    };
    result.map_err(|failure| match failure {
        // A token that was refused could not be renewed.
        Failure::Server(error)
            if matches!(error.errcode, Errcode::UnknownToken | Errcode::MissingToken) =>
        {
            Failure::NoSession { soft_logout: error.soft_logout }
        }
        failure => failure,
    })
}

pub fn password() -> Reply {
    Reply::With(Answer::Password { user_id: None, password: Password("p".to_owned()) })
}

/// The number of the challenge of this request.
pub fn number_of(flow: &Flow, subject: Subject) -> u32 {
    flow.authentication(subject).expect("a challenge").number
}

/// An element on the stage, and what it did last.
pub struct Stage {
    pub flow: Flow,
    pub effects: Vec<Effect>,
    /// The newest list's number.
    pub list: u32,
    /// The verification in question.
    pub id: VerificationId,
}

impl Stage {
    pub fn feed(&mut self, input: Input) {
        self.effects = self.flow.apply(NOW, input);
        for effect in &self.effects {
            match effect {
                Effect::ReadList { number } => self.list = *number,
                Effect::RequestToken { id, .. } => self.id = *id,
                _ => {}
            }
        }
    }

    pub fn list(&mut self, addresses: &[&str]) {
        let result = Ok(addresses.iter().map(|address| email(address)).collect());
        self.feed(Input::ListRead { number: self.list, result });
    }

    pub fn add(&mut self, address: &str, byte: u8) {
        let address = address.to_owned();
        self.feed(Input::Add { address, secret: secret(byte), by: By::Person });
        self.feed(Input::MayAdd(matrix_threepids::flow::Section::Emails, true));
    }

    /// Up to the request in question. Carol's verification is pending besides.
    pub fn set(waits: Waits) -> Stage {
        let mut stage =
            Stage { flow: Flow::default(), effects: Vec::new(), list: 0, id: VerificationId(0) };
        stage.feed(Input::Access(Access::Granted));
        stage.add("carol@example.org", 1);
        let id = stage.id;
        stage.feed(Input::TokenRequested { id, result: Ok(sid("sid-0")) });
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
            stage.feed(Input::AskRemove { medium: Medium::Email, address });
            stage.feed(Input::MayRemove(true));
            stage.feed(Input::ConfirmRemove);
            if waits == Waits::DeletePassword {
                stage.feed(Input::Deleted(Err(failure(401, CHALLENGE))));
                stage.feed(Input::Authenticate(Subject::Removal, password()));
            }
            return stage;
        }
        stage.add("dora@example.org", 2);
        if waits == Waits::Form {
            return stage;
        }
        let id = stage.id;
        stage.feed(Input::TokenRequested { id, result: Ok(sid("sid-1")) });
        if waits == Waits::Resend {
            stage.feed(Input::Resend(id, secret(7)));
            return stage;
        }
        stage.feed(Input::Continue(id));
        if waits == Waits::Continue {
            return stage;
        }
        let result = Err(failure(401, &CHALLENGE.replace("s2", "s1")));
        stage.feed(Input::Added { id, result });
        stage.feed(Input::Authenticate(Subject::Verification(id), password()));
        if waits == Waits::Session {
            let result = Err(failure(400, r#"{"errcode":"M_THREEPID_AUTH_FAILED"}"#));
            stage.feed(Input::Added { id, result });
            stage.feed(Input::Continue(id));
        }
        stage
    }

    pub fn answer(&mut self, waits: Waits, result: Result<Json, Failure>) {
        let (id, number) = (self.id, self.list);
        self.feed(match waits {
            Waits::Form | Waits::Resend => {
                let no_sid = Failure::NotMatrix { status: 200 };
                let sid = |body: Json| request_email_token::read(&body).ok_or(no_sid);
                Input::TokenRequested { id, result: result.and_then(sid) }
            }
            Waits::Continue | Waits::Session | Waits::Password => {
                Input::Added { id, result: result.map(drop) }
            }
            Waits::Delete | Waits::DeletePassword => {
                Input::Deleted(result.map(|body| delete::read(&body)))
            }
            Waits::FirstList | Waits::List => {
                let result = result.map(|body| threepids::read(&body));
                Input::ListRead { number, result }
            }
        });
    }

    /// The phase of what was waiting, in a few words.
    pub fn phase(&self, waits: Waits) -> String {
        match waits {
            Waits::Form => match &self.flow.form.phase {
                FormPhase::Editing { unsent: None }
                    if self.flow.verification(self.id).is_some() =>
                {
                    "sent".to_owned()
                }
                FormPhase::Wrong(problem) => format!("wrong {problem:?}"),
                FormPhase::Failed(_, problem) => format!("failed {problem:?}"),
                other => format!("{other:?}"),
            },
            Waits::Resend => {
                match self.flow.verification(self.id).map(|it| (&it.resend, it.attempt)) {
                    Some((Resend::Sent(NOW), attempt)) => format!("sent {attempt}"),
                    Some((Resend::Failed(problem), 1)) => format!("failed {problem:?}"),
                    Some((Resend::Ready, 1)) if self.is_expired() => "expired".to_owned(),
                    other => format!("{other:?}"),
                }
            }
            Waits::Continue | Waits::Session | Waits::Password => {
                match self.flow.verification(self.id).map(|it| &it.phase) {
                    Some(Phase::Adopting) => "adopting".to_owned(),
                    Some(Phase::Waiting { session: None, .. }) => "waiting".to_owned(),
                    Some(Phase::Waiting { session: Some(session), .. }) => {
                        format!("waiting {session}")
                    }
                    Some(Phase::Trying(Try { session: None, nth: 0, .. })) => {
                        "trying anew".to_owned()
                    }
                    Some(Phase::Trouble { problem, .. }) => format!("trouble {problem:?}"),
                    Some(Phase::Uncertain { .. }) => "uncertain".to_owned(),
                    Some(Phase::Authenticating { uia, nth: 0 }) => dialog(&uia.phase),
                    other => format!("{other:?}"),
                }
            }
            Waits::Delete | Waits::DeletePassword => {
                match self.flow.removals.first().map(|it| &it.phase) {
                    Some(RemovalPhase::Reading { .. }) => "reading".to_owned(),
                    Some(RemovalPhase::Failed(problem)) => format!("failed {problem:?}"),
                    Some(RemovalPhase::Uncertain(_)) => "uncertain".to_owned(),
                    Some(RemovalPhase::Authenticating(uia)) => dialog(&uia.phase),
                    other => format!("{other:?}"),
                }
            }
            Waits::FirstList | Waits::List => match &self.flow.list {
                List::Shown { entries, reading: Reading::No } => format!("shown {}", entries.len()),
                List::Shown { reading: Reading::Failed(problem), entries }
                    if entries.len() == 2 =>
                {
                    format!("failed {problem:?}")
                }
                List::Failed(problem) => format!("failed {problem:?}"),
                other => format!("{other:?}"),
            },
        }
    }

    fn is_expired(&self) -> bool {
        self.flow.verification(self.id).is_some_and(|it| it.is_expired(NOW))
    }

    pub fn requests(&self) -> Vec<&Effect> {
        self.effects.iter().filter(|effect| is_request(effect)).collect()
    }

    pub fn errors(&self) -> Vec<&str> {
        let codes = self.effects.iter().filter_map(|effect| match effect {
            Effect::Emit(Event::Error(report)) => Some(&*report.code),
            Effect::Emit(Event::SessionExpired { .. }) => Some("no-session"),
            _ => None,
        });
        codes.collect()
    }

    /// What methods were told.
    pub fn settled(&self) -> Vec<(&Operation, Result<(), &str>)> {
        let settled = self.effects.iter().filter_map(|effect| match effect {
            Effect::Settle(operation, outcome) => {
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
        UiaPhase::Asking => "asking".to_owned(),
        UiaPhase::Failed(problem) => format!("dialog {problem:?}"),
        UiaPhase::Checking(Check::Anew | Check::Refused) => "dialog anew".to_owned(),
        UiaPhase::Checking(Check::Answer | Check::Look | Check::Code) => "checking".to_owned(),
    }
}

pub fn is_request(effect: &Effect) -> bool {
    match effect {
        Effect::ReadList { .. }
        | Effect::RequestToken { .. }
        | Effect::Add { .. }
        | Effect::SubmitToken { .. }
        | Effect::RequestProof { .. }
        | Effect::SubmitProof { .. }
        | Effect::Discover
        | Effect::Ask(_)
        | Effect::ChangePassword { .. }
        | Effect::Delete { .. } => true,
        // Beside the list, and never in its way.
        Effect::ReadCapabilities(_) => false,
        Effect::Abort(_)
        | Effect::AbortDelete
        | Effect::Before(..)
        | Effect::Challenge { .. }
        | Effect::Emit(_)
        | Effect::Settle(..)
        | Effect::SettleAll(_)
        | Effect::Focus(_)
        | Effect::FillField(..)
        | Effect::SubmitDialog
        | Effect::TellChanged
        | Effect::TellOpened(_)
        | Effect::OpenPage(_)
        | Effect::TidyAddress(_) => false,
    }
}
