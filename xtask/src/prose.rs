//! Checks the prose of docs and comments: spelling, and words that the style
//! guide in CONTRIBUTING.md does not allow.
//!
//! Prose that is older than the guide still has such words. A baseline says how
//! many of them each file has. A file must not have more, and when it has fewer,
//! the baseline is lowered.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use regex::Regex;

use crate::{sh, tools};

const BANNED: &str = include_str!("../prose/banned-words.txt");
const BASELINE: &str = "xtask/prose/baseline.tsv";
/// Kinds of files that have prose.
const KINDS: [&str; 8] = ["css", "html", "js", "md", "mjs", "py", "rs", "ts"];
/// Files and folders that are not checked: other languages, other people's text,
/// and the glossary, which names the banned words.
const UNCHECKED: [&str; 4] = ["docs/glossary.md", "locales/", "patches/", "tests/fuzz/corpus/"];

/// A place in a file that the style guide does not allow.
#[derive(Debug, PartialEq, Eq)]
struct Finding {
    /// Counted from 1.
    line: usize,
    /// The word, and what to write in its place.
    message: String,
}

/// Runs both checks. With `--update`, writes the baseline first.
///
/// # Errors
///
/// When a word is misspelled, or a count differs from the baseline.
pub fn run(arguments: &[&str]) -> Result<()> {
    let is_update = match arguments {
        [] => false,
        ["--update"] => true,
        _ => bail!("cargo xtask prose [--update]"),
    };
    check_words(is_update)?;
    let typos = tools::ensure_typos()?;
    sh::run(Command::new(typos).current_dir(sh::root()).args(["--format", "brief"]))
        .context("there are misspelled words; typos.toml lists exceptions")
}

fn check_words(is_update: bool) -> Result<()> {
    let words = read_patterns()?;
    let mut findings = BTreeMap::new();
    for file in list_files()?.into_iter().filter(|file| is_checked(file)) {
        // A file that is deleted, but not committed, is listed, too.
        let Ok(text) = fs::read_to_string(sh::root().join(&file)) else { continue };
        let found = find(get_kind(&file), &text, &words);
        if !found.is_empty() {
            findings.insert(file, found);
        }
    }
    let baseline_file = sh::root().join(BASELINE);
    if is_update {
        let mut baseline = String::new();
        for (file, found) in &findings {
            writeln!(baseline, "{file}\t{}", found.len())?;
        }
        fs::write(&baseline_file, baseline)?;
    }
    compare(&findings, &fs::read_to_string(&baseline_file)?)
}

/// Files of the repository, relative to its root. Without git (in an unpacked
/// archive), all files except builds.
fn list_files() -> Result<Vec<String>> {
    let mut git = Command::new("git");
    git.current_dir(sh::root()).stderr(Stdio::null());
    git.args(["ls-files", "--cached", "--others", "--exclude-standard"]);
    if let Ok(listed) = git.output()
        && listed.status.success()
    {
        return Ok(String::from_utf8(listed.stdout)?.lines().map(str::to_owned).collect());
    }
    let mut files = Vec::new();
    let mut folders = vec![sh::root()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let is_build = ["target", "dist", "node_modules"].contains(&&*name);
            if path.is_file() {
                files.push(path.strip_prefix(sh::root())?.display().to_string());
            } else if !is_build && !name.starts_with('.') {
                folders.push(path);
            }
        }
    }
    Ok(files)
}

/// Compares the findings with the baseline.
///
/// # Errors
///
/// When a file has more or fewer findings. The error names each such file.
fn compare(findings: &BTreeMap<String, Vec<Finding>>, baseline: &str) -> Result<()> {
    let mut allowed = BTreeMap::new();
    for line in baseline.lines() {
        let (file, count) =
            line.split_once('\t').context("a line of xtask/prose/baseline.tsv has no tab")?;
        allowed.insert(
            file,
            count
                .parse::<usize>()
                .context("a line of xtask/prose/baseline.tsv does not end in a number")?,
        );
    }
    let mut errors = String::new();
    for (file, found) in findings {
        let allowed = allowed.remove(&**file).unwrap_or(0);
        if found.len() > allowed {
            writeln!(errors, "{file}: {} findings, {allowed} allowed", found.len())?;
            for Finding { line, message } in found {
                writeln!(errors, "  {file}:{line}: {message}")?;
            }
        } else if found.len() < allowed {
            writeln!(errors, "{file}: better than its baseline; run: cargo xtask prose --update")?;
        }
    }
    for file in allowed.keys() {
        writeln!(errors, "{file}: better than its baseline; run: cargo xtask prose --update")?;
    }
    ensure!(errors.is_empty(), "{errors}");
    Ok(())
}

