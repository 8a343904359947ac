//! "Let others find you": the identity server's terms, and what it did not do.
//! And, in an entry of the list, whether it is shared.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;

use super::parts::{self, Button};
use super::{Act, NO_ID, Text, Ui, alert, terms, written};
use crate::flow::{Flow, Input, Problem, Verification};
use crate::locale::Word;
use crate::matrix::Json;
use crate::matrix::threepids::Medium;

/// What finds the group, for the focus.
pub const TERMS: &str = "identity";

fn policies(flow: &Flow) -> Option<&Json> {
    flow.identity.as_ref()?.policies()
}

fn problem(flow: &Flow) -> Option<&Problem> {
    let problem = flow.identity.as_ref()?.problem.as_ref()?;
    Some(problem).filter(|it| !matches!(it, Problem::SessionEnded))
}

fn has_no_terms(flow: &Flow) -> bool {
    policies(flow).is_none()
}

fn is_hidden(flow: &Flow) -> bool {
    flow.is_readonly()
        || flow.list.entries().is_none()
        || (has_no_terms(flow) && problem(flow).is_none())
}

/// The group; not there while there is nothing to be said.
pub fn group(ui: &Ui) -> impl IntoView + use<> {
    let container = terms::Container::default();
    let title = ui.word(Word::LetOthersFind);
    let text = ui.text(|_, flow, locale| {
        let host = flow.identity.as_ref().map(|it| &*it.host);
        locale.word_with(Word::IdentityTerms, host.unwrap_or_default())
    });
    let accept: Act = {
        let (ui, container) = (ui.clone(), container.clone());
        Rc::new(move || {
            if ui.now(has_no_terms) {
                ui.send(Input::FindAgain);
            } else if let Some(urls) = terms::accepted_documents(&container) {
                ui.send(Input::AcceptTerms(urls));
            }
        })
    };
    let button = Button::new(ui.word(Word::AcceptTerms))
        .primary()
        .hidden(ui, |flow| has_no_terms(flow) || super::is_limit(problem(flow)))
        .busy(ui.flag(|flow| flow.identity.as_ref().is_some_and(|it| it.asked)));
    let name = title.clone();
    view! {
        <div
            id=TERMS
            role="group"
            part="item"
            class="item group"
            tabindex="-1"
            aria-label=move || Some(name())
            hidden=ui.attribute(is_hidden)
        >
            {parts::paragraph("", "address", Arc::new(|| None), title)}
            {parts::paragraph("", "text", ui.attribute(has_no_terms), text)}
            {terms::documents(ui, container, policies)}
            {alert::alert(ui, "identity-error".to_owned(), ui.trouble(NO_ID, |flow, _| problem(flow)), accept.clone())}
            <div part="actions" class="actions">{button.view(Some(accept))}</div>
        </div>
    }
}

type Address = (Medium, String);

fn shared(flow: &Flow, (medium, address): &Address) -> Option<bool> {
    flow.shared(medium, address)
}

/// Whether others can find the person by this entry's address.
pub fn says(ui: &Ui, of: Address) -> Text {
    ui.text_of(of, |of, flow, locale| match shared(flow, of) {
        Some(true) => locale.word(Word::Shared).to_owned(),
        Some(false) => locale.word(Word::NotShared).to_owned(),
        None => String::new(),
    })
}

/// "Share" or "Stop sharing", as it is; nothing while the one is under way.
pub fn button(ui: &Ui, of: Address) -> impl IntoView + use<> {
    let label = ui.text_of(of.clone(), |of, flow, locale| {
        let pending = flow.sharing(&of.0, &of.1);
        let begun = pending.is_some_and(|it| !it.is_beginning());
        match shared(flow, of).filter(|_| flow.may_share() && !begun) {
            Some(true) => locale.word(Word::StopSharing).to_owned(),
            Some(false) => locale.word(Word::Share).to_owned(),
            None => String::new(),
        }
    });
    let name = ui.text_of(of.clone(), |of, flow, locale| {
        let is = shared(flow, of) == Some(true);
        let word = if is { Word::StopSharingAddress } else { Word::ShareAddress };
        locale.word_with(word, &written(&of.0, &of.1))
    });
    let hidden = {
        let label = label.clone();
        parts::attribute("", Arc::new(move || label().is_empty()))
    };
    let busy = {
        let busy = ui.text_of(of.clone(), |of, flow, _| {
            let pending = flow.sharing(&of.0, &of.1);
            let begins = pending.is_some_and(Verification::is_beginning);
            if begins { "busy".to_owned() } else { String::new() }
        });
        Arc::new(move || !busy().is_empty())
    };
    let ui = ui.clone();
    let act = move || {
        let (medium, address) = of.clone();
        ui.send(if ui.now(|flow| shared(flow, &of)) == Some(true) {
            Input::AskUnshare { medium, address }
        } else {
            Input::Share { medium, address, secret: (ui.secret)() }
        });
    };
    Button::new(label).name(name).hidden_by(hidden).busy(busy).view(Some(Rc::new(act)))
}
