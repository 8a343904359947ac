//! Rows of the list, once the actions are loaded: which there are, in which order,
//! and when they are drawn. They begin with the rows of `first_rows.rs`.

use std::any::Any;
use std::cell::RefCell;
use std::rc::{Rc, Weak};
use std::sync::Arc;

use leptos::mount::mount_to;
use leptos::prelude::WithUntracked;
use wasm_bindgen::prelude::*;
use web_sys::Element;

use super::super::{Ui, ViewState, format_threepid, identity_server, watch};
use super::filter;
use super::first_rows::{AllRows, DrawnRows, FIRST, Template};
use super::focus::EntryPart;
use super::js;
use super::row::{Before, Context, Row};
use crate::locale::Message;
use crate::matrix::Index;
use crate::matrix::get_3pids::Threepid;
use crate::model::{Input, ListFilter, Model, Section};

/// Longest time of a slice, in ms. The browser needs as long again for its
/// layout, and a page should not block for more than 50 ms.
const SLICE_MS: f64 = 10.0;
/// The same for the rows that are drawn at once, in the task of the response.
const FIRST_SLICE_MS: f64 = 4.0;
/// Number of rows that are drawn before the time is read again.
const STEP: usize = 16;
/// Longest list without a field to find entries.
const MAX_WITHOUT_FILTER: usize = 1_000;

#[wasm_bindgen]
extern "C" {
    /// The browser's monotonic clock.
    #[wasm_bindgen(js_namespace = performance, js_name = now)]
    fn performance_now() -> f64;
    #[wasm_bindgen(js_name = requestAnimationFrame)]
    fn request_animation_frame(run: &JsValue);
}

/// Rows of one section.
pub struct Rows {
    ui: Ui,
    section: Section,
    inner: RefCell<Inner>,
    /// For callbacks.
    this: Weak<Rows>,
    /// View of the field to find entries.
    filter_view: RefCell<Option<Box<dyn Any>>>,
}

/// State of the rows. The DOM has those of `drawn`, then those of `left`.
#[derive(Default)]
struct Inner {
    container: Option<Element>,
    filter_group: Option<Element>,
    template: Option<Template>,
    /// Function that the identity server's view calls.
    act: JsValue,
    entries: Option<Arc<Vec<Threepid>>>,
    sections: Vec<Section>,
    context: Rc<Context>,
    /// Positions of the section's entries.
    positions: Vec<usize>,
    filter: ListFilter,
    has_filter: bool,
    /// Positions of the entries that are to be drawn, in order.
    wanted: Vec<usize>,
    /// Rows that are as they are to be.
    drawn: Vec<Row>,
    /// Rows of before, which are looked at in order. `None` where one was taken.
    left: Vec<Option<Row>>,
    /// Index of the next row in `left`.
    next: usize,
    /// For another order: see [`Moves`].
    moves: Option<Moves>,
    is_scheduled: bool,
    /// Entry of the section that is to have the focus.
    focus: Option<(usize, EntryPart)>,
    /// Number of the last request for the focus.
    last_request: u32,
}

/// New places of the rows in `left`.
struct Moves {
    /// For each row in `left`: its place in `wanted`.
    places: Vec<Option<usize>>,
    /// For each place in `wanted`: its row in `left`.
    rows: Vec<Option<usize>>,
}

