//! Lists of a server that has thousands of addresses, or makes them up.

use anyhow::{Context, Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::error_responses::{DELETE, LIST, NEW, SEND, open};
use crate::harness::browser_test;
use crate::homeserver::{Answer, Homeserver, challenge, list};
use crate::page_object::Page;

/// Tests of what the user sees.
pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("long lists: a field finds entries of a long list", finds_entries),
        browser_test("long lists: rows that stay are not drawn again", keeps_rows),
        browser_test("long lists: the focus stays with its row, or moves to the next", keeps_focus),
        browser_test("long lists: texts of all rows follow language and readonly", changes_texts),
    ]
}

/// Tests of the time, in the browser that reports long tasks.
pub fn time_tests() -> Vec<Trial> {
    vec![browser_test("long lists: the time grows as the list does", is_linear)]
}

fn addresses(count: usize) -> Vec<String> {
    (0..count).map(|at| format!("user{at}@example.org")).collect()
}

fn list_of(addresses: &[String]) -> Answer {
    list(&addresses.iter().map(String::as_str).collect::<Vec<_>>())
}

/// Waits until the list has this many rows, from this address to that one.
async fn drawn(page: &Page, count: usize, first: &str, last: &str) -> Result<()> {
    page.until(&format!(
        "(() => {{ const list = window.element.shadowRoot.querySelector('[role=list]');\
           const rows = list.querySelectorAll('[role=listitem]');\
           const [first, last] = [rows[0], rows[rows.length - 1]];\
           return rows.length === {count} && !list.hasAttribute('aria-busy') &&\
             first.textContent.includes('{first}') && last.textContent.includes('{last}'); }})()"
    ))
    .await
}

async fn open_with(page: &Page, addresses: &[String]) -> Result<Homeserver> {
    let homeserver = Homeserver::start().await?;
    homeserver.answers(LIST, [list_of(addresses)]);
    open(page, &homeserver).await?;
    let (first, last) = (addresses.first(), addresses.last());
    let (first, last) = (first.context("one")?, last.context("one")?);
    drawn(page, addresses.len(), first, last).await?;
    Ok(homeserver)
}

async fn refresh(page: &Page, homeserver: &Homeserver, addresses: &[String]) -> Result<()> {
    homeserver.answers(LIST, [list_of(addresses)]);
    page.run("window.element.refresh()").await?;
    let (first, last) = (addresses.first(), addresses.last());
    drawn(page, addresses.len(), first.context("one")?, last.context("one")?).await
}

/// Types into the field above the list.
async fn find(page: &Page, text: &str) -> Result<()> {
    page.run_async(
        "const field = await window.stage.see('searchbox', 'Find in the list', null);\
         field.focus();\
         field.select();\
         document.execCommand(given[0] ? 'insertText' : 'delete', false, given[0]);",
        vec![json!(text)],
    )
    .await?;
    Ok(())
}

async fn finds_entries(page: Page) -> Result<()> {
    let mut all = addresses(1_000);
    let homeserver = open_with(&page, &all).await?;
    ensure!(page.count("searchbox", None).await? == 0, "a field above a list of 1,000");
    all.push("user1000@example.org".to_owned());
    refresh(&page, &homeserver, &all).await?;
    page.see("searchbox", "Find in the list").await?;

    find(&page, "USER99").await?;
    page.read("status", "Showing 11 of 1001").await?;
    drawn(&page, 11, "user99@", "user999@").await?;
    find(&page, "nobody").await?;
    page.read("status", "Showing 0 of 1001").await?;
    page.until("!window.stage.all('listitem', null, null).length").await?;
    let shown = page.run("return window.element.shadowRoot.querySelector('.empty').hidden").await?;
    ensure!(shown == json!(true), "the list is said to be empty");

    // After a removal, the next of those that were found has the focus.
    find(&page, "user99").await?;
    drawn(&page, 11, "user99@", "user999@").await?;
    homeserver.answers(DELETE, [Answer::Json(200, json!({}))]);
    let left: Vec<String> = all.iter().filter(|it| !it.starts_with("user990@")).cloned().collect();
    homeserver.answers(LIST, [list_of(&left)]);
    page.press("Remove user990@example.org").await?;
    page.press("Remove").await?;
    page.read("status", "user990@example.org was removed").await?;
    drawn(&page, 10, "user99@", "user999@").await?;
    page.focus_is("it.getAttribute('aria-label') === 'Remove user991@example.org'").await?;

    // The field stays, though the list is shorter now: the user may go on typing.
    find(&page, "").await?;
    drawn(&page, 1_000, "user0@", "user1000@").await?;
    page.see("searchbox", "Find in the list").await?;
    let mut found = page.find_by_axe().await?;
    // A button of the test's page.
    found.retain(|it| !it.ends_with("#outside"));
    ensure!(found.is_empty(), "axe finds {found:?}");
    Ok(())
}

