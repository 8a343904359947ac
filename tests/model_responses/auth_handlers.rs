//! The embedder answers challenges: each answer counts for its own one only,
//! and nobody is asked for ever.

use matrix_threepids::matrix::get_3pids::Medium;
use matrix_threepids::matrix::uia::{SecretText, StageAnswer};
use matrix_threepids::matrix::{Json, RequestError};
use matrix_threepids::model::{
    ApiRequest, Effect, FallbackWindow, HostEffect, Input, ListRequest, Model, PasswordForm,
    Request, Responder, SessionState, UiaReply, UiaTarget, UserError, VerificationId,
};

use crate::harness::*;
use crate::response_table::*;

const WRONG: &str = r#"{"session":"s2","flows":[{"stages":["m.login.password"]}],"completed":[],"errcode":"M_FORBIDDEN","error":"No"}"#;

fn hosts() -> UiaReply {
    UiaReply::Auth(StageAnswer::Custom(Json::Object(vec![(
        "type".to_owned(),
        "m.login.password".into(),
    )])))
}

/// What has to be authenticated, up to the embedder's being asked.
#[derive(Clone, Copy, Debug, PartialEq)]
enum What {
    Add,
    Remove,
    Password,
}

const WHATS: [What; 3] = [What::Add, What::Remove, What::Password];

struct Play {
    model: Model,
    effects: Vec<Effect>,
    what: What,
    id: VerificationId,
}

impl Play {
    fn new(what: What) -> Play {
        let model = match what {
            What::Password => Model::new_for_password(),
            What::Add | What::Remove => Model::default(),
        };
        let mut play = Play { model, effects: Vec::new(), what, id: VerificationId(0) };
        play.begin("one@example.org");
        play
    }

    fn feed(&mut self, input: Input) {
        self.effects = self.model.update(NOW, input);
        for effect in self.effects.clone() {
            match effect {
                Effect::Request(Request::List(ListRequest::ReadList { number })) => {
                    let result = Ok(["one@example.org", "two@example.org"].map(email).to_vec());
                    let before = std::mem::take(&mut self.effects);
                    self.feed(Input::ListLoaded { number, result });
                    self.effects.splice(0..0, before);
                }
                Effect::Request(Request::Api(ApiRequest::RequestToken { id, .. })) => self.id = id,
                _ => {}
            }
        }
    }

    /// From the start to the first challenge.
    fn begin(&mut self, address: &str) {
        self.feed(Input::SessionChanged(SessionState::Active));
        match self.what {
            What::Add => {
                let (address, secret) = (["new-", address].concat(), secret(3));
                self.feed(Input::AddEmail {
                    address,
                    secret,
                    initiator: matrix_threepids::model::Initiator::User,
                });
                self.feed(Input::HostDecidedAdd(matrix_threepids::model::Section::Emails, true));
                let id = self.id;
                self.feed(Input::TokenResponded { id, result: Ok(sid("sid")) });
                self.feed(Input::Continue(id));
            }
            What::Remove => {
                let address = address.to_owned();
                self.feed(Input::RemoveRequested { medium: Medium::Email, address });
                self.feed(Input::HostDecidedRemove(true));
                self.feed(Input::RemoveConfirmed);
            }
            What::Password => {
                self.feed(Input::CapabilityLoaded(true));
                let password = SecretText(address.to_owned());
                self.feed(Input::ChangePassword {
                    password,
                    repeated: None,
                    logout_devices: false,
                });
            }
        }
        self.answered(CHALLENGE);
    }

    fn answered(&mut self, body: &str) {
        let failure: RequestError = failure(401, body);
        let id = self.id;
        self.feed(match self.what {
            What::Add => Input::AddResponded { id, result: Err(failure) },
            What::Remove => Input::DeleteResponded(Err(failure)),
            What::Password => {
                Input::PasswordChangeResponded { logout_devices: false, result: Err(failure) }
            }
        });
    }

    fn subject(&self) -> UiaTarget {
        match self.what {
            What::Add => UiaTarget::Verification(self.id),
            What::Remove => UiaTarget::Removal,
            What::Password => UiaTarget::Password,
        }
    }

    /// The number of the challenge that was offered just now.
    fn offered(&self) -> Option<u32> {
        self.effects.iter().find_map(|effect| match effect {
            Effect::Host(HostEffect::OfferChallenge { number, .. }) => Some(*number),
            _ => None,
        })
    }