/// Creates the rows of a section, with those that are drawn.
pub fn create_rows(ui: &Ui, section: Section, drawn: DrawnRows) -> Rc<dyn AllRows> {
    let request = ui.state.with_untracked(|state| state.focus);
    // What was asked of the rows of before is not for these.
    let last_request = request.map_or(0, |request| request.number);
    let DrawnRows { container, filter_place, template, rows, .. } = drawn;
    // The rows themselves listen to no event.
    let act = Closure::<dyn Fn()>::new(|| {}).into_js_value();
    let left = rows.into_iter().map(Some).collect();
    let inner = Inner { container, template, act, left, last_request, ..Inner::default() };
    let rows = Rc::new_cyclic(|this| Rows {
        ui: ui.clone(),
        section,
        inner: RefCell::new(inner),
        this: this.clone(),
        filter_view: RefCell::default(),
    });
    if let Some(place) = filter_place {
        let ui = ui.clone();
        // The rows hold this view.
        let (of_group, of_text) = (Rc::downgrade(&rows), Rc::downgrade(&rows));
        let set_group = Rc::new(move |group| {
            if let Some(rows) = of_group.upgrade() {
                rows.set_filter_group(group);
            }
        });
        let find = Rc::new(move |text: &str| {
            if let Some(rows) = of_text.upgrade() {
                rows.filter(text);
            }
        });
        let view =
            mount_to(place.unchecked_into(), move || filter::filter(&ui, section, set_group, find));
        rows.filter_view.replace(Some(Box::new(view)));
    }
    rows
}

impl AllRows for Rows {
    fn update(&self) {
        let mut is_changed = false;
        // Listeners of the page run while rows are drawn, and may change the
        // state. So the state is only read here.
        watch(&self.ui.state, &mut |state| is_changed = self.read(state));
        match is_changed {
            true => self.run(FIRST),
            false => self.set_focus(),
        }
    }

    fn click(&self, entry: &Element, is_share: bool) {
        // A listener of the page may press a button while rows are drawn.
        let Ok(inner) = self.inner.try_borrow() else { return };
        let Some(row) = inner.all().find(|row| row.element == *entry) else { return };
        let Threepid { medium, address, .. } = row.entry().clone();
        drop(inner);
        self.ui.send(match is_share {
            false => Input::RemoveRequested { medium, address },
            true => {
                let is_shared = |model: &Model| model.is_shared(&medium, &address);
                match self.ui.with_untracked(is_shared) {
                    Some(true) => Input::UnshareRequested { medium, address },
                    Some(false) | None => {
                        let secret = (self.ui.new_client_secret)();
                        Input::Share { medium, address, secret }
                    }
                }
            }
        });
    }
}

impl Rows {
    /// Sets the element of the field to find entries.
    pub fn set_filter_group(&self, group: Element) {
        self.inner.borrow_mut().filter_group = Some(group);
    }

    /// Reads the state. Returns true if rows may look different.
    fn read(&self, state: &ViewState) -> bool {
        let mut inner = self.inner.borrow_mut();
        let context = Context {
            locale: state.settings.locale.clone(),
            readonly: state.model.is_readonly(),
            sharing: identity_server::Sharing::read(&state.model),
        };
        let entries = state.model.list.shared_entries();
        let is_same_list = inner.entries.as_ref().map(Arc::as_ptr) == entries.map(Arc::as_ptr)
            && inner.sections == state.model.sections;
        let is_same_context = inner.context.is_same(&context);
        if let Some(request) = state.focus
            && request.section == self.section
            && request.number != inner.last_request
        {
            inner.last_request = request.number;
            inner.focus = Some((request.index, request.part));
        }
        if is_same_list && is_same_context {
            return false;
        }
        if !is_same_context {
            inner.context = Rc::new(context);
        }
        if !is_same_list {
            inner.entries = entries.cloned();
            inner.sections.clone_from(&state.model.sections);
            inner.positions = state.model.positions(self.section);
            inner.select();
        }
        inner.restart();
        true
    }

    /// Draws only the entries with this text.
    pub fn filter(&self, typed: &str) {
        // A listener of the page may dispatch this event while rows are drawn.
        let Ok(mut inner) = self.inner.try_borrow_mut() else { return };
        inner.filter = ListFilter::new(typed);
        inner.select();
        inner.restart();
        drop(inner);
        self.run(FIRST);
    }

