//! Messages of the account page with their English texts. It also uses the
//! messages of the elements ([`crate::locale`]). `www/page/words/` has the
//! other languages, with the same keys in the same order.

use crate::locale::words;

words! {
    Title = "Your Matrix account";
    Loading = "One moment…";
    SignIn = "Sign in";
    ServerLabel = "Matrix ID or server";
    ServerHint = "Such as @alice:example.org or example.org";
    HomeserverUrlLabel = "Homeserver address";
    HomeserverUrlHint = "Such as https://matrix.example.org";
    HomeserverUrlNeeded = "We couldn't find out where the homeserver of {} is. If you know its address, enter it.";
    LookingForServer = "Looking for the server…";
    OnServer = "On {}";
    OtherServer = "Use another server";
    UserLabel = "User name, Matrix ID, email or phone";
    UserHint = "Phone numbers with the country's code, such as +44 7700 900123";
    SigningIn = "Signing in…";
    WithProvider = "Continue with {}";
    WithSso = "Continue with single sign-on";
    ManagedElsewhere = "Accounts on {} are managed on a page of the server's own. You can change your email addresses there.";
    GoToAccount = "Go to your account";

    MissingServer = "Enter your Matrix ID or your server's name";
    NotAServer = "That's neither a Matrix ID nor the name of a server";
    NotAnAddress = "That's not the address of a server";
    Insecure = "The address has to begin with https://, or others could read your password";
    NoSuchServer = "There's no server named {}, or it can't be reached. Check the name and your connection.";
    NotMatrix = "{} isn't a Matrix server";
    BadWellKnown = "What {} says about its homeserver isn't right. Try again later, or ask its administrator.";
    NoSupportedLogin = "{} offers no way to sign in that works here";
    MissingUser = "Enter your user name";
    MissingPassword = "Enter your password";
    WrongLogin = "Wrong user name or password";
    SsoFailed = "Signing in didn't work. Try again.";
    BadLogin = "What {} answered can't be used to sign in. Try again later, or ask its administrator.";

    SignOut = "Sign out";
    SigningOut = "Signing out…";
    SignedOut = "You're signed out";
    SignedOutHere = "You're signed out here. The server couldn't be reached, so it may list this session until you end it from another one.";
    SignOutTitle = "Sign out?";
    SignOutText = "These addresses aren't verified yet:";
    KeepPending = "Keep them in this tab until I sign in again";

    GoBack = "Go back to where you started, and continue there.";
    WasAddedClose = "{} was added. You can close this tab.";
    AddingElsewhere = "Your other tab is adding {}…";
    PasswordElsewhere = "Go back to the other tab to enter your password.";
    Misconfigured = "This page isn't set up correctly";
}

impl Message {
    /// English text.
    pub fn english(self) -> &'static str {
        self.any_english()
    }
}