async fn keeps_rows(page: Page) -> Result<()> {
    let all = addresses(300);
    let homeserver = open_with(&page, &all).await?;
    page.run(
        "window.list = window.element.shadowRoot.querySelector('[role=list]');\
         window.rows = new Map([...window.list.querySelectorAll('[role=listitem]')].map((row) => [row.textContent, row]));\
         window.kept = () =>\
           [...window.list.querySelectorAll('[role=listitem]')].filter((row) => window.rows.get(row.textContent) === row).length;\
         window.changes = [];\
         new MutationObserver((changes) => window.changes.push(...changes)).observe(window.list,\
           { subtree: true, childList: true, characterData: true, attributes: true });",
    )
    .await?;
    // What happens elsewhere changes no row.
    homeserver.answers(SEND, [Answer::Json(200, json!({"sid": "1"}))]);
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    page.see("group", NEW).await?;
    page.run("window.element.refresh()").await?;
    homeserver.wait_for(LIST, 2).await?;
    ensure!(page.run("return window.changes.length").await? == json!(0), "a row has changed");

    let reversed: Vec<String> = all.iter().rev().cloned().collect();
    for (changed, kept) in [
        (reversed.clone(), 300),
        ([vec![NEW.to_owned()], reversed.clone()].concat(), 300),
        (reversed[1..].to_vec(), 299),
        (all.clone(), 299),
        (all[..150].to_vec(), 150),
    ] {
        refresh(&page, &homeserver, &changed).await?;
        let order = page
            .run("return [...window.list.querySelectorAll('[role=listitem]')].map((row) => row.querySelector('bdi').textContent)")
            .await?;
        ensure!(order == json!(changed), "another order: {order}");
        let now = page.run("return window.kept()").await?;
        ensure!(now == json!(kept), "{now} rows of {kept} were kept");
    }
    // Every row has the button of its own address.
    page.press("Remove user77@example.org").await?;
    page.see("alertdialog", "Remove user77@example.org?").await?;
    Ok(())
}

async fn keeps_focus(page: Page) -> Result<()> {
    let all = addresses(5);
    let homeserver = open_with(&page, &all).await?;
    let label =
        |at: usize| format!("it.getAttribute('aria-label') === 'Remove user{at}@example.org'");
    page.run_async(
        "(await window.stage.see('button', 'Remove user1@example.org', null)).focus()",
        vec![],
    )
    .await?;
    let reversed: Vec<String> = all.iter().rev().cloned().collect();
    refresh(&page, &homeserver, &reversed).await?;
    page.focus_is(&label(1)).await?;
    // Another client removes it.
    let left: Vec<String> =
        reversed.iter().filter(|it| !it.starts_with("user1@")).cloned().collect();
    refresh(&page, &homeserver, &left).await?;
    page.focus_is(&label(0)).await?;
    refresh(&page, &homeserver, &left[..3]).await?;
    page.focus_is(&label(2)).await?;
    // An added address has the focus, even if the list with it is long.
    homeserver.answers(SEND, [Answer::Json(200, json!({"sid": "1"}))]);
    homeserver.answers(
        "POST account/3pid/add",
        [Answer::Json(401, challenge("s")), Answer::Json(200, json!({}))],
    );
    page.type_into("Email address", NEW).await?;
    page.press("Add").await?;
    page.see("group", NEW).await?;
    let mut many = addresses(1_500);
    many.push(NEW.to_owned());
    homeserver.answers(LIST, [list_of(&many)]);
    page.press("Continue").await?;
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await?;
    page.focus_is(&format!("it.matches('[role=listitem]') && it.textContent.includes('{NEW}')"))
        .await
}