    fn sends(&self) -> bool {
        self.effects.iter().any(|effect| {
            matches!(
                effect,
                Effect::Request(Request::Api(ApiRequest::Add { .. }))
                    | Effect::Request(Request::Api(ApiRequest::Delete { .. }))
                    | Effect::Request(Request::Api(ApiRequest::ChangePassword { .. }))
            )
        })
    }
}

#[test]
fn late_host_reply_does_not_count_for_new_challenge() {
    for what in WHATS {
        for left in ["detached", "another account", "cancelled"] {
            let mut play = Play::new(what);
            let first = play.offered().expect("a challenge");
            play.feed(Input::HostWillAuthenticate(first));
            match left {
                "detached" => play.feed(Input::Disconnected),
                "another account" => play.model.reset(),
                _ => play.feed(Input::HostReplied(first, UiaReply::Cancel)),
            }
            if what == What::Remove && left == "cancelled" {
                play.feed(Input::RemoveCanceled);
            }
            play.begin("two@example.org");
            let second = play.offered().expect("another challenge");
            assert_ne!(first, second);
            for by_host in [false, true] {
                if by_host {
                    play.feed(Input::HostWillAuthenticate(second));
                }
                for late in [hosts(), UiaReply::Cancel] {
                    play.feed(Input::HostWillAuthenticate(first));
                    play.feed(Input::UserWillAuthenticate(first));
                    play.feed(Input::HostReplied(first, late));
                    assert_eq!(play.effects, [], "{what:?}, {left}");
                    let uia = play.model.uia_of(play.subject()).expect("still asked");
                    assert_eq!(uia.responder == Responder::Host, by_host, "{what:?}, {left}");
                }
            }
            play.feed(Input::HostReplied(second, hosts()));
            assert!(play.sends(), "{what:?}, {left}");
        }
    }
}

#[test]
fn host_reply_to_previous_challenge_is_ignored() {
    for what in WHATS {
        let mut play = Play::new(what);
        let first = play.offered().expect("a challenge");
        play.feed(Input::HostWillAuthenticate(first));
        play.feed(Input::HostReplied(first, hosts()));
        play.answered(WRONG);
        let second = play.offered().expect("asked again");
        play.feed(Input::HostWillAuthenticate(second));
        play.feed(Input::HostReplied(first, hosts()));
        assert!(!play.sends(), "{what:?}");
    }
}

#[test]
fn host_reply_is_ignored_while_user_authenticates() {
    for what in WHATS {
        let mut play = Play::new(what);
        let first = play.offered().expect("a challenge");
        play.feed(Input::UserWillAuthenticate(first));
        play.feed(Input::HostReplied(first, hosts()));
        assert!(!play.sends(), "{what:?}");
    }
}

#[test]
fn auth_handler_is_called_three_times_then_user_is_asked() {
    // Each in a session of its own, as some servers have it; or as most do.
    for (what, another) in WHATS.into_iter().flat_map(|what| [(what, false), (what, true)]) {
        let mut play = Play::new(what);
        let mut answers = 0;
        while let Some(number) = play.offered() {
            play.feed(Input::HostWillAuthenticate(number));
            play.feed(Input::HostReplied(number, hosts()));
            assert!(play.sends());
            answers += 1;
            assert!(answers <= 3, "{what:?}");
            let session = format!("s{answers}");
            play.answered(&if another {
                CHALLENGE.replace("s2", &session)
            } else {
                WRONG.to_owned()
            });
        }
        assert_eq!(answers, 3, "{what:?}");
        let (subject, uia) = play.model.active_uia().expect("the person is asked");
        assert_eq!((subject, uia.problem()), (play.subject(), Some(&UserError::WrongPassword)));
        // They answer as long as they like.
        for _ in 0..20 {
            play.feed(Input::UserReplied(subject, password()));
            assert!(play.sends());
            play.answered(WRONG);
            assert_eq!(play.offered(), None);
        }
        assert_eq!(play.model.active_uia().map(|it| it.0), Some(subject));
    }
}

