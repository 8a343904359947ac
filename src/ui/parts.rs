//! Building blocks of views. Each is compiled once.

use std::any::Any;
use std::rc::Rc;
use std::sync::Arc;

use leptos::prelude::*;
use send_wrapper::SendWrapper;
use wasm_bindgen::prelude::*;
use web_sys::{Element, Event, HtmlElement, KeyboardEvent};

use super::{AttrSignal, BoolSignal, Callback, TextSignal, Ui};
use crate::model::Model;

/// Function that is called with an element after its creation:
/// `use:on_mount_with=setup(…)`.
pub type OnMount = SendWrapper<Rc<dyn Fn(Element)>>;

/// Creates an [`OnMount`] for `use:on_mount_with`.
pub fn on_mount(run: impl Fn(Element) + 'static) -> OnMount {
    SendWrapper::new(Rc::new(run))
}

/// Directive that calls an [`OnMount`].
pub fn on_mount_with(element: Element, run: OnMount) {
    run(element);
}

/// Listens to an event during the element's lifetime. It costs less than half
/// of the bytes of `on:`, which links event delegation.
pub fn add_listener(element: &Element, event: &str, run: impl Fn(Event) + 'static) {
    let run = Closure::<dyn Fn(Event)>::new(run).into_js_value();
    // Fails on values that are no function only.
    let _ = element.add_event_listener_with_callback(event, run.unchecked_ref());
}

/// True for an event of this key. A page can fire an event of this name that is of
/// another class.
pub fn is_key(event: &Event, key: &str) -> bool {
    event.dyn_ref::<KeyboardEvent>().is_some_and(|event| event.key() == key)
}

/// Runs a function now, and again when what it read has changed.
pub fn effect(run: Box<dyn FnMut()>) {
    Effect::new(run);
}

/// Writes a text into an element, not into a text node, because translators
/// replace text nodes.
pub fn write(text: TextSignal) -> OnMount {
    on_mount(move |element| write_into(element, text.clone()))
}

