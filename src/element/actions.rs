//! Code that the browser loads after the first list: everything except the list.
//!
//! The first WebAssembly file has this trait; the second one has its only
//! implementation, in `late.rs`, and all code that only the implementation uses.

use std::rc::Rc;

use wasm_bindgen::JsValue;

use crate::locale::Message;
use crate::model::{Effect, Input, Model, UiEffect};
use crate::ui::LateViews;

/// Everything except the list, for this type of runtime.
pub trait Actions<R> {
    /// [`Model::update`]
    fn update(&self, model: &mut Model, now: f64, input: Input) -> Vec<Effect>;
    /// Executes an effect.
    fn run_effect(&self, runtime: &Rc<R>, effect: Effect);
    /// Executes an effect after the view shows the new state.
    fn run_after_render(&self, runtime: &R, effect: UiEffect);
    /// Stores what has changed, and sets the timer, after an input.
    fn finish_update(&self, runtime: &Rc<R>);
    /// Opens the storage of the account.
    fn open_records(&self, runtime: &Rc<R>);
    /// Closes the storage. The stored text stays.
    fn close_records(&self, runtime: &R);
    /// Deletes the stored text.
    fn forget_records(&self, runtime: &R);
    /// Rejects all promises, and closes the storage, for another account.
    fn reset(&self, runtime: &R);
    /// Mounts the late views, and continues with what waited for the actions.
    fn start(&self, runtime: &Rc<R>);
    /// Calls a function of the class by its name.
    fn call(&self, runtime: &Rc<R>, name: &str, arguments: [String; 2]) -> JsValue;
    /// Functions for the late views.
    fn late_views(&self) -> LateViews;
    /// End of the style sheet.
    fn styles(&self) -> &'static str;
    /// Function that returns the English text of a message.
    fn english(&self) -> fn(Message) -> &'static str;
}
