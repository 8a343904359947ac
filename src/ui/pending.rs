//! Groups of pending verifications.

use std::cell::OnceCell;
use std::rc::Rc;
use std::sync::Arc;

use js_sys::WeakRef;
use leptos::mount::mount_to;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};

use super::parts::{self, Button, Field, listen, setup, with};
use super::{Act, Model, Text, Ui, alert, by, code_id, group_id, is_limit, written};
use crate::flow::{Input, Phase, Problem, Resend, Section, Typed, Verification, VerificationId};
use crate::locale::{Word, digits};
use crate::matrix::submit_token::Code;

/// Renders a group for each pending verification.
pub fn groups(ui: &Ui, section: Section) -> impl IntoView + use<> {
    let children = {
        let ui = ui.clone();
        setup(move |container| {
            let model = ui.model.clone();
            let id = |pending: &Verification| digits(pending.id.0 as usize);
            let keys = move || {
                model.with(|Model { flow, .. }| {
                    let here = |it: &&Verification| {
                        Section::of(&it.medium) == Some(section)
                            && flow.shows(it)
                            && !it.is_beginning()
                    };
                    flow.pending.iter().filter(here).map(id).collect()
                })
            };
            let ui = ui.clone();
            let mount = move |parent, key: &str| -> parts::Mounted {
                let id = VerificationId(key.parse().unwrap_or_default());
                let ui = ui.clone();
                let address =
                    ui.now(|flow| flow.verification(id).map(|it| written(&it.medium, &it.address)));
                let address = address.unwrap_or_default();
                Box::new(mount_to(parent, move || group(&ui, section, id, address)))
            };
            parts::keyed(container, Rc::new(keys), Rc::new(mount));
        })
    };
    let hidden = ui.attribute(|flow| flow.is_readonly());
    view! { <div class="pending" hidden=hidden use:with=children></div> }
}

