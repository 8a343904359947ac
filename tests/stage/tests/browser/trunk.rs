//! The page that `trunk build` makes.

use anyhow::Result;
use libtest_mimic::Trial;

use crate::harness::{browser_test, stage};
use crate::homeserver::Homeserver;
use crate::page::Page;

pub fn tests() -> Vec<Trial> {
    vec![browser_test("trunk: the page that it builds shows the list", shows_the_list)]
}

async fn shows_the_list(page: Page) -> Result<()> {
    let homeserver = Homeserver::start().await?;
    page.goto(&format!("{}/dist/index.html", stage().web.url)).await?;
    page.until("document.querySelector('matrix-threepids').shadowRoot").await?;
    page.run(&format!(
        "Object.assign(document.querySelector('matrix-threepids'), \
         {{ homeserver: '{}', accessToken: 'token' }})",
        homeserver.url
    ))
    .await?;
    page.list_is(&["alice@example.org"]).await?;
    // What is loaded for them only is there, too.
    page.run("document.querySelector('matrix-threepids').mediums = 'email msisdn'").await?;
    page.see("combobox", "Country").await?;
    Ok(())
}
