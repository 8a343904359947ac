//! The links of the site, and the groups of the gallery.

use std::collections::BTreeSet;

use regex::Regex;

use super::{Content, Files, Server, read, render};

fn site() -> Files {
    render(&Server::InPage, [60_000, 130_000]).expect("the site renders")
}

fn text_of<'a>(files: &'a Files, path: &str) -> Option<&'a str> {
    match files.get(path)? {
        Content::Text(text) => Some(text),
        Content::Copy(_) => None,
    }
}

/// Path in the site of a relative URL on this page.
fn join(page: &str, url: &str) -> String {
    let mut parts: Vec<&str> = page.split('/').collect();
    parts.pop();
    for part in url.split('/') {
        match part {
            "." | "" => {}
            ".." => assert!(parts.pop().is_some(), "{page}: {url} leaves the site"),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

#[test]
fn every_link_of_the_site_leads_to_a_file_and_an_anchor() {
    let files = site();
    let link = Regex::new(r#"(?:href|src)="([^"]+)""#).expect("the pattern is valid");
    let code = Regex::new(r"(?s)<code.*?</code>").expect("the pattern is valid");
    let mut count = 0;
    for (page, content) in &files {
        let Content::Text(html) = content else { continue };
        if !page.ends_with(".html") {
            continue;
        }
        for found in link.captures_iter(&code.replace_all(html, "")) {
            let url = &found[1];
            if url.contains("://") || url.starts_with("mailto:") {
                continue;
            }
            assert!(!url.starts_with('/'), "{page}: {url} works only at the root of a server");
            count += 1;
            let (path, anchor) = url.split_once('#').unwrap_or((url, ""));
            let target = if path.is_empty() { page.clone() } else { join(page, path) };
            assert!(files.contains_key(&target), "{page}: {url} is no file of the site");
            let id = format!("id=\"{anchor}\"");
            let has_anchor = anchor.is_empty()
                || text_of(&files, &target).is_some_and(|html| html.contains(&id));
            assert!(has_anchor, "{page}: {url} is no heading of that page");
        }
    }
    assert!(count > 1000, "only {count} links");
}

#[test]
fn every_page_has_a_strict_policy_and_no_inline_script_or_style() {
    let inline = Regex::new(r#"<script(?: type="module")?>|<style|\sstyle="|\son[a-z]+="#)
        .expect("the pattern is valid");
    let code = Regex::new(r"(?s)<code.*?</code>").expect("the pattern is valid");
    for (page, content) in &site() {
        let Content::Text(html) = content else { continue };
        if !page.ends_with(".html") {
            continue;
        }
        assert!(html.contains("default-src 'none'; script-src 'self'"), "{page} has no policy");
        let html = code.replace_all(html, "");
        let found = inline.find(&html).map(|found| found.as_str());
        assert_eq!(found, None, "{page} has an inline script or style");
        assert!(html.contains("<h1"), "{page} has no heading");
        assert!(html.contains("id=\"main\""), "{page} has no main part");
    }
}

#[test]
fn only_the_demo_may_send_requests_to_a_homeserver() {
    let csp = |files: &Files| text_of(files, "demo/index.html").expect("a page").to_owned();
    assert!(csp(&site()).contains("connect-src 'self'; "));
    let real = Server::Real("http://127.0.0.1:1".to_owned());
    let real = render(&real, [1, 2]).expect("the site renders");
    assert!(csp(&real).contains("connect-src 'self' http://127.0.0.1:1; "));
}

#[test]
fn every_state_is_in_one_group_of_the_gallery() {
    let states = read("site/states/states.js").expect("the states");
    let (_, table) = states.split_once("export const STATES = {").expect("a table of states");
    let name = Regex::new(r#"(?m)^  "?([a-z][\w-]*)"?: \["#).expect("the pattern is valid");
    let states: Vec<String> = name.captures_iter(table).map(|found| found[1].to_owned()).collect();
    let groups = read("site/states/groups.js").expect("the groups");
    let list = Regex::new(r"(?s)\[(.*?)\]").expect("the pattern is valid");
    let quoted = Regex::new(r#""([\w-]+)""#).expect("the pattern is valid");
    let mut grouped = BTreeSet::new();
    for found in list.captures_iter(&groups) {
        for name in quoted.captures_iter(&found[1]) {
            assert!(grouped.insert(name[1].to_owned()), "{} is in two groups", &name[1]);
        }
    }
    let states: BTreeSet<String> = states.into_iter().collect();
    assert!(states.len() > 100, "only {} states", states.len());
    assert_eq!(states, grouped, "site/states/groups.js has other states than states.js");
}

#[test]
fn the_comparison_names_tests_that_exist() {
    let page = read("docs/comparison.md").expect("the page");
    let folder = crate::sh::root().join("tests/stage/tests/browser");
    let files = std::fs::read_dir(folder).expect("the browser tests");
    let sources: String = files
        .map(|file| file.expect("a file").path())
        .filter(|path| path.extension().is_some_and(|kind| kind == "rs"))
        .map(|path| std::fs::read_to_string(path).expect("a source"))
        .collect();
    let named = Regex::new("tests `([^`]+)`").expect("the pattern is valid");
    let names: BTreeSet<&str> =
        named.captures_iter(&page).map(|found| found.get(1).expect("a name").as_str()).collect();
    assert!(names.len() > 3, "{names:?}");
    for name in names {
        assert!(sources.contains(&format!("\"{name}: ")), "no test begins with {name}");
    }
}

#[test]
fn every_document_has_a_live_element_and_is_in_the_navigation_and_the_search() {
    let files = site();
    let contents = text_of(&files, "docs/index.html").expect("a page");
    let index = text_of(&files, "search.json").expect("an index");
    for document in super::documents::read_all().expect("the documents") {
        let path = &document.output;
        let html = text_of(&files, path).expect("a page");
        assert!(html.contains("data-live="), "{path} has no live element");
        assert!(contents.contains(&format!("../{path}\"")), "{path} is not in the list");
        if document.source != "CHANGELOG.md" {
            assert!(index.contains(&format!("\"url\":\"{path}\"")), "{path} is not in the search");
        }
    }
}