#[test]
fn endless_uia_stages_end_with_error_for_user() {
    for what in WHATS {
        for stage in ["m.login.dummy", "org.example.more"] {
            let mut play = Play::new(what);
            let (mut completed, mut sent) = (Vec::new(), 0);
            loop {
                let number = play.offered();
                if let Some(number) = number {
                    play.feed(Input::HostWillAuthenticate(number));
                    play.feed(Input::HostReplied(number, hosts()));
                }
                if !play.sends() {
                    break;
                }
                sent += 1;
                assert!(sent <= 12, "{what:?}, {stage}");
                completed.push(format!("{stage}.{sent}"));
                let body = serde_json::json!({
                    "session": "s2", "flows": [{"stages": [stage]}], "completed": completed,
                });
                play.answered(&body.to_string());
            }
            let (subject, uia) = play.model.active_uia().expect("the person is told");
            assert!(uia.problem().is_some(), "{what:?}, {stage}");
            // They go on, or leave it.
            play.feed(Input::UserReplied(subject, UiaReply::Restart));
            assert!(play.sends(), "{what:?}, {stage}");
            play.answered(CHALLENGE);
            play.feed(Input::UserReplied(subject, UiaReply::Cancel));
            assert!(play.model.active_uia().is_none(), "{what:?}, {stage}");
        }
    }
}

#[test]
fn fallback_message_counts_only_for_its_uia_session() {
    let sso = |session: &str| {
        format!(r#"{{"session":"{session}","flows":[{{"stages":["m.login.sso"]}}]}}"#)
    };
    for what in WHATS {
        let mut play = Play::new(what);
        let subject = play.subject();
        play.answered(&sso("one"));
        play.feed(Input::Disconnected);
        play.begin("two@example.org");
        let subject = match play.what {
            What::Add => play.subject(),
            What::Remove | What::Password => subject,
        };
        play.feed(Input::UserReplied(subject, UiaReply::Restart));
        play.answered(&sso("two"));
        let number = play.offered().expect("a challenge");
        play.feed(Input::UserWillAuthenticate(number));
        play.feed(Input::FallbackWindowChanged(subject, FallbackWindow::Open));
        play.feed(Input::FallbackPageDone("one".to_owned()));
        assert!(!play.sends(), "{what:?}");
        play.feed(Input::FallbackPageDone("two".to_owned()));
        assert!(play.sends(), "{what:?}");
    }
}

#[test]
fn nested_before_add_decision_applies_only_to_its_section() {
    // A listener of `threepid-before-add` calls the other section's method.
    use matrix_threepids::matrix::phone_number::PhoneInput;
    use matrix_threepids::model::{FormPhase, Initiator, Section};
    let mut model = Model::default();
    model.update(NOW, Input::Sections(vec![Section::Emails, Section::Phones]));
    model.update(NOW, Input::SessionChanged(SessionState::Active));
    let address = "new@example.org".to_owned();
    model.update(NOW, Input::AddEmail { address, secret: secret(1), initiator: Initiator::User });
    let dialled = PhoneInput { country: "GB".to_owned(), number: "07700900001".to_owned() };
    let (msisdn, by) = ("447700900001".to_owned(), Initiator::HostMethod);
    model.update(NOW, Input::AddPhone { msisdn, phone: dialled, secret: secret(2), initiator: by });
    model.update(NOW, Input::HostDecidedAdd(Section::Phones, false));
    assert!(
        matches!(model.email_form.phase, FormPhase::AwaitingHostApproval(_)),
        "the address is still asked about"
    );
    let effects = model.update(NOW, Input::HostDecidedAdd(Section::Emails, true));
    let [Effect::Request(Request::Api(ApiRequest::RequestToken { address, .. }))] = &effects[..]
    else {
        panic!("{effects:?}")
    };
    assert_eq!(address, "new@example.org");
}

#[test]
fn cancelled_password_change_is_not_sent_by_next_reply() {
    let mut play = Play::new(What::Password);
    let first = play.offered().expect("a challenge");
    play.feed(Input::HostWillAuthenticate(first));
    play.feed(Input::HostReplied(first, UiaReply::Cancel));
    assert!(matches!(play.model.password, Some(PasswordForm::Editing)));
    play.begin("another");
    let second = play.offered().expect("a challenge");
    play.feed(Input::HostWillAuthenticate(second));
    play.feed(Input::HostReplied(second, hosts()));
    let [Effect::Request(Request::Api(ApiRequest::ChangePassword { new_password, .. }))] =
        &play.effects[..]
    else {
        panic!()
    };
    assert_eq!(new_password.0, "another");
}
