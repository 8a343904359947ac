//! Data that no browser needs: panic messages, panic locations, and blanks of
//! the style sheet.
//!
//! The panic hook displays neither message nor location.

use std::fs;
use std::mem::take;
use std::ops::Range;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use walrus::{ConstExpr, DataId, DataKind, Module, ir::Value};

use super::Contents;
use crate::sh;

/// Bytes of a `core::panic::Location` in memory: address and length of the file
/// name, line, column.
const LOCATION_LEN: usize = 16;

/// Panic messages of std, Leptos and other crates that are in the module.
const PANIC_MESSAGES: [&str; 33] = [
    "Value is None because the `ssr` feature is active. When `ssr` is enabled, tachys skips \
     creating client-side values (event handlers, directives, properties) to avoid cross-thread \
     panics on multithreaded servers. If you are building a client-side (CSR or hydrate) target, \
     this means the `ssr` feature is being activated unintentionally via Cargo feature \
     unification; another dependency in your workspace is enabling it. Run `cargo tree -e \
     features -i tachys` to identify the source.",
    "Tried to access a reactive value that has already been disposed.",
    "internal error: entered unreachable code",
    "cannot access a Thread Local Storage value during or after destruction: ",
    "Attempted to initialize thread-local while it is being dropped",
    "failed to generate unique thread ID: bitspace exhausted",
    "cannot modify the panic hook from a panicking thread",
    "LazyCell instance has previously been poisoned",
    "called `Option::unwrap()` on a `None` value",
    "called `Result::unwrap()` on an `Err` value",
    "`async fn` resumed after completion",
    "RefCell already mutably borrowed",
    "RefCell already borrowed",
    "assertion failed: slot.is_none()",
    "Hash table capacity overflow",
    "Arc counter overflow",
    "called `Option::unwrap_throw()` on a `None` value",
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

/// Removes the data of modules that share a memory.
///
/// # Errors
///
/// When the modules do not have one of these style sheets, or have less panic data
/// than expected. The compiler then writes it in a form that this pass does not
/// recognize.
pub fn strip_data(modules: &mut [&mut Module], esbuild: &Path, contents: &Contents) -> Result<()> {
    check(strip_panic_data(modules)?, contents)?;
    for file in contents.styles {
        let file = sh::root().join(file);
        replace_styles(modules, &fs::read_to_string(&file)?, &minify(esbuild, &file)?)?;
    }
    Ok(())
}

/// Panic data that was removed.
#[derive(Debug, PartialEq, Eq)]
struct Removed {
    locations: usize,
    messages: usize,
}

fn check(removed: Removed, contents: &Contents) -> Result<()> {
    let Removed { locations, messages } = removed;
    let Contents { min_locations, min_messages, .. } = contents;
    ensure!(
        locations >= *min_locations,
        "the module has {locations} panic locations, but at least {min_locations} are expected; \
         compare `core::panic::Location` with `zero_panic_locations` in \
         xtask/src/wasm_size/strip_data.rs"
    );
    ensure!(
        messages >= *min_messages,
        "the module has {messages} of the known panic messages, but at least {min_messages} are \
         expected; update the list in xtask/src/wasm_size/strip_data.rs"
    );
    Ok(())
}

/// Removes locations and messages of panics.
fn strip_panic_data(modules: &mut [&mut Module]) -> Result<Removed> {
    edit_segments(modules, |segments| {
        let locations = zero_panic_locations(segments);
        let mut messages = 0;
        for Segment { bytes, .. } in segments {
            messages += PANIC_MESSAGES.iter().filter(|text| replace(bytes, text, "")).count();
        }
        Removed { locations, messages }
    })
}

/// Replaces the style sheet by its minified text.
fn replace_styles(modules: &mut [&mut Module], styles: &str, minified: &str) -> Result<()> {
    ensure!(minified.len() < styles.len(), "the minified style sheet is not shorter");
    let is_found = edit_segments(modules, |segments| {
        segments.iter_mut().any(|segment| replace(&mut segment.bytes, styles, minified))
    })?;
    ensure!(is_found, "the style sheet is not in the module");
    Ok(())
}

/// Data segment of a module.
struct Segment {
    /// Index of the module.
    module: usize,
    id: DataId,
    /// Address of the bytes in memory.
    start: usize,
    bytes: Vec<u8>,
}

/// Calls `edit` with the data segments of all modules.
fn edit_segments<T>(
    modules: &mut [&mut Module],
    edit: impl FnOnce(&mut [Segment]) -> T,
) -> Result<T> {
    let mut segments = Vec::new();
    for (module, of) in modules.iter_mut().enumerate() {
        let ids: Vec<DataId> = of.data.iter().map(|data| data.id()).collect();
        for id in ids {
            let data = of.data.get_mut(id);
            if let DataKind::Active { offset: ConstExpr::Value(Value::I32(start)), .. } = data.kind
            {
                let start = usize::try_from(start).context("a segment has a negative address")?;
                segments.push(Segment { module, id, start, bytes: take(&mut data.value) });
            }
        }
    }
    let result = edit(&mut segments);
    for segment in segments {
        modules[segment.module].data.get_mut(segment.id).value = segment.bytes;
    }
    Ok(result)
}

/// Zeroes panic locations and the file names in them, which may be in another
/// segment. Returns the number of locations.
fn zero_panic_locations(segments: &mut [Segment]) -> usize {
    let mut found = Vec::new();
    for (index, Segment { start, bytes, .. }) in segments.iter().enumerate() {
        let first = start.next_multiple_of(4) - start;
        for at in (first..bytes.len().saturating_sub(LOCATION_LEN - 1)).step_by(4) {
            let word = |index: usize| {
                let from = at + 4 * index;
                let bytes = bytes[from..from + 4].iter().rev();
                bytes.fold(0, |word, byte| word << 8 | usize::from(*byte))
            };
            let (name, length, line, column) = (word(0), word(1), word(2), word(3));
            let is_position = (1..20_000).contains(&line) && (1..500).contains(&column);
            if let Some(name) = find_file_name(segments, name, length).filter(|_| is_position) {
                found.push(((index, at..at + LOCATION_LEN), name));
            }
        }
    }
    let count = found.len();
    for (location, name) in found {
        for (index, range) in [location, name] {
            segments[index].bytes[range].fill(0);
        }
    }
    count
}

/// Finds the segment and the range of a file name of Rust at this address.
fn find_file_name(
    segments: &[Segment],
    address: usize,
    length: usize,
) -> Option<(usize, Range<usize>)> {
    segments.iter().enumerate().find_map(|(index, segment)| {
        let start = address.checked_sub(segment.start)?;
        let range = start..start.checked_add(length)?;
        let text = segment.bytes.get(range.clone())?;
        (text.ends_with(b".rs") && text.is_ascii()).then_some((index, range))
    })
}

/// Writes `by` over the first occurrence of a text, and blanks over the rest of
/// it. Returns `false` if the text does not occur.
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
    let output = command.output().with_context(|| format!("cannot start {command:?}"))?;
    ensure!(output.status.success(), "esbuild: {}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wasm_size::ELEMENTS;

    const START: u32 = 1024;

    /// A module with this data at address [`START`].
    fn module(bytes: Vec<u8>) -> Module {
        let mut module = Module::default();
        let memory = module.memories.add_local(false, false, 1, None, None);
        let offset = ConstExpr::Value(Value::I32(START.cast_signed()));
        module.data.add(DataKind::Active { memory, offset }, bytes);
        module
    }

    fn data(module: &Module) -> &[u8] {
        &module.data.iter().next().expect("the module has data").value
    }

    /// A file name of 8 bytes, and a location that refers to it.
    fn location() -> Vec<u8> {
        let words = [START, 8, 120, 5];
        [b"src/a.rs".to_vec(), words.iter().flat_map(|word| word.to_le_bytes()).collect()].concat()
    }

    #[test]
    fn locations_and_messages_of_panics_are_removed() {
        let message = PANIC_MESSAGES[0].as_bytes();
        let mut module = module([&location(), message, b"kept"].concat());
        let removed = strip_panic_data(&mut [&mut module]).expect("the data has an address");
        assert_eq!(removed, Removed { locations: 1, messages: 1 });
        let wanted = [vec![0; 24], vec![b' '; message.len()], b"kept".to_vec()].concat();
        assert_eq!(data(&module), wanted);
    }

    #[test]
    fn a_location_may_name_a_file_of_another_segment() {
        let [name, location] = [location()[..8].to_vec(), location()[8..].to_vec()];
        let mut name = module(name);
        let mut other = module(location);
        let id = other.data.iter().next().expect("the module has data").id();
        let memory = other.memories.iter().next().expect("the module has a memory").id();
        let offset = ConstExpr::Value(Value::I32(4096));
        other.data.get_mut(id).kind = DataKind::Active { memory, offset };
        let removed = strip_panic_data(&mut [&mut name, &mut other]).expect("it has addresses");
        assert_eq!(removed, Removed { locations: 1, messages: 0 });
        assert_eq!((data(&name), data(&other)), (&[0; 8][..], &[0; 16][..]));
    }

    #[test]
    fn a_module_with_hardly_any_panic_data_is_an_error() {
        let removed = strip_panic_data(&mut [&mut module(b"text".to_vec())]).expect("it has data");
        assert_eq!(removed, Removed { locations: 0, messages: 0 });
        let error = check(removed, &ELEMENTS).expect_err("there is no location").to_string();
        assert!(error.starts_with("the module has 0 panic locations"), "{error}");
        let removed = Removed { locations: ELEMENTS.min_locations, messages: 0 };
        let error = check(removed, &ELEMENTS).expect_err("there is no message").to_string();
        assert!(error.starts_with("the module has 0 of the known panic messages"), "{error}");
        let removed =
            Removed { locations: ELEMENTS.min_locations, messages: ELEMENTS.min_messages };
        check(removed, &ELEMENTS).expect("this is enough");
    }

    #[test]
    fn the_style_sheet_is_replaced_and_its_absence_is_an_error() {
        let mut module = module(b"a { b: c; }.".to_vec());
        replace_styles(&mut [&mut module], "a { b: c; }", "a{b:c}")
            .expect("the style sheet is there");
        assert_eq!(data(&module), b"a{b:c}     .");
        let error =
            replace_styles(&mut [&mut module], "a { b: c; }", "a{b:c}").expect_err("it is gone");
        assert!(error.to_string().contains("not in the module"), "{error}");
        let error =
            replace_styles(&mut [&mut module], "a{b:c}", "a{b:c}").expect_err("it is not shorter");
        assert!(error.to_string().contains("not shorter"), "{error}");
    }
}