    /// Draws at least this number of rows, then more until the slice is over.
    fn run(&self, least: usize) {
        let mut inner = self.inner.borrow_mut();
        inner.update_filter();
        let end = performance_now() + if least > 0 { FIRST_SLICE_MS } else { SLICE_MS };
        let mut is_complete = false;
        while !is_complete && (inner.drawn.len() < least || performance_now() < end) {
            for _ in 0..STEP {
                is_complete = inner.step(&self.ui);
                if is_complete {
                    break;
                }
            }
        }
        inner.mark(!is_complete);
        if !is_complete && !std::mem::replace(&mut inner.is_scheduled, true) {
            let rows = self.this.clone();
            let next = Closure::once_into_js(move || {
                if let Some(rows) = rows.upgrade() {
                    rows.inner.borrow_mut().is_scheduled = false;
                    rows.run(0);
                }
            });
            request_animation_frame(&next);
        }
        drop(inner);
        self.set_focus();
    }

    /// Sets the focus, if a row is to have it that is drawn. Listeners of the page
    /// hear of it, so nothing is borrowed by then.
    fn set_focus(&self) {
        let target = self.inner.borrow_mut().take_focus();
        if let Some((element, part)) = target {
            js::set_focus(&element, part as u8);
        }
    }
}

impl Inner {
    /// All rows, in the order of the DOM.
    fn all(&self) -> impl Iterator<Item = &Row> {
        self.drawn.iter().chain(self.left.iter().flatten())
    }

    /// Selects the entries that are to be drawn.
    fn select(&mut self) {
        if self.entries.is_none() {
            // The list of another account.
            (self.has_filter, self.filter) = Default::default();
        }
        // Once it is there, it stays: someone may be typing.
        self.has_filter |= self.positions.len() > MAX_WITHOUT_FILTER;
        self.wanted.clone_from(&self.positions);
        if let Some(entries) = &self.entries {
            self.wanted.retain(|at| self.filter.is_match(&entries[*at]));
        }
    }

    /// Looks at all rows again, from the first.
    fn restart(&mut self) {
        let mut rows: Vec<Option<Row>> =
            std::mem::take(&mut self.drawn).into_iter().map(Some).collect();
        rows.extend(std::mem::take(&mut self.left).into_iter().filter(Option::is_some));
        (self.left, self.next, self.moves) = (rows, 0, None);
        self.drawn.reserve(self.wanted.len());
    }

    /// Draws one row, or removes one. Returns true if all are drawn.
    fn step(&mut self, ui: &Ui) -> bool {
        while self.left.get(self.next).is_some_and(Option::is_none) {
            self.next += 1;
        }
        let (place, next) = (self.drawn.len(), self.next);
        let (Some(list), Some(template)) = (self.container.clone(), &self.template) else {
            return true;
        };
        let Some(position) = self.wanted.get(place).copied() else {
            return self.remove(next);
        };
        let Some(entries) = &self.entries else { return true };
        let entry = &entries[position];
        let front = self.left.get(next).and_then(Option::as_ref);
        let taken = match front {
            Some(row) if row.is_of(entry) => self.left[next].take(),
            Some(_) => {
                let moves = &*self
                    .moves
                    .get_or_insert_with(|| Moves::new(&self.left, entries, &self.wanted));
                if moves.places[next].is_none() {
                    return self.remove(next);
                }
                moves.rows[place].and_then(|row| self.left[row].take())
            }
            None => None,
        };
        let create = || Row::new(js::copy(&template.element), entries, position, &self.context);
        let mut row = taken.unwrap_or_else(create);
        let before = row.draw(entries, position, &self.context);
        if let Some(before) = before {
            draw_share(ui, &row, &before, &self.act, &self.context);
        }
        let part = EntryPart::from_number(js::move_to(&list, &row.element, place));
        self.drawn.push(row);
        // A moved element loses the focus.
        self.refocus(part, place);
        false
    }

