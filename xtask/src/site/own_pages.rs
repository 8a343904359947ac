//! Pages that are no documents: landing page, playground, gallery, and the pages of
//! the homeserver in the playground.

use anyhow::Result;

use super::layout::{self, Page};
use super::read;

/// Page, as it is in `site/`.
struct OwnPage {
    /// Path in the site.
    path: &'static str,
    /// File in `site/`, the HTML between header and footer.
    file: &'static str,
    title: &'static str,
    description: &'static str,
    scripts: &'static [&'static str],
    styles: &'static [&'static str],
}

const PAGES: [OwnPage; 8] = [
    OwnPage {
        path: "index.html",
        file: "index.html",
        title: "matrix-threepids: email addresses and phone numbers of a Matrix account",
        description: "Two custom elements for any web page, with which users manage the email addresses, phone numbers and the password of their Matrix account.",
        scripts: &["assets/live.js", "assets/highlight-all.js"],
        styles: &["assets/landing.css", "assets/messages.css"],
    },
    OwnPage {
        path: "demo/index.html",
        file: "demo/index.html",
        title: "Playground – matrix-threepids",
        description: "Try the elements against a homeserver that runs in the page.",
        scripts: &["demo/playground.js"],
        styles: &["assets/messages.css", "demo/playground.css"],
    },
    OwnPage {
        path: "states/index.html",
        file: "states/index.html",
        title: "Gallery – matrix-threepids",
        description: "The elements in every state that a user can see.",
        scripts: &["states/gallery.js"],
        styles: &["states/gallery.css"],
    },
    OwnPage {
        path: "demo/homeserver/_matrix/client/v3/auth/m.login.sso/fallback/web/index.html",
        file: "demo/sign-in.html",
        title: "Single sign-on – playground",
        description: "Page of the homeserver in the playground.",
        scripts: &["demo/fallback.js"],
        styles: &[],
    },
    OwnPage {
        path: "demo/homeserver/_matrix/client/unstable/add_threepid/email/submit_token/index.html",
        file: "demo/verified.html",
        title: "Address verified – playground",
        description: "Page of the homeserver in the playground.",
        scripts: &["demo/fallback.js"],
        styles: &[],
    },
    OwnPage {
        path: "demo/homeserver/_matrix/identity/v2/validate/email/submitToken/index.html",
        file: "demo/verified.html",
        title: "Address verified – playground",
        description: "Page of the identity server in the playground.",
        scripts: &["demo/fallback.js"],
        styles: &[],
    },
    OwnPage {
        path: "demo/homeserver/terms/index.html",
        file: "demo/terms.html",
        title: "Terms – playground",
        description: "Terms of the homeserver in the playground.",
        scripts: &[],
        styles: &[],
    },
    OwnPage {
        path: "demo/homeserver/account/index.html",
        file: "demo/account.html",
        title: "Account – playground",
        description: "Account page of the homeserver in the playground.",
        scripts: &[],
        styles: &[],
    },
];

/// Renders the pages. `sizes` are the brotli bytes of the first list, and of
/// everything.
pub fn render(sizes: [usize; 2]) -> Result<Vec<Page>> {
    let [first_list, everything] = sizes.map(|bytes| bytes.div_ceil(1000).to_string());
    let languages = layout::language_options()?;
    let language_count = languages.matches("<option").count().to_string();
    let render = |page: &OwnPage| {
        let body = read(&format!("site/{}", page.file))?
            .replace("{languages}", &languages)
            .replace("{language-count}", &language_count)
            .replace("{first-list}", &first_list)
            .replace("{everything}", &everything);
        Ok(Page {
            path: page.path.to_owned(),
            title: page.title.to_owned(),
            description: page.description.to_owned(),
            scripts: page.scripts.iter().map(|&script| script.to_owned()).collect(),
            styles: page.styles.iter().map(|&style| style.to_owned()).collect(),
            body,
        })
    };
    PAGES.iter().map(render).collect()
}
