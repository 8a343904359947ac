//! A page in a browser, and what a person does in it.

use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use serde_json::{Value, json};
use thirtyfour::prelude::*;

use crate::browsers::Browser;
use crate::console;
use crate::engine::Engine;
use crate::harness::Stage;

/// How often it is looked whether a page is loaded again, and how many times.
const RELOAD_PING: Duration = Duration::from_millis(20);
const RELOAD_PINGS: u32 = 500;

/// A browser's window with a page.
#[derive(Clone)]
pub struct Page {
    /// The browser.
    pub driver: WebDriver,
    /// Where the browser's driver listens.
    pub driver_url: String,
    stage: &'static Stage,
    /// What the browser may have said, by the test's own word.
    allowed: Arc<std::sync::Mutex<Vec<&'static str>>>,
}

impl Page {
    /// What is in front in this browser.
    pub fn new(stage: &'static Stage, browser: &Browser) -> Page {
        let (driver, driver_url) = (browser.session.clone(), browser.driver_url.clone());
        Page { driver, driver_url, stage, allowed: Arc::default() }
    }

    /// Goes to a page and waits until it is loaded.
    pub async fn goto(&self, url: &str) -> Result<()> {
        self.driver.goto(url).await?;
        self.bring_testing().await
    }

    /// Loads the page again.
    pub async fn reload(&self) -> Result<()> {
        self.run("window.isLeft = true").await?;
        self.driver.refresh().await?;
        // WebKit's driver may answer while the old page is still there.
        let mut every = tokio::time::interval(RELOAD_PING);
        for _ in 0..RELOAD_PINGS {
            every.tick().await;
            let is_left = self.run("return Boolean(window.isLeft)").await;
            if is_left.is_ok_and(|is_left| is_left == json!(false)) {
                return self.bring_testing().await;
            }
        }
        anyhow::bail!("the page was not loaded again")
    }

    /// Puts in what tests find things with, where the page has not brought it.
    pub async fn bring_testing(&self) -> Result<()> {
        if self.run("return Boolean(window.stage)").await? != json!(true) {
            self.driver.execute(&*self.stage.testing, Vec::new()).await?;
        }
        Ok(())
    }

    /// What axe finds wrong with the page as it is now.
    pub async fn find_by_axe(&self) -> Result<Vec<String>> {
        if self.run("return Boolean(window.axe)").await? != json!(true) {
            self.driver.execute(&*self.stage.axe, Vec::new()).await?;
        }
        let found = self.run_async("return window.stage.axe()", Vec::new()).await?;
        Ok(serde_json::from_value(found.0)?)
    }

    /// From now on, time passes in this page only by [`Page::pass`].
    pub async fn stop_time(&self) -> Result<()> {
        self.run("window.clock.stop()").await?;
        Ok(())
    }

    /// Lets this much time pass in the page (ms): what is due until then
    /// happens now, in order.
    pub async fn pass(&self, ms: u32) -> Result<()> {
        self.run_async("await window.clock.pass(given[0])", vec![json!(ms)]).await?;
        Ok(())
    }

    /// The person turns to another tab, or to their mail.
    pub async fn leave(&self) -> Result<()> {
        self.run("window.presence.leave()").await?;
        Ok(())
    }

    /// The person comes back.
    pub async fn come_back(&self) -> Result<()> {
        self.run("window.presence.comeBack()").await?;
        Ok(())
    }

    /// Leaves this tab for a new one with this page. Gives the one left.
    pub async fn open_tab(&self, url: &str) -> Result<WindowHandle> {
        let left = self.driver.window().await?;
        self.leave().await?;
        let tab = self.driver.new_tab().await?;
        self.driver.switch_to_window(tab).await?;
        self.goto(url).await?;
        Ok(left)
    }

    /// Goes on in this tab, without the person turning to it.
    pub async fn look_into(&self, tab: &WindowHandle) -> Result<()> {
        Ok(self.driver.switch_to_window(tab.clone()).await?)
    }

    /// Runs a script in the page; what it returns.
    pub async fn run(&self, script: &str) -> Result<Value> {
        Ok(self.driver.execute(script, Vec::new()).await?.json().clone())
    }

    /// Runs the body of an async function in the page; what it resolves with.
    pub async fn run_async(&self, script: &str, arguments: Vec<Value>) -> Result<ScriptResult> {
        let wrapped = format!(
            "const done = arguments[arguments.length - 1];\
             (async (...given) => {{ {script} }})(...arguments)\
             .then((value) => done({{value}}), (error) => done({{error: error.message}}));"
        );
        let result = self.driver.execute_async(&*wrapped, arguments).await?;
        let answer = result.json().clone();
        if let Some(error) = answer["error"].as_str() {
            anyhow::bail!("{error}");
        }
        Ok(ScriptResult(answer["value"].clone()))
    }