    /// Removes the row at this index of `left`. Returns true if there is none.
    fn remove(&mut self, index: usize) -> bool {
        let Some(row) = self.left.get_mut(index).and_then(Option::take) else { return true };
        let part = EntryPart::from_number(js::focused_part(&row.element));
        row.element.remove();
        // The row that takes its place is as good.
        let place = self.drawn.len().min(self.wanted.len().saturating_sub(1));
        self.refocus(part.map(|_| EntryPart::RemoveButton), place);
        false
    }

    /// Requests the focus for the row at this place, if a part has lost it.
    fn refocus(&mut self, part: Option<EntryPart>, place: usize) {
        if let (Some(part), None) = (part, self.focus)
            && let Some(position) = self.wanted.get(place)
        {
            let index = self.positions.iter().position(|at| at == position);
            self.focus = index.map(|index| (index, part));
        }
    }

    /// Element that is to have the focus, if it is drawn.
    fn take_focus(&mut self) -> Option<(Element, EntryPart)> {
        let (index, part) = self.focus?;
        if part == EntryPart::Entry && self.container.as_ref().is_some_and(js::is_typing) {
            // An entry may be added while the user types another: let them.
            self.focus = None;
            return None;
        }
        let position = self.positions.get(index).copied();
        let place = position.map(|position| self.wanted.partition_point(|at| *at < position));
        let is_there = place.and_then(|place| self.wanted.get(place).copied()) == position;
        let place = match part {
            // The next one is as good.
            EntryPart::RemoveButton => place.map(|it| it.min(self.wanted.len().saturating_sub(1))),
            EntryPart::Entry | EntryPart::ShareButton | EntryPart::Filter => {
                place.filter(|_| is_there)
            }
        };
        let Some(place) = place.filter(|place| *place < self.wanted.len()) else {
            // It is not among those that were found.
            self.focus = None;
            let group = self.filter_group.clone().filter(|_| self.has_filter);
            return Some((group?, EntryPart::Filter));
        };
        let element = self.drawn.get(place)?.element.clone();
        self.focus = None;
        Some((element, part))
    }

    /// Shows the field for a long list, and the number of entries that were found.
    fn update_filter(&self) {
        if let Some(group) = &self.filter_group {
            let text = match self.filter.is_empty() {
                true => String::new(),
                false => {
                    let locale = &self.context.locale;
                    let [found, all] =
                        [&self.wanted, &self.positions].map(|it| locale.number(it.len()));
                    locale.message_with_two(Message::FoundInList, &found, &all)
                }
            };
            js::show_filter(group, self.has_filter, &text);
        }
    }

    /// Marks a list that is long, and one that is not complete.
    fn mark(&self, is_busy: bool) {
        if let Some(list) = &self.container {
            js::mark(list, self.wanted.len(), is_busy);
        }
    }
}

/// Draws the sharing state of an entry.
fn draw_share(ui: &Ui, row: &Row, before: &Before, act: &JsValue, context: &Context) {
    let state = |of: &Context, entry| of.sharing.as_ref()?.state_of(entry);
    let entry = row.entry();
    let (was, is) = (state(&before.context, before.entry()), state(context, entry));
    let changes = was != is || before.is_translated(context);
    if changes
        && (is.is_some() || (!before.is_new && was.is_some()))
        && let Some(share) = row.element.last_element_child()
    {
        let shown = format_threepid(&entry.medium, &entry.address);
        identity_server::draw_entry(ui, &share, is, &entry.medium, &shown, act);
    }
}

impl Moves {
    fn new(left: &[Option<Row>], entries: &[Threepid], wanted: &[usize]) -> Moves {
        let index = Index::new(wanted.iter().map(|at| entries[*at].key()));
        let mut rows = vec![None; wanted.len()];
        let places = left.iter().enumerate().map(|(at, row)| {
            let entry = row.as_ref()?.entry();
            // Equal entries are found or not found together.
            let place = index.find(entry.key()).nth(entry.nth)?;
            rows[place] = Some(at);
            Some(place)
        });
        let places = places.collect();
        Moves { places, rows }
    }
}
