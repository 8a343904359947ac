//! Groups of pending verifications.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use js_sys::WeakRef;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::parts::{self, Button, Field, add_listener, on_mount, on_mount_with};
use super::{
    Callback, ErrorSource, TextSignal, Ui, ViewState, by_section, code_id, error_alert,
    format_threepid, group_id, is_limit,
};
use crate::locale::{Message, format_digits};
use crate::matrix::submit_token::Code;
use crate::model::{
    EditedField, Input, Model, ResendState, Section, UserError, Verification, VerificationId,
    VerificationPhase,
};

/// Renders a group for each pending verification.
pub fn verification_list(ui: &Ui, section: Section) -> impl IntoView + use<> {
    let children = {
        let ui = ui.clone();
        on_mount(move |container| {
            let state = ui.state.clone();
            let id = |pending: &Verification| format_digits(pending.id.0 as usize);
            let keys = move || {
                state.with(|ViewState { model, .. }| {
                    let here = |it: &&Verification| {
                        Section::from_medium(&it.medium) == Some(section)
                            && model.is_visible(it)
                            && !it.is_first_send()
                    };
                    model.verifications.iter().filter(here).map(id).collect()
                })
            };
            let ui = ui.clone();
            let mount = move |parent, key: &str| -> parts::Mounted {
                let id = VerificationId(key.parse().unwrap_or_default());
                let ui = ui.clone();
                let address = ui.with_untracked(|model| {
                    model.verification(id).map(|it| format_threepid(&it.medium, &it.address))
                });
                let address = address.unwrap_or_default();
                Box::new(mount_to(parent, move || group(&ui, section, id, address)))
            };
            parts::keyed_list(container, Rc::new(keys), Rc::new(mount));
        })
    };
    let hidden = ui.attribute(|model| model.is_readonly());
    view! { <div class="pending" hidden=hidden use:on_mount_with=children></div> }
}

fn group(ui: &Ui, section: Section, id: VerificationId, address: String) -> impl IntoView + use<> {
    let trouble = ui.error_signal(ErrorSource::Verification(id));
    let hint =
        parts::attribute("", ui.flag_of(id, |model, it| !it.shows_no_mail_hint(model.now())));
    let unsent = || parts::attribute("", ui.flag_of(id, |_, it| !it.is_sent()));
    let limited = ui.flag_of(id, |_, it| is_limit(it.problem()));
    let go_on = Button::new(ui.word(Message::Continue))
        .quiet()
        .primary_if(ui.flag_of(id, |_, it| !waits_for_link(it)))
        // A new password goes on in its form.
        .hidden_by(parts::attribute(
            "",
            ui.flag_of(id, |model, it| !it.is_sent() || model.is_reset() && !it.needs_code()),
        ))
        .disabled(limited.clone())
        .busy(ui.flag_of(id, |_, it| it.is_busy()));
    let resend =
        Button::new(ui.word(by_section(section, Message::ResendEmail, Message::ResendSms)))
            .quiet()
            .hidden_by(unsent())
            .busy(ui.flag_of(id, |_, it| matches!(it.resend, ResendState::Sending { .. })))
            .disabled(
                ui.flag_of(id, |_, it| {
                    it.resend.cooldown_end().is_some() || is_limit(it.problem())
                }),
            );
    // Held weakly: the button's listener holds this, and the field, by the
    // group, the button.
    let field: Rc<OnceCell<WeakRef<HtmlInputElement>>> = Rc::default();
    let go: Callback = {
        let (ui, field) = (ui.clone(), field.clone());
        Rc::new(move || submit_or_continue(&ui, id, field.get().and_then(WeakRef::deref)))
    };
    let retry: Callback = {
        let ui = ui.clone();
        Rc::new(move || ui.send(Input::Retry(id, (ui.new_client_secret)())))
    };
    let again: Callback = {
        let ui = ui.clone();
        Rc::new(move || ui.send(Input::Resend(id, (ui.new_client_secret)())))
    };
    let shared = parts::attribute("", ui.flag_of(id, |_, it| it.is_share()));
    let change =
        Button::new(ui.word(by_section(section, Message::ChangeAddress, Message::ChangeNumber)))
            .quiet()
            .hidden_by(shared);
    let cancel = Button::new(ui.word(Message::Cancel)).quiet();
    let name = address.clone();
    let text_id = group_id(id) + "-text";
    let is_replaced = |model: &Model, it: &Verification| {
        [&model.email_form, &model.phone_form].iter().any(|form| form.replacing() == Some(it.id))
    };
    let replaced = parts::attribute("", ui.flag_of(id, is_replaced));
    // Before the first message, no other button does it.
    let is_retry_needed = ui.flag_of(id, |_, it| !it.is_sent());
    view! {
        <div
            id=group_id(id)
            role="group"
            part="item"
            class="item group"
            tabindex="-1"
            aria-label=name
            aria-describedby=text_id.clone()
            data-replaced=replaced
        >
            {parts::address(address)}
            <p id=text_id.clone() class="text" use:on_mount_with=parts::write(instructions(ui, id))></p>
            {parts::paragraph("hint", "hint", hint, no_mail_hint(ui, section))}
            {parts::status(status(ui, id))}
            {code_field(ui, section, id, field, go.clone())}
            {error_alert::alert(ui, error_id(id), trouble, Some((retry, is_retry_needed)))}
            <div part="actions" class="actions">
                {go_on.view(Some(go))}
                {resend.view(Some(again))}
                {change.view(Some(ui.dispatcher_with(id, Input::ChangeAddress)))}
                {cancel.view(Some(ui.dispatcher_with(id, Input::Cancel)))}
            </div>
        </div>
    }
}

