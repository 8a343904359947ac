//! Messages of the account page with their English texts. It also uses the
//! messages of the elements ([`crate::locale`]). `locales/<tag>.po` has the texts of
//! another language, with those of the elements.

use crate::locale::words;

words! {
    /// Heading and title of the page, unless `config.json` has a name. At most
    /// 40 characters.
    Title = "Your Matrix account";
    /// While the page starts. At most 32 characters.
    Loading = "One moment…";
    /// Heading, and button of the form. At most 24 characters.
    SignIn = "Sign in";
    /// Label of the first field. At most 40 characters.
    ServerLabel = "Matrix ID or server";
    /// Below that field.
    ServerHint = "For example @alice:example.org or example.org";
    /// Label of a field for a URL. At most 40 characters.
    HomeserverUrlLabel = "Homeserver address";
    /// Below that field.
    HomeserverUrlHint = "For example https://matrix.example.org";
    /// Above that field. `{}` is the name of a server.
    HomeserverUrlNeeded = "We couldn't find the homeserver of {}. If you know its address, enter it below.";
    /// Below the field, after "Continue". At most 40 characters.
    LookingForServer = "Looking for the server…";
    /// Heading of the form for name and password. `{}` is the name of a server.
    SignInTo = "Sign in to {}";
    /// Quiet button below that form. At most 40 characters.
    OtherServer = "Use another server";
    /// Label of a field. At most 48 characters.
    UserLabel = "Username, email or phone";
    /// Below that field, once it has digits. The number has no-break spaces.
    UserHint = "Phone numbers with the country code, such as +44\u{a0}7700\u{a0}900123";
    /// Below the button. At most 40 characters.
    SigningIn = "Signing in…";
    /// Below the field for the password. `{}` is the name of a server.
    PasswordGoesTo = "Your password is sent to {} only";
    /// Button below the field for the password. At most 40 characters.
    ForgotPassword = "Forgot your password?";
    /// Button below the form for a forgotten password. At most 40 characters.
    BackToSignIn = "Back to sign in";
    /// Above the form for name and password. Success.
    SignInWithNewPassword = "Your password was changed. Sign in with the new one.";
    /// Button. `{}` is the name of an identity provider.
    WithProvider = "Continue with {}";
    /// Button. At most 48 characters.
    WithSso = "Continue with single sign-on";
    /// Above the link "Go to your account". `{}` is the name of a server.
    ManagedElsewhere = "{} has its own page for managing accounts. You can change your email addresses there.";
    /// Link to a page of the server. At most 40 characters.
    GoToAccount = "Go to your account";

    /// Error of the field.
    MissingServer = "Enter your Matrix ID or your server's name";
    /// Error of the field.
    NotAServer = "Enter a Matrix ID, such as @alice:example.org, or the name of a server";
    /// Error of the field.
    NotAnAddress = "That's not the address of a server";
    /// Error of the field.
    Insecure = "The address has to begin with https://, or others could read your password";
    /// Error. `{}` is what was entered.
    NoSuchServer = "There's no server named {}, or it can't be reached. Check the name and your connection.";
    /// Error. `{}` is the name of a server.
    NotMatrix = "{} isn't a Matrix server";
    /// Error. `{}` is the name of a server.
    BadWellKnown = "{} isn't set up correctly, so its homeserver can't be found. Try again later, or contact its administrator.";
    /// Error. `{}` is the name of a server.
    NoSupportedLogin = "{} offers no way to sign in that works here";
    /// Error of the field.
    MissingUser = "Enter your username";
    /// Error of the field.
    MissingPassword = "Enter your password";
    /// Error of the form.
    WrongLogin = "Wrong username or password";
    /// Above the form.
    SsoFailed = "Signing in didn't work. Try again.";
    /// Error. `{}` is the name of a server.
    BadLogin = "The answer of {} can't be used to sign in. Try again later, or contact its administrator.";

    /// Button. At most 24 characters.
    SignOut = "Sign out";
    /// Above the form. At most 40 characters.
    SigningOut = "Signing out…";
    /// Above the form.
    SignedOut = "You're signed out";
    /// Above the form.
    SignedOutHere = "You're signed out here, but the server couldn't be reached. It may list this session until you end it from another one.";
    /// Title of a dialog. At most 40 characters.
    SignOutTitle = "Sign out?";
    /// In that dialog, above a list of addresses and numbers.
    SignOutText = "These addresses aren't verified yet. They'll be forgotten unless you keep them:";
    /// Checkbox of that dialog.
    KeepPending = "Keep them in this tab until I sign in again";

    /// In the tab of the email's link, where no other tab waits for it. Anyone can
    /// write such a link, so it does not say that an address is verified.
    GoBack = "Go back to where you started, and continue there";
    /// In the tab of the email's link. `{}` is an address or number.
    WasAddedClose = "{} was added. You can close this tab.";
    /// In the tab of the email's link. `{}` is an address or number.
    AddingElsewhere = "Your other tab is adding {}…";
    /// In the tab of the email's link.
    PasswordElsewhere = "Your address is verified. One step left: enter your password in the other tab.";
    /// Heading, above a list of errors for the operator.
    Misconfigured = "This page isn't set up correctly";

    /// At the bottom. `{}` is the name of the operator.
    RunBy = "This page is run by {}";
    /// Link at the bottom, to a page of the operator. At most 24 characters.
    Imprint = "Imprint";
    /// Link at the bottom, to a page of the operator. At most 24 characters.
    Privacy = "Privacy";
    /// Link at the bottom, to a page of the operator. At most 24 characters.
    Help = "Help";
}

impl Message {
    /// English text.
    pub fn english(self) -> &'static str {
        self.any_english()
    }
}
