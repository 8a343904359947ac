//! The small things that views are made of, each compiled once.

use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement};

use super::{Act, Attribute, Flag, Text, Ui};
use crate::flow::Flow;

/// What is done with an element once it is made: `use:with=setup(…)`.
pub type Setup = SendWrapper<Rc<dyn Fn(Element)>>;

/// For `use:with`.
pub fn setup(run: impl Fn(Element) + 'static) -> Setup {
    SendWrapper::new(Rc::new(run))
}

/// The directive that runs a [`Setup`].
pub fn with(element: Element, run: Setup) {
    run(element);
}

/// Listens to an event for as long as the element lives. Less than half of
/// what `on:` weighs, which brings event delegation along.
pub fn listen(element: &Element, event: &str, run: impl Fn(Event) + 'static) {
    let run = Closure::<dyn Fn(Event)>::new(run).into_js_value();
    // Fails on values that are no function only.
    let _ = element.add_event_listener_with_callback(event, run.unchecked_ref());
}

/// Runs this now and whenever what it read has changed.
pub fn effect(run: Box<dyn FnMut()>) {
    Effect::new(run);
}

/// Writes a text into an element, by the element: translators put others in
/// the place of its text nodes.
pub fn write(text: Text) -> Setup {
    setup(move |element| write_into(element, text.clone()))
}

fn write_into(element: Element, text: Text) {
    let mut written = untrack(|| text());
    element.set_text_content(Some(&written));
    effect(Box::new(move || {
        let text = text();
        // What is said already is not said again.
        if text != written {
            element.set_text_content(Some(&text));
            written = text;
        }
    }));
}

/// A button.
pub struct Button {
    kind: &'static str,
    part: &'static str,
    class: &'static str,
    label: Text,
    name: Attribute,
    hidden: Attribute,
    busy: Flag,
    disabled: Flag,
}

impl Button {
    /// A button as most are.
    pub fn new(label: Text) -> Button {
        Button {
            kind: "button",
            part: "button",
            class: "button",
            label,
            name: Arc::new(|| None),
            hidden: Arc::new(|| None),
            busy: Arc::new(|| false),
            disabled: Arc::new(|| false),
        }
    }

    /// The one that goes on.
    pub fn primary(self) -> Button {
        Button { part: "button button-primary", class: "button primary", ..self }
    }

    /// The one that takes away.
    pub fn danger(self) -> Button {
        Button { part: "button button-danger", class: "button danger", ..self }
    }

    /// The one that Enter presses.
    pub fn submit(self) -> Button {
        Button { kind: "submit", ..self }
    }

    /// Its name, where that says more than what is written on it.
    pub fn name(self, name: Text) -> Button {
        Button { name: Arc::new(move || Some(name())), ..self }
    }

    /// While this is so, it is not there.
    pub fn hidden(self, ui: &Ui, read: fn(&Flow) -> bool) -> Button {
        self.hidden_by(ui.attribute(read))
    }

    /// While this attribute is there, it is not.
    pub fn hidden_by(self, hidden: Attribute) -> Button {
        Button { hidden, ..self }
    }

    /// While this is so, what it does is under way.
    pub fn busy(self, busy: Flag) -> Button {
        Button { busy, ..self }
    }

    /// While this is so, it is there but does nothing.
    pub fn disabled(self, disabled: Flag) -> Button {
        Button { disabled, ..self }
    }

    /// Draws it. Busy or disabled it keeps the focus, so it is so for screen
    /// readers only; the flow knows what not to do twice.
    pub fn view(self, act: Option<Act>) -> impl IntoView + use<> {
        let Button { kind, part, class, label, name, hidden, busy, disabled } = self;
        let idle = {
            let busy = busy.clone();
            attribute("", Arc::new(move || !busy()))
        };
        let resting = {
            let disabled = disabled.clone();
            attribute("true", Arc::new(move || busy() || disabled()))
        };
        let press = setup(move |button| {
            if let Some(act) = act.clone() {
                let disabled = disabled.clone();
                listen(&button, "click", move |_| {
                    if !disabled() {
                        act();
                    }
                });
            }
        });
        view! {
            <button
                type=kind
                part=part
                class=class
                aria-label=name
                hidden=hidden
                aria-disabled=resting
                use:with=press
            >
                {spinner(idle)}
                <span use:with=write(label)></span>
            </button>
        }
    }
}

