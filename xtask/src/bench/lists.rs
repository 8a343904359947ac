//! Lists of 10 to 10,000 entries.

use anyhow::{Context, Result};

use super::chromium::Chromium;
use super::options::Options;
use super::report::Table;
use super::site::Site;
use super::stats::{median, order};
use super::subjects::Subjects;

/// Numbers of entries.
const COUNTS: [usize; 4] = [10, 100, 1_000, 10_000];
/// Longest list of the package of before: its time is quadratic.
const MAX_BEFORE: usize = 1_000;
/// Members of the result of `window.bench.list`, and their columns.
const COLUMNS: [(&str, &str); 6] = [
    ("first", "first list"),
    ("reversed", "another order"),
    ("more", "one more"),
    ("less", "one less"),
    ("parse", "of the first list until the event"),
    ("longest", "longest task"),
];

/// Measures all lists, in turn.
pub async fn measure(
    browser: &Chromium,
    site: &Site,
    subjects: &Subjects,
    options: &Options,
) -> Result<Table> {
    println!("Lists");
    let mut cases: Vec<(&str, usize)> = Vec::new();
    for (name, _) in subjects.packages() {
        let script = format!("<script>{}</script>", include_str!("pages/bench.js"));
        site.add_page(&format!("{name}/bench.html"), &script, "<main></main>")?;
        let counts = COUNTS.iter().filter(|count| name != "before" || **count <= MAX_BEFORE);
        cases.extend(counts.map(|count| (name, *count)));
    }
    let mut times = vec![vec![Vec::new(); COLUMNS.len()]; cases.len()];
    for round in 0..options.repeat {
        for at in order(cases.len(), round) {
            let (name, count) = cases[at];
            browser.goto(&site.visit(&format!("{name}/bench.html"))).await?;
            let result = browser.run(&format!("return await bench.list({count})")).await?;
            for (times, (member, _)) in times[at].iter_mut().zip(COLUMNS) {
                times.push(result[member].as_f64().context("a number")?);
            }
        }
    }
    let row = |((name, count), times): (&(&str, usize), &Vec<Vec<f64>>)| {
        let cells = times.iter().map(|times| format!("{:.1}", median(times)));
        [(*name).to_owned(), count.to_string()].into_iter().chain(cells).collect()
    };
    let rows = cases.iter().zip(&times).map(row).collect();
    let names = COLUMNS.map(|(_, name)| name.to_owned());
    let columns = [vec!["of".to_owned(), "entries".to_owned()], names.to_vec()].concat();
    let text = "Time in ms from the response until all entries are drawn, with network and \
                processor at full speed. Tasks of less than 50 ms count as 0."
        .to_owned();
    Ok(Table { title: "Lists", text, columns, rows })
}