/// Renders the field for the code, for servers that send a code instead of a
/// link.
fn code_field(
    ui: &Ui,
    section: Section,
    id: VerificationId,
    field: Rc<OnceCell<WeakRef<HtmlInputElement>>>,
    go_on: Callback,
) -> impl IntoView + use<> {
    let wanted = ui.flag_of(id, |_, it| it.needs_code());
    let corrected = ui.clone();
    let keep = on_mount(move |input| {
        let (go_on, ui) = (go_on.clone(), corrected.clone());
        add_listener(&input, "input", move |_| {
            if ui.with_untracked(|model| model.verification(id).is_some_and(is_wrong)) {
                ui.send(Input::Edited(EditedField::Code(id)));
            }
        });
        add_listener(&input, "keydown", move |event| {
            if parts::is_key(&event, "Enter") {
                go_on();
            }
        });
        // Made once, with the group.
        let _ = field.set(WeakRef::new(input.unchecked_ref()));
    });
    let code = Field {
        id: code_id(id),
        kind: "text",
        // Those of mails may have letters.
        mode: by_section(section, None, Some("numeric")),
        autocomplete: "one-time-code",
        enter: "done",
        error: error_id(id),
        wrong: ui.flag_of(id, |_, it| is_wrong(it)),
        readonly: ui.attribute(|_| false),
        setup: keep,
    };
    view! {
        <div class="field" hidden=parts::attribute("", Arc::new(move || !wanted()))>
            {parts::label(code_id(id), ui.word(by_section(section, Message::EmailCode, Message::SmsCode)))}
            {code.view()}
        </div>
    }
}

/// True if it finishes by itself when the link is opened.
fn waits_for_link(pending: &Verification) -> bool {
    pending.is_waiting() && !pending.needs_code()
}

/// True if the code is wrong.
fn is_wrong(pending: &Verification) -> bool {
    pending.problem().is_some_and(UserError::is_input_error)
}

/// Sends "Continue", with the code if there is a field.
fn submit_or_continue(ui: &Ui, id: VerificationId, field: Option<HtmlInputElement>) {
    if ui.with_untracked(|model| model.verification(id).is_some_and(|it| is_limit(it.problem()))) {
        return;
    }
    let wants_code =
        ui.with_untracked(|model| model.verification(id).is_some_and(Verification::needs_code));
    match field {
        Some(field) if wants_code => ui.send(Input::SubmitCode(id, Code(field.value()))),
        Some(_) | None => ui.send(Input::Continue(id)),
    }
}

fn error_id(id: VerificationId) -> String {
    group_id(id) + "-error"
}

/// Text about a message that has not arrived.
fn no_mail_hint(ui: &Ui, section: Section) -> TextSignal {
    ui.text_of(section, |section, model, locale| {
        let word = match section {
            Section::Emails if model.is_reset() => Message::ResetNoMailHint,
            Section::Emails => Message::NoMailHint,
            Section::Phones => Message::NoSmsHint,
        };
        locale.message(word).to_owned()
    })
}

/// Instruction of the group.
fn instructions(ui: &Ui, id: VerificationId) -> TextSignal {
    ui.text_of(id, |id, model, locale| {
        let pending = model.verification(*id).filter(|it| it.is_sent() && !waits_for_link(it));
        if let Some(pending) = pending.filter(|_| model.is_reset()) {
            let address = format_threepid(&pending.medium, &pending.address);
            return locale.message_with(Message::ResetEmailSent, &address);
        }
        let code = pending.is_some_and(Verification::needs_code);
        let word = match pending.map(|it| it.phone.is_some()) {
            Some(true) if code => Message::SmsCodeSent,
            Some(true) => Message::SmsSent,
            Some(false) => Message::VerificationSent,
            None => return String::new(),
        };
        locale.message(word).to_owned()
    })
}

/// Status of the group.
fn status(ui: &Ui, id: VerificationId) -> TextSignal {
    ui.text_of(id, |id, model, locale| {
        let Some(pending) = model.verification(*id) else { return String::new() };
        let is_sms = pending.phone.is_some();
        let word = if matches!(pending.resend, ResendState::Sent(_)) {
            if is_sms { Message::SmsSentAgain } else { Message::SentAgain }
        } else if pending.is_expired(model.now()) {
            let code = is_sms || pending.needs_code();
            if code { Message::CodeExpired } else { Message::LinkExpired }
        } else if matches!(pending.phase, VerificationPhase::NeedsAuth) {
            Message::ConfirmToFinish
        } else if waits_for_link(pending) || model.awaits_reset_link() {
            match pending.phone {
                _ if model.page_state.offline => Message::Offline,
                Some(_) => Message::WaitingForSms,
                None => Message::WaitingForLink,
            }
        } else {
            return String::new();
        };
        locale.message(word).to_owned()
    })
}
