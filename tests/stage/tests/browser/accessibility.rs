//! Every state of the widget, looked at by axe, light and dark.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::json;

use crate::devtools::devtools;
use crate::harness::{browser_test, stage};
use crate::page::Page;

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("accessibility: axe finds nothing in any state, light", light),
        browser_test("accessibility: axe finds nothing in any state, dark", dark),
        browser_test(
            "accessibility: nothing is wider than the page at 280 pixels, in either direction",
            narrow,
        ),
    ]
}

async fn states(page: &Page) -> Result<Vec<String>> {
    // Of states that whoever made the page can do something about.
    page.allow("matrix-threepids: homeserver");
    page.allow("matrix-threepids: accessToken");
    let url = format!("{}/states", stage().origin());
    page.goto(&url).await?;
    page.until("document.body.dataset.states").await?;
    let states = page.run("return document.body.dataset.states.split(' ')").await?;
    let states: Vec<String> = serde_json::from_value(states)?;
    ensure!(states.len() > 30, "only {} states", states.len());
    Ok(states)
}

async fn draw(page: &Page, state: &str, how: &str) -> Result<()> {
    let url = format!("{}/states?state={state}{how}", stage().origin());
    page.goto(&url).await?;
    page.until("document.body.dataset.drawn === ''").await?;
    // What the last step leads to comes after the view's next update.
    page.run_async(
        "await new Promise((done) => setTimeout(done)); \
        await new Promise(requestAnimationFrame)",
        vec![],
    )
    .await?;
    Ok(())
}

async fn axe(page: &Page, theme: &str) -> Result<()> {
    for state in states(page).await? {
        draw(page, &state, &format!("&theme={theme}")).await?;
        if theme == "dark" {
            // The page around it is as dark as the person's system says.
            page.run(
                "document.body.style.cssText; const sheet = new CSSStyleSheet(); \
                sheet.replaceSync('body, main { background: #14171c; color: #eceff3 }'); \
                document.adoptedStyleSheets = [sheet]",
            )
            .await?;
        }
        let found = page.run_async("return window.stage.axe()", vec![]).await?.0;
        ensure!(found == serde_json::json!([]), "{state}, {theme}: {found}");
    }
    Ok(())
}

async fn light(page: Page) -> Result<()> {
    axe(&page, "light").await
}

async fn dark(page: Page) -> Result<()> {
    axe(&page, "dark").await
}

async fn narrow(page: Page) -> Result<()> {
    // Chromium's windows do not get that narrow. 1,120 pixels at 400 % are it, too.
    let screen = json!({"width": 280, "height": 700, "deviceScaleFactor": 1, "mobile": false});
    devtools(&page, "Emulation.setDeviceMetricsOverride", screen).await?;
    for state in states(&page).await? {
        for (lang, direction) in [("de", "ltr"), ("ar", "rtl")] {
            draw(&page, &state, &format!("&lang={lang}&dir={direction}")).await?;
            let drawn = page
                .run(
                    "const root = document.querySelector('main > :defined:last-child').shadowRoot;\
                      return getComputedStyle(root.querySelector('section')).direction",
                )
                .await?;
            ensure!(drawn == direction, "{state} runs {drawn}");
            let overflow = page
                .run(
                    "const root = document.querySelector('main > :defined:last-child').shadowRoot;\
                      const { clientWidth: width } = document.documentElement;\
                      return [...root.querySelectorAll('*')].filter((it) => it.checkVisibility() \
                        && !it.classList.contains('visually-hidden')).filter((it) => {\
                        const box = it.getBoundingClientRect();\
                        return box.right > width + 1 || box.left < -1;\
                      }).map((it) => it.outerHTML.slice(0, 120))",
                )
                .await?;
            ensure!(overflow == serde_json::json!([]), "{state}, {direction}: {overflow}");
        }
    }
    Ok(())
}
