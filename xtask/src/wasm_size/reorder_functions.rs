//! Puts functions that are alike beside each other: brotli finds what repeats
//! sooner, and says it shorter, by 1.5 %.
//!
//! wasm-opt can sort functions by name, so this only gives them names: of the
//! order in which they are to stand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use anyhow::{Context, Result};

/// How many bytes are compared at a time.
const SHINGLE_LEN: usize = 4;
/// How much of what is alike counts with each function in between.
const DECAY: f64 = 0.7;
/// What more functions than this have in common makes none of them alike.
const COMMON: usize = 200;

/// Names the functions of a wasm file in the best order.
pub fn write_sort_names(file: &Path) -> Result<()> {
    let bytes = fs::read(file)?;
    let module = Module::read(&bytes).context("not a WebAssembly module")?;
    let mut named: Vec<(usize, usize)> = sort_by_similarity(&module.bodies)
        .into_iter()
        .enumerate()
        .map(|(at, body)| (body, at))
        .collect();
    named.sort_unstable();
    let mut names = Vec::new();
    write_leb(&mut names, named.len());
    for (body, at) in named {
        write_leb(&mut names, module.imports + body);
        let name = format!("f{at:05}");
        write_leb(&mut names, name.len());
        names.extend(name.bytes());
    }
    let mut section = vec![4];
    section.extend(b"name");
    // Of functions.
    section.push(1);
    write_leb(&mut section, names.len());
    section.extend(names);
    let mut out = module.rest;
    out.push(0);
    write_leb(&mut out, section.len());
    out.extend(section);
    Ok(fs::write(file, out)?)
}

/// What is wanted of a module.
struct Module<'a> {
    /// All but the names.
    rest: Vec<u8>,
    /// How many functions are imported: they are counted first.
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
            // The glue imports nothing else.
            _ => return None,
        }
    }
    Some(functions)
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

/// From the longest function on, always the one that has most in common with
/// the one before.
fn sort_by_similarity(bodies: &[&[u8]]) -> Vec<usize> {
    let grams: Vec<BTreeSet<&[u8]>> =
        bodies.iter().map(|body| body.windows(SHINGLE_LEN).collect()).collect();
    let mut holders: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (body, grams) in grams.iter().enumerate() {
        for gram in grams {
            holders.entry(gram).or_default().push(body);
        }
    }
    holders.retain(|_, holders| holders.len() > 1);
    // What few have says more.
    let weight = |gram: &&[u8]| match holders.get(gram) {
        Some(holders) => (bodies.len() as f64 / holders.len() as f64).ln() + 0.1,
        None => 0.0,
    };
    let totals: Vec<f64> =
        grams.iter().map(|grams| grams.iter().map(weight).sum::<f64>() + 1.0).collect();
    let longest = |left: &[bool]| {
        (0..bodies.len()).filter(|at| left[*at]).max_by_key(|at| (bodies[*at].len(), *at))
    };
    let mut scores: BTreeMap<usize, f64> = BTreeMap::new();
    let mut left = vec![true; bodies.len()];
    let mut order = Vec::new();
    let mut next = longest(&left);
    while let Some(current) = next {
        left[current] = false;
        order.push(current);
        // Those a little further back are near, too.
        scores.remove(&current);
        scores.values_mut().for_each(|score| *score *= DECAY);
        for gram in &grams[current] {
            let Some(holders) = holders.get(gram).filter(|holders| holders.len() < COMMON) else {
                continue;
            };
            for other in holders.iter().filter(|at| left[**at]) {
                *scores.entry(*other).or_default() += weight(gram);
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
    use super::{read_leb, sort_by_similarity, write_leb};

    #[test]
    fn numbers_are_read_as_written() {
        for number in [0, 1, 127, 128, 300, 1 << 20] {
            let mut out = Vec::new();
            write_leb(&mut out, number);
            assert_eq!(read_leb(&mut &*out), Some(number));
        }
    }

    #[test]
    fn what_is_alike_stands_together_and_nothing_is_lost() {
        let bodies: [&[u8]; 5] = [b"abcdefgh", b"12345678901", b"abcdefgi", b"1234567899", b"xyz"];
        assert_eq!(sort_by_similarity(&bodies), [1, 3, 2, 0, 4]);
    }
}
