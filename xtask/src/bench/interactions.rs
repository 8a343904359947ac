//! Time from an action of the user to the next frame.

use anyhow::{Context, Result};

use super::chromium::Chromium;
use super::options::Options;
use super::report::Table;
use super::site::Site;
use super::stats::{median, order};
use super::subjects::Subjects;

/// Lengths of the list.
const COUNTS: [usize; 2] = [3, 1_000];
/// Members of the result of `window.bench.interact`, and their columns.
const COLUMNS: [(&str, &str); 4] = [
    ("keystroke", "keystroke"),
    ("add", "click on \"Add\""),
    ("dialog", "opening of the dialog"),
    ("longTasks", "tasks above 50 ms"),
];

/// Measures all actions, in turn.
pub async fn measure(
    browser: &Chromium,
    site: &Site,
    subjects: &Subjects,
    options: &Options,
) -> Result<Table> {
    println!("Interactions");
    let mut cases: Vec<(&str, usize)> = Vec::new();
    for (name, _) in subjects.packages() {
        let script = format!("<script>{}</script>", include_str!("pages/bench.js"));
        site.add_page(&format!("{name}/bench.html"), &script, "<main></main>")?;
        cases.extend(COUNTS.map(|count| (name, count)));
    }
    let mut times = vec![vec![Vec::new(); COLUMNS.len()]; cases.len()];
    for round in 0..options.repeat {
        for at in order(cases.len(), round) {
            let (name, count) = cases[at];
            browser.goto(&site.visit(&format!("{name}/bench.html"))).await?;
            let result = browser.run(&format!("return await bench.interact({count})")).await?;
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
    let text = "Time in ms from the event to the next frame, which is up to 17 ms away in any \
                case. Network and processor are at full speed."
        .to_owned();
    Ok(Table { title: "Interactions", text, columns, rows })
}
