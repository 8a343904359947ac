//! List of confirmed addresses.

use std::rc::Rc;

use leptos::mount::mount_to;
use leptos::prelude::*;

use super::parts::{self, Button, on_mount, on_mount_with};
use super::{Ui, add_form, by_section, format_threepid, identity_server};
use crate::locale::{Message, format_digits};
use crate::matrix::get_3pids::{Medium, Threepid};
use crate::matrix::readable;
use crate::model::{Input, Model, Section, Verification};

/// Selector of the entries, for the focus.
pub const ENTRY: &str = ".entry";

/// Key of an entry.
fn key(threepid: &Threepid) -> String {
    [threepid.medium.as_str(), " ", &format_digits(threepid.nth), " ", &threepid.address].concat()
}

/// Renders the list, or the text of an empty list.
pub fn list(ui: &Ui, section: Section) -> impl IntoView + use<> {
    let children = {
        let ui = ui.clone();
        on_mount(move |container| {
            let state = ui.state.clone();
            let keys = move || {
                state.with(|state| state.model.entries(section).into_iter().map(key).collect())
            };
            let ui = ui.clone();
            let mount = move |parent, wanted: &str| -> parts::Mounted {
                let is = |threepid: &&Threepid| key(threepid) == wanted;
                let ui = ui.clone();
                match ui
                    .with_untracked(|model| model.entries(section).into_iter().find(is).cloned())
                {
                    Some(threepid) => Box::new(mount_to(parent, move || entry(&ui, threepid))),
                    None => Box::new(()),
                }
            };
            parts::keyed_list(container, Rc::new(keys), Rc::new(mount));
        })
    };
    let name = ui.word(by_section(section, Message::EmailAddresses, Message::PhoneNumbers));
    let not_empty = ui.attribute_in(section, |model, section| !is_empty(model, section));
    let no_reason = ui.attribute_in(section, |model, section| {
        !is_empty(model, section) || add_form::is_hidden(model)
    });
    let reason = by_section(section, Message::WhyEmail, Message::WhyPhone);
    view! {
        <div
            role="list"
            part="list"
            class="list"
            aria-label=move || Some(name())
            hidden=ui.attribute_in(section, |model, section| model.entries(section).is_empty())
            use:on_mount_with=children
        ></div>
        <p part="empty" class="empty" hidden=not_empty>
            <slot
                name=by_section(section, "empty", "phones-empty")
                use:on_mount_with=parts::write(ui.word(by_section(section, Message::NoEmailAddresses, Message::NoPhoneNumbers)))
            ></slot>
        </p>
        {parts::paragraph("hint", "hint", no_reason, ui.word(reason))}
    }
}

/// True if the section has neither addresses nor pending verifications.
fn is_empty(model: &Model, section: Section) -> bool {
    let is_here = |it: &Verification| Section::from_medium(&it.medium) == Some(section);
    let is_pending = !model.is_readonly() && model.visible_verifications().any(is_here);
    model.list.entries().is_some() && model.entries(section).is_empty() && !is_pending
}

fn entry(ui: &Ui, threepid: Threepid) -> impl IntoView + use<> {
    let Threepid { medium, address, added_at, .. } = threepid;
    let added = ui.text_of(added_at, |added_at, _, locale| match added_at {
        Some(at) => locale.message_with(Message::AddedOn, &locale.date(*at)),
        None => String::new(),
    });
    // Kinds of address that this element was not made for are named.
    let badge = match &medium {
        Medium::Email | Medium::Msisdn => String::new(),
        Medium::Other(medium) => readable(medium),
    };
    let shown = format_threepid(&medium, &address);
    let name = ui.text_of(shown.clone(), |shown, _, locale| {
        locale.message_with(Message::RemoveAddress, shown)
    });
    let remove = Button::new(ui.word(Message::Remove))
        .quiet_danger()
        .name(name)
        .hidden(ui, Model::is_readonly);
    let share = identity_server::lazy_identity_view(ui, Some((medium.clone(), address.clone())));
    let act = {
        let ui = ui.clone();
        move || {
            let (medium, address) = (medium.clone(), address.clone());
            ui.send(Input::RemoveRequested { medium, address });
        }
    };
    view! {
        <div role="listitem" part="item" class="item entry" tabindex="-1">
            <div class="what">
                {parts::address(shown)}
                <span part="badge" class="badge">{badge}</span>
                <span part="hint" class="hint" use:on_mount_with=parts::write(added)></span>
            </div>
            {remove.view(Some(Rc::new(act)))}
            {share}
        </div>
    }
}
