//! One entry of the list: a copy of the template, with texts.

use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use web_sys::Element;

use super::super::parts::{self, Button, on_mount, on_mount_with};
use super::super::{format_threepid, identity_server};
use super::js;
use crate::locale::{Locale, Message};
use crate::matrix::get_3pids::{Medium, Threepid};
use crate::matrix::readable;

/// Everything that all rows depend on.
#[derive(Default)]
pub struct Context {
    /// Language of the texts.
    pub locale: Arc<Locale>,
    /// True while nothing can be changed.
    pub readonly: bool,
    /// State of sharing; `None` without an identity server, and before the actions
    /// are loaded.
    pub sharing: Option<identity_server::Sharing>,
}

impl Context {
    /// True if rows look the same in both.
    pub fn is_same(&self, other: &Context) -> bool {
        Arc::ptr_eq(&self.locale, &other.locale)
            && self.readonly == other.readonly
            && self.sharing == other.sharing
    }
}

/// Drawn entry.
pub struct Row {
    /// Element of the entry.
    pub element: Element,
    entries: Arc<Vec<Threepid>>,
    position: usize,
    context: Rc<Context>,
    is_new: bool,
}

/// Renders an entry without texts. Rows are copies, so it has nothing that
/// changes.
pub fn template() -> impl IntoView {
    let remove = Button::new(Arc::new(String::new)).quiet_danger();
    // Leptos would write elements without expressions with `innerHTML`.
    let plain = || on_mount(drop);
    view! {
        <div role="listitem" part="item" class="item entry" tabindex="-1">
            <div class="what">
                {parts::address(String::new())}
                <span part="badge" class="badge" use:on_mount_with=plain()></span>
                <span part="hint" class="hint" use:on_mount_with=plain()></span>
            </div>
            {remove.view(None)}
            <div class="share" use:on_mount_with=plain()></div>
        </div>
    }
}

impl Row {
    /// Creates the row of an entry, without texts. [`Row::draw`] writes them.
    pub fn new(
        element: Element,
        entries: &Arc<Vec<Threepid>>,
        position: usize,
        context: &Rc<Context>,
    ) -> Row {
        let (entries, context) = (entries.clone(), context.clone());
        Row { element, entries, position, context, is_new: true }
    }

    /// Drawn entry.
    pub fn entry(&self) -> &Threepid {
        &self.entries[self.position]
    }

    /// True if this is the row of the entry.
    pub fn is_of(&self, entry: &Threepid) -> bool {
        let own = self.entry();
        own.nth == entry.nth && own.address == entry.address && own.medium == entry.medium
    }

    /// Draws what has changed, except the sharing state. Returns what was drawn
    /// before, or `None` if nothing has changed.
    pub fn draw(
        &mut self,
        entries: &Arc<Vec<Threepid>>,
        position: usize,
        context: &Rc<Context>,
    ) -> Option<Before> {
        let is_new = std::mem::take(&mut self.is_new);
        let before = Before {
            entries: std::mem::replace(&mut self.entries, entries.clone()),
            position: std::mem::replace(&mut self.position, position),
            context: std::mem::replace(&mut self.context, context.clone()),
            is_new,
        };
        let entry = &entries[position];
        let is_translated = before.is_translated(context);
        if !is_translated && Rc::ptr_eq(&before.context, context) && before.entry() == entry {
            return None;
        }
        let locale = &context.locale;
        let shown = format_threepid(&entry.medium, &entry.address);
        // Kinds of address that this element was not made for are named.
        let badge = match &entry.medium {
            Medium::Other(medium) if is_new => Some(readable(medium)),
            Medium::Email | Medium::Msisdn | Medium::Other(_) => None,
        };
        let is_redated = is_translated || before.entry().added_at != entry.added_at;
        let added = is_redated.then(|| match entry.added_at {
            Some(at) => locale.message_with(Message::AddedOn, &locale.date(at)),
            None => String::new(),
        });
        js::write(
            &self.element,
            is_new.then_some(&*shown),
            badge.as_deref(),
            added.as_deref(),
            is_translated.then(|| locale.message(Message::Remove)),
            &locale.message_with(Message::RemoveAddress, &shown),
            context.readonly,
        );
        Some(before)
    }
}

/// Entry and context that a row displayed before.
pub struct Before {
    entries: Arc<Vec<Threepid>>,
    position: usize,
    /// Everything that the row depended on.
    pub context: Rc<Context>,
    /// True if the row displayed nothing.
    pub is_new: bool,
}

impl Before {
    /// Entry that was displayed.
    pub fn entry(&self) -> &Threepid {
        &self.entries[self.position]
    }

    /// True if all texts are other ones now.
    pub fn is_translated(&self, context: &Context) -> bool {
        self.is_new || !Arc::ptr_eq(&self.context.locale, &context.locale)
    }
}
