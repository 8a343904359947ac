//! List of confirmed addresses.

use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;

use super::parts::{self, Button, setup, with};
use super::{Ui, by, identity, written};
use crate::flow::{Flow, Input, Section};
use crate::locale::{Word, digits};
use crate::matrix::readable;
use crate::matrix::threepids::{Medium, Threepid};

/// Selector of the entries, for the focus.
pub const ENTRY: &str = ".entry";

/// Key of an entry.
fn key(threepid: &Threepid) -> String {
    [threepid.medium.as_str(), " ", &digits(threepid.nth), " ", &threepid.address].concat()
}

/// Renders the list, or the text of an empty list.
pub fn list(ui: &Ui, section: Section) -> impl IntoView + use<> {
    let children = {
        let ui = ui.clone();
        setup(move |container| {
            let model = ui.model.clone();
            let keys = move || {
                model.with(|model| model.flow.entries(section).into_iter().map(key).collect())
            };
            let ui = ui.clone();
            let mount = move |parent, wanted: &str| -> parts::Mounted {
                let is = |threepid: &&Threepid| key(threepid) == wanted;
                let ui = ui.clone();
                match ui.now(|flow| flow.entries(section).into_iter().find(is).cloned()) {
                    Some(threepid) => Box::new(mount_to(parent, move || entry(&ui, threepid))),
                    None => Box::new(()),
                }
            };
            parts::keyed(container, Rc::new(keys), Rc::new(mount));
        })
    };
    let name = ui.word(by(section, Word::EmailAddresses, Word::PhoneNumbers));
    let not_empty = ui.attribute_in(section, |flow, section| {
        flow.list.entries().is_none() || !flow.entries(section).is_empty()
    });
    view! {
        <div
            role="list"
            part="list"
            class="list"
            aria-label=move || Some(name())
            hidden=ui.attribute_in(section, |flow, section| flow.entries(section).is_empty())
            use:with=children
        ></div>
        <p part="empty" class="empty" hidden=not_empty>
            <slot
                name=by(section, "empty", "phones-empty")
                use:with=parts::write(ui.word(by(section, Word::Empty, Word::NoPhones)))
            ></slot>
        </p>
    }
}

fn entry(ui: &Ui, threepid: Threepid) -> impl IntoView + use<> {
    let Threepid { medium, address, added_at, .. } = threepid;
    let added = ui.text_of(added_at, |added_at, _, locale| match added_at {
        Some(at) => locale.word_with(Word::AddedOn, &locale.date(*at)),
        None => String::new(),
    });
    // Kinds of address that this element was not made for are named.
    let badge = match &medium {
        Medium::Email | Medium::Msisdn => String::new(),
        Medium::Other(medium) => readable(medium),
    };
    let shown = written(&medium, &address);
    let name =
        ui.text_of(shown.clone(), |shown, _, locale| locale.word_with(Word::RemoveAddress, shown));
    let remove =
        Button::new(ui.word(Word::Remove)).danger().name(name).hidden(ui, Flow::is_readonly);
    let share = identity::part(ui, Some((medium.clone(), address.clone())));
    let act = {
        let ui = ui.clone();
        move || {
            let (medium, address) = (medium.clone(), address.clone());
            ui.send(Input::AskRemove { medium, address });
        }
    };
    view! {
        <div role="listitem" part="item" class="item entry" tabindex="-1">
            <div class="what">
                {parts::address(shown)}
                <span part="badge" class="badge">{badge}</span>
                <span part="hint" class="hint" use:with=parts::write(added)></span>
            </div>
            {remove.view(Some(Rc::new(act)))}
            {share}
        </div>
    }
}
