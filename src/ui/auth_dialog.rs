//! Dialog "Confirm it's you", with one stage at a time.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use js_sys::WeakRef;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::dialog::Dialog;
use super::parts::{self, Button, Field, setup};
use super::{Act, Attribute, IN_DIALOG, Text, Ui, alert, is_limit, page_stage, terms, written};
use crate::flow::{
    Flow, Input, PageWindow, Problem, Reply, Stage, Subject, Typed, Uia, Verification, Wish,
};
use crate::locale::{Locale, Word, digits};
use crate::matrix::submit_token::{Code, read_registration_token};
use crate::matrix::uia::{Answer, Password, TERMS};

const FIELD: &str = "password";
const ERROR: &str = "password-error";

pub(super) fn is(flow: &Flow, read: fn(&Uia) -> bool) -> bool {
    flow.in_front().is_some_and(|(_, uia)| read(uia))
}

pub(super) fn stage(flow: &Flow) -> Option<&Stage> {
    flow.in_front()?.1.stage()
}

fn asks_password(flow: &Flow) -> bool {
    matches!(stage(flow), Some(Stage::Password))
}

/// True if the stage has a field.
fn asks_text(flow: &Flow) -> bool {
    match stage(flow) {
        Some(Stage::Password | Stage::RegistrationToken) => true,
        Some(Stage::Address(proof)) => proof.wants_code(),
        Some(Stage::Dummy | Stage::Terms | Stage::Page { .. }) | None => false,
    }
}

