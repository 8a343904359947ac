//! All messages with their English texts. `www/locales/` has the other
//! languages, with the same keys in the same order.

#[cfg(target_arch = "wasm32")]
use std::cell::Cell;

macro_rules! words {
    ($($(#[$first:ident])? $word:ident = $english:literal;)*
    $(=> $($rare:ident = $text:literal;)*)?) => {
        /// Message. `{}` in its text is the place of an address, a date, a
        /// duration or a code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Message {
            $(#[doc = $english] $word,)*
            $($(#[doc = $text] $rare,)*)?
        }

        impl Message {
            /// English text. In the browser, texts that few pages need are in a
            /// table, as other languages are.
            pub fn any_english(self) -> &'static str {
                match self {
                    $(Message::$word => $english,)*
                    $(
                        $(#[cfg(not(target_arch = "wasm32"))] Message::$rare => $text,)*
                        #[cfg(target_arch = "wasm32")]
                        // Not nothing: that would make a table of them a chain of jumps.
                        $(Message::$rare)|* => " ",
                    )?
                }
            }

            /// English text of a message that the first list needs: those with
            /// `#[first]`.
            #[allow(dead_code, reason = "the account page has no such messages")]
            fn first_english(self) -> Option<&'static str> {
                match self {
                    $(Message::$word => words!(@first $($first)? $english),)*
                    $($(Message::$rare)|* => None,)?
                }
            }

            /// Name and English text of each message, in the order of the
            /// tables of other languages.
            #[cfg(not(target_arch = "wasm32"))]
            pub const ENGLISH: &[(&str, &str)] = &[
                $((stringify!($word), $english),)*
                $($((stringify!($rare), $text),)*)?
            ];
        }
    };
    (@first first $english:literal) => { Some($english) };
    (@first $english:literal) => { None };
}

#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub(crate) use words;

words! {
    #[first] EmailAddresses = "Email addresses";
    #[first] EmailAddress = "Email address";
    #[first] Loading = "Loading…";
    #[first] NoEmailAddresses = "No email addresses yet";
    #[first] FindInList = "Find in the list";
    #[first] FoundInList = "Showing {} of {}";
    #[first] AddedOn = "Added {}";
    #[first] Add = "Add";
    #[first] Remove = "Remove";
    #[first] RemoveAddress = "Remove {}";
    Cancel = "Cancel";
    Continue = "Continue";
    ResendEmail = "Resend email";
    ChangeAddress = "Change address";
    #[first] TryAgain = "Try again";

    VerificationSent = "We've sent you an email to verify your address. Please follow the instructions there and then click the button below.";
    SentAgain = "Sent again just now";
    NoMailHint = "No mail? Look in the spam folder. If the address belongs to another account, no mail is sent.";
    ConfirmToFinish = "Confirm it's you to finish";
    LinkExpired = "The link may have expired";
    EmailCode = "Code from the email";
    WaitingForLink = "Waiting for you to open the link in the email…";

    #[first] PhoneNumbers = "Phone numbers";
    #[first] PhoneNumber = "Phone number";
    #[first] Country = "Country";
    #[first] NoPhoneNumbers = "No phone numbers yet";
    ResendSms = "Resend text message";
    ChangeNumber = "Change number";
    SmsSent = "We've sent you a text message to verify your number. Please follow the instructions there and then click the button below.";
    SmsCodeSent = "We've sent you a text message with a code. Enter it and then click the button below.";
    NoSmsHint = "No text message? Check the number. If it belongs to another account, none is sent.";
    CodeExpired = "The code may have expired";
    SmsCode = "Code from the text message";
    WaitingForSms = "Waiting for you to follow the instructions in the text message…";
    PhoneInvalid = "Enter a valid phone number";
    PhoneAlreadyAdded = "You've already added this phone number";
    PhoneInUse = "This phone number is already in use";
    PhoneNotAllowed = "This phone number is not allowed on this server";
    PhoneMayBeUnsupported = "This server may not support phone numbers";
    SmsUnsupported = "This server can't send text messages";
    SmsNotSent = "The server couldn't send the text message. Try again later.";
    SmsCodeMissing = "Enter the code from the text message";

    ConfirmTitle = "Confirm it's you";
    ConfirmAdd = "Enter your account's password to add {}.";
    ConfirmRemove = "Enter your account's password to remove {}.";
    ConfirmAddNoPassword = "To add {}, confirm that it's you.";
    ConfirmRemoveNoPassword = "To remove {}, confirm that it's you.";
    Password = "Password";
    Confirm = "Confirm";
    Step = "Step {} of {}";
    ContinueInWindow = "Continue in the other window";
    OpenFallbackPage = "Open the confirmation page";
    OpenFallbackPageAgain = "Open again";
    AcceptPolicy = "I accept {}";
    RegistrationToken = "Registration token";
    UiaCode = "Code from the message";
    UiaMessageSent = "We've sent a message to {}. Open the link in it, then continue here.";
    UiaCodeSent = "We've sent a code to {}.";
    Resend = "Send again";
    UsePassword = "Use your password instead";
    UseSso = "Use single sign-on instead";
    UseAddress = "Use {} instead";
    UseAnotherOption = "Confirm another way";

    RemoveTitle = "Remove {}?";
    RemoveText = "It will no longer belong to your account.";
    RemoveLastEmailText = "This is the last one: you can then no longer recover your account by email if you forget the password.";

    WasAdded = "{} was added";
    WasRemoved = "{} was removed";
    RateLimitOver = "You can try again now";

    EmailInvalid = "Enter a valid email address";
    EmailAlreadyAdded = "You've already added this address";
    EmailInUse = "This email address is already in use";
    EmailNotAllowed = "This email address is not allowed on this server";
    EmailMayBeUnsupported = "This server may not support email addresses";
    EmailUnsupported = "This server can't send verification emails";
    EmailNotSent = "The server couldn't send the email. Try again later.";
    ChangesForbidden = "This server doesn't allow changes here";
    RemovalUnsupported = "This server can't remove addresses";
    ManageAccount = "Manage your account";
    NeedsIdentityServer = "This server needs an identity server to verify addresses, and none is set here. So nothing can be added.";
    RateLimited = "Too many attempts. Try again in {}";
    Network = "Can't reach the server. Check your connection and try again.";
    Offline = "You're offline. We'll continue when you're back.";
    Timeout = "The server took too long to answer.";
    ErrorHttp = "Something went wrong (HTTP {}).";
    ErrorCode = "Something went wrong ({}).";
    #[first] ErrorFatal = "Something went wrong";
    WrongPassword = "Wrong password";
    WrongRegistrationToken = "Wrong registration token";
    WrongCode = "Wrong code";
    EmailCodeMissing = "Enter the code from the email";
    CurrentPasswordMissing = "Enter your password";
    RegistrationTokenMissing = "Enter the registration token";
    UiaLinkNotOpened = "Open the link in the message first, then continue.";
    UiaWindowNotDone = "It isn't finished in the other window yet.";
    InsecureCodeUrl = "The server wants the code sent where others could read it. It wasn't sent.";
    AuthUnsupported = "This server asks for a confirmation that can't be given here.";
    SessionExpired = "Your session has ended. Sign in again to continue.";
    HomeserverMissing = "No homeserver is set for this page.";
    HomeserverInvalid = "The homeserver that is set for this page is no full web address, such as https://matrix.example.org.";
    AccessTokenInvalid = "This page has no access token that can be used. Sign in again to continue.";
    Locked = "Your account is locked. Ask the server's administrator.";
    Suspended = "Your account is suspended. Ask the server's administrator.";
    Deactivated = "This account was deactivated.";
    Guest = "Guests can't do this. Sign in with an account first.";
    ResourceLimit = "The server has reached its limit. Ask its administrator, or try again later.";
    ConsentNotGiven = "You have to accept the server's terms first.";
    ReadMore = "Read more";

    // Those that only the other element wants, and pages with an identity server.
    =>
    NewPassword = "New password";
    RepeatPassword = "Repeat new password";
    ShowPassword = "Show password";
    LogoutDevices = "Sign out all my other devices";
    LogoutDevicesHint = "They then have to sign in again, and encrypted messages that only they can read are lost, unless their keys are backed up. Otherwise they stay signed in.";
    ChangePassword = "Change password";
    PasswordChanged = "Your password was changed";
    PasswordChangedEverywhere = "Your password was changed, and your other devices were signed out";
    ConfirmPasswordChange = "Enter your current password to change it.";
    ConfirmPasswordChangeNoPassword = "To change your password, confirm that it's you.";
    NewPasswordMissing = "Enter a new password";
    PasswordsDiffer = "The passwords don't match";
    PasswordMayHaveChanged = "Your password may have been changed already. Try the new one.";
    WeakPassword = "This password is too easy to guess. Choose another one.";
    PasswordTooShort = "This password is too short. Choose a longer one.";
    PasswordTooLong = "This password is too long. It can have at most {} characters.";
    PasswordTooLongForServer = "This password may be too long for this server. Choose a shorter one.";
    PasswordNoDigit = "The password has to contain a digit.";
    PasswordNoUppercase = "The password has to contain an upper-case letter.";
    PasswordNoLowercase = "The password has to contain a lower-case letter.";
    PasswordNoSymbol = "The password has to contain a symbol, such as ! or #.";
    PasswordInDictionary = "This password is a common word. Choose another one.";

    DiscoveryHeading = "Let others find you";
    IdentityServerTerms = "If you share an address, people who know it can find you through {}. Accept its terms first.";
    Accept = "Accept";
    Shared = "Others can find you by it";
    NotShared = "Others can't find you by it";
    Share = "Share";
    ShareAddress = "Share {}";
    StopSharing = "Stop sharing";
    StopSharingAddress = "Stop sharing {}";
    StopSharingTitle = "Stop sharing {}?";
    StopSharingText = "Others will no longer find you by it. It stays on your account.";
    WasShared = "Others can find you by {} now";
    WasUnshared = "Others can no longer find you by {}";
    UnshareUnconfirmed = "The identity server didn't confirm it: others may still find you by {}";
    RemovedAndUnshared = "{} was removed. Others can no longer find you by it.";
    RemovedUnshareUnconfirmed = "{} was removed. Others may still find you by it.";
    LookupUnsupported = "What others can find you by isn't known: the identity server could only be asked by showing it your addresses.";
    UnshareUnsupported = "This server can't stop sharing. Remove the address instead.";
    ConfirmShare = "Enter your account's password to share {}.";
    ConfirmUnshare = "Enter your account's password to stop sharing {}.";
    ConfirmShareNoPassword = "To share {}, confirm that it's you.";
    ConfirmUnshareNoPassword = "To stop sharing {}, confirm that it's you.";
}

#[cfg(target_arch = "wasm32")]
thread_local! {
    /// Function that returns the English text of any message, once it is loaded.
    static LATE_ENGLISH: Cell<fn(Message) -> &'static str> = const { Cell::new(|_| " ") };
}

/// Sets the function that returns the English text of any message.
#[cfg(target_arch = "wasm32")]
pub fn set_late_english(english: fn(Message) -> &'static str) {
    LATE_ENGLISH.set(english);
}

impl Message {
    /// English text. In the browser, a blank until it is loaded.
    #[cfg(target_arch = "wasm32")]
    pub fn english(self) -> &'static str {
        self.first_english().unwrap_or_else(|| (LATE_ENGLISH.get())(self))
    }

    /// English text.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn english(self) -> &'static str {
        self.any_english()
    }
}
