//! The standalone account page's WebAssembly: so far the widget and nothing
//! else. What the class works with is exported by the library.

use matrix_threepids as _;

fn main() {}