/// A pattern for each banned word, and what to write in its place.
fn read_patterns() -> Result<Vec<(Regex, String)>> {
    let mut words = Vec::new();
    for line in BANNED.lines().filter(|line| !line.starts_with('#')) {
        let (word, instead) = line
            .split_once(" =")
            .context("a line of xtask/prose/banned-words.txt has no \" =\"")?;
        let message = match instead.trim() {
            "" => format!("\"{word}\""),
            instead => format!("\"{word}\": {instead}"),
        };
        words.push((Regex::new(&format!(r"(?i)\b{word}\b"))?, message));
    }
    let subject = Regex::new(r"^\s*//[/!] (What|Whether|Which|Whose|How|Of|Where) ")?;
    words.push((subject, "the doc comment does not name its subject".to_owned()));
    Ok(words)
}

fn find(kind: &str, text: &str, words: &[(Regex, String)]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut is_code = false;
    let mut is_after_doc = false;
    for (index, line) in text.lines().enumerate() {
        if kind == "md" && line.trim_start().starts_with("```") {
            is_code = !is_code;
            continue;
        }
        let prose = if is_code { None } else { extract_prose(kind, line) };
        let is_doc = line.trim_start().starts_with("///") || line.starts_with("//!");
        for (pattern, message) in words {
            // Only the first line of a doc comment names its subject.
            let is_for_first_lines = pattern.as_str().starts_with('^');
            let hits = match prose.as_deref() {
                Some(_) if is_for_first_lines => {
                    usize::from(is_doc && !is_after_doc && pattern.is_match(line))
                }
                Some(prose) => pattern.find_iter(prose).count(),
                None => 0,
            };
            for _ in 0..hits {
                findings.push(Finding { line: index + 1, message: message.clone() });
            }
        }
        is_after_doc = is_doc;
    }
    findings
}

/// The prose of a line, without inline code.
fn extract_prose(kind: &str, line: &str) -> Option<String> {
    let comment = match kind {
        "md" => Some(line),
        "py" => line.split_once("# ").map(|(_, comment)| comment),
        "html" => line.split_once("<!--").map(|(_, comment)| comment),
        _ => {
            let start = line.trim_start();
            let is_within = start.starts_with("* ") || start.starts_with("/*");
            let after = |mark: &str| line.split_once(mark).map(|(_, comment)| comment);
            // "/// " contains "// ".
            if is_within { Some(start) } else { after("// ").or_else(|| after("//! ")) }
        }
    }?;
    // Every second part is between backticks.
    Some(comment.split('`').step_by(2).collect::<Vec<_>>().join(" "))
}

fn is_checked(file: &str) -> bool {
    KINDS.contains(&get_kind(file)) && !UNCHECKED.iter().any(|path| file.starts_with(path))
}

fn get_kind(file: &str) -> &str {
    Path::new(file).extension().and_then(|kind| kind.to_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Finding, compare, find, read_patterns};

    fn lines(kind: &str, text: &str) -> Vec<usize> {
        let words = read_patterns().expect("the list of words is valid");
        find(kind, text, &words).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn banned_words_are_found_in_comments_and_docs_only() {
        assert_eq!(lines("rs", "let somebody = 1; // nobody\n/// Whoever."), [1, 2]);
        assert_eq!(lines("md", "Somebody\n```\nnobody\n```\n`nobody` nobody"), [1, 5]);
        assert_eq!(lines("js", "const house = \"nobody\";"), [0; 0]);
        assert_eq!(lines("py", "x = 1  # anew"), [1]);
    }

    #[test]
    fn words_that_only_contain_a_banned_word_are_allowed() {
        assert_eq!(lines("md", "addresses, a household, personal, besides"), [0; 0]);
        assert_eq!(lines("md", "a person, the person's, persons"), [1, 1, 1]);
    }

    #[test]
    fn the_first_line_of_a_doc_comment_names_its_subject() {
        assert_eq!(lines("rs", "/// What it is.\nfn a() {}\n/// Runs it.\n/// What follows."), [1]);
        assert_eq!(lines("rs", "    //! How far it is."), [0; 0]);
        assert_eq!(lines("rs", "//! How far it is."), [1]);
    }

    #[test]
    fn a_file_has_as_many_findings_as_its_baseline() {
        let finding = Finding { line: 3, message: "\"anew\": again".to_owned() };
        let findings = BTreeMap::from([("a.md".to_owned(), vec![finding])]);
        assert!(compare(&findings, "a.md\t1\n").is_ok());
        let more = compare(&findings, "").expect_err("it has more").to_string();
        assert!(more.contains("a.md:3: \"anew\": again"), "{more}");
        for better in ["a.md\t2\n", "a.md\t1\nb.md\t1\n"] {
            let error = compare(&findings, better).expect_err("it is better").to_string();
            assert!(error.contains("--update"), "{error}");
        }
    }
}
