//! The confirmed addresses.

use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;

use super::Ui;
use super::parts::{self, Button, setup, with};
use crate::flow::{Flow, Input};
use crate::locale::Word;
use crate::matrix::threepids::{Medium, Threepid};

/// What finds the entries, for the focus.
pub const ENTRY: &str = ".entry";

fn entries(flow: &Flow) -> &[Threepid] {
    flow.list.entries().unwrap_or_default()
}

/// What tells an entry from another.
fn key(threepid: &Threepid) -> String {
    [threepid.medium.as_str(), " ", &threepid.address].concat()
}

/// The list, or that it is empty.
pub fn list(ui: &Ui) -> impl IntoView + use<> {
    let children = {
        let ui = ui.clone();
        setup(move |container| {
            let model = ui.model.clone();
            let keys = move || model.with(|model| entries(&model.flow).iter().map(key).collect());
            let ui = ui.clone();
            let mount = move |parent, wanted: &str| -> parts::Mounted {
                let is = |threepid: &&Threepid| key(threepid) == wanted;
                let ui = ui.clone();
                match ui.now(|flow| entries(flow).iter().find(is).cloned()) {
                    Some(threepid) => Box::new(mount_to(parent, move || entry(&ui, threepid))),
                    None => Box::new(()),
                }
            };
            parts::keyed(container, Rc::new(keys), Rc::new(mount));
        })
    };
    let name = ui.word(Word::EmailAddresses);
    let not_empty =
        ui.attribute(|flow| flow.list.entries().is_none_or(|entries| !entries.is_empty()));
    view! {
        <div
            role="list"
            part="list"
            class="list"
            aria-label=move || Some(name())
            hidden=ui.attribute(|flow| entries(flow).is_empty())
            use:with=children
        ></div>
        <p part="empty" class="empty" hidden=not_empty>
            <slot name="empty">{ui.word(Word::Empty)}</slot>
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
        Medium::Other(medium) => medium.clone(),
    };
    let name = ui.text_of(address.clone(), |address, _, locale| {
        locale.word_with(Word::RemoveAddress, address)
    });
    let remove =
        Button::new(ui.word(Word::Remove)).danger().name(name).hidden(ui, Flow::is_readonly);
    let act = {
        let (ui, address) = (ui.clone(), address.clone());
        move || {
            let (medium, address) = (medium.clone(), address.clone());
            ui.send(Input::AskRemove { medium, address });
        }
    };
    view! {
        <div role="listitem" part="item" class="item entry" tabindex="-1">
            <div class="what">
                {parts::address(address)}
                <span part="badge" class="badge">{badge}</span>
                <span part="hint" class="hint">{added}</span>
            </div>
            {remove.view(Some(Rc::new(act)))}
        </div>
    }
}
