//! An order of the functions in which similar ones are adjacent.
//!
//! Brotli then finds repetitions at a shorter distance. wasm-opt can sort
//! functions by name, so this pass only gives them names.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result, ensure};

/// Bytes that are compared at a time.
const SHINGLE_LEN: usize = 4;
/// Factor of the similarity for each function in between.
const DECAY: f64 = 0.6;
/// Shingles that more functions than this have in common are ignored.
const COMMON: usize = 200;

/// Returns the module with a name section whose order is the best order of the
/// functions.
///
/// # Errors
///
/// When the bytes are not a module, or its functions already have this order.
pub fn write_sort_names(bytes: &[u8]) -> Result<Vec<u8>> {
    let module = Module::read(bytes).context("the file is not a WebAssembly module")?;
    let order = sort_by_similarity(&module.bodies);
    ensure!(!order.is_sorted(), "the functions already have the best order");
    let mut named: Vec<(usize, usize)> =
        order.into_iter().enumerate().map(|(rank, body)| (body, rank)).collect();
    named.sort_unstable();
    let mut names = Vec::new();
    write_leb(&mut names, named.len());
    for (body, rank) in named {
        write_leb(&mut names, module.imports + body);
        let name = format!("f{rank:05}");
        write_leb(&mut names, name.len());
        names.extend(name.bytes());
    }
    let mut section = vec![4];
    section.extend(b"name");
    // Subsection of function names.
    section.push(1);
    write_leb(&mut section, names.len());
    section.extend(names);
    let mut out = module.rest;
    out.push(0);
    write_leb(&mut out, section.len());
    out.extend(section);
    Ok(out)
}

/// Parts of a module.
struct Module<'a> {
    /// Everything except the name section.
    rest: Vec<u8>,
    /// Number of imported functions. Their indices come first.
    imports: usize,
    bodies: Vec<&'a [u8]>,
}

