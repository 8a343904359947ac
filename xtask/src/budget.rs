//! Bytes of the package that a page loads, and their budget.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Result, bail};

/// Files of a page that imports `matrix-threepids/define`, and their budget.
struct Part {
    /// Name in the output.
    name: &'static str,
    /// Names of the files.
    files: &'static [&'static str],
    /// Most brotli bytes of the files.
    budget: usize,
}

/// Files of the first list.
pub const FIRST_LIST: [&str; 2] = ["define.js", "threepids.wasm"];

/// The budgets. They are the sizes of 2026-11-30, with some 200 bytes of play. The
/// goals are 60,000 bytes for the first list, and 130,000 for everything.
const PARTS: [Part; 2] = [
    Part { name: "first list", files: &FIRST_LIST, budget: 58_400 },
    Part {
        name: "everything",
        files: &["define.js", "actions.js", "threepids.wasm", "threepids-actions.wasm"],
        budget: 146_072,
    },
];

/// Prints the bytes of each file.
///
/// # Errors
///
/// When a part is above its budget.
pub fn check(package: &Path) -> Result<()> {
    let sums = print(package)?;
    for (part, sum) in PARTS.iter().zip(sums) {
        if sum > part.budget {
            bail!(
                "{} is {} bytes above its budget of {}; make it smaller, or raise the budget in \
                 xtask/src/budget.rs and give the reason in the commit",
                part.name,
                sum - part.budget,
                part.budget
            );
        }
    }
    Ok(())
}

/// Prints the bytes of each file. Returns the brotli bytes of each part.
pub fn print(package: &Path) -> Result<[usize; PARTS.len()]> {
    println!("{:<24} {:>8} {:>8} {:>8}", "bytes", "raw", "gzip", "brotli");
    for name in PARTS[PARTS.len() - 1].files {
        let bytes = fs::read(package.join(name))?;
        let (gzip, brotli) = (measure_gzip(&bytes)?, measure_brotli(&bytes)?);
        println!("{name:<24} {:>8} {gzip:>8} {brotli:>8}", bytes.len());
    }
    let mut sums = [0; PARTS.len()];
    for (part, sum) in PARTS.iter().zip(&mut sums) {
        for name in part.files {
            *sum += measure_brotli(&fs::read(package.join(name))?)?;
        }
        println!("{:<24} {:>26}   (budget: {})", part.name, sum, part.budget);
    }
    Ok(sums)
}

/// Returns the sums of the bytes of the first list, and of everything, without
/// printing: raw, gzip, brotli.
pub fn sums(package: &Path) -> Result<[[usize; 3]; PARTS.len()]> {
    let mut sums = [[0; 3]; PARTS.len()];
    for (part, sum) in PARTS.iter().zip(&mut sums) {
        for name in part.files {
            let bytes = fs::read(package.join(name))?;
            sum[0] += bytes.len();
            sum[1] += measure_gzip(&bytes)?;
            sum[2] += measure_brotli(&bytes)?;
        }
    }
    Ok(sums)
}

/// Returns the brotli bytes of everything without printing.
pub fn measure(package: &Path) -> Result<usize> {
    let files = PARTS[PARTS.len() - 1].files.iter();
    files.map(|name| measure_brotli(&fs::read(package.join(name))?)).sum()
}

/// Number of bytes after gzip 9.
pub fn measure_gzip(bytes: &[u8]) -> Result<usize> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?.len())
}

fn measure_brotli(bytes: &[u8]) -> Result<usize> {
    Ok(compress_brotli(bytes)?.len())
}

/// Compresses with brotli 11.
pub fn compress_brotli(mut bytes: &[u8]) -> Result<Vec<u8>> {
    let mut out = Vec::new();
    let parameters =
        brotli::enc::BrotliEncoderParams { quality: 11, lgwin: 22, ..Default::default() };
    brotli::BrotliCompress(&mut bytes, &mut out, &parameters)?;
    Ok(out)
}
