//! Everything except the list: what [`Actions`] does. See `actions.rs`.

use std::rc::Rc;

use wasm_bindgen::JsValue;

use super::actions::Actions;
use super::runtime::Runtime;
use crate::locale::Message;
use crate::model::{Effect, ErrorReport, Input, Model, UiEffect};
use crate::ui::{self, LateViews};

/// The implementation of [`Actions`].
pub struct LateActions;

impl Actions<Runtime> for LateActions {
    fn update(&self, model: &mut Model, now: f64, input: Input) -> Vec<Effect> {
        model.update(now, input)
    }

    fn run_effect(&self, runtime: &Rc<Runtime>, effect: Effect) {
        match effect {
            Effect::Request(request) => runtime.send_late_request(request),
            Effect::Abort(key) => runtime.abort(key),
            Effect::Host(effect) => runtime.run_host_effect(effect),
            Effect::Ui(effect) => runtime.after_render(effect),
            Effect::Tab(effect) => runtime.run_tab_effect(effect),
        }
    }

    fn run_after_render(&self, runtime: &Runtime, effect: UiEffect) {
        runtime.run_late_after_render(effect);
    }

    fn finish_update(&self, runtime: &Rc<Runtime>) {
        runtime.store_records();
        runtime.schedule_timer();
    }

    fn open_records(&self, runtime: &Rc<Runtime>) {
        runtime.open_storage();
    }

    fn close_records(&self, runtime: &Runtime) {
        runtime.close_storage();
    }

    fn forget_records(&self, runtime: &Runtime) {
        runtime.forget_stored();
    }

    fn reset(&self, runtime: &Runtime) {
        runtime.promises.settle_all(ErrorReport::local("cancelled"));
        runtime.close_storage();
    }

    fn start(&self, runtime: &Rc<Runtime>) {
        runtime.use_actions(self.late_views());
    }

    fn call(&self, runtime: &Rc<Runtime>, name: &str, arguments: [String; 2]) -> JsValue {
        runtime.call(name, arguments)
    }

    fn late_views(&self) -> LateViews {
        LateViews { mount: ui::mount_late_view, create_rows: ui::create_rows }
    }

    fn styles(&self) -> &'static str {
        ui::LATE_STYLES
    }

    fn english(&self) -> fn(Message) -> &'static str {
        Message::any_english
    }
}
