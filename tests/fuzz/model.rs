//! The state machine, fed by bytes: any input, in any order, with any answer.

use matrix_threepids::matrix::get_3pids::{self, Medium};
use matrix_threepids::matrix::phone_number::PhoneInput;
use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::matrix::uia::{SecretText, StageAnswer};
use matrix_threepids::matrix::{
    ClientSecret, HttpResponse, Json, RequestError, delete_3pid, json,
    request_3pid_token_via_email, submit_token,
};
use matrix_threepids::model::{
    ApiRequest, EditedField, Effect, FallbackWindow, HostEffect, HostNotification, Initiator,
    Input, ListRequest, Model, PageState, Request, Section, SessionState, TabEffect, UiEffect,
    UiaReply, UiaTarget, VerificationId,
};

use crate::parsers::tells;

const START: f64 = 1_700_000_000_000.0;
const PASSWORD: &str = "the machine's own horse";
const CODE: &str = "code-918273-of-the-mail";

/// Bytes, read from the front; at their end, nothing but zeros.
struct Bytes<'a>(&'a [u8]);

impl Bytes<'_> {
    fn next(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    fn below(&mut self, end: usize) -> usize {
        usize::from(self.next()) % end
    }

    fn flag(&mut self) -> bool {
        self.next() % 2 == 1
    }

    fn of<'b>(&mut self, among: &[&'b str]) -> &'b str {
        among[self.below(among.len())]
    }

    /// A text up to the next zero.
    fn text(&mut self) -> String {
        let end = self.0.iter().position(|byte| *byte == 0).unwrap_or(self.0.len()).min(400);
        let (text, rest) = self.0.split_at(end);
        self.0 = rest.get(1..).unwrap_or_default();
        String::from_utf8_lossy(text).into_owned()
    }

    fn json(&mut self) -> Json {
        json::parse(&self.text()).unwrap_or(Json::Null)
    }

    fn address(&mut self) -> String {
        let known = [
            "alice@example.org",
            "Alice@Example.ORG",
            "bob@example.org",
            "carol@example.org",
            " dora@example.org ",
            "447700900001",
            "447700900002",
            "",
        ];
        self.of(&known).to_owned()
    }

    fn medium(&mut self) -> Medium {
        Medium::from(self.of(&["email", "msisdn", "org.example"]))
    }

    fn section(&mut self) -> Section {
        if self.flag() { Section::Emails } else { Section::Phones }
    }

    fn secret(&mut self) -> ClientSecret {
        ClientSecret::from_random([0x40 | self.next(); ClientSecret::BYTES])
    }

    fn id(&mut self, model: &Model) -> VerificationId {
        let at = self.below(model.verifications.len() + 1);
        model.verifications.get(at).map_or(VerificationId(u32::from(self.next())), |it| it.id)
    }

    fn subject(&mut self, model: &Model) -> UiaTarget {
        match self.below(3) {
            0 => UiaTarget::Removal,
            1 => UiaTarget::Password,
            _ => UiaTarget::Verification(self.id(model)),
        }
    }

    /// The number of a challenge: of one that waits, or of none.
    fn number(&mut self, model: &Model) -> u32 {
        let subject = self.subject(model);
        let number = model.uia_of(subject).map(|uia| uia.number);
        number.unwrap_or(u32::from(self.next()))
    }

    fn result(&mut self) -> Result<Json, RequestError> {
        let stage = |bytes: &mut Self| {
            let known = [
                "m.login.password",
                "m.login.dummy",
                "m.login.terms",
                "m.login.email.identity",
                "m.login.msisdn",
                "m.login.sso",
                "m.login.registration_token",
                "org.example.stage",
            ];
            bytes.of(&known)
        };
        let (status, body) = match self.below(12) {
            0 => return Err(RequestError::Network),
            1 => return Err(RequestError::Timeout),
            2 => return Err(RequestError::Offline),
            3 => return Err(RequestError::SessionExpired { soft_logout: self.flag() }),
            4 => return Err(RequestError::InsecureUrl),
            5 => {
                let status = [400, 401, 403, 404, 429, 500][self.below(6)];
                (status, self.text())
            }
            6 | 7 => {
                let [one, two, done] = [stage(self), stage(self), stage(self)];
                let error = if self.flag() { r#","errcode":"M_FORBIDDEN""# } else { "" };
                let session = self.next() % 3;
                (
                    401,
                    format!(
                        r#"{{"session":"{session}","flows":[{{"stages":["{one}","{two}"]}},{{"stages":["{two}"]}}],"completed":["{done}"]{error}}}"#
                    ),
                )
            }
            8 => {
                let code = self.of(&[
                    "M_THREEPID_AUTH_FAILED",
                    "M_SESSION_EXPIRED",
                    "M_FORBIDDEN",
                    "M_UNKNOWN",
                    "M_UNRECOGNIZED",
                    "M_THREEPID_IN_USE",
                    "M_TERMS_NOT_SIGNED",
                    "M_INVALID_PEPPER",
                    "M_INVALID_PARAM",
                    "M_LIMIT_EXCEEDED",
                    "M_WEAK_PASSWORD",
                ]);
                let status = [400, 403, 404, 429, 500][self.below(5)];
                (status, format!(r#"{{"errcode":"{code}","retry_after_ms":{}}}"#, self.next()))
            }
            9 => (
                200,
                r#"{"threepids":[{"medium":"email","address":"alice@example.org"}]}"#.to_owned(),
            ),
            10 => (200, r#"{"sid":"s","success":true}"#.to_owned()),
            _ => (200, self.text()),
        };
        HttpResponse { status, retry_after: None, body }.json()
    }

    fn reply(&mut self) -> UiaReply {
        match self.below(6) {
            0 | 1 => UiaReply::Auth(StageAnswer::Password {
                user_id: None,
                password: SecretText(PASSWORD.to_owned()),
            }),
            2 => UiaReply::Auth(StageAnswer::SessionOnly),
            3 => UiaReply::ValidatedThreepid(Code(CODE.to_owned())),
            4 => UiaReply::Restart,
            _ => UiaReply::Cancel,
        }
    }

    fn sid(&mut self) -> Result<request_3pid_token_via_email::Response, RequestError> {
        let no_sid = RequestError::InvalidResponse { status: 200 };
        self.result().and_then(|body| request_3pid_token_via_email::read(&body).ok_or(no_sid))
    }

    fn input(&mut self, model: &Model) -> Input {
        match self.below(54) {
            0 => Input::SessionChanged(
                [
                    SessionState::AwaitingToken,
                    SessionState::MissingHomeserver,
                    SessionState::Active,
                    SessionState::Expired,
                ][self.below(4)],
            ),
            1 => Input::ReadOnly(self.next().is_multiple_of(8)),
            2 => Input::Sections(match self.below(4) {
                0 => Vec::new(),
                1 => vec![Section::Emails],
                2 => vec![Section::Phones],
                _ => vec![Section::Emails, Section::Phones],
            }),
            3 => Input::Refresh,
            4 | 5 => {
                let by = if self.flag() { Initiator::User } else { Initiator::HostMethod };
                Input::AddEmail { address: self.address(), secret: self.secret(), initiator: by }
            }
            6 => {
                let by = if self.flag() { Initiator::User } else { Initiator::HostMethod };
                let number = self.of(&["07700900001", "07700900002", ""]).to_owned();
                let dialled = PhoneInput { country: "GB".to_owned(), number };
                Input::AddPhone {
                    msisdn: self.address(),
                    phone: dialled,
                    secret: self.secret(),
                    initiator: by,
                }
            }
            7 | 8 => Input::HostDecidedAdd(self.section(), !self.next().is_multiple_of(4)),
            9..=11 => Input::Continue(self.id(model)),
            12 => Input::SubmitCode(self.id(model), Code(CODE.to_owned())),
            13 => Input::Resend(self.id(model), self.secret()),
            14 => Input::Retry(self.id(model), self.secret()),
            15 => Input::ChangeAddress(self.id(model)),
            16 => Input::Cancel(self.id(model)),
            17 => Input::RemoveRequested { medium: self.medium(), address: self.address() },
            18 => Input::HostDecidedRemove(!self.next().is_multiple_of(4)),
            19 => Input::RemoveConfirmed,
            20 => Input::RemoveCanceled,
            21 => Input::ChangePassword {
                password: SecretText(PASSWORD.to_owned()),
                repeated: self.flag().then(|| SecretText(PASSWORD.to_owned())),
                logout_devices: self.flag(),
            },
            22 if self.flag() => Input::Edited(match self.below(4) {
                0 => EditedField::Form(self.section()),
                1 => EditedField::Code(self.id(model)),
                2 => EditedField::Answer(self.subject(model)),
                _ => EditedField::NewPassword,
            }),
            22 => Input::PasswordRevealed,
            23 => Input::PasswordChangeResponded {
                logout_devices: self.flag(),
                result: self.result().map(drop),
            },
            24 => Input::HostWillAuthenticate(self.number(model)),
            25 => Input::UserWillAuthenticate(self.number(model)),
            26 => Input::HostReplied(self.number(model), self.reply()),
            27 => Input::UseOtherOption(self.subject(model)),
            28 => Input::ResendUiaToken(self.subject(model)),
            29 => {
                let (subject, secret) = (self.subject(model), self.secret());
                Input::UiaTokenRequested { subject, secret, result: self.sid() }
            }
            30 => {
                let subject = self.subject(model);
                let result = self.result().map(|body| submit_token::read(&body));
                Input::UiaTokenSubmitted { subject, result }
            }
            31 => Input::OpenFallbackPage(self.subject(model)),
            32 => Input::FallbackWindowChanged(
                self.subject(model),
                match self.below(3) {
                    0 => FallbackWindow::Closed,
                    1 => FallbackWindow::Blocked("https://example.org/".to_owned()),
                    _ => FallbackWindow::Open,
                },
            ),
            33 => Input::FallbackPageDone(self.of(&["0", "1", "2"]).to_owned()),
            34 => Input::CapabilityLoaded(!self.next().is_multiple_of(8)),
            35 => Input::ManagementUrlLoaded(None),
            36 => Input::NeedsIdentityServer(self.next().is_multiple_of(8)),
            37 => Input::IdentityServerSet {
                server_name: self.flag().then(|| "id.example.org".to_owned()),
                can_hash: self.flag(),
            },
            38 => Input::RetryLookup,
            39 => Input::AcceptTerms(vec!["https://example.org/terms".to_owned()]),
            40 => Input::IdentityResponded(self.result()),
            41 => Input::LookupResponded(
                self.result().map(|_| vec!["alice@example.org email".to_owned()]),
            ),
            42 => Input::Share {
                medium: self.medium(),
                address: self.address(),
                secret: self.secret(),
            },
            43 => Input::UnshareRequested { medium: self.medium(), address: self.address() },
            44 | 45 => Input::UserReplied(self.subject(model), self.reply()),
            46 => {
                let number = u32::from(self.next());
                Input::ListLoaded { number, result: self.result().map(|it| get_3pids::read(&it)) }
            }
            47 => Input::TokenResponded { id: self.id(model), result: self.sid() },
            48 => Input::AddResponded { id: self.id(model), result: self.result().map(drop) },
            49 => {
                let result = self.result().map(|body| submit_token::read(&body));
                Input::CodeResponded { id: self.id(model), result }
            }
            50 => {
                Input::DeleteResponded(self.result().map(|body| delete_3pid::parse_response(&body)))
            }
            51 => Input::PageStateChanged(PageState {
                visible: self.flag(),
                focused: self.flag(),
                offline: self.next().is_multiple_of(8),
                shown: !self.next().is_multiple_of(8),
            }),
            52 => match self.below(8) {
                0 => Input::StorageLoaded(self.json()),
                1 => Input::TabRecords(self.json()),
                2 => Input::TabListChanged,
                3 => Input::TabLinkOpened("s".to_owned()),
                4 => Input::ReturnedFromLink("s".to_owned()),
                5 => Input::AddLockUnavailable(self.id(model)),
                6 => Input::NextLink(self.flag().then(|| "https://example.org/".to_owned())),
                _ => Input::ClockChanged {
                    clock_offset: (f64::from(self.next()) - 128.0) * 60_000.0,
                },
            },
            _ => match self.below(6) {
                0 => Input::Disconnected,
                1 => Input::RestoredFromBfcache,
                2 => Input::Online,
                _ => Input::TimerFired,
            },
        }
    }

    /// The answer to a request that is under way.
    fn answer(&mut self, effect: &Effect) -> Input {
        match effect {
            Effect::Request(Request::List(ListRequest::ReadList { number })) => Input::ListLoaded {
                number: *number,
                result: self.result().map(|body| get_3pids::read(&body)),
            },
            Effect::Request(Request::Api(ApiRequest::RequestToken { id, .. })) => {
                Input::TokenResponded { id: *id, result: self.sid() }
            }
            Effect::Request(Request::Api(ApiRequest::Add { id, .. })) => {
                Input::AddResponded { id: *id, result: self.result().map(drop) }
            }
            Effect::Request(Request::Api(ApiRequest::SubmitCode { id, .. })) => {
                Input::CodeResponded {
                    id: *id,
                    result: self.result().map(|body| submit_token::read(&body)),
                }
            }
            Effect::Request(Request::Api(ApiRequest::Delete { .. })) => {
                Input::DeleteResponded(self.result().map(|it| delete_3pid::parse_response(&it)))
            }
            Effect::Request(Request::Api(ApiRequest::ChangePassword {
                logout_devices, ..
            })) => Input::PasswordChangeResponded {
                logout_devices: *logout_devices,
                result: self.result().map(drop),
            },
            Effect::Request(Request::Api(ApiRequest::RequestUiaToken { subject, .. })) => {
                Input::UiaTokenRequested {
                    subject: *subject,
                    secret: self.secret(),
                    result: self.sid(),
                }
            }
            Effect::Request(Request::Api(ApiRequest::SubmitUiaToken { subject, .. })) => {
                Input::UiaTokenSubmitted {
                    subject: *subject,
                    result: self.result().map(|body| submit_token::read(&body)),
                }
            }
            Effect::Request(Request::List(ListRequest::ReadCapabilities(_))) => {
                Input::CapabilityLoaded(!self.next().is_multiple_of(8))
            }
            Effect::Request(Request::DiscoverAccountManagement) => Input::ManagementUrlLoaded(None),
            Effect::Request(Request::Api(ApiRequest::Identity(_))) => {
                Input::IdentityResponded(self.result())
            }
            _ => Input::TimerFired,
        }
    }
}

/// What is told, drawn or kept elsewhere holds no password and no code.
fn holds_no_secret(shown: &str) {
    for secret in [PASSWORD, CODE] {
        assert!(!tells(shown, secret), "{shown}");
    }
}

/// After the first byte, which says which element: inputs, and the time between
/// them.
pub fn model(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let mut model = match bytes.next() % 8 {
        0 | 4 => Model::new_for_password(),
        1 => Model::new_for_reset(),
        _ => Model::default(),
    };
    let mut now = START;
    let mut under_way: Vec<Effect> = Vec::new();
    let mut unasked: Vec<f64> = Vec::new();
    for _ in 0..400 {
        if bytes.0.is_empty() {
            break;
        }
        now += [0.0, 1.0, 20.0, 1_000.0, 30_000.0, 3_600_000.0][bytes.below(6)];
        let input = match bytes.below(3) {
            0 if !under_way.is_empty() => {
                let at = bytes.below(under_way.len());
                let effect = under_way.remove(at);
                bytes.answer(&effect)
            }
            1 if bytes.next() % 16 == 0 => {
                model.reset();
                under_way.clear();
                unasked.clear();
                Input::TimerFired
            }
            _ => bytes.input(&model),
        };
        // Of those that nothing but chance has asked for.
        let quiet = matches!(
            input,
            Input::TimerFired
                | Input::PageStateChanged(_)
                | Input::Online
                | Input::RestoredFromBfcache
                | Input::ClockChanged { .. }
                | Input::TabRecords(_)
                | Input::TabListChanged
                | Input::ListLoaded { .. }
                | Input::IdentityResponded(_)
                | Input::AddResponded { .. }
                | Input::DeleteResponded(_)
                | Input::HostReplied(..)
        );
        let effects = model.update(now, input);
        unasked.retain(|at| quiet && *at > now - 60_000.0);
        for effect in effects {
            match &effect {
                Effect::Ui(UiEffect::Notify(HostNotification::Event(_)))
                | Effect::Ui(UiEffect::Notify(HostNotification::MethodResult(..)))
                | Effect::Host(HostEffect::OfferChallenge { .. })
                | Effect::Ui(UiEffect::SetFieldValue(..))
                | Effect::Ui(UiEffect::Focus(_))
                | Effect::Tab(TabEffect::BroadcastLinkOpened(_))
                | Effect::Tab(TabEffect::RemoveSidFromUrl(_)) => {
                    holds_no_secret(&format!("{effect:?}"))
                }
                _ => {}
            }
            if let Some(slot) = effect.request_key() {
                if quiet {
                    unasked.push(now);
                }
                under_way.retain(|it| it.request_key() != Some(slot));
                under_way.push(effect);
            }
        }
        if quiet {
            assert!(unasked.len() <= 10, "{} requests in a minute", unasked.len());
        }
        holds_no_secret(&format!("{model:?}"));
        if let Some(records) = model.to_stored_state() {
            holds_no_secret(&format!("{records:?}"));
        }
        if let Some(wake) = model.next_timer() {
            assert!(wake > now, "a wake in the past");
        }
        let _ =
            (model.active_uia(), model.is_loading(), model.visible_threepids(), model.may_share());
    }
}

/// What is in the storage, or comes from another tab: whatever it is, the same
/// again changes nothing, and the person goes on.
pub fn records(bytes: &[u8]) {
    let Some(stored) = json::parse(&String::from_utf8_lossy(bytes)) else { return };
    for input in [Input::StorageLoaded, Input::TabRecords] {
        let mut model = Model::default();
        let presence = PageState { visible: true, focused: true, offline: false, shown: true };
        model.update(START, Input::PageStateChanged(presence));
        model.update(START, Input::SessionChanged(SessionState::Active));
        model.update(START, input(stored.clone()));
        let mut kept = model.to_stored_state();
        for again in 0.. {
            let Some(records) = kept.clone() else { break };
            model.update(START, Input::TabRecords(records));
            let now = model.to_stored_state();
            if now == kept {
                break;
            }
            assert!(again < 3, "told for ever");
            kept = now;
        }
        assert!(model.verifications.iter().all(|it| it.sent_at <= START), "from tomorrow");
        let mut now = START;
        for _ in 0..200 {
            let Some(wake) = model.next_timer() else { break };
            assert!(wake > now);
            now = wake;
            model.update(now, Input::TimerFired);
        }
        let limit = model.email_form.problem().and_then(|it| it.retry_at());
        assert!(limit.is_none_or(|until| until <= START + 3_600_000.0), "limited for ever");
    }
}
