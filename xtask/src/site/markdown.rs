//! Renders Markdown to HTML: headings get anchors, links lead to pages of the site.

use std::collections::BTreeMap;

use anyhow::Result;
use pulldown_cmark::{CowStr, Event, Options, Parser, Tag, TagEnd, html};

use super::layout::escape;

/// Part of a document below one heading.
#[derive(Debug, PartialEq, Eq)]
pub struct Section {
    /// Anchor of the heading.
    pub id: String,
    /// Text of the heading.
    pub heading: String,
    /// Text up to the next heading.
    pub text: String,
}

/// Rendered document.
pub struct Rendered {
    /// HTML of the document.
    pub html: String,
    /// Its sections; the first one is that of the title.
    pub sections: Vec<Section>,
}

/// Renders a document. `resolve` returns the URL for a link or a picture, or
/// `None` if the text is left without a link.
pub fn render(
    text: &str,
    mut resolve: impl FnMut(&str) -> Result<Option<String>>,
) -> Result<Rendered> {
    let options = Options::ENABLE_TABLES | Options::ENABLE_FOOTNOTES;
    let mut events: Vec<Event> = Parser::new_ext(text, options).collect();
    let sections = find_sections(&events);
    let mut ids = sections.iter().map(|section| section.id.clone());
    let mut links = Vec::new();
    for event in &mut events {
        match event {
            Event::Start(Tag::Heading { id, .. }) => *id = ids.next().map(CowStr::from),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let url = resolve(dest_url)?;
                links.push(url.is_some());
                match url {
                    Some(url) => *dest_url = url.into(),
                    None => *event = Event::Text("".into()),
                }
            }
            Event::End(TagEnd::Link) if links.pop() == Some(false) => {
                *event = Event::Text("".into());
            }
            Event::Start(Tag::Image { dest_url, .. }) => {
                if let Some(url) = resolve(dest_url)? {
                    *dest_url = url.into();
                }
            }
            // No document has HTML of its own.
            Event::Html(html) | Event::InlineHtml(html) => *event = Event::Text(html.clone()),
            _ => {}
        }
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    Ok(Rendered { html: complete(&out, &sections), sections })
}

/// Makes what may be wider than the page scrollable by keyboard, and gives each
/// heading a link to itself.
fn complete(html: &str, sections: &[Section]) -> String {
    let mut html = html
        .replace("<pre>", "<pre tabindex=\"0\">")
        .replace("<table>", "<div class=\"table\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>")
        .replace("<img ", "<img loading=\"lazy\" ");
    // A header without a text is no header.
    html = html.replace("<th></th>", "<td></td>");
    // The policy forbids style attributes.
    for side in ["left", "center", "right"] {
        let style = format!(" style=\"text-align: {side}\"");
        html = html.replace(&style, &format!(" class=\"{side}\""));
    }
    for section in sections.iter().skip(1) {
        for level in 2..=4 {
            let start = format!("<h{level} id=\"{}\">", section.id);
            let link = format!(
                "{start}<a class=\"anchor\" href=\"#{}\" aria-label=\"Link to {}\">#</a>",
                section.id,
                escape(&section.heading)
            );
            html = html.replacen(&start, &link, 1);
        }
    }
    html
}

fn find_sections(events: &[Event]) -> Vec<Section> {
    let mut sections: Vec<Section> = Vec::new();
    let mut used = BTreeMap::new();
    let mut is_heading = false;
    for event in events {
        match event {
            Event::Start(Tag::Heading { .. }) => {
                is_heading = true;
                let (id, heading, text) = Default::default();
                sections.push(Section { id, heading, text });
            }
            Event::End(TagEnd::Heading(_)) => {
                is_heading = false;
                if let Some(section) = sections.last_mut() {
                    section.id = make_unique(&slug(&section.heading), &mut used);
                }
            }
            Event::Text(text) | Event::Code(text) => {
                if let Some(section) = sections.last_mut() {
                    let to = if is_heading { &mut section.heading } else { &mut section.text };
                    to.push_str(text);
                }
            }
            Event::SoftBreak | Event::HardBreak | Event::End(_) => {
                if let Some(section) = sections.last_mut().filter(|_| !is_heading) {
                    section.text.push(' ');
                }
            }
            _ => {}
        }
    }
    for section in &mut sections {
        section.text = section.text.split_whitespace().collect::<Vec<_>>().join(" ");
    }
    sections
}

/// Anchor of a heading, as GitHub makes it, so that links work on both.
fn slug(heading: &str) -> String {
    let is_kept = |char: &char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_');
    heading.to_lowercase().chars().filter(is_kept).collect::<String>().replace(' ', "-")
}

fn make_unique(slug: &str, used: &mut BTreeMap<String, usize>) -> String {
    let count = used.entry(slug.to_owned()).or_default();
    *count += 1;
    if *count == 1 { slug.to_owned() } else { format!("{slug}-{}", *count - 1) }
}
