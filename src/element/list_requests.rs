//! The requests that the first list needs. The class in `www/` sends them while the
//! WebAssembly loads. What is no success waits for the actions, which send the same
//! request, and get the same response.

use wasm_bindgen_futures::JsFuture;

use super::js_bridge::JsBridge;
use crate::matrix::{Json, capabilities, get_3pids, json};
use crate::model::{Input, ListRequest};

/// Input for a successful response; `None` for every other one.
pub async fn read_early(bridge: &JsBridge, request: &ListRequest) -> Option<Input> {
    let path = match request {
        ListRequest::ReadList { .. } => get_3pids::PATH,
        ListRequest::ReadCapabilities(_) => capabilities::PATH,
    };
    let body = JsFuture::from(bridge.read_early(path)).await.ok()?.as_string()?;
    Some(to_input(request, &json::parse(&body)?))
}

/// Input for the body of a successful response.
pub fn to_input(request: &ListRequest, body: &Json) -> Input {
    match request {
        ListRequest::ReadList { number } => {
            Input::ListLoaded { number: *number, result: Ok(get_3pids::read(body)) }
        }
        ListRequest::ReadCapabilities(capability) => {
            Input::CapabilityLoaded(capabilities::is_enabled(body, *capability))
        }
    }
}
