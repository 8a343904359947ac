//! Dialog "Confirm it's you", with one stage at a time.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use js_sys::WeakRef;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement};

use super::dialog::Dialog;
use super::parts::{self, Button, Field, on_mount};
use super::{
    AttrSignal, Callback, ErrorSource, TextSignal, Ui, ViewState, error_alert, fallback_stage,
    format_threepid, is_limit, terms_stage,
};
use crate::locale::{Locale, Message};
use crate::matrix::get_3pids::Medium;
use crate::matrix::submit_token::{Code, read_registration_token};
use crate::matrix::uia::{SecretText, StageAnswer, TERMS};
use crate::model::{
    EditedField, FallbackWindow, Input, Model, RemovalKind, Stage, Uia, UiaReply, UiaTarget,
    UserError, Verification,
};

const FIELD: &str = "password";
const ERROR: &str = "password-error";
const REVEAL: &str = "reveal";

pub(super) fn stage_is(model: &Model, read: fn(&Uia) -> bool) -> bool {
    model.active_uia().is_some_and(|(_, uia)| read(uia))
}

pub(super) fn stage(model: &Model) -> Option<&Stage> {
    model.active_uia()?.1.stage()
}

fn asks_password(model: &Model) -> bool {
    matches!(stage(model), Some(Stage::Password))
}

/// True if the stage has a field.
fn needs_text_input(model: &Model) -> bool {
    match stage(model) {
        Some(Stage::Password | Stage::RegistrationToken) => true,
        Some(Stage::Threepid(proof)) => proof.needs_code(),
        Some(Stage::Dummy | Stage::Terms | Stage::Fallback { .. }) | None => false,
    }
}

fn is_wrong(model: &Model) -> bool {
    problem(model).is_some_and(UserError::is_reply_error)
}

fn is_checking(model: &Model) -> bool {
    stage_is(model, Uia::is_checking)
}

/// True if the stage needs a message that was not sent.
fn is_message_missing(model: &Model) -> bool {
    matches!(stage(model), Some(Stage::Threepid(proof)) if !proof.is_sent())
}

fn is_sending(model: &Model) -> bool {
    stage_is(model, |uia| uia.threepid_stage().is_some_and(|proof| proof.sending))
}

fn problem(model: &Model) -> Option<&UserError> {
    model.active_uia()?.1.problem()
}

/// Attribute that exists while the condition is false.
pub(super) fn hidden_unless(ui: &Ui, read: fn(&Model) -> bool) -> AttrSignal {
    let flag = ui.flag(read);
    parts::attribute("", Arc::new(move || !flag()))
}

