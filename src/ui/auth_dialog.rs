//! "Confirm it's you": what the server wants for it, a stage at a time.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use js_sys::WeakRef;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::dialog::Dialog;
use super::parts::{self, Button, Field, setup};
use super::{Act, Attribute, IN_DIALOG, Text, Ui, alert, is_limit, page_stage, terms};
use crate::flow::{Flow, Input, Problem, Reply, Stage, Subject, Uia};
use crate::locale::{Locale, Word};
use crate::matrix::submit_token::Code;
use crate::matrix::uia::{Answer, Password, TERMS};

const FIELD: &str = "password";
const CODE: &str = "answer";
const ERROR: &str = "password-error";

/// A field of the dialog.
type FieldCell = OnceCell<WeakRef<HtmlInputElement>>;

pub(super) fn is(flow: &Flow, read: fn(&Uia) -> bool) -> bool {
    flow.in_front().is_some_and(|(_, uia)| read(uia))
}

pub(super) fn stage(flow: &Flow) -> Option<&Stage> {
    flow.in_front()?.1.stage()
}

fn asks_password(flow: &Flow) -> bool {
    matches!(stage(flow), Some(Stage::Password))
}

/// Whether there is something else to be typed: a code, or a token.
fn asks_code(flow: &Flow) -> bool {
    match stage(flow) {
        Some(Stage::RegistrationToken) => true,
        Some(Stage::Address(proof)) => proof.wants_code(),
        Some(Stage::Password | Stage::Dummy | Stage::Terms | Stage::Page { .. }) | None => false,
    }
}

fn is_wrong(flow: &Flow) -> bool {
    is(flow, |uia| {
        matches!(
            uia.problem(),
            Some(Problem::WrongPassword | Problem::WrongToken | Problem::WrongCode)
        )
    })
}

fn is_checking(flow: &Flow) -> bool {
    is(flow, Uia::is_checking)
}

fn is_sending(flow: &Flow) -> bool {
    is(flow, |uia| uia.proof().is_some_and(|proof| proof.sending))
}

fn problem(flow: &Flow) -> Option<&Problem> {
    flow.in_front()?.1.problem()
}

/// What there is while something is not so.
pub(super) fn unless(ui: &Ui, read: fn(&Flow) -> bool) -> Attribute {
    let flag = ui.flag(read);
    parts::attribute("", Arc::new(move || !flag()))
}