impl<'a> Module<'a> {
    fn read(bytes: &'a [u8]) -> Option<Module<'a>> {
        let mut module = Module { rest: bytes.get(..8)?.to_vec(), imports: 0, bodies: Vec::new() };
        let mut left = bytes.get(8..)?;
        while let Some(id) = left.first() {
            let mut after = &left[1..];
            let size = read_leb(&mut after)?;
            let (content, next) = after.split_at_checked(size)?;
            let is_names = *id == 0 && content.starts_with(b"\x04name");
            if !is_names {
                module.rest.extend(&left[..left.len() - next.len()]);
            }
            match id {
                2 => module.imports = count_imported_functions(content)?,
                10 => module.bodies = read_bodies(content)?,
                _ => {}
            }
            left = next;
        }
        Some(module)
    }
}

fn count_imported_functions(mut content: &[u8]) -> Option<usize> {
    let mut functions = 0;
    for _ in 0..read_leb(&mut content)? {
        for _ in 0..2 {
            let length = read_leb(&mut content)?;
            content = content.get(length..)?;
        }
        let (kind, after) = content.split_first()?;
        content = after;
        match kind {
            0 => {
                functions += 1;
                read_leb(&mut content)?;
            }
            // A table.
            1 => {
                content = content.get(1..)?;
                skip_limits(&mut content)?;
            }
            // A memory.
            2 => skip_limits(&mut content)?,
            // A global.
            3 => content = content.get(2..)?,
            _ => return None,
        }
    }
    Some(functions)
}

/// Skips the least and the greatest size of a table or memory.
fn skip_limits(content: &mut &[u8]) -> Option<()> {
    let has_greatest = read_leb(content)? & 1 == 1;
    read_leb(content)?;
    if has_greatest {
        read_leb(content)?;
    }
    Some(())
}

fn read_bodies(mut content: &[u8]) -> Option<Vec<&[u8]>> {
    let mut bodies = Vec::new();
    for _ in 0..read_leb(&mut content)? {
        let size = read_leb(&mut content)?;
        let (body, after) = content.split_at_checked(size)?;
        bodies.push(body);
        content = after;
    }
    Some(bodies)
}

/// Begins with the longest function, and continues with the function that has
/// most in common with the ones before.
fn sort_by_similarity(bodies: &[&[u8]]) -> Vec<usize> {
    let shingles: Vec<BTreeSet<&[u8]>> =
        bodies.iter().map(|body| body.windows(SHINGLE_LEN).collect()).collect();
    let mut holders: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (body, shingles) in shingles.iter().enumerate() {
        for shingle in shingles {
            holders.entry(shingle).or_default().push(body);
        }
    }
    holders.retain(|_, holders| holders.len() > 1);
    // A shingle that few functions have says more.
    let weight = |shingle: &&[u8]| match holders.get(shingle) {
        Some(holders) => (bodies.len() as f64 / holders.len() as f64).ln() + 0.1,
        None => 0.0,
    };
    let totals: Vec<f64> =
        shingles.iter().map(|shingles| shingles.iter().map(weight).sum::<f64>() + 1.0).collect();
    let longest = |left: &[bool]| {
        (0..bodies.len()).filter(|body| left[*body]).max_by_key(|body| (bodies[*body].len(), *body))
    };
    let mut scores: BTreeMap<usize, f64> = BTreeMap::new();
    let mut left = vec![true; bodies.len()];
    let mut order = Vec::new();
    let mut next = longest(&left);
    while let Some(current) = next {
        left[current] = false;
        order.push(current);
        // Functions a little further back are near, too.
        scores.remove(&current);
        scores.values_mut().for_each(|score| *score *= DECAY);
        for shingle in &shingles[current] {
            let Some(holders) = holders.get(shingle).filter(|holders| holders.len() < COMMON)
            else {
                continue;
            };
            for other in holders.iter().filter(|at| left[**at]) {
                *scores.entry(*other).or_default() += weight(shingle);
            }
        }
        let alike = |other: usize, score: f64| score / (totals[other] + totals[current]).powf(0.9);
        let best = scores.iter().map(|(at, score)| (*at, alike(*at, *score)));
        next = best.max_by(|one, other| one.1.total_cmp(&other.1)).map(|(at, _)| at);
        next = next.or_else(|| longest(&left));
    }
    order
}

fn read_leb(bytes: &mut &[u8]) -> Option<usize> {
    let (mut number, mut shift) = (0, 0);
    loop {
        let (byte, after) = bytes.split_first()?;
        *bytes = after;
        number |= usize::from(byte & 127) << shift;
        shift += 7;
        if byte & 128 == 0 {
            return Some(number);
        }
    }
}

fn write_leb(out: &mut Vec<u8>, mut number: usize) {
    while number > 127 {
        out.push((number & 127) as u8 | 128);
        number >>= 7;
    }
    out.push(number as u8);
}

#[cfg(test)]
mod tests {
    use walrus::{FunctionBuilder, Module, ValType};

    use super::{read_leb, sort_by_similarity, write_leb, write_sort_names};

    /// A module with a function for each number of constants.
    fn module(lengths: &[i32]) -> Vec<u8> {
        let mut module = Module::default();
        for length in lengths {
            let mut builder = FunctionBuilder::new(&mut module.types, &[], &[ValType::I32]);
            let mut body = builder.func_body();
            for constant in 0..*length {
                body.i32_const(constant).drop();
            }
            body.i32_const(0);
            let function = builder.finish(Vec::new(), &mut module.funcs);
            module.exports.add(&format!("f{length}"), function);
        }
        module.emit_wasm()
    }

    #[test]
    fn leb128_round_trips() {
        for number in [0, 1, 127, 128, 300, 1 << 20] {
            let mut out = Vec::new();
            write_leb(&mut out, number);
            assert_eq!(read_leb(&mut &*out), Some(number));
        }
    }

    #[test]
    fn similar_functions_are_adjacent_and_none_is_lost() {
        let bodies: [&[u8]; 5] = [b"abcdefgh", b"12345678901", b"abcdefgi", b"1234567899", b"xyz"];
        assert_eq!(sort_by_similarity(&bodies), [1, 3, 2, 0, 4]);
    }

    #[test]
    fn a_module_without_anything_to_reorder_is_an_error() {
        for nothing in [module(&[]), module(&[3])] {
            let error = write_sort_names(&nothing).expect_err("the order is the best one");
            assert!(error.to_string().contains("already have the best order"), "{error}");
        }
        let error = write_sort_names(b"text").expect_err("this is not a module");
        assert!(error.to_string().contains("not a WebAssembly module"), "{error}");
    }
}