/// Renders the dialog. It is closed while no authentication is required.
pub fn auth_dialog(ui: &Ui) -> impl IntoView + use<> {
    // What was typed, for whichever way it is sent. Held weakly: the button's
    // listener holds this, and the field, by the form, the button.
    let field: Rc<OnceCell<WeakRef<HtmlInputElement>>> = Rc::default();
    let terms = terms_stage::Container::default();
    let go_on: Callback = {
        let (ui, field, terms) = (ui.clone(), field.clone(), terms.clone());
        Rc::new(move || {
            if let Some(field) = field.get().and_then(WeakRef::deref) {
                submit(&ui, &field, &terms);
            }
        })
    };
    let dismiss: Callback = {
        let ui = ui.clone();
        Rc::new(move || reply(&ui, UiaReply::Cancel))
    };
    let reveal_set_up = {
        let (ui, field) = (ui.clone(), field.clone());
        on_mount(move |choice| reveal_password(&ui, choice, field.clone()))
    };
    let watch = {
        let ui = ui.clone();
        on_mount(move |input: Element| {
            let input: HtmlInputElement = input.unchecked_into();
            // Made once, with the dialog.
            let _ = field.set(WeakRef::new(&input));
            sync_auth_input(&ui, input);
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
    let label = ui.text(|_, model, locale| {
        let word = match stage(model) {
            Some(Stage::RegistrationToken) => Message::RegistrationToken,
            Some(Stage::Threepid(_)) => Message::UiaCode,
            Some(Stage::Password | Stage::Dummy | Stage::Terms | Stage::Fallback { .. }) | None => {
                match model.password {
                    Some(_) => Message::CurrentPassword,
                    None => Message::Password,
                }
            }
        };
        locale.message(word).to_owned()
    });
    let no_resend = hidden_unless(ui, |model| matches!(stage(model), Some(Stage::Threepid(_))));
    // Until there is a message, it is the way on.
    let resend_button = Button::new(ui.word(Message::Resend))
        .quiet()
        .primary_if(ui.flag(is_message_missing))
        .hidden_by(no_resend);
    let other_button = Button::new(other_option_label(ui))
        .quiet()
        .hidden_by(hidden_unless(ui, |model| stage_is(model, |uia| uia.next_option().is_some())));
    let trouble = ui.error_signal(ErrorSource::Dialog(problem));
    // Where the stage has no button, and there is another flow to be hoped for.
    let is_retry_needed = ui.flag(|model| {
        stage(model).is_none() && problem(model) != Some(&UserError::NoSupportedAuthFlow)
    });
    let reveal = parts::checkbox(
        REVEAL,
        ui.word(Message::ShowPassword),
        None,
        Arc::new(|| None),
        hidden_unless(ui, asks_password),
        reveal_set_up,
    );
    let body = view! {
        {parts::paragraph("hint", "hint", Arc::new(|| None), progress(ui))}
        {username(ui)}
        <div class="field" hidden=hidden_unless(ui, needs_text_input)>
            {parts::label(FIELD.to_owned(), label)}
            {text.view()}
        </div>
        {error_alert::alert(ui, ERROR.to_owned(), trouble, Some((go_on.clone(), is_retry_needed)))}
        {reveal}
        {terms_stage::documents(ui, terms)}
        {parts::status(stage_status(ui))}
        <div class="actions">
            {fallback_stage::window(ui)}
            {resend_button.busy(ui.flag(is_sending)).view(Some(reply_handler(ui, Input::ResendUiaToken)))}
            {other_button.view(Some(reply_handler(ui, Input::UseOtherOption)))}
        </div>
    };
    let go = ui.text(|_, model, locale| {
        let elsewhere = matches!(stage(model), Some(Stage::Threepid(_) | Stage::Fallback { .. }));
        locale.message(if elsewhere { Message::Continue } else { Message::Confirm }).to_owned()
    });
    let submit = Button::new(go)
        .primary_if(ui.flag(|model| !fallback_stage::is_blocked(model)))
        .hidden(ui, |model| stage(model).is_none() || is_message_missing(model))
        .disabled(ui.flag(|model| is_limit(problem(model))))
        .busy(ui.flag(is_checking));
    let dialog = Dialog {
        id: "auth-title",
        open: ui.flag(|model| model.active_uia().is_some()),
        role: None,
        title: ui.word(Message::ConfirmTitle),
        text: explanation(ui),
        body,
        submit,
        on_submit: go_on,
        on_cancel: dismiss,
    };
    dialog.render(ui)
}

/// Hidden field with the Matrix ID, for password managers.
pub fn username(ui: &Ui) -> impl IntoView + use<> {
    let state = ui.state.clone();
    let user_id = move || {
        let read = |state: &ViewState| match state.model.pending_reset() {
            // A reset has no Matrix ID.
            Some(pending) => pending.address.clone(),
            None => state.settings.user_id.clone(),
        };
        Some(state.with(read))
    };
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
fn sync_auth_input(ui: &Ui, input: HtmlInputElement) {
    let (password, wrong) = (ui.flag(asks_password), ui.flag(is_wrong));
    let open = ui.flag(|model| model.active_uia().is_some());
    let corrected = reply_handler(ui, |subject| Input::Edited(EditedField::Answer(subject)));
    let here = ui.clone();
    parts::add_listener(&input, "input", move |_| {
        if here.with_untracked(is_wrong) {
            corrected();
        }
    });
    let (mut was_wrong, mut was_password) = (false, true);
    parts::effect(Box::new(move || {
        let (is_wrong, is_password) = (wrong(), password());
        if !open() {
            input.set_value("");
            if was_password {
                drop(input.set_attribute("type", "password"));
            }
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

/// Displays the password as text while the checkbox is checked. A dialog that
/// opens, and another stage, have it unchecked.
fn reveal_password(ui: &Ui, choice: Element, field: Rc<OnceCell<WeakRef<HtmlInputElement>>>) {
    parts::add_listener(&choice, "change", move |event| {
        let field = field.get().and_then(WeakRef::deref);
        if let (Some(field), Some(choice)) = (field, event.current_target()) {
            let choice: HtmlInputElement = choice.unchecked_into();
            let kind = if choice.checked() { "text" } else { "password" };
            drop(field.set_attribute("type", kind));
        }
    });
    let (open, password) = (ui.flag(|model| model.active_uia().is_some()), ui.flag(asks_password));
    let choice: HtmlInputElement = choice.unchecked_into();
    parts::effect(Box::new(move || {
        let _ = (open(), password());
        choice.set_checked(false);
    }));
}

/// Action that depends on the displayed authentication.
pub(super) fn reply_handler(ui: &Ui, input: fn(UiaTarget) -> Input) -> Callback {
    let ui = ui.clone();
    Rc::new(move || send_reply(&ui, &mut |subject| input(subject)))
}

fn send_reply(ui: &Ui, input: &mut dyn FnMut(UiaTarget) -> Input) {
    if let Some(subject) = ui.with_untracked(|model| model.active_uia().map(|(subject, _)| subject))
    {
        ui.send(input(subject));
    }
}

/// Sends a reply to the displayed challenge.
fn reply(ui: &Ui, reply: UiaReply) {
    let mut reply = Some(reply);
    send_reply(ui, &mut |subject| {
        Input::UserReplied(subject, reply.take().unwrap_or(UiaReply::Cancel))
    });
}

/// Submits the field, or the completed stage.
fn submit(ui: &Ui, field: &HtmlInputElement, terms: &terms_stage::Container) {
    if ui.with_untracked(|model| model.active_uia().is_none() || is_limit(problem(model))) {
        return;
    }
    let text = field.value();
    let answer = ui.with_untracked(|model| {
        Some(match stage(model) {
            Some(Stage::Password) => {
                UiaReply::Auth(StageAnswer::Password { user_id: None, password: SecretText(text) })
            }
            Some(Stage::RegistrationToken) => {
                let token = read_registration_token(&text);
                UiaReply::Auth(StageAnswer::RegistrationToken(SecretText(token)))
            }
            Some(Stage::Threepid(_)) => UiaReply::ValidatedThreepid(Code(text)),
            Some(Stage::Terms) if !terms_stage::are_accepted(terms) => return None,
            Some(Stage::Terms) => UiaReply::Auth(StageAnswer::Stage(TERMS)),
            Some(Stage::Fallback { .. }) => UiaReply::Auth(StageAnswer::SessionOnly),
            Some(Stage::Dummy) | None => UiaReply::Restart,
        })
    });
    if let Some(answer) = answer {
        reply(ui, answer);
    }
}

/// "Step 1 of 2", if the flow has several stages.
fn progress(ui: &Ui) -> TextSignal {
    ui.text(|_, model, locale| {
        let way =
            model.active_uia().and_then(|(_, uia)| uia.selected()).filter(|way| way.steps > 1);
        let Some(way) = way else { return String::new() };
        locale.message_with_two(Message::Step, &locale.number(way.step), &locale.number(way.steps))
    })
}

/// Instruction of the stage, and its purpose.
fn explanation(ui: &Ui) -> TextSignal {
    ui.text(|_, model, locale| {
        let (password, other, address) = match model.active_uia() {
            Some((UiaTarget::Verification(id), _)) => {
                let pending = model.verification(id);
                let address = pending.map(|it| format_threepid(&it.medium, &it.address));
                if pending.is_some_and(Verification::is_share) {
                    (Message::ConfirmShare, Message::ConfirmShareNoPassword, address)
                } else {
                    (Message::ConfirmAdd, Message::ConfirmAddNoPassword, address)
                }
            }
            Some((UiaTarget::Removal, _)) => {
                let removal = model.removals.first();
                let address = removal.map(|it| format_threepid(&it.medium, &it.address));
                match removal.map(|it| it.kind) {
                    Some(RemovalKind::Unbind) => {
                        (Message::ConfirmUnshare, Message::ConfirmUnshareNoPassword, address)
                    }
                    Some(RemovalKind::Remove) | None => {
                        (Message::ConfirmRemove, Message::ConfirmRemoveNoPassword, address)
                    }
                }
            }
            Some((UiaTarget::Password, _)) => {
                (Message::ConfirmPasswordChange, Message::ConfirmPasswordChangeNoPassword, None)
            }
            None => return String::new(),
        };
        let word = if asks_password(model) { password } else { other };
        locale.message_with(word, &address.unwrap_or_default())
    })
}

/// Progress of the stage.
fn stage_status(ui: &Ui) -> TextSignal {
    ui.text(|_, model, locale| match stage(model) {
        Some(Stage::Fallback { window: FallbackWindow::Open, .. }) => {
            locale.message(Message::ContinueInWindow).to_owned()
        }
        Some(Stage::Threepid(proof)) if proof.is_sent() => {
            let code = proof.needs_code();
            let word = if code { Message::UiaCodeSent } else { Message::UiaMessageSent };
            let text = locale.message_with(word, &format_threepid(&proof.medium, &proof.address));
            if !proof.was_resent() {
                return text;
            }
            let is_sms = matches!(proof.medium, Medium::Msisdn);
            let again = if is_sms { Message::SmsSentAgain } else { Message::SentAgain };
            // On a line of its own: how sentences are joined differs between languages.
            [text.as_str(), "\n", locale.message(again)].concat()
        }
        Some(
            Stage::Fallback { .. }
            | Stage::Threepid(_)
            | Stage::Password
            | Stage::Dummy
            | Stage::Terms
            | Stage::RegistrationToken,
        )
        | None => String::new(),
    })
}

/// Name of the next option.
fn other_option_label(ui: &Ui) -> TextSignal {
    let words = |locale: &Locale, stage: &Stage| match stage {
        Stage::Password => locale.message(Message::UsePassword).to_owned(),
        Stage::Fallback { name, .. } if name.ends_with("login.sso") => {
            locale.message(Message::UseSso).to_owned()
        }
        Stage::Threepid(proof) => {
            let address = format_threepid(&proof.medium, &proof.address);
            locale.message_with(Message::UseAddress, &address)
        }
        Stage::Fallback { .. } | Stage::Dummy | Stage::Terms | Stage::RegistrationToken => {
            locale.message(Message::UseAnotherOption).to_owned()
        }
    };
    ui.text_of(words, |words, model, locale| {
        let other = model.active_uia().and_then(|(_, uia)| uia.next_option());
        other.map_or_else(
            || locale.message(Message::UseAnotherOption).to_owned(),
            |stage| words(locale, stage),
        )
    })
}