/// The dialog, closed where nothing is asked.
pub fn auth_dialog(ui: &Ui) -> impl IntoView + use<> {
    // What was typed, for whichever way it is sent. Held weakly: the button's
    // listener holds this, and the field, by the form, the button.
    let fields: [Rc<FieldCell>; 2] = Default::default();
    let terms = terms::Container::default();
    let go_on: Act = {
        let (ui, fields, terms) = (ui.clone(), fields.clone(), terms.clone());
        Rc::new(move || submit(&ui, &fields, &terms))
    };
    let dismiss: Act = {
        let ui = ui.clone();
        Rc::new(move || reply(&ui, Reply::Cancel))
    };
    let [keep_password, keep_code] = fields.map(|field| {
        let ui = ui.clone();
        setup(move |input: Element| {
            let input: HtmlInputElement = input.unchecked_into();
            // Made once, with the dialog.
            let _ = field.set(WeakRef::new(&input));
            watch(&ui, input);
        })
    });
    let model = ui.model.clone();
    let user_id = move || Some(model.with(|model| model.settings.user_id.clone()));
    let password = Field {
        id: FIELD.to_owned(),
        kind: "password",
        autocomplete: "current-password",
        error: ERROR.to_owned(),
        wrong: ui.flag(is_wrong),
        readonly: ui.attribute(is_checking),
        setup: keep_password,
    };
    let code = Field {
        id: CODE.to_owned(),
        kind: "text",
        autocomplete: "one-time-code",
        setup: keep_code,
        readonly: ui.attribute(is_checking),
        error: ERROR.to_owned(),
        wrong: ui.flag(is_wrong),
    };
    let code_label = ui.text(|_, flow, locale| {
        let token = matches!(stage(flow), Some(Stage::RegistrationToken));
        locale.word(if token { Word::RegistrationToken } else { Word::ProofCode }).to_owned()
    });
    let resend: Act = {
        let ui = ui.clone();
        Rc::new(move || with_subject(&ui, Input::ResendProof))
    };
    let other: Act = {
        let ui = ui.clone();
        Rc::new(move || with_subject(&ui, Input::OtherWay))
    };
    let no_resend = unless(ui, |flow| matches!(stage(flow), Some(Stage::Address(_))));
    let resend_button = Button::new(ui.word(Word::Resend)).hidden_by(no_resend);
    let other_button = Button::new(other_way(ui))
        .hidden_by(unless(ui, |flow| is(flow, |uia| uia.other().is_some())));
    let body = view! {
        {parts::paragraph("hint", "hint", Arc::new(|| None), progress(ui))}
        {parts::paragraph("", "text", Arc::new(|| None), explanation(ui))}
        // For password managers: whose password this is.
        <input
            class="visually-hidden"
            type="text"
            autocomplete="username"
            tabindex="-1"
            aria-hidden="true"
            readonly
            value=user_id
        />
        <div class="field" hidden=unless(ui, asks_password)>
            {parts::label(FIELD.to_owned(), ui.word(Word::Password))}
            {password.view()}
        </div>
        <div class="field" hidden=unless(ui, asks_code)>
            {parts::label(CODE.to_owned(), code_label)}
            {code.view()}
        </div>
        {terms::documents(ui, terms)}
        {parts::status(done_so_far(ui))}
        {alert::alert(ui, ERROR.to_owned(), ui.trouble(IN_DIALOG, |flow, _| problem(flow)), go_on.clone())}
        <div class="actions">
            {page_stage::window(ui)}
            {resend_button.busy(ui.flag(is_sending)).view(Some(resend))}
            {other_button.view(Some(other))}
        </div>
    };
    let label = ui.text(|_, flow, locale| {
        let elsewhere = matches!(stage(flow), Some(Stage::Address(_) | Stage::Page { .. }));
        locale.word(if elsewhere { Word::Continue } else { Word::Confirm }).to_owned()
    });
    let submit = Button::new(label)
        .primary()
        .hidden(ui, |flow| stage(flow).is_none() || is_limit(problem(flow)))
        .busy(ui.flag(is_checking));
    let dialog = Dialog {
        id: "auth-title",
        open: ui.flag(|flow| flow.in_front().is_some()),
        title: ui.word(Word::ConfirmTitle),
        body,
        submit,
        go_on,
        dismiss,
    };
    dialog.view(ui)
}

/// What was typed is gone when the dialog is; what is wrong is selected.
fn watch(ui: &Ui, input: HtmlInputElement) {
    let (open, wrong) = (ui.flag(|flow| flow.in_front().is_some()), ui.flag(is_wrong));
    let mut was_wrong = false;
    parts::effect(Box::new(move || {
        let is_wrong = wrong();
        if !open() {
            input.set_value("");
        } else if is_wrong && !was_wrong {
            // The one of the two that is not shown does not take it.
            input.select();
            drop(input.focus());
        }
        was_wrong = is_wrong;
    }));
}

/// Says something of the authentication in front.
pub(super) fn with_subject(ui: &Ui, input: impl FnOnce(Subject) -> Input) {
    if let Some(subject) = ui.now(|flow| flow.in_front().map(|(subject, _)| subject)) {
        ui.send(input(subject));
    }
}

/// Answers the challenge in front.
fn reply(ui: &Ui, reply: Reply) {
    with_subject(ui, |subject| Input::Authenticate(subject, reply));
}

/// What the button that goes on sends.
enum Wanted {
    Password,
    Token,
    Code,
    Terms,
    Page,
    Anew,
}

