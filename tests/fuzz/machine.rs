//! The state machine, fed by bytes: any input, in any order, with any answer.

use matrix_threepids::flow::{
    Access, By, Effect, Flow, Input, PageWindow, Presence, Reply, Section, Subject, Typed,
    VerificationId,
};
use matrix_threepids::matrix::phone::Dialled;
use matrix_threepids::matrix::submit_token::Code;
use matrix_threepids::matrix::threepids::{self, Medium};
use matrix_threepids::matrix::uia::{Answer, Password};
use matrix_threepids::matrix::{
    ClientSecret, Failure, HttpResponse, Json, delete, json, request_email_token, submit_token,
};

use crate::readers::tells;

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

    fn id(&mut self, flow: &Flow) -> VerificationId {
        let at = self.below(flow.pending.len() + 1);
        flow.pending.get(at).map_or(VerificationId(u32::from(self.next())), |it| it.id)
    }

    fn subject(&mut self, flow: &Flow) -> Subject {
        match self.below(3) {
            0 => Subject::Removal,
            1 => Subject::Password,
            _ => Subject::Verification(self.id(flow)),
        }
    }

    /// The number of a challenge: of one that waits, or of none.
    fn number(&mut self, flow: &Flow) -> u32 {
        let subject = self.subject(flow);
        let number = flow.authentication(subject).map(|uia| uia.number);
        number.unwrap_or(u32::from(self.next()))
    }

    fn result(&mut self) -> Result<Json, Failure> {
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
            0 => return Err(Failure::Network),
            1 => return Err(Failure::Timeout),
            2 => return Err(Failure::Offline),
            3 => return Err(Failure::NoSession { soft_logout: self.flag() }),
            4 => return Err(Failure::Unsafe),
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

    fn reply(&mut self) -> Reply {
        match self.below(6) {
            0 | 1 => Reply::With(Answer::Password {
                user_id: None,
                password: Password(PASSWORD.to_owned()),
            }),
            2 => Reply::With(Answer::SessionOnly),
            3 => Reply::Prove(Code(CODE.to_owned())),
            4 => Reply::Anew,
            _ => Reply::Cancel,
        }
    }

    fn sid(&mut self) -> Result<request_email_token::Response, Failure> {
        let no_sid = Failure::NotMatrix { status: 200 };
        self.result().and_then(|body| request_email_token::read(&body).ok_or(no_sid))
    }

    fn input(&mut self, flow: &Flow) -> Input {
        match self.below(54) {
            0 => Input::Access(
                [Access::Awaited, Access::NoHomeserver, Access::Granted, Access::Ended]
                    [self.below(4)],
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
                let by = if self.flag() { By::Person } else { By::Method };
                Input::Add { address: self.address(), secret: self.secret(), by }
            }
            6 => {
                let by = if self.flag() { By::Person } else { By::Method };
                let number = self.of(&["07700900001", "07700900002", ""]).to_owned();
                let dialled = Dialled { country: "GB".to_owned(), number };
                Input::AddPhone { msisdn: self.address(), dialled, secret: self.secret(), by }
            }
            7 | 8 => Input::MayAdd(self.section(), !self.next().is_multiple_of(4)),
            9 => Input::SendAgain(self.section()),
            10 | 11 => Input::Continue(self.id(flow)),
            12 => Input::Submit(self.id(flow), Code(CODE.to_owned())),
            13 => Input::Resend(self.id(flow), self.secret()),
            14 => Input::TryAgain(self.id(flow), self.secret()),
            15 => Input::ChangeAddress(self.id(flow)),
            16 => Input::Cancel(self.id(flow)),
            17 => Input::AskRemove { medium: self.medium(), address: self.address() },
            18 => Input::MayRemove(!self.next().is_multiple_of(4)),
            19 => Input::ConfirmRemove,
            20 => Input::DismissRemove,
            21 => Input::ChangePassword {
                password: Password(PASSWORD.to_owned()),
                repeated: self.flag().then(|| Password(PASSWORD.to_owned())),
                logout_devices: self.flag(),
            },
            22 if self.flag() => Input::Corrected(match self.below(4) {
                0 => Typed::Form(self.section()),
                1 => Typed::Code(self.id(flow)),
                2 => Typed::Answer(self.subject(flow)),
                _ => Typed::NewPassword,
            }),
            22 => Input::PasswordShown,
            23 => Input::PasswordChanged {
                logout_devices: self.flag(),
                result: self.result().map(drop),
            },
            24 => Input::HostAuthenticates(self.number(flow)),
            25 => Input::PersonAuthenticates(self.number(flow)),
            26 => Input::HostAnswers(self.number(flow), self.reply()),
            27 => Input::OtherWay(self.subject(flow)),
            28 => Input::ResendProof(self.subject(flow)),
            29 => {
                let (subject, secret) = (self.subject(flow), self.secret());
                Input::ProofRequested { subject, secret, result: self.sid() }
            }
            30 => {
                let subject = self.subject(flow);
                let result = self.result().map(|body| submit_token::read(&body));
                Input::ProofSubmitted { subject, result }
            }
            31 => Input::OpenPage(self.subject(flow)),
            32 => Input::Page(
                self.subject(flow),
                match self.below(3) {
                    0 => PageWindow::No,
                    1 => PageWindow::Blocked("https://example.org/".to_owned()),
                    _ => PageWindow::Open,
                },
            ),
            33 => Input::PageDone(self.of(&["0", "1", "2"]).to_owned()),
            34 => Input::MayChange(!self.next().is_multiple_of(8)),
            35 => Input::Managed(None),
            36 => Input::NeedsIdentityServer(self.next().is_multiple_of(8)),
            37 => Input::IdentityServer {
                host: self.flag().then(|| "id.example.org".to_owned()),
                can_hash: self.flag(),
            },
            38 => Input::FindAgain,
            39 => Input::AcceptTerms(vec!["https://example.org/terms".to_owned()]),
            40 => Input::Told(self.result()),
            41 => {
                Input::LookedUp(self.result().map(|_| vec!["alice@example.org email".to_owned()]))
            }
            42 => Input::Share {
                medium: self.medium(),
                address: self.address(),
                secret: self.secret(),
            },
            43 => Input::AskUnshare { medium: self.medium(), address: self.address() },
            44 | 45 => Input::Authenticate(self.subject(flow), self.reply()),
            46 => {
                let number = u32::from(self.next());
                Input::ListRead { number, result: self.result().map(|it| threepids::read(&it)) }
            }
            47 => Input::TokenRequested { id: self.id(flow), result: self.sid() },
            48 => Input::Added { id: self.id(flow), result: self.result().map(drop) },
            49 => {
                let result = self.result().map(|body| submit_token::read(&body));
                Input::Submitted { id: self.id(flow), result }
            }
            50 => Input::Deleted(self.result().map(|body| delete::read(&body))),
            51 => Input::Presence(Presence {
                visible: self.flag(),
                focused: self.flag(),
                offline: self.next().is_multiple_of(8),
                shown: !self.next().is_multiple_of(8),
            }),
            52 => match self.below(8) {
                0 => Input::Restored(self.json()),
                1 => Input::HeardRecords(self.json()),
                2 => Input::HeardChanged,
                3 => Input::HeardOpened("s".to_owned()),
                4 => Input::Returned("s".to_owned()),
                5 => Input::AddSkipped(self.id(flow)),
                6 => Input::NextLink(self.flag().then(|| "https://example.org/".to_owned())),
                _ => Input::Clock { ahead: (f64::from(self.next()) - 128.0) * 60_000.0 },
            },
            _ => match self.below(6) {
                0 => Input::Detached,
                1 => Input::Thawed,
                2 => Input::Online,
                _ => Input::Woke,
            },
        }
    }

    /// The answer to a request that is under way.
    fn answer(&mut self, effect: &Effect) -> Input {
        match effect {
            Effect::ReadList { number } => Input::ListRead {
                number: *number,
                result: self.result().map(|body| threepids::read(&body)),
            },
            Effect::RequestToken { id, .. } => {
                Input::TokenRequested { id: *id, result: self.sid() }
            }
            Effect::Add { id, .. } => Input::Added { id: *id, result: self.result().map(drop) },
            Effect::SubmitToken { id, .. } => Input::Submitted {
                id: *id,
                result: self.result().map(|body| submit_token::read(&body)),
            },
            Effect::Delete { .. } => Input::Deleted(self.result().map(|it| delete::read(&it))),
            Effect::ChangePassword { logout_devices, .. } => Input::PasswordChanged {
                logout_devices: *logout_devices,
                result: self.result().map(drop),
            },
            Effect::RequestProof { subject, .. } => Input::ProofRequested {
                subject: *subject,
                secret: self.secret(),
                result: self.sid(),
            },
            Effect::SubmitProof { subject, .. } => Input::ProofSubmitted {
                subject: *subject,
                result: self.result().map(|body| submit_token::read(&body)),
            },
            Effect::ReadCapabilities(_) => Input::MayChange(!self.next().is_multiple_of(8)),
            Effect::Discover => Input::Managed(None),
            Effect::Ask(_) => Input::Told(self.result()),
            _ => Input::Woke,
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
pub fn flow(bytes: &[u8]) {
    let mut bytes = Bytes(bytes);
    let mut flow = if bytes.next() % 4 == 0 { Flow::of_password() } else { Flow::default() };
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
                flow.start_over();
                under_way.clear();
                unasked.clear();
                Input::Woke
            }
            _ => bytes.input(&flow),
        };
        // Of those that nothing but chance has asked for.
        let quiet = matches!(
            input,
            Input::Woke
                | Input::Presence(_)
                | Input::Online
                | Input::Thawed
                | Input::Clock { .. }
                | Input::HeardRecords(_)
                | Input::HeardChanged
                | Input::ListRead { .. }
                | Input::Told(_)
                | Input::Added { .. }
                | Input::Deleted(_)
                | Input::HostAnswers(..)
        );
        let effects = flow.apply(now, input);
        unasked.retain(|at| quiet && *at > now - 60_000.0);
        for effect in effects {
            match &effect {
                Effect::Emit(_)
                | Effect::Settle(..)
                | Effect::Challenge { .. }
                | Effect::FillField(..)
                | Effect::Focus(_)
                | Effect::TellOpened(_)
                | Effect::TidyAddress(_) => holds_no_secret(&format!("{effect:?}")),
                _ => {}
            }
            if let Some(slot) = effect.slot() {
                if quiet {
                    unasked.push(now);
                }
                under_way.retain(|it| it.slot() != Some(slot));
                under_way.push(effect);
            }
        }
        if quiet {
            assert!(unasked.len() <= 10, "{} requests in a minute", unasked.len());
        }
        holds_no_secret(&format!("{flow:?}"));
        if let Some(records) = flow.records() {
            holds_no_secret(&format!("{records:?}"));
        }
        if let Some(wake) = flow.next_wake() {
            assert!(wake > now, "a wake in the past");
        }
        let _ = (flow.in_front(), flow.is_loading(), flow.shown(), flow.may_share());
    }
}