fn write_into(element: Element, text: TextSignal) {
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

/// Button.
pub struct Button {
    kind: &'static str,
    part: &'static str,
    class: &'static str,
    label: TextSignal,
    hidden: AttrSignal,
    busy: BoolSignal,
    disabled: BoolSignal,
    primary: Option<BoolSignal>,
}

impl Button {
    /// Creates a usual button.
    pub fn new(label: TextSignal) -> Button {
        Button {
            kind: "button",
            part: "button",
            class: "button",
            label,
            hidden: Arc::new(|| None),
            busy: Arc::new(|| false),
            disabled: Arc::new(|| false),
            primary: None,
        }
    }

    /// Makes it the primary button.
    pub fn primary(self) -> Button {
        Button { part: "button button-primary", class: "button primary", ..self }
    }

    /// Makes it the primary button while the condition is true.
    pub fn primary_if(self, primary: BoolSignal) -> Button {
        Button { primary: Some(primary), ..self }
    }

    /// Makes it a button that looks like text, next to one that goes on.
    pub fn quiet(self) -> Button {
        Button { class: "button quiet", ..self }
    }

    /// Makes it the button of a dialog that removes something.
    pub fn danger(self) -> Button {
        Button { part: "button button-danger", class: "button danger", ..self }
    }

    /// Makes it the button that opens such a dialog.
    pub fn quiet_danger(self) -> Button {
        Button { part: "button button-danger", class: "button quiet", ..self }
    }

    /// Makes it the button that Enter presses.
    pub fn submit(self) -> Button {
        Button { kind: "submit", ..self }
    }

    /// Hides the button while the condition is true.
    pub fn hidden(self, ui: &Ui, read: fn(&Model) -> bool) -> Button {
        self.hidden_by(ui.attribute(read))
    }

    /// Hides the button while the attribute exists.
    pub fn hidden_by(self, hidden: AttrSignal) -> Button {
        Button { hidden, ..self }
    }

    /// Shows the progress indicator while the condition is true.
    pub fn busy(self, busy: BoolSignal) -> Button {
        Button { busy, ..self }
    }

    /// Disables the button while the condition is true.
    pub fn disabled(self, disabled: BoolSignal) -> Button {
        Button { disabled, ..self }
    }

    /// Renders the button. A busy or disabled button keeps the focus, so only
    /// screen readers are told; the state machine ignores a second press.
    pub fn view(self, act: Option<Callback>) -> impl IntoView + use<> {
        let Button { kind, part, class, label, hidden, busy, disabled, primary } = self;
        let idle = {
            let busy = busy.clone();
            attribute("", Arc::new(move || !busy()))
        };
        let resting = {
            let disabled = disabled.clone();
            attribute("true", Arc::new(move || busy() || disabled()))
        };
        let press = on_mount(move |button| {
            if let Some(primary) = primary.clone() {
                let button = button.clone();
                effect(Box::new(move || {
                    let [looks, parts] = match primary() {
                        true => ["button primary", "button button-primary"],
                        false => [class, part],
                    };
                    drop(button.set_attribute("class", looks));
                    drop(button.set_attribute("part", parts));
                }));
            }
            if let Some(act) = act.clone() {
                let disabled = disabled.clone();
                add_listener(&button, "click", move |_| {
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
                hidden=hidden
                aria-disabled=resting
                use:on_mount_with=press
            >
                {spinner(idle)}
                <span use:on_mount_with=write(label)></span>
            </button>
        }
    }
}

/// Renders the progress indicator.
pub fn spinner(hidden: AttrSignal) -> impl IntoView + use<> {
    view! { <span part="spinner" class="spinner" hidden=hidden></span> }
}

/// Renders a checkbox with its label.
pub fn checkbox(
    id: &'static str,
    label: TextSignal,
    hint: Option<&'static str>,
    disabled: AttrSignal,
    hidden: AttrSignal,
    setup: OnMount,
) -> impl IntoView + use<> {
    view! {
        <label class="choice" hidden=hidden>
            <input
                type="checkbox"
                id=id
                aria-describedby=hint
                aria-disabled=disabled
                use:on_mount_with=setup
            />
            <span use:on_mount_with=write(label)></span>
        </label>
    }
}

/// Renders a paragraph.
pub fn paragraph(
    part: &'static str,
    class: &'static str,
    hidden: AttrSignal,
    text: TextSignal,
) -> impl IntoView + use<> {
    view! { <p part=part class=class hidden=hidden use:on_mount_with=write(text)></p> }
}

/// Renders a line that screen readers speak when it changes. It always exists,
/// because not all screen readers speak a new element.
pub fn status(text: TextSignal) -> impl IntoView + use<> {
    view! { <p role="status" part="status" class="status" use:on_mount_with=write(text)></p> }
}

/// Renders an error that screen readers speak when it changes.
pub fn error_text(text: TextSignal) -> impl IntoView + use<> {
    view! { <p role="alert" part="error" class="error" use:on_mount_with=write(text)></p> }
}

/// Renders a link to a page of the server, in a new window. Without a URL it is
/// hidden.
pub fn link(href: AttrSignal, text: TextSignal) -> impl IntoView + use<> {
    view! {
        <a
            part="link"
            class="link"
            href=href
            target="_blank"
            rel="noopener noreferrer"
            use:on_mount_with=write(text)
        ></a>
    }
}

/// Renders an address at the start of the line, whatever direction its letters
/// have.
pub fn address(address: String) -> impl IntoView + use<> {
    view! {
        <div class="address">
            <bdi part="address" translate="no">
                {address}
            </bdi>
        </div>
    }
}

/// Text field.
pub struct Field {
    /// Id, for the label and the focus.
    pub id: String,
    /// `type`
    pub kind: &'static str,
    /// `inputmode`
    pub mode: Option<&'static str>,
    /// `autocomplete`
    pub autocomplete: &'static str,
    /// `enterkeyhint`
    pub enter: &'static str,
    /// Id of the error text.
    pub error: String,
    /// True if the typed text is wrong.
    pub wrong: BoolSignal,
    /// True while the field is read-only.
    pub readonly: AttrSignal,
    /// Function that is called with the field after its creation.
    pub setup: OnMount,
}

impl Field {
    /// Renders the field.
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
                use:on_mount_with=setup
            />
        }
    }
}

/// Renders the label of a field.
pub fn label(field: String, text: TextSignal) -> impl IntoView + use<> {
    view! { <label part="label" class="label" for=field use:on_mount_with=write(text)></label> }
}

/// Attribute that has this value while the condition is true.
pub fn attribute(value: &'static str, flag: BoolSignal) -> AttrSignal {
    Arc::new(move || flag().then(|| value.to_owned()))
}

/// Mounted child of [`keyed_list`]; unmounted when it is dropped.
pub type Mounted = Box<dyn Any>;

/// Function that mounts the child of a key at the end of a container.
type Mount = Rc<dyn Fn(HtmlElement, &str) -> Mounted>;

/// Renders one child in the container for each key, in order. Children whose
/// key stays are not changed. `mount` adds a child at the end of the container.
/// Leptos's `For` can also move children, but costs 4 KB more; here, a changed
/// order renders all children again.
pub fn keyed_list(container: Element, keys: Rc<dyn Fn() -> Vec<String>>, mount: Mount) {
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
