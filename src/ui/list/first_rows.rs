//! Beginning of the list, until the actions are loaded. They continue with these
//! rows.

use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

use leptos::mount::mount_to;
use leptos::prelude::{Owner, untrack};
use leptos::reactive::owner::WeakOwner;
use wasm_bindgen::JsCast;
use web_sys::Element;

use super::super::{Ui, ViewState, watch};
use super::js;
use super::row::{Context, Row, template};
use crate::matrix::get_3pids::Threepid;
use crate::model::{Input, Model, Section};

/// Number of rows that are drawn at once. Those after them are drawn later.
pub const FIRST: usize = 200;

/// True if a section has more entries than are drawn before the actions are loaded.
pub fn has_more_rows(model: &Model) -> bool {
    model.sections.iter().any(|section| model.positions(*section).len() > FIRST)
}

/// All rows of a section, which the browser loads after the first list.
pub trait AllRows {
    /// Draws what has changed since the last call.
    fn update(&self);
    /// Sends the action of the button of an entry: to share it, or to remove it.
    fn click(&self, entry: &Element, is_share: bool);
}

/// Function that creates all rows, from the first ones.
pub type CreateRows = fn(&Ui, Section, DrawnRows) -> Rc<dyn AllRows>;

/// Rows that are drawn, and their places.
#[derive(Default)]
pub struct DrawnRows {
    /// Element that contains the rows.
    pub container: Option<Element>,
    /// Place of the field to find entries.
    pub filter_place: Option<Element>,
    /// Template of the rows.
    pub template: Option<Template>,
    /// The rows, in order.
    pub rows: Vec<Row>,
    context: Rc<Context>,
    /// True if the rows after these were requested.
    has_requested_rest: bool,
}

/// Template of the rows.
pub struct Template {
    /// Element that is copied.
    pub element: Element,
    _view: Box<dyn Any>,
}

/// First rows of one section.
pub struct FirstRows {
    ui: Ui,
    section: Section,
    drawn: RefCell<DrawnRows>,
    /// All rows, as soon as the actions are loaded.
    all: RefCell<Option<Rc<dyn AllRows>>>,
    /// Owner of the effects of all rows. Each run of an effect ends the effects that
    /// the one before made.
    owner: Option<WeakOwner>,
}

/// Entries of a section, and everything that their rows depend on.
struct List {
    entries: Arc<Vec<Threepid>>,
    positions: Vec<usize>,
    context: Context,
}

impl List {
    /// Reads the state.
    fn read(state: &ViewState, section: Section) -> List {
        let context = Context {
            locale: state.settings.locale.clone(),
            readonly: state.model.is_readonly(),
            sharing: None,
        };
        List {
            entries: state.model.list.shared_entries().cloned().unwrap_or_default(),
            positions: state.model.positions(section),
            context,
        }
    }
}

impl FirstRows {
    /// Creates the rows of a section. There are none yet.
    pub fn new(ui: &Ui, section: Section) -> Rc<FirstRows> {
        let (drawn, all) = Default::default();
        let owner = Owner::current().map(|owner| owner.downgrade());
        Rc::new(FirstRows { ui: ui.clone(), section, drawn, all, owner })
    }

    /// Sets the element that contains the rows.
    pub fn set_container(&self, container: Element) {
        let template = (|| {
            let parent = container.owner_document()?.create_element("div").ok()?;
            let view = Box::new(mount_to(parent.clone().unchecked_into(), template));
            Some(Template { element: parent.first_element_child()?, _view: view })
        })();
        let mut drawn = self.drawn.borrow_mut();
        drawn.template = template;
        drawn.container = Some(container);
    }

    /// Sets the place of the field to find entries.
    pub fn set_filter_place(&self, place: Element) {
        self.drawn.borrow_mut().filter_place = Some(place);
    }

    /// Sends the action of the button of an entry.
    pub fn click(&self, entry: &Element, is_share: bool) {
        let all = self.all.borrow().clone();
        if let Some(all) = all {
            return all.click(entry, is_share);
        }
        // A listener of the page may press a button while rows are drawn.
        let Ok(drawn) = self.drawn.try_borrow() else { return };
        let Some(row) = drawn.rows.iter().find(|row| row.element == *entry) else { return };
        let Threepid { medium, address, .. } = row.entry().clone();
        drop(drawn);
        self.ui.send(Input::RemoveRequested { medium, address });
    }

    /// Draws what has changed since the last call.
    pub fn update(&self) {
        let mut all = self.all.borrow().clone();
        if all.is_none() {
            let (mut create, mut list) = (None, None);
            // Listeners of the page run while rows are drawn, and may change the
            // state. So the state is only read here.
            watch(&self.ui.state, &mut |state| match state.late_views {
                Some(views) => create = Some(views.create_rows),
                None => list = Some(List::read(state, self.section)),
            });
            if let Some(list) = list {
                let mut drawn = self.drawn.borrow_mut();
                // Once: a failure updates the view, too.
                let requests_rest =
                    !drawn.draw(list) && !std::mem::replace(&mut drawn.has_requested_rest, true);
                drop(drawn);
                if requests_rest {
                    (self.ui.load_late_views)();
                }
            }
            if let (Some(create), Some(owner)) = (create, &self.owner)
                && let Some(owner) = owner.upgrade()
            {
                let create = || create(&self.ui, self.section, self.drawn.take());
                all = Some(untrack(|| owner.with(create)));
                self.all.replace(all.clone());
            }
        }
        if let Some(all) = all {
            all.update();
        }
    }
}

impl DrawnRows {
    /// Draws the first entries, and returns true if these are all. A row stays as
    /// long as those before it stay.
    fn draw(&mut self, list: List) -> bool {
        let (Some(container), Some(template)) = (&self.container, &self.template) else {
            return true;
        };
        let List { entries, positions, context } = list;
        if !self.context.is_same(&context) {
            self.context = Rc::new(context);
        }
        let context = &self.context;
        let wanted = positions.get(..FIRST).unwrap_or(&positions);
        let is_of = |(row, at): &(&Row, &usize)| row.is_of(&entries[**at]);
        let kept = self.rows.iter().zip(wanted).take_while(is_of).count();
        self.rows.drain(kept..).for_each(|row| row.element.remove());
        for (place, position) in wanted.iter().enumerate() {
            if place == self.rows.len() {
                let element = js::copy(&template.element);
                js::move_to(container, &element, place);
                self.rows.push(Row::new(element, &entries, *position, context));
            }
            drop(self.rows[place].draw(&entries, *position, context));
        }
        let is_complete = wanted.len() == positions.len();
        js::mark(container, positions.len(), !is_complete);
        is_complete
    }
}
