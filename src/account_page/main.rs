//! WebAssembly of the standalone account page. The library exports everything.

use matrix_threepids as _;

fn main() {}
