//! Building blocks of the screens.

use leptos::ev::Event;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlInputElement;

use super::{Flag, PASSWORD, SERVER, Text, USER, Ui};
use crate::account_page::effect::{Field, Input};
use crate::account_page::sign_in::{Notice, SignIn};
use crate::account_page::sign_in_error::SignInError;
use crate::account_page::{Message, PageModel, Translations};
use crate::locale;

/// Id of the alert of the form.
const ERROR: &str = "error";

/// Text field.
pub struct TextField {
    pub field: Field,
    pub kind: &'static str,
    pub autocomplete: &'static str,
    pub label: String,
    pub hint: Option<String>,
    /// True if the hint is about phone numbers, and is displayed with digits.
    pub is_phone_hint: bool,
    pub value: String,
    /// True if the typed text is wrong.
    pub wrong: Flag,
    /// Error of the field.
    pub error: Text,
}

impl TextField {
    pub fn view(self, ui: &Ui) -> impl IntoView + use<> {
        let TextField { field, kind, autocomplete, label, hint, value, wrong, error, .. } = self;
        let is_phone_hint = self.is_phone_hint;
        let is_hint_shown = RwSignal::new(!is_phone_hint || looks_like_phone(&value));
        let id = id_of(field);
        let (hint_id, error_id) = ([id, "-hint"].concat(), [id, "-error"].concat());
        let described = match &hint {
            Some(_) => [&error_id, " ", &hint_id].concat(),
            None => error_id.clone(),
        };
        let edited = {
            let (ui, wrong) = (ui.clone(), wrong.clone());
            move |event: Event| {
                if untrack(|| wrong()) {
                    ui.send(Input::Edited(field));
                }
                let typed = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok());
                if let Some(typed) = typed.filter(|_| is_phone_hint) {
                    is_hint_shown.set(looks_like_phone(&typed.value()));
                }
            }
        };
        let input = view! {
            <input
                id=id
                name=id
                type=kind
                dir="ltr"
                value=value
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint="go"
                aria-describedby=described
                aria-invalid=move || wrong().then_some("true")
                on:input=edited
            />
        };
        view! {
            <div class="field">
                <label for=id>{label}</label>
                // Leptos has no name for it.
                {input.attr("autocorrect", "off")}
                <p class="error" role="alert" id=error_id>{move || error()}</p>
                {hint.map(|hint| view! {
                    <p class="hint" id=hint_id hidden=move || !is_hint_shown.get()>{hint}</p>
                })}
            </div>
        }
    }
}

/// True if the text begins as phone numbers do.
fn looks_like_phone(text: &str) -> bool {
    text.trim_start().starts_with(|it: char| it == '+' || it.is_ascii_digit())
}

/// Id of a field.
pub fn id_of(field: Field) -> &'static str {
    match field {
        Field::Server => SERVER,
        Field::User => USER,
        Field::Password => PASSWORD,
    }
}

/// Error text of a field.
pub fn said_at(field: Field, visit: &PageModel, translations: &Translations) -> String {
    let trouble = visit.sign_in_form().and_then(|it| it.error_at(field));
    trouble.map(|it| translations.error_text(it)).unwrap_or_default()
}

/// Text of a field of the submitted form.
pub fn typed(event: &Event, id: &str) -> String {
    let form: Option<web_sys::Element> = event.current_target().and_then(|it| it.dyn_into().ok());
    let field = form.and_then(|form| form.query_selector(&["#", id].concat()).ok().flatten());
    field.map(|field| field.unchecked_into::<HtmlInputElement>().value()).unwrap_or_default()
}

/// Renders the primary button. A busy button keeps the focus, so only screen
/// readers are told; the state machine ignores a second press.
pub fn submit(label: String, busy: Flag) -> impl IntoView + use<> {
    let turning = busy.clone();
    view! {
        <button type="submit" class="button primary" aria-disabled=move || busy().then_some("true")>
            <span class="spinner" hidden=move || !turning()></span>
            {label}
        </button>
    }
}

/// Renders the error of the form, and the countdown of a rate limit.
pub fn alert(ui: &Ui) -> impl IntoView + use<> {
    let quiet = ui.flag(|visit| trouble(visit).is_none());
    let words = ui.text(|visit, translations| {
        trouble(visit).map(|it| translations.error_text(it)).unwrap_or_default()
    });
    let unlimited = ui.flag(|visit| limit(visit).is_none());
    // For the eye only: the alert has said it already.
    let left = ui.text(|visit, translations| {
        limit(visit)
            .map(|until| translations.widget.countdown(until - visit.now()))
            .unwrap_or_default()
    });
    view! {
        <div class="alert" hidden=move || quiet()>
            <p class="error" role="alert" id=ERROR>{move || words()}</p>
            <span class="countdown" aria-hidden="true" hidden=move || unlimited()>
                {move || left()}
            </span>
        </div>
    }
}

fn trouble(visit: &PageModel) -> Option<&SignInError> {
    visit.sign_in_form().and_then(SignIn::general_error)
}

fn limit(visit: &PageModel) -> Option<f64> {
    trouble(visit).and_then(SignInError::until)
}

/// Renders the status text of the form. It always exists, because not all
/// screen readers speak a new element.
pub fn notice(ui: &Ui) -> impl IntoView + use<> {
    let text: Text = ui.text(|visit, translations| {
        let notice = visit.sign_in_form().and_then(|it| it.notice.as_ref());
        notice.map(|notice| notice_text(notice, translations)).unwrap_or_default()
    });
    view! { <p class="notice" role="status">{move || text()}</p> }
}

fn notice_text(notice: &Notice, translations: &Translations) -> String {
    match notice {
        Notice::SigningOut => translations.word(Message::SigningOut),
        Notice::SignedOut => translations.word(Message::SignedOut),
        Notice::SignedOutHere => translations.word(Message::SignedOutHere),
        Notice::SessionEnded => translations.widget_message(locale::Message::SessionExpired),
        Notice::LimitOver => translations.widget_message(locale::Message::RateLimitOver),
        Notice::PasswordReset => translations.word(Message::SignInWithNewPassword),
        Notice::Failed(trouble) => translations.error_text(trouble),
    }
}