    /// Lets time pass, a second at a time, until this expression is true in
    /// the page.
    pub async fn pass_until(&self, expression: &str) -> Result<()> {
        let script = format!(
            "const {{ pass, real }} = window.clock;\
             for (let left = 300; !({expression}); left--) {{\
               if (left === 0) throw new Error('never true: {}');\
               await pass(1000);\
               await new Promise((done) => real.setTimeout(done, 20));\
             }}",
            expression.replace('\'', "\\'")
        );
        self.run_async(&script, Vec::new()).await?;
        Ok(())
    }

    async fn find(&self, role: &str, name: Option<&str>, text: Option<&str>) -> Result<WebElement> {
        let script = "return window.stage.see(given[0], given[1], given[2])";
        let found = self.run_async(script, vec![json!(role), json!(name), json!(text)]).await?;
        Ok(WebElement::from_json(found.0, self.driver.handle().clone())?)
    }

    /// What has this role and name, once it is there.
    pub async fn see(&self, role: &str, name: &str) -> Result<WebElement> {
        self.find(role, Some(name), None).await
    }

    /// What has this role and holds this text, once it does.
    pub async fn read(&self, role: &str, text: &str) -> Result<WebElement> {
        self.find(role, None, Some(text)).await
    }

    /// Waits until nothing has this role and name.
    pub async fn gone(&self, role: &str, name: &str) -> Result<()> {
        let script = "await window.stage.gone(given[0], given[1], null)";
        self.run_async(script, vec![json!(role), json!(name)]).await?;
        Ok(())
    }

    /// How many things have this role (and name) now.
    pub async fn count(&self, role: &str, name: Option<&str>) -> Result<u64> {
        let script = "return window.stage.all(given[0], given[1], null).length";
        let count = self.run_async(script, vec![json!(role), json!(name)]).await?;
        count.0.as_u64().context("a number")
    }

    /// Waits until this expression is true in the page.
    pub async fn until(&self, expression: &str) -> Result<()> {
        self.run_async(&format!("await window.stage.until(() => {expression})"), Vec::new())
            .await?;
        Ok(())
    }

    /// The `role` or `label` that the browser itself gives to an element.
    pub async fn computed(&self, element: &WebElement, what: &str) -> Result<String> {
        let (session, id) = (self.driver.session_id(), element.element_id());
        let url = format!("{}/session/{session}/element/{id}/computed{what}", self.driver_url);
        let answer: Value = reqwest::get(url).await?.json().await?;
        answer["value"].as_str().map(str::to_owned).with_context(|| format!("{what}: {answer}"))
    }

    /// Presses a button.
    pub async fn press(&self, name: &str) -> Result<()> {
        let button = "window.stage.see('button', given[0], null)";
        let pressed = self.click_what(button, json!(name)).await;
        pressed.with_context(|| format!("press {name}"))
    }

    /// Turns a switch on or off.
    pub async fn turn(&self, name: &str) -> Result<()> {
        let switch = "window.stage.see('switch', given[0], null)";
        let turned = self.click_what(switch, json!(name)).await;
        turned.with_context(|| format!("turn {name}"))
    }

    /// A switch, once it is on, or off.
    pub async fn see_switch(&self, name: &str, on: bool) -> Result<WebElement> {
        let switch = self.see("switch", name).await?;
        let script = "await window.stage.until(() => given[0].ariaChecked === given[1])";
        self.run_async(script, vec![switch.to_json()?, json!(on.to_string())]).await?;
        Ok(switch)
    }

    /// Clicks into a field.
    pub async fn click_field(&self, name: &str) -> Result<()> {
        let field = "window.stage.see('textbox', given[0], null)";
        self.click_what(field, json!(name)).await
    }

    /// Clicks.
    pub async fn click(&self, element: &WebElement) -> Result<()> {
        self.click_what("given[0]", element.to_json()?).await
    }

    /// Clicks what the expression gives of `given[0]`, once it stays where it
    /// is, with nothing over it. Chromium's driver has a click that takes four
    /// times as long as to move the mouse there, WebKit's clicks no field in a
    /// shadow root, and moves no mouse in a tab that is not in front.
    async fn click_what(&self, expression: &str, given: Value) -> Result<()> {
        let script = format!(
            "const it = await window.stage.steady(await {expression});\
             return {{ it, isInFrame: window !== window.top, isField: it.matches('input') }}"
        );
        let found = self.run_async(&script, vec![given]).await?.0;
        let element = WebElement::from_json(found["it"].clone(), self.driver.handle().clone())?;
        let is_by_mouse = match self.stage.engine {
            // Not all drivers know where on the screen a frame is.
            Engine::Chromium | Engine::Firefox => found["isInFrame"] == json!(false),
            Engine::WebKit => found["isField"] == json!(true),
        };
        if is_by_mouse { self.click_by_mouse(&element).await } else { Ok(element.click().await?) }
    }

