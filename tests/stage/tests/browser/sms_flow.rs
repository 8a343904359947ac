//! The whole story of a phone number, against a real Synapse that has a real
//! Sydent send its text messages.

use anyhow::{Result, ensure};
use libtest_mimic::Trial;
use serde_json::{Value, json};
use stage::sydent::{Settings, Sydent};
use stage::synapse::{Session, Synapse};
use thirtyfour::prelude::*;

use crate::harness::{browser_test, stage};
use crate::page_object::Page;

const NUMBER: &str = "447700900001";
const WRITTEN: &str = "+44 7700 900001";

pub fn tests() -> Vec<Trial> {
    vec![
        browser_test("sms flow: the code of a text message adds a number", story),
        browser_test("sms flow: a server that sends no text messages", none),
        browser_test("sms flow: numbers are parsed and formatted as by Synapse", judged),
    ]
}

async fn servers(of: &str) -> Result<(Sydent, Synapse)> {
    let stage = stage();
    let python = stage.target.join("tools/sydent/bin/python");
    let folder = stage.target.join("test-homeserver").join([of, "-sydent"].concat());
    let (name, terms) = ("localhost".to_owned(), Value::Null);
    let settings = Settings { python, folder, name, smtp_port: None, terms };
    let sydent = Sydent::start(settings).await?;
    let extra = json!({"account_threepid_delegates": {"msisdn": sydent.url}});
    let synapse = stage.another_synapse(of, extra).await?;
    Ok((sydent, synapse))
}

async fn open(page: &Page, synapse: &Synapse, session: &Session) -> Result<()> {
    let body = format!(
        "<matrix-threepids homeserver=\"{}\" user-id=\"{}\" mediums=\"email msisdn\"\
           country=\"gb\"></matrix-threepids>",
        synapse.url(),
        session.user_id
    );
    let script = format!(
        "import \"/npm/define.js\";\n\
         document.querySelector(\"matrix-threepids\").accessToken = {};",
        json!(session.token)
    );
    page.goto(&stage().serve_page(&body, &script)).await?;
    page.see("region", "Phone numbers").await?;
    Ok(())
}

async fn enter(page: &Page, code: &str) -> Result<()> {
    page.type_into("Code from the text message", code).await?;
    page.key(Key::Enter).await
}

async fn story(page: Page) -> Result<()> {
    let (sydent, mut synapse) = servers("texts").await?;
    let session = synapse.user("alice", "secret").await?;
    open(&page, &synapse, &session).await?;
    page.read("region", "No phone numbers yet").await?;
    page.type_into("Phone number", "07700 900001").await?;
    page.key(Key::Enter).await?;
    page.see("group", WRITTEN).await?;
    page.read("group", "We've sent you a text message with a code.").await?;
    let code = sydent.code(NUMBER, 1).await?;

    // Too late. Synapse says `M_UNKNOWN` of everything that its Sydent refuses.
    sydent.age().await?;
    enter(&page, &code).await?;
    page.read("alert", "Wrong code").await?;
    page.focus_is("it.getAttribute('autocomplete') === 'one-time-code'").await?;
    page.press("Resend text message").await?;
    page.read("status", "Text message sent again").await?;
    let code = sydent.code(NUMBER, 2).await?;

    page.reload().await?;
    page.see("group", WRITTEN).await?;
    ensure!(page.count("alert", None).await? == 0, "of before the reload");
    enter(&page, "000").await?;
    page.read("alert", "Wrong code").await?;
    enter(&page, &code).await?;
    page.read("dialog", "Enter your account password to add +44 7700 900001").await?;
    page.type_into("Password", "secret").await?;
    page.press("Confirm").await?;
    page.read("status", "+44 7700 900001 was added").await?;
    page.read("listitem", WRITTEN).await?;
    ensure!(synapse.addresses(&session).await? == [NUMBER]);

    let other = synapse.user("bob", "secret").await?;
    open(&page, &synapse, &other).await?;
    page.type_into("Phone number", WRITTEN).await?;
    page.key(Key::Enter).await?;
    page.read("alert", "Another account already uses this phone number").await?;
    ensure!(sydent.to(NUMBER).len() == 2, "{:?}", sydent.to(NUMBER));

    open(&page, &synapse, &session).await?;
    page.press("Remove +44 7700 900001").await?;
    page.see("alertdialog", "Remove +44 7700 900001?").await?;
    page.press("Remove").await?;
    page.read("status", "+44 7700 900001 was removed").await?;
    page.focus_is("it.type === 'tel'").await?;
    ensure!(synapse.addresses(&session).await?.is_empty());
    synapse.stop().await?;
    sydent.stop().await
}

async fn none(page: Page) -> Result<()> {
    // The Synapse of all tests sends no text messages.
    let session = stage().synapse.user("textless", "secret").await?;
    open(&page, &stage().synapse, &session).await?;
    page.type_into("Phone number", "07700 900001").await?;
    page.key(Key::Enter).await?;
    page.read("alert", "This server can't send text messages").await?;
    page.gone("textbox", "Phone number").await?;
    page.focus_is("it.textContent.includes(\"can't send text messages\")").await?;
    page.see("textbox", "Email address").await?;
    ensure!(page.count("button", Some("Try again")).await? == 0, "it would fail again");
    Ok(())
}

/// The library that Synapse and Sydent read numbers with has an example of each
/// country's.
const EXAMPLES: &str = "\
import json, phonenumbers as p
from phonenumbers import PhoneNumberFormat as F, PhoneNumberType as T
def example(region):
    number = p.example_number_for_type(region, T.MOBILE) or p.example_number(region)
    return [region, *(p.format_number(number, form) for form in (F.NATIONAL, F.INTERNATIONAL, F.E164))]
print(json.dumps([example(region) for region in sorted(p.SUPPORTED_REGIONS)]))
";

async fn judged(page: Page) -> Result<()> {
    let examples = std::process::Command::new(&stage().python).args(["-c", EXAMPLES]).output()?;
    let examples: Value = serde_json::from_slice(&examples.stdout)?;
    page.goto(&stage().serve_page("", "")).await?;
    let script = "const { read, format } = await import('/npm/phones.js');\
        return given[0].flatMap(([region, national, international, e164]) => {\
          const msisdn = e164.slice(1);\
          const home = JSON.parse(read(national, region));\
          const abroad = JSON.parse(read(international, 'FR'));\
          const wanted = international.replace(/[^0-9]+/g, ' ').trim();\
          const wrong = [];\
          if (home.msisdn !== msisdn || home.country !== region) wrong.push([national, home]);\
          if (abroad.msisdn !== msisdn) wrong.push([international, abroad]);\
          if (format(msisdn) !== '+' + wanted) wrong.push([format(msisdn), wanted]);\
          return wrong.length ? [[region, ...wrong]] : [];\
        })";
    let wrong = page.run_async(script, vec![examples]).await?.0;
    // With a 15 in the middle of a mobile number at home, and a 9 before it
    // from abroad: there the homeserver tells us which number it understood.
    let regions: Vec<_> = wrong.as_array().into_iter().flatten().map(|it| it[0].clone()).collect();
    ensure!(regions == ["AR"], "{wrong}");
    Ok(())
}