/// Something turns.
pub fn spinner(hidden: Attribute) -> impl IntoView + use<> {
    view! { <span part="spinner" class="spinner" hidden=hidden></span> }
}

/// A paragraph.
pub fn paragraph(
    part: &'static str,
    class: &'static str,
    hidden: Attribute,
    text: Text,
) -> impl IntoView + use<> {
    view! { <p part=part class=class hidden=hidden use:with=write(text)></p> }
}

/// A line that screen readers speak when it changes. Always there: one that
/// comes and goes is not spoken everywhere.
pub fn status(text: Text) -> impl IntoView + use<> {
    view! { <p role="status" part="status" class="status" use:with=write(text)></p> }
}

/// A link to a page of the server, in a window of its own. Without an address
/// it is not shown.
pub fn link(href: Attribute, text: Text) -> impl IntoView + use<> {
    view! {
        <a
            part="link"
            class="link"
            href=href
            target="_blank"
            rel="noopener noreferrer"
            use:with=write(text)
        ></a>
    }
}

/// An address, whichever way its letters run, on the side where lines begin.
pub fn address(address: String) -> impl IntoView + use<> {
    view! {
        <div class="address">
            <bdi part="address" translate="no">
                {address}
            </bdi>
        </div>
    }
}

/// What a person can type into.
pub struct Field {
    /// For the label and the focus.
    pub id: String,
    /// `type`
    pub kind: &'static str,
    /// `inputmode`
    pub mode: Option<&'static str>,
    /// `autocomplete`
    pub autocomplete: &'static str,
    /// `enterkeyhint`: what Enter does.
    pub enter: &'static str,
    /// The id of what is said if it is wrong.
    pub error: String,
    /// What was typed is what is wrong.
    pub wrong: Flag,
    /// Nothing can be typed now.
    pub readonly: Attribute,
    /// What is done with it once it is made.
    pub setup: Setup,
}

impl Field {
    /// Draws it.
    pub fn view(self) -> impl IntoView + use<> {
        let Field { id, kind, mode, autocomplete, enter, error, wrong, readonly, setup } = self;
        view! {
            <input
                id=id
                part="input"
                class="input"
                type=kind
                dir="ltr"
                inputmode=mode
                autocomplete=autocomplete
                autocapitalize="off"
                spellcheck="false"
                enterkeyhint=enter
                aria-describedby=error
                aria-invalid=attribute("true", wrong)
                readonly=readonly
                use:with=setup
            />
        }
    }
}

/// The label of a field.
pub fn label(field: String, text: Text) -> impl IntoView + use<> {
    view! { <label part="label" class="label" for=field use:with=write(text)></label> }
}

/// An attribute that is there, with this value, while something is so.
pub fn attribute(value: &'static str, flag: Flag) -> Attribute {
    Arc::new(move || flag().then(|| value.to_owned()))
}

/// What keeps one child of [`keyed`] on the screen; unmounts it when dropped.
pub type Mounted = Box<dyn Any>;

/// Puts the child of a key at the end of a container.
type Mount = Rc<dyn Fn(HtmlElement, &str) -> Mounted>;

/// One child in the container for each key, in their order; those whose key
/// stays are not touched. `mount` puts a child at the end of the container.
/// Leptos's `For` could also move children, for 4 KB more; here an order that
/// changes has all of them drawn anew.
pub fn keyed(container: Element, keys: Rc<dyn Fn() -> Vec<String>>, mount: Mount) {
    let mut shown: Vec<(String, Mounted)> = Vec::new();
    // Each run of the effect ends the effects that the one before made: those
    // of children are not to be its own.
    let owner = Owner::current().map(|owner| owner.downgrade());
    effect(Box::new(move || {
        let wanted = keys();
        shown.retain(|(key, _)| wanted.contains(key));
        if shown.iter().zip(&wanted).any(|((key, _), wanted)| key != wanted) {
            shown.clear();
        }
        for key in wanted.into_iter().skip(shown.len()) {
            let Some(owner) = owner.as_ref().and_then(|owner| owner.upgrade()) else { return };
            let mount = || mount(container.clone().unchecked_into(), &key);
            let child = untrack(|| owner.with(mount));
            shown.push((key, child));
        }
    }));
}
