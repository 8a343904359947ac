//! Bytes of the package that a page loads, and their budget.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Result, bail, ensure};
use regex::Regex;

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
    Part { name: "first list", files: &FIRST_LIST, budget: 58_600 },
    Part {
        name: "everything",
        files: &["define.js", "actions.js", "threepids.wasm", "threepids-actions.wasm"],
        budget: 146_400,
    },
];

/// Most brotli bytes of what the account page loads until its sign-in form is
/// displayed, in the largest language. This is the size of 2026-12-01, with some 300
/// bytes of play. The goal is 60,000.
const FORM_BUDGET: usize = 102_200;

/// Bytes of the account page until its form is displayed.
pub struct Form {
    /// Name and brotli bytes of each file that the page loads in every language.
    pub files: Vec<(String, usize)>,
    /// Brotli bytes of the further files of a language: the largest one.
    pub language: usize,
}

impl Form {
    /// Measures a built page.
    pub fn measure(page: &Path) -> Result<Form> {
        let of_form = Regex::new(r"^(page-[0-9a-f]{16}\.(css|js|wasm)|index\.html|config\.json)$")?;
        let of_languages = Regex::new(r"^(languages|words)-[0-9a-f]{16}\.js$")?;
        let files = measure_files(page, &of_form)?;
        let lists: usize = measure_files(page, &of_languages)?.iter().map(|(_, size)| size).sum();
        let any = Regex::new(r"-[0-9a-f]{16}\.js$")?;
        let mut tables = BTreeMap::new();
        for folder in ["locales", "words"] {
            for (name, size) in measure_files(&page.join(folder), &any)? {
                *tables.entry(any.replace(&name, "").into_owned()).or_insert(0) += size;
            }
        }
        ensure!(files.len() == 5, "the page has other files than expected: {files:?}");
        Ok(Form { files, language: lists + tables.into_values().max().unwrap_or_default() })
    }

    /// Sum of all files, in the largest language.
    pub fn sum(&self) -> usize {
        self.files.iter().map(|(_, size)| size).sum::<usize>() + self.language
    }
}

/// Names and brotli bytes of the files in a folder whose name matches.
fn measure_files(folder: &Path, name: &Regex) -> Result<Vec<(String, usize)>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let file = entry.file_name().to_string_lossy().into_owned();
        if name.is_match(&file) {
            files.push((file, measure_brotli(&fs::read(entry.path())?)?));
        }
    }
    files.sort();
    Ok(files)
}

/// Prints the bytes of the account page until its form is displayed.
///
/// # Errors
///
/// When they are above the budget.
pub fn check_form(page: &Path) -> Result<()> {
    let form = Form::measure(page)?;
    println!("{:<32} {:>8}", "bytes", "brotli");
    for (name, size) in &form.files {
        println!("{name:<32} {size:>8}");
    }
    println!("{:<32} {:>8}", "a language, at most", form.language);
    println!("{:<32} {:>8}   (budget: {FORM_BUDGET})", "form", form.sum());
    ensure!(
        form.sum() <= FORM_BUDGET,
        "the form of the account page is {} bytes above its budget of {FORM_BUDGET} \
         (xtask/src/budget.rs)",
        form.sum() - FORM_BUDGET
    );
    Ok(())
}

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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::{Form, measure_brotli};
    use crate::sh;

    #[test]
    fn the_form_of_the_account_page_has_its_own_files_and_those_of_one_language() {
        let page = sh::target().join("test-form");
        let hash = "0123456789abcdef";
        let form = ["index.html", "config.json"].map(str::to_owned);
        let own = ["page-H.css", "page-H.js", "page-H.wasm"].map(|name| name.replace('H', hash));
        let elements = ["define-H.js", "threepids-H.wasm", "actions-H.js"];
        let elements = elements.map(|name| name.replace('H', hash));
        let lists = ["languages-H.js", "words-H.js"].map(|name| name.replace('H', hash));
        let short = ["locales/fr-H.js", "words/fr-H.js"].map(|name| name.replace('H', hash));
        let long = ["locales/zh-Hant-H.js", "words/zh-Hant-H.js"]
            .map(|name| name.replace("-H.", &format!("-{hash}.")));
        for folder in ["locales", "words"] {
            fs::create_dir_all(page.join(folder)).expect("created");
        }
        let all = [&form[..], &own, &elements, &lists, &short, &long].concat();
        for name in &all {
            fs::write(page.join(name), if long.contains(name) { "longer" } else { "a" })
                .expect("written");
        }
        let measured = Form::measure(&page).expect("the page is complete");
        let mut names: Vec<String> = measured.files.iter().map(|(name, _)| name.clone()).collect();
        names.sort();
        let mut wanted = [&form[..], &own].concat();
        wanted.sort();
        assert_eq!(names, wanted);
        let size = |text: &str| measure_brotli(text.as_bytes()).expect("compressed");
        assert_eq!(measured.language, 2 * size("a") + 2 * size("longer"));
        assert_eq!(measured.sum(), 5 * size("a") + measured.language);
        fs::remove_file(page.join(&own[0])).expect("removed");
        assert!(Form::measure(&page).is_err(), "the style sheet is missing");
        fs::remove_dir_all(page).expect("removed");
    }
}