    async fn click_by_mouse(&self, element: &WebElement) -> Result<()> {
        let mouse = self.driver.action_chain_with_delay(None, Some(Duration::ZERO));
        Ok(mouse.move_to_element_center(element).click().perform().await?)
    }

    /// Puts a text into a field in place of what is there, in one piece, as
    /// keyboards of phones and password managers do. A key at a time:
    /// [`Page::type_by_keys`].
    pub async fn type_into(&self, name: &str, text: &str) -> Result<()> {
        let script = "const field = await window.stage.see('textbox', given[0], null);\
            field.focus();\
            field.select();\
            if (field.value || given[1])\
              document.execCommand(given[1] ? 'insertText' : 'delete', false, given[1]);\
            if (given[1].trim() && !field.value) throw new Error('it takes no text');";
        let typed = self.run_async(script, vec![json!(name), json!(text)]).await;
        typed.map(drop).with_context(|| format!("type into {name}"))
    }

    /// Types into an empty field, key by key.
    pub async fn type_by_keys(&self, name: &str, text: &str) -> Result<()> {
        let field = self.see("textbox", name).await?;
        Ok(field.send_keys(text).await?)
    }

    /// Presses a key, wherever the focus is.
    pub async fn key(&self, key: Key) -> Result<()> {
        self.driver.action_chain().send_keys(key.value().to_string()).perform().await?;
        Ok(())
    }

    /// Waits until the focus is on what this expression, of `it`, is true for.
    pub async fn focus_is(&self, expression: &str) -> Result<()> {
        self.until(&format!("((it) => it && ({expression}))(window.stage.focused())")).await
    }

    /// Waits until the list shows these addresses, in this order, and no other.
    pub async fn list_is(&self, addresses: &[&str]) -> Result<()> {
        let wanted = serde_json::to_string(addresses)?;
        self.until(&format!(
            "((wanted, shown) => shown.length === wanted.length && \
               wanted.every((it, at) => shown[at].textContent.includes(it)) && \
               JSON.stringify(document.querySelector('matrix-threepids').threepids\
                 .map((it) => it.address)) === JSON.stringify(wanted)\
             )({wanted}, window.stage.all('listitem', null, null))"
        ))
        .await
    }

    /// Waits until the lists show these, as people write them.
    pub async fn list_is_written(&self, addresses: &[&str]) -> Result<()> {
        let wanted = serde_json::to_string(addresses)?;
        self.until(&format!(
            "((wanted, shown) => shown.length === wanted.length && \
               wanted.every((it, at) => shown[at].textContent.includes(it)))\
             ({wanted}, window.stage.all('listitem', null, null))"
        ))
        .await
    }

    /// The page may say this on the console.
    pub fn allow(&self, text: &'static str) {
        self.allowed.lock().expect("no test panics with it").push(text);
    }

    /// An error if the page said anything, or something went wrong unseen.
    pub async fn check_console(&self) -> Result<()> {
        let said = self.run("return window.said ?? []").await?;
        let mut lines: Vec<String> = serde_json::from_value(said)?;
        lines.extend(console::browser_log(self).await?);
        let allowed = self.allowed.lock().expect("no test panics with it").clone();
        lines.retain(|line| !allowed.iter().any(|allowed| line.contains(allowed)));
        console::nothing_said(&lines)
    }

    /// Keeps a screenshot and the console for whoever looks into a failure.
    pub async fn keep_evidence(&self, folder: &Path, test: &str) -> Result<()> {
        fs::create_dir_all(folder)?;
        let name = format!("{} {test}", self.stage.engine.name());
        let name = name.replace(|c: char| !c.is_alphanumeric(), "-");
        self.driver.screenshot(&folder.join(format!("{name}.png"))).await?;
        let said = self.run("return (window.said ?? []).join('\\n')").await?;
        let log = console::browser_log(self).await?.join("\n");
        let text = format!("{}\n{log}\n", said.as_str().unwrap_or_default());
        fs::write(folder.join(format!("{name}.log")), text)?;
        Ok(())
    }
}

/// What a script resolved with.
pub struct ScriptResult(pub Value);
