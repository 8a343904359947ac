//! Suites of tests. Each can be run alone.

/// A group of tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Suite {
    /// Format of the Rust code.
    Format,
    /// Spelling and words of docs and comments.
    Prose,
    /// Biome and `tsc` on JavaScript; Clippy and rustdoc on the native code, the WebAssembly, and the account page.
    Lints,
    /// Tests of the Rust code that need no browser.
    Native,
    /// Tests of the npm package, in Node.js.
    Package,
    /// Tests in a browser.
    Browser(Engine),
    /// Tests in Chromium with old releases of homeservers.
    Servers,
    /// The smallest app of each framework, in Node.js and Chromium.
    Frameworks,
    /// Two builds in different folders, whose bytes are compared.
    Reproducible,
}

/// A browser of Debian, with its own WebDriver.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Engine {
    /// Chromium.
    Chromium,
    /// Firefox ESR.
    Firefox,
    /// WebKit.
    WebKit,
}

impl Engine {
    /// Every browser.
    pub const ALL: [Engine; 3] = [Engine::Chromium, Engine::Firefox, Engine::WebKit];

    /// Name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Engine::Chromium => "chromium",
            Engine::Firefox => "firefox",
            Engine::WebKit => "webkit",
        }
    }
}

impl Suite {
    /// Suites that run if none is selected: all except the ones that install old
    /// servers or frameworks, and the one that builds everything again.
    pub fn list_defaults() -> impl Iterator<Item = Suite> {
        Suite::ALL.into_iter().filter(|suite| match suite {
            Suite::Format | Suite::Prose | Suite::Lints => true,
            Suite::Native | Suite::Package | Suite::Browser(_) => true,
            Suite::Servers | Suite::Frameworks | Suite::Reproducible => false,
        })
    }

    /// All suites, in the order in which they are run.
    pub const ALL: [Suite; 11] = [
        Suite::Format,
        Suite::Prose,
        Suite::Lints,
        Suite::Native,
        Suite::Package,
        Suite::Browser(Engine::Chromium),
        Suite::Browser(Engine::Firefox),
        Suite::Browser(Engine::WebKit),
        Suite::Servers,
        Suite::Frameworks,
        Suite::Reproducible,
    ];

    /// Name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Suite::Format => "format",
            Suite::Prose => "prose",
            Suite::Lints => "lints",
            Suite::Native => "native",
            Suite::Package => "package",
            Suite::Browser(engine) => engine.name(),
            Suite::Servers => "servers",
            Suite::Frameworks => "frameworks",
            Suite::Reproducible => "reproducible",
        }
    }
}
