//! What the module's data holds for nobody: where in which source file a panic
//! was, and what it would say (ours say nothing: the hook takes no notice of
//! either), and the blanks in the style sheet. 1.8 KB (brotli).

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use walrus::{ConstExpr, DataKind, Module, ir::Value};

/// A `core::panic::Location` in memory: address and length of the file's name,
/// line, column.
const LOCATION: usize = 16;

/// Messages of panics in std and Leptos. One that is not there (any more) only
/// costs its bytes.
const PANIC_MESSAGES: [&str; 44] = [
    "Value is None because the `ssr` feature is active. When `ssr` is enabled, tachys skips \
     creating client-side values (event handlers, directives, properties) to avoid cross-thread \
     panics on multithreaded servers. If you are building a client-side (CSR or hydrate) target, \
     this means the `ssr` feature is being activated unintentionally via Cargo feature \
     unification; another dependency in your workspace is enabling it. Run `cargo tree -e \
     features -i tachys` to identify the source.",
    "Tried to access a reactive value that has already been disposed.",
    "Dropped SendWrapper<T> variable from a thread different to the one it has been created with.",
    "Dereferenced SendWrapper<T> variable from a thread different to the one it has been created \
     with.",
    "internal error: entered unreachable code: JsValue passed is not an Error type -- this is a bug",
    "internal error: entered unreachable code",
    "cannot access a Thread Local Storage value during or after destruction: ",
    "use of std::thread::current() is not possible after the thread's local data has been \
     destroyed",
    "Attempted to initialize thread-local while it is being dropped",
    "failed to generate unique thread ID: bitspace exhausted",
    "cannot modify the panic hook from a panicking thread",
    "a formatting trait implementation returned an error when the underlying stream did not",
    "a Display implementation returned an error unexpectedly",
    "LazyCell instance has previously been poisoned",
    "called `Option::unwrap()` on a `None` value",
    "called `Result::unwrap()` on an `Err` value",
    "`async fn` resumed after completion",
    "RefCell already mutably borrowed",
    "RefCell already borrowed",
    "assertion failed: slot.is_none()",
    "assertion failed: psize >= size + min_overhead",
    "assertion failed: psize <= size + max_overhead",
    "Hash table capacity overflow",
    "Arc counter overflow",
    "called `Option::unwrap_throw()` on a `None` value",
    "called `Result::unwrap_throw()` on an `Err` value",
    "js_value passed has no string representation",
    "Map key is not a string and cannot be an object key",
    "attempted to take ownership of Rust value while it was borrowed",
    "recursive use of an object detected which would lead to unsafe aliasing in rust",
    "the guard should always be in place until the Drop implementation",
    "finish: callbacks should be Some",
    "finish: result should be None",
    "FnOnce called more than once",
    "every browser that runs this has a random source",
    "attempt to join into collection with len > usize::MAX",
    "inner is None only in drop",
    "capacity overflow",
    "Executor::spawn called, but no global 'spawn' function is configured.",
    "Executor::spawn_local called, but no global 'spawn_local' function is configured.",
    "closure invoked recursively or after being dropped",
    "one-time initialization may not be performed recursively",
    "null pointer passed to rust",
    "Tried to shrink to a larger capacity",
];

/// Empties all that. `styles` is the style sheet as it was compiled in.
pub fn strip_panic_data(module: &mut Module, esbuild: &Path, styles: &Path) -> Result<()> {
    let written = fs::read_to_string(styles)?;
    let minified = minify(esbuild, styles)?;
    ensure!(minified.len() <= written.len(), "the style sheet did not get smaller");
    let mut found = false;
    let ids: Vec<_> = module.data.iter().map(|data| data.id()).collect();
    for id in ids {
        let data = module.data.get_mut(id);
        let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind else {
            continue;
        };
        zero_panic_locations(usize::try_from(start).context("data below zero")?, &mut data.value);
        for message in PANIC_MESSAGES {
            replace(&mut data.value, message, "");
        }
        found |= replace(&mut data.value, &written, &minified);
    }
    ensure!(found, "the style sheet is not in the module");
    Ok(())
}

/// Zeroes the places of panics, and the names of the files that they are in.
/// `start` is where the bytes are in memory.
fn zero_panic_locations(start: usize, bytes: &mut [u8]) {
    let mut names = Vec::new();
    let first = start.next_multiple_of(4) - start;
    for at in (first..bytes.len().saturating_sub(LOCATION - 1)).step_by(4) {
        let word = |nth: usize| {
            let from = at + 4 * nth;
            bytes[from..from + 4].iter().rev().fold(0, |word, byte| word << 8 | usize::from(*byte))
        };
        let (name, length, line, column) = (word(0), word(1), word(2), word(3));
        let Some(name) = name.checked_sub(start) else { continue };
        let Some(text) = bytes.get(name..name.saturating_add(length)) else { continue };
        let places = (1..20_000).contains(&line) && (1..500).contains(&column);
        if places && text.ends_with(b".rs") && text.is_ascii() {
            names.push(name..name + length);
            bytes[at..at + LOCATION].fill(0);
        }
    }
    for name in names {
        bytes[name].fill(0);
    }
}

/// Writes the one text in the place of the other; what is left over is blank.
fn replace(bytes: &mut [u8], text: &str, by: &str) -> bool {
    let at = bytes.windows(text.len()).position(|window| window == text.as_bytes());
    if let Some(at) = at {
        let (new, blank) = bytes[at..at + text.len()].split_at_mut(by.len());
        new.copy_from_slice(by.as_bytes());
        blank.fill(b' ');
    }
    at.is_some()
}

fn minify(esbuild: &Path, styles: &Path) -> Result<String> {
    let mut command = Command::new(esbuild);
    command.arg(styles).args(["--minify", "--log-level=error"]);
    let output = command.output().context("esbuild")?;
    ensure!(output.status.success(), "esbuild: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}