fn is_wrong(flow: &Flow) -> bool {
    problem(flow).is_some_and(Problem::is_of_the_answer)
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

/// Attribute that exists while the condition is false.
pub(super) fn unless(ui: &Ui, read: fn(&Flow) -> bool) -> Attribute {
    let flag = ui.flag(read);
    parts::attribute("", Arc::new(move || !flag()))
}

/// Renders the dialog. It is closed while no authentication is required.
pub fn auth_dialog(ui: &Ui) -> impl IntoView + use<> {
    // What was typed, for whichever way it is sent. Held weakly: the button's
    // listener holds this, and the field, by the form, the button.
    let field: Rc<OnceCell<WeakRef<HtmlInputElement>>> = Rc::default();
    let terms = terms::Container::default();
    let go_on: Act = {
        let (ui, field, terms) = (ui.clone(), field.clone(), terms.clone());
        Rc::new(move || {
            if let Some(field) = field.get().and_then(WeakRef::deref) {
                submit(&ui, &field, &terms);
            }
        })
    };
    let dismiss: Act = {
        let ui = ui.clone();
        Rc::new(move || reply(&ui, Reply::Cancel))
    };
    let watch = {
        let ui = ui.clone();
        setup(move |input: Element| {
            let input: HtmlInputElement = input.unchecked_into();
            // Made once, with the dialog.
            let _ = field.set(WeakRef::new(&input));
            watch(&ui, input);
        })
    };
    let text = Field {
        id: FIELD.to_owned(),
        kind: "password",
        mode: None,
        autocomplete: "current-password",
        enter: "go",
        error: ERROR.to_owned(),
        wrong: ui.flag(is_wrong),
        readonly: ui.attribute(is_checking),
        setup: watch,
    };
    let label = ui.text(|_, flow, locale| {
        let word = match stage(flow) {
            Some(Stage::RegistrationToken) => Word::RegistrationToken,
            Some(Stage::Address(_)) => Word::ProofCode,
            Some(Stage::Password | Stage::Dummy | Stage::Terms | Stage::Page { .. }) | None => {
                Word::Password
            }
        };
        locale.word(word).to_owned()
    });
    let no_resend = unless(ui, |flow| matches!(stage(flow), Some(Stage::Address(_))));
    let resend_button = Button::new(ui.word(Word::Resend)).hidden_by(no_resend);
    let other_button = Button::new(other_way(ui))
        .hidden_by(unless(ui, |flow| is(flow, |uia| uia.other().is_some())));
    let body = view! {
        {parts::paragraph("hint", "hint", Arc::new(|| None), progress(ui))}
        {parts::paragraph("", "text", Arc::new(|| None), explanation(ui))}
        {username(ui)}
        <div class="field" hidden=unless(ui, asks_text)>
            {parts::label(FIELD.to_owned(), label)}
            {text.view()}
        </div>
        {terms::documents(ui, terms)}
        {parts::status(done_so_far(ui))}
        {alert::alert(ui, ERROR.to_owned(), ui.trouble(IN_DIALOG, |flow, _| problem(flow)), go_on.clone())}
        <div class="actions">
            {page_stage::window(ui)}
            {resend_button.busy(ui.flag(is_sending)).view(Some(says(ui, Input::ResendProof)))}
            {other_button.view(Some(says(ui, Input::OtherWay)))}
        </div>
    };
    let go = ui.text(|_, flow, locale| {
        let elsewhere = matches!(stage(flow), Some(Stage::Address(_) | Stage::Page { .. }));
        locale.word(if elsewhere { Word::Continue } else { Word::Confirm }).to_owned()
    });
    let submit = Button::new(go)
        .primary()
        .hidden(ui, |flow| stage(flow).is_none())
        .disabled(ui.flag(|flow| is_limit(problem(flow))))
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

/// Hidden field with the Matrix ID, for password managers.
pub fn username(ui: &Ui) -> impl IntoView + use<> {
    let model = ui.model.clone();
    let user_id = move || Some(model.with(|model| model.settings.user_id.clone()));
    view! {
        <input
            class="visually-hidden"
            type="text"
            autocomplete="username"
            tabindex="-1"
            aria-hidden="true"
            readonly
            value=user_id
        />
    }
}

/// Clears the field when the dialog closes or shows another stage, and selects
/// a wrong text. Passwords are hidden.
fn watch(ui: &Ui, input: HtmlInputElement) {
    let (password, wrong) = (ui.flag(asks_password), ui.flag(is_wrong));
    let open = ui.flag(|flow| flow.in_front().is_some());
    let corrected = says(ui, |subject| Input::Corrected(Typed::Answer(subject)));
    let here = ui.clone();
    parts::listen(&input, "input", move |_| {
        if here.now(is_wrong) {
            corrected();
        }
    });
    let (mut was_wrong, mut was_password) = (false, true);
    parts::effect(Box::new(move || {
        let (is_wrong, is_password) = (wrong(), password());
        if !open() {
            input.set_value("");
        } else if is_password != was_password {
            was_password = is_password;
            let [kind, fill] = match is_password {
                true => ["password", "current-password"],
                false => ["text", "one-time-code"],
            };
            input.set_value("");
            drop(input.set_attribute("type", kind));
            drop(input.set_attribute("autocomplete", fill));
        } else if is_wrong && !was_wrong {
            input.select();
            drop(input.focus());
        }
        was_wrong = is_wrong;
    }));
}

/// Text that depends on the displayed authentication.
pub(super) fn says(ui: &Ui, input: fn(Subject) -> Input) -> Act {
    let ui = ui.clone();
    Rc::new(move || say(&ui, &mut |subject| input(subject)))
}

fn say(ui: &Ui, input: &mut dyn FnMut(Subject) -> Input) {
    if let Some(subject) = ui.now(|flow| flow.in_front().map(|(subject, _)| subject)) {
        ui.send(input(subject));
    }
}

/// Sends a reply to the displayed challenge.
fn reply(ui: &Ui, reply: Reply) {
    let mut reply = Some(reply);
    say(ui, &mut |subject| Input::Authenticate(subject, reply.take().unwrap_or(Reply::Cancel)));
}

/// Submits the field, or the completed stage.
fn submit(ui: &Ui, field: &HtmlInputElement, terms: &terms::Container) {
    if ui.now(|flow| flow.in_front().is_none() || is_limit(problem(flow))) {
        return;
    }
    let text = field.value();
    let answer = ui.now(|flow| {
        Some(match stage(flow) {
            Some(Stage::Password) => {
                Reply::With(Answer::Password { user_id: None, password: Password(text) })
            }
            Some(Stage::RegistrationToken) => {
                let token = read_registration_token(&text);
                Reply::With(Answer::RegistrationToken(Password(token)))
            }
            Some(Stage::Address(_)) => Reply::Prove(Code(text)),
            Some(Stage::Terms) if !terms::are_accepted(terms) => return None,
            Some(Stage::Terms) => Reply::With(Answer::Stage(TERMS)),
            Some(Stage::Page { .. }) => Reply::With(Answer::SessionOnly),
            Some(Stage::Dummy) | None => Reply::Anew,
        })
    });
    if let Some(answer) = answer {
        reply(ui, answer);
    }
}

/// "Step 1 of 2", if the flow has several stages.
fn progress(ui: &Ui) -> Text {
    ui.text(|_, flow, locale| {
        let way = flow.in_front().and_then(|(_, uia)| uia.way()).filter(|way| way.steps > 1);
        let Some(way) = way else { return String::new() };
        locale.word_with_both(Word::Step, &digits(way.step), &digits(way.steps))
    })
}

/// Instruction of the stage, and its purpose.
fn explanation(ui: &Ui) -> Text {
    ui.text(|_, flow, locale| {
        let (password, other, address) = match flow.in_front() {
            Some((Subject::Verification(id), _)) => {
                let pending = flow.verification(id);
                let address = pending.map(|it| written(&it.medium, &it.address));
                if pending.is_some_and(Verification::is_share) {
                    (Word::ConfirmShare, Word::ConfirmShareOther, address)
                } else {
                    (Word::ConfirmAdd, Word::ConfirmAddOther, address)
                }
            }
            Some((Subject::Removal, _)) => {
                let removal = flow.removals.first();
                let address = removal.map(|it| written(&it.medium, &it.address));
                match removal.map(|it| it.wish) {
                    Some(Wish::Unshare) => {
                        (Word::ConfirmUnshare, Word::ConfirmUnshareOther, address)
                    }
                    Some(Wish::Remove) | None => {
                        (Word::ConfirmRemove, Word::ConfirmRemoveOther, address)
                    }
                }
            }
            Some((Subject::Password, _)) => {
                (Word::ConfirmPassword, Word::ConfirmPasswordOther, None)
            }
            None => return String::new(),
        };
        let word = if asks_password(flow) { password } else { other };
        locale.word_with(word, &address.unwrap_or_default())
    })
}

/// Progress of the stage.
fn done_so_far(ui: &Ui) -> Text {
    ui.text(|_, flow, locale| match stage(flow) {
        Some(Stage::Page { window: PageWindow::Open, .. }) => {
            locale.word(Word::ContinueInWindow).to_owned()
        }
        Some(Stage::Address(proof)) if proof.is_sent() => {
            let code = proof.wants_code();
            let word = if code { Word::ProofCodeSent } else { Word::ProofSent };
            let text = locale.word_with(word, &written(&proof.medium, &proof.address));
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

/// Name of the next option.
fn other_way(ui: &Ui) -> Text {
    let words = |locale: &Locale, stage: &Stage| match stage {
        Stage::Password => locale.word(Word::UsePassword).to_owned(),
        Stage::Page { name, .. } if name.ends_with("login.sso") => {
            locale.word(Word::UseSso).to_owned()
        }
        Stage::Address(proof) => {
            let address = written(&proof.medium, &proof.address);
            locale.word_with(Word::UseAddress, &address)
        }
        Stage::Page { .. } | Stage::Dummy | Stage::Terms | Stage::RegistrationToken => {
            locale.word(Word::UseOther).to_owned()
        }
    };
    ui.text_of(words, |words, flow, locale| {
        let other = flow.in_front().and_then(|(_, uia)| uia.other());
        other.map_or_else(|| locale.word(Word::UseOther).to_owned(), |stage| words(locale, stage))
    })
}