/// Sends what was typed, or says that what was to be done is.
fn submit(ui: &Ui, [password, code]: &[Rc<FieldCell>; 2], terms: &terms::Container) {
    let wanted = ui.now(|flow| {
        let wanted = match stage(flow) {
            Some(Stage::Password) => Wanted::Password,
            Some(Stage::RegistrationToken) => Wanted::Token,
            Some(Stage::Address(_)) => Wanted::Code,
            Some(Stage::Terms) => Wanted::Terms,
            Some(Stage::Page { .. }) => Wanted::Page,
            Some(Stage::Dummy) | None => Wanted::Anew,
        };
        // Not now, or there is nothing to be sent.
        let may = flow.in_front().is_some() && !is_limit(problem(flow));
        may.then_some((wanted, asks_code(flow)))
    });
    let Some((wanted, typed)) = wanted else { return };
    let field = match wanted {
        Wanted::Password => Some(password),
        Wanted::Token | Wanted::Code | Wanted::Terms | Wanted::Page | Wanted::Anew => {
            Some(code).filter(|_| typed)
        }
    };
    let field = field.and_then(|it| it.get()).and_then(WeakRef::deref);
    let text = field.as_ref().map(HtmlInputElement::value).unwrap_or_default();
    if let Some(field) = field.filter(|_| text.is_empty()) {
        return drop(field.focus());
    }
    let answer = match wanted {
        Wanted::Password => Answer::Password { user_id: None, password: Password(text) },
        Wanted::Token => Answer::RegistrationToken(Password(text.trim().to_owned())),
        Wanted::Code => return reply(ui, Reply::Prove(Code(text.trim().to_owned()))),
        Wanted::Terms if !terms::are_accepted(terms) => return,
        Wanted::Terms => Answer::Stage(TERMS),
        Wanted::Page => Answer::SessionOnly,
        Wanted::Anew => return reply(ui, Reply::Anew),
    };
    reply(ui, Reply::With(answer));
}

/// "Step 1 of 2", where there is more than one.
fn progress(ui: &Ui) -> Text {
    ui.text(|_, flow, locale| {
        let way = flow.in_front().and_then(|(_, uia)| uia.way()).filter(|way| way.steps > 1);
        let Some(way) = way else { return String::new() };
        locale.word_with_both(Word::Step, &way.step.to_string(), &way.steps.to_string())
    })
}

/// What is to be done, and what for.
fn explanation(ui: &Ui) -> Text {
    ui.text(|_, flow, locale| {
        let (password, other, address) = match flow.in_front() {
            Some((Subject::Verification(id), _)) => {
                let address = flow.verification(id).map(|it| &it.address);
                (Word::ConfirmAdd, Word::ConfirmAddOther, address)
            }
            Some((Subject::Removal, _)) => {
                let address = flow.removals.first().map(|it| &it.address);
                (Word::ConfirmRemove, Word::ConfirmRemoveOther, address)
            }
            None => return String::new(),
        };
        let word = if asks_password(flow) { password } else { other };
        locale.word_with(word, address.map_or("", |address| address))
    })
}

/// What was done for it, and what is awaited.
fn done_so_far(ui: &Ui) -> Text {
    ui.text(|_, flow, locale| match stage(flow) {
        Some(Stage::Page { opened: true, .. }) => locale.word(Word::ContinueInWindow).to_owned(),
        Some(Stage::Address(proof)) if proof.is_sent() => {
            let code = proof.wants_code();
            let word = if code { Word::ProofCodeSent } else { Word::ProofSent };
            let text = locale.word_with(word, &proof.address);
            let again = if proof.is_sent_again() { locale.word(Word::SentAgain) } else { "" };
            [&text, " ", again].concat()
        }
        Some(
            Stage::Page { .. }
            | Stage::Address(_)
            | Stage::Password
            | Stage::Dummy
            | Stage::Terms
            | Stage::RegistrationToken,
        )
        | None => String::new(),
    })
}

/// What else could be done.
fn other_way(ui: &Ui) -> Text {
    let words = |locale: &Locale, stage: &Stage| match stage {
        Stage::Password => locale.word(Word::UsePassword).to_owned(),
        Stage::Page { name, .. } if name.ends_with("login.sso") => {
            locale.word(Word::UseSso).to_owned()
        }
        Stage::Address(proof) => locale.word_with(Word::UseAddress, &proof.address),
        Stage::Page { .. } | Stage::Dummy | Stage::Terms | Stage::RegistrationToken => {
            locale.word(Word::UseOther).to_owned()
        }
    };
    ui.text_of(words, |words, flow, locale| {
        let other = flow.in_front().and_then(|(_, uia)| uia.other());
        other.map(|stage| words(locale, stage)).unwrap_or_default()
    })
}