async fn changes_texts(page: Page) -> Result<()> {
    let all = addresses(250);
    open_with(&page, &all).await?;
    page.run("window.element.lang = 'de'").await?;
    page.until(
        "[...window.element.shadowRoot.querySelectorAll('[role=listitem]')].every((row, at) =>\
           row.querySelector('button').getAttribute('aria-label') ===\
             `user${at}@example.org entfernen` &&\
           row.querySelector('button').textContent === 'Entfernen' &&\
           row.textContent.includes('2023'))",
    )
    .await?;
    for (readonly, hidden) in [("true", 250), ("false", 0)] {
        page.run(&format!("window.element.readOnly = {readonly}")).await?;
        page.until(&format!(
            "window.element.shadowRoot.querySelectorAll('[role=listitem] button[hidden]').length\
               === {hidden}"
        ))
        .await?;
    }
    Ok(())
}

/// Times of a first list, and of the list with one more and in another order, in
/// ms; and the longest task.
async fn measure(page: &Page, count: usize) -> Result<[f64; 3]> {
    let script = "const [count] = given;\
        const all = Array.from({ length: count }, (_, at) => ({ medium: 'email',\
          address: `user${at}@example.org`, added_at: 1.6e12 + at * 1e7 }));\
        const tasks = [];\
        const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries()));\
        observer.observe({ type: 'longtask' });\
        const element = document.createElement('matrix-threepids');\
        let [answer, answered] = [all, 0];\
        Object.assign(element, { homeserver: 'https://matrix.example.org', accessToken: 'token',\
          fetch: async () => {\
            const response = Response.json({ versions: ['v1.11'], capabilities: {},\
              threepids: answer });\
            answered = performance.now();\
            return response;\
          } });\
        const drawn = async ({ length }, last) => {\
          for (;;) {\
            const list = element.shadowRoot.querySelector('[role=list]');\
            const row = list?.lastElementChild?.lastElementChild;\
            if (row?.textContent.includes(last) && !list.hasAttribute('aria-busy')) break;\
            await new Promise(requestAnimationFrame);\
          }\
          const ms = performance.now() - answered;\
          const rows = element.shadowRoot.querySelectorAll('[role=listitem]');\
          if (rows.length !== length) throw new Error(`${rows.length} rows of ${length}`);\
          return ms;\
        };\
        document.querySelector('main').append(element);\
        const first = await drawn(all, `user${count - 1}@`);\
        answer = [{ ...all[0], address: 'more@example.org' }, ...all.toReversed()];\
        element.refresh();\
        const changed = await drawn(answer, 'user0@');\
        await new Promise((done) => setTimeout(done, 100));\
        observer.disconnect();\
        element.remove();\
        return [first, changed, Math.max(0, ...tasks.map(({ duration }) => duration))];";
    let times = page.run_async(script, vec![json!(count)]).await?.0;
    Ok(serde_json::from_value(times)?)
}

async fn is_linear(page: Page) -> Result<()> {
    open_with(&page, &addresses(1)).await?;
    measure(&page, 100).await?;
    let short = measure(&page, 1_000).await?;
    let long = measure(&page, 5_000).await?;
    let told = format!("first list, change, longest task of 1,000: {short:?}, 5,000: {long:?}");
    // Five times the entries; 25 times, if it were quadratic. Before a frame, the
    // browser waits for up to 17 ms.
    for (short, long) in short.iter().zip(long).take(2) {
        ensure!(long < 12.0 * short.max(50.0), "{told}");
    }
    // It would be more than a second, if all rows were drawn at once. The limit is
    // above 50 ms, because other programs run at the same time.
    ensure!(short[2].max(long[2]) < 400.0, "{told}");
    Ok(())
}
