//! The policies and settings that the documentation recommends are those that
//! the tests run under, wherever they are written down.

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

fn read(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    fs::read_to_string(root.join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// In one line, with one space between words.
fn in_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The headers of each answer, from lines that begin with this.
fn headers(sample: &str, begin: &str, end: &str) -> BTreeMap<String, String> {
    let lines = sample.lines().map(str::trim);
    let settings = lines.filter_map(|line| line.strip_prefix(begin)?.split_once(' '));
    let quoted = settings.filter_map(|(name, value)| {
        let value = value.strip_suffix(end)?.strip_prefix('"')?.strip_suffix('"')?;
        Some((name.to_owned(), value.to_owned()))
    });
    quoted.collect()
}

fn nginx() -> BTreeMap<String, String> {
    headers(&read("examples/hosting/nginx.conf"), "add_header ", " always;")
}

#[test]
fn nginx_and_caddy_samples_set_same_headers() {
    let caddy = read("examples/hosting/Caddyfile");
    let (_, block) = caddy.split_once("\n\theader {\n").expect("a block of headers");
    let (block, _) = block.split_once("\n\t}\n").expect("its end");
    let caddy = headers(block, "", "");
    assert_eq!(caddy, nginx());
    assert!(caddy.len() >= 7, "{caddy:?}");
}

#[test]
fn account_page_docs_list_each_header_with_its_value() {
    let page = read("docs/account-page.md");
    for (name, value) in nginx() {
        if name == "Content-Security-Policy" {
            assert!(in_line(&page).contains(&value), "docs/account-page.md has another policy");
        } else {
            let row = format!("| `{name}: {value}` |");
            assert!(page.contains(&row), "docs/account-page.md lacks {row}");
        }
    }
}

#[test]
fn account_page_html_sets_policy_by_meta_tags() {
    let index = read("index.html");
    let policy = "base-uri 'none'; form-action 'none'; object-src 'none'";
    for tag in [
        format!("<meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\" />"),
        "<meta name=\"referrer\" content=\"no-referrer\" />".to_owned(),
    ] {
        assert!(index.contains(&tag), "index.html lacks {tag}");
    }
    assert!(read("docs/account-page.md").contains(policy));
}

#[test]
fn documented_host_policies_match_csp_tests() {
    let tests = in_line(&read("tests/stage/tests/browser/csp.rs").replace('\\', " "));
    let page = read("docs/embedding/content-security-policy.md");
    let blocks = page.split("```").skip(1).step_by(2);
    let mut policies = 0;
    for policy in blocks.filter(|block| block.contains("default-src")) {
        let policy = in_line(policy).replace("https://matrix.example.org", "{}");
        assert!(tests.contains(&format!("\"{policy}\"")), "no test runs under: {policy}");
        for directive in ["base-uri ", "form-action ", "frame-ancestors ", "default-src 'none'"] {
            assert!(policy.contains(directive), "{directive} is not in: {policy}");
        }
        policies += 1;
    }
    assert_eq!(policies, 2);
}
