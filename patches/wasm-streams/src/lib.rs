//! Stands in for the crate `wasm-streams`, which Leptos's server functions
//! link. The original exports classes to JavaScript; exports are never
//! optimised away, and cost every visitor 4 KB (brotli) for server functions
//! that this project has not got. What is here has the same face and is
//! removed whole by the linker, because nothing calls it.

use futures_util::stream::{self, Stream};
use wasm_bindgen::JsValue;

/// A stream of the browser's.
pub struct ReadableStream(web_sys::ReadableStream);

impl ReadableStream {
    /// The browser's stream as it is.
    pub fn from_raw(raw: web_sys::ReadableStream) -> Self {
        Self(raw)
    }

    /// An empty stream: nobody sends one.
    pub fn from_stream<S: Stream<Item = Result<JsValue, JsValue>>>(_: S) -> Self {
        let empty = web_sys::ReadableStream::new();
        Self(empty.expect("a stream without a source can always be made"))
    }

    /// The browser's stream.
    pub fn into_raw(self) -> web_sys::ReadableStream {
        self.0
    }

    /// Its chunks: none, because nobody reads one.
    pub fn into_stream(self) -> impl Stream<Item = Result<JsValue, JsValue>> + Unpin {
        stream::empty()
    }
}