/// What is in the storage, or comes from another tab: whatever it is, the same
/// again changes nothing, and the person goes on.
pub fn records(bytes: &[u8]) {
    let Some(stored) = json::parse(&String::from_utf8_lossy(bytes)) else { return };
    for input in [Input::Restored, Input::HeardRecords] {
        let mut flow = Flow::default();
        let presence = Presence { visible: true, focused: true, offline: false, shown: true };
        flow.apply(START, Input::Presence(presence));
        flow.apply(START, Input::Access(Access::Granted));
        flow.apply(START, input(stored.clone()));
        let mut kept = flow.records();
        for again in 0.. {
            let Some(records) = kept.clone() else { break };
            flow.apply(START, Input::HeardRecords(records));
            let now = flow.records();
            if now == kept {
                break;
            }
            assert!(again < 3, "told for ever");
            kept = now;
        }
        assert!(flow.pending.iter().all(|it| it.sent_at <= START), "from tomorrow");
        let mut now = START;
        for _ in 0..200 {
            let Some(wake) = flow.next_wake() else { break };
            assert!(wake > now);
            now = wake;
            flow.apply(now, Input::Woke);
        }
        let limit = flow.form.problem().and_then(|it| it.until());
        assert!(limit.is_none_or(|until| until <= START + 3_600_000.0), "limited for ever");
    }
}
