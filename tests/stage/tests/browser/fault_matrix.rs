//! Every fault, in every place: each request of each flow meets each fault, in
//! front of a real Synapse with real mail. A row is a test, with one browser;
//! each of its cells has a person and a page of its own. Chromium has every cell,
//! each of the other browsers a third, another one in each run.

mod assertions;
mod expected_messages;
mod out_of_band;
mod request;
mod scenario;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use stage::synapse::Session;

use crate::engine::Engine;
use crate::fault_injection::{CORS, Fault};
use crate::harness::{browser_test, stage};
use crate::page_object::Page;
use expected_messages::Seen;
use request::Request;
use scenario::Scene;

/// What failed is to be told before the row is given up.
const LIMIT: Duration = Duration::from_secs(200);

/// How many cells were played.
static CELLS: AtomicUsize = AtomicUsize::new(0);

pub fn tests() -> Vec<Trial> {
    let row = |request: &Request| {
        let request = *request;
        browser_test(request.title(), move |page| row(page, request))
    };
    Request::ALL.iter().map(row).collect()
}

/// Says how many cells were played, if any.
pub fn print_size(engine: Engine) {
    let cells = CELLS.load(Ordering::Relaxed);
    if cells > 0 {
        println!("fault matrix: {cells} cells in {}", engine.name());
    }
}

async fn row(page: Page, request: Request) -> Result<()> {
    // Chromium says so on the console, whatever a page does about it.
    page.allow(CORS);
    let mut failed = Vec::new();
    let mut mails = Vec::new();
    let started = Instant::now();
    for fault in drawn(stage().engine, request, seed()?) {
        let name = format!("{request:?} × {fault:?}");
        if started.elapsed() > LIMIT {
            failed.push(format!("{name}, and all after it, had no time left"));
            break;
        }
        let number = CELLS.fetch_add(1, Ordering::Relaxed);
        let address = format!("cell{number}@example.org");
        let session = stage().synapse.user(&format!("cell{number}"), "secret").await?;
        let result = match cell(&page, session, &address, request, fault).await {
            Ok(()) => page.check_console().await,
            Err(error) => Err(error),
        };
        if let Err(error) = result {
            failed.push(format!("{name}: {error:#}"));
            page.keep_evidence(&stage().target.join("test-failures"), &name).await?;
        }
        mails.push((name, address));
    }
    // Mails come in turn: once this one is there, so are all before it.
    has_mail_sent("last", &format!("last-of-{request:?}@example.org")).await?;
    for (name, address) in mails {
        let (came, wanted) = (stage().mails.to(&address).len(), request.mails());
        if came != wanted {
            failed.push(format!("{name}: {came} mails were sent, not {wanted}"));
        }
    }
    let count = failed.len();
    ensure!(failed.is_empty(), "{count} failed:\n\n{}", failed.join("\n\n"));
    Ok(())
}

/// The faults that a row has in this browser: each in Chromium; in each of the
/// others a third, by lot.
fn drawn(engine: Engine, request: Request, seed: u64) -> Vec<Fault> {
    let offset = match engine {
        Engine::Chromium => None,
        Engine::Firefox => Some(0),
        Engine::WebKit => Some(1),
    };
    let row = request as u64 * Fault::ALL.len() as u64;
    let is_drawn =
        |at: u64| offset.is_none_or(|offset| (row + at + offset + seed).is_multiple_of(3));
    let faults = (0..).zip(Fault::ALL).filter(|(at, _)| is_drawn(*at)).map(|(_, fault)| *fault);
    faults.filter(|fault| request.may_meet(*fault)).collect()
}

/// What decides which cells are drawn.
fn seed() -> Result<u64> {
    std::env::var("STAGE_SEED").map_or(Ok(0), |seed| seed.parse().context("STAGE_SEED"))
}

/// Somebody else has a mail sent.
async fn has_mail_sent(name: &str, address: &str) -> Result<()> {
    let session = stage().synapse.user(name, "secret").await?;
    out_of_band::have_mail_sent(&session, address).await?;
    stage().mails.wait_for(address, 1).await.map(drop)
}

async fn cell(
    page: &Page,
    session: Session,
    address: &str,
    request: Request,
    fault: Fault,
) -> Result<()> {
    let scene = Scene::new(page, session, address, request).await?;
    scene.prepare().await.context("before the fault")?;
    scene.meets(fault).await?;
    let seen = expected_messages::of(request, fault);
    scene.sees(&seen).await?;
    scene.keeps(&seen).await?;
    scene.goes_on(&seen, fault).await.context("after the fault")?;
    scene.finishes(&seen).await.context("after the fault")?;
    page.until("window.stage.all('alert', null, null).length === 0").await?;
    if matches!(seen, Seen::Quiet | Seen::Waiting | Seen::Done) {
        scene.told_no_error().await?;
    }
    // What is asked for again is the same mail, unless the server has said no.
    if !matches!(seen, Seen::Alert(_)) {
        let asked = scene.different_mails_asked_for();
        ensure!(asked <= request.mails(), "{asked} different mails were asked for");
    }
    Ok(())
}
