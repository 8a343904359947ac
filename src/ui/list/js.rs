//! Functions of `rows.js`, for the DOM of the rows.

use wasm_bindgen::prelude::*;
use web_sys::Element;

#[wasm_bindgen(module = "/src/ui/list/rows.js")]
extern "C" {
    /// Copies the template.
    pub fn copy(template: &Element) -> Element;
    /// Writes the texts of a row. Those that are missing stay.
    pub fn write(
        row: &Element,
        address: Option<&str>,
        badge: Option<&str>,
        hint: Option<&str>,
        remove: Option<&str>,
        name: &str,
        readonly: bool,
    );
    /// Number of the part of a row that has the focus; 0 if there is none.
    #[wasm_bindgen(js_name = focusedPart)]
    pub fn focused_part(row: &Element) -> u8;
    /// Sets the focus to a part, by its number.
    #[wasm_bindgen(js_name = setFocus)]
    pub fn set_focus(element: &Element, part: u8);
    /// True if the user is typing.
    #[wasm_bindgen(js_name = isTyping)]
    pub fn is_typing(list: &Element) -> bool;
    /// Moves a row to its place, after those before it are in theirs. Returns
    /// the number of the part that has lost the focus.
    #[wasm_bindgen(js_name = moveTo)]
    pub fn move_to(list: &Element, row: &Element, place: usize) -> u8;
    /// Marks a list as long, and as incomplete.
    pub fn mark(list: &Element, count: usize, is_busy: bool);
    /// Shows the field to find entries, or hides it.
    #[wasm_bindgen(js_name = showFilter)]
    pub fn show_filter(group: &Element, is_shown: bool, found: &str);
}