fn group(ui: &Ui, section: Section, id: VerificationId, address: String) -> impl IntoView + use<> {
    let trouble = ui.trouble(id, |flow, id| flow.verification(id)?.problem());
    let hint = parts::attribute("", ui.flag_of(id, |flow, it| !it.needs_hint(flow.now())));
    let unsent = || parts::attribute("", ui.flag_of(id, |_, it| !it.is_sent()));
    let limited = ui.flag_of(id, |_, it| is_limit(it.problem()));
    let go_on = Button::new(ui.word(Word::Continue))
        .primary()
        .hidden_by(unsent())
        .disabled(limited.clone())
        .busy(ui.flag_of(id, |_, it| it.is_busy()));
    let resend = Button::new(ui.word(by(section, Word::ResendEmail, Word::ResendSms)))
        .hidden_by(unsent())
        .busy(ui.flag_of(id, |_, it| matches!(it.resend, Resend::Sending { .. })))
        .disabled(
            ui.flag_of(id, |_, it| it.resend.rests_until().is_some() || is_limit(it.problem())),
        );
    // Held weakly: the button's listener holds this, and the field, by the
    // group, the button.
    let field: Rc<OnceCell<WeakRef<HtmlInputElement>>> = Rc::default();
    let go: Act = {
        let (ui, field) = (ui.clone(), field.clone());
        Rc::new(move || go_on_with(&ui, id, field.get().and_then(WeakRef::deref)))
    };
    let retry: Act = {
        let (ui, go) = (ui.clone(), go.clone());
        Rc::new(move || {
            let adding = |it: &Verification| matches!(it.phase, Phase::Trouble { .. });
            if ui.now(|flow| flow.verification(id).is_some_and(adding)) {
                go();
            } else {
                ui.send(Input::TryAgain(id, (ui.secret)()));
            }
        })
    };
    let again: Act = {
        let ui = ui.clone();
        Rc::new(move || ui.send(Input::Resend(id, (ui.secret)())))
    };
    let shared = parts::attribute("", ui.flag_of(id, |_, it| it.is_share()));
    let change = Button::new(ui.word(by(section, Word::ChangeAddress, Word::ChangeNumber)))
        .hidden_by(shared);
    let cancel = Button::new(ui.word(Word::Cancel));
    let name = address.clone();
    view! {
        <div
            id=group_id(id)
            role="group"
            part="item"
            class="item group"
            tabindex="-1"
            aria-label=name
        >
            {parts::address(address)}
            {parts::paragraph("", "text", Arc::new(|| None), sent(ui, id))}
            {parts::paragraph("hint", "hint", hint, ui.word(by(section, Word::NoMailHint, Word::NoSmsHint)))}
            {parts::status(status(ui, id))}
            {code_field(ui, section, id, field, go.clone())}
            {alert::alert(ui, error_id(id), trouble, retry)}
            <div part="actions" class="actions">
                {go_on.view(Some(go))}
                {resend.view(Some(again))}
                {change.view(Some(ui.sends_of(id, Input::ChangeAddress)))}
                {cancel.view(Some(ui.sends_of(id, Input::Cancel)))}
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
    go_on: Act,
) -> impl IntoView + use<> {
    let wanted = ui.flag_of(id, |_, it| it.wants_code());
    let corrected = ui.clone();
    let keep = setup(move |input| {
        let (go_on, ui) = (go_on.clone(), corrected.clone());
        listen(&input, "input", move |_| {
            if ui.now(|flow| flow.verification(id).is_some_and(is_wrong)) {
                ui.send(Input::Corrected(Typed::Code(id)));
            }
        });
        listen(&input, "keydown", move |event| {
            let key: &KeyboardEvent = event.unchecked_ref();
            if key.key() == "Enter" {
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
        mode: by(section, None, Some("numeric")),
        autocomplete: "one-time-code",
        enter: "done",
        error: error_id(id),
        wrong: ui.flag_of(id, |_, it| is_wrong(it)),
        readonly: ui.attribute(|_| false),
        setup: keep,
    };
    view! {
        <div class="field" hidden=parts::attribute("", Arc::new(move || !wanted()))>
            {parts::label(code_id(id), ui.word(by(section, Word::Code, Word::SmsCode)))}
            {code.view()}
        </div>
    }
}

/// True if the code is wrong.
fn is_wrong(pending: &Verification) -> bool {
    pending.problem().is_some_and(Problem::is_of_what_is_typed)
}

/// Sends "Continue", with the code if there is a field.
fn go_on_with(ui: &Ui, id: VerificationId, field: Option<HtmlInputElement>) {
    if ui.now(|flow| flow.verification(id).is_some_and(|it| is_limit(it.problem()))) {
        return;
    }
    let wants_code = ui.now(|flow| flow.verification(id).is_some_and(Verification::wants_code));
    match field {
        Some(field) if wants_code => ui.send(Input::Submit(id, Code(field.value()))),
        Some(_) | None => ui.send(Input::Continue(id)),
    }
}

fn error_id(id: VerificationId) -> String {
    group_id(id) + "-error"
}

/// Instruction of the group.
fn sent(ui: &Ui, id: VerificationId) -> Text {
    ui.text_of(id, |id, flow, locale| {
        let pending = flow.verification(*id).filter(|it| it.is_sent());
        let code = pending.is_some_and(Verification::wants_code);
        let word = match pending.map(|it| it.dialled.is_some()) {
            Some(true) if code => Word::SmsCodeSent,
            Some(true) => Word::SmsSent,
            Some(false) => Word::VerificationSent,
            None => return String::new(),
        };
        locale.word(word).to_owned()
    })
}

/// Status of the group.
fn status(ui: &Ui, id: VerificationId) -> Text {
    ui.text_of(id, |id, flow, locale| {
        let Some(pending) = flow.verification(*id) else { return String::new() };
        let word = if matches!(pending.resend, Resend::Sent(_)) {
            Word::SentAgain
        } else if pending.is_expired(flow.now()) {
            if pending.wants_code() { Word::CodeExpired } else { Word::LinkExpired }
        } else if matches!(pending.phase, Phase::Unconfirmed) {
            Word::ConfirmToFinish
        } else if pending.is_waiting() && !pending.wants_code() {
            match pending.dialled {
                _ if flow.presence.offline => Word::Offline,
                Some(_) => Word::WaitingForSms,
                None => Word::WaitingForLink,
            }
        } else {
            return String::new();
        };
        locale.word(word).to_owned()
    })
}
