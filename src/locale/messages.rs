//! All messages with their English texts. `www/locales/` has the other
//! languages, with the same keys in the same order.

macro_rules! words {
    ($($word:ident = $english:literal;)* $(=> $($rare:ident = $text:literal;)*)?) => {
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
            pub fn english(self) -> &'static str {
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

            /// Name and English text of each message, in the order of the
            /// tables of other languages.
            #[cfg(not(target_arch = "wasm32"))]
            pub const ENGLISH: &[(&str, &str)] = &[
                $((stringify!($word), $english),)*
                $($((stringify!($rare), $text),)*)?
            ];
        }
    };
}

#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub(crate) use words;

words! {
    EmailAddresses = "Email addresses";
    EmailAddress = "Email address";
    Loading = "Loading…";
    Empty = "No email addresses yet";
    AddedOn = "Added {}";
    Add = "Add";
    Remove = "Remove";
    RemoveAddress = "Remove {}";
    Cancel = "Cancel";
    Continue = "Continue";
    ResendEmail = "Resend email";
    ChangeAddress = "Change address";
    TryAgain = "Try again";

    VerificationSent = "We've sent you an email to verify your address. Please follow the instructions there and then click the button below.";
    SentAgain = "Sent again just now";
    NoMailHint = "No mail? Look in the spam folder. If the address belongs to another account, no mail is sent.";
    ConfirmToFinish = "Confirm it's you to finish";
    LinkExpired = "The link may have expired";
    Code = "Code from the email";
    WaitingForLink = "Waiting for you to open the link in the email…";

    PhoneNumbers = "Phone numbers";
    PhoneNumber = "Phone number";
    Country = "Country";
    NoPhones = "No phone numbers yet";
    ResendSms = "Resend text message";
    ChangeNumber = "Change number";
    SmsSent = "We've sent you a text message to verify your number. Please follow the instructions there and then click the button below.";
    SmsCodeSent = "We've sent you a text message with a code. Enter it and then click the button below.";
    NoSmsHint = "No text message? Check the number. If it belongs to another account, none is sent.";
    CodeExpired = "The code may have expired";
    SmsCode = "Code from the text message";
    WaitingForSms = "Waiting for you to follow the instructions in the text message…";
    NotANumber = "Enter a valid phone number";
    NumberAlreadyYours = "You've already added this phone number";
    NumberInUse = "This phone number is already in use";
    NumberDenied = "This phone number is not allowed on this server";
    MayLackPhones = "This server may not support phone numbers";
    NoSms = "This server can't send text messages";
    SmsFailed = "The server couldn't send the text message. Try again later.";
    NoSmsCode = "Enter the code from the text message";

    ConfirmTitle = "Confirm it's you";
    ConfirmAdd = "Enter your account's password to add {}.";
    ConfirmRemove = "Enter your account's password to remove {}.";
    ConfirmAddOther = "To add {}, confirm that it's you.";
    ConfirmRemoveOther = "To remove {}, confirm that it's you.";
    Password = "Password";
    Confirm = "Confirm";
    Step = "Step {} of {}";
    ContinueInWindow = "Continue in the other window";
    OpenPage = "Open the confirmation page";
    OpenAgain = "Open again";
    Accept = "I accept {}";
    RegistrationToken = "Registration token";
    ProofCode = "Code from the message";
    ProofSent = "We've sent a message to {}. Open the link in it, then continue here.";
    ProofCodeSent = "We've sent a code to {}.";
    Resend = "Send again";
    UsePassword = "Use your password instead";
    UseSso = "Use single sign-on instead";
    UseAddress = "Use {} instead";
    UseOther = "Confirm another way";

    RemoveTitle = "Remove {}?";
    RemoveText = "It will no longer belong to your account.";
    RemoveLastText = "This is the last one: you can then no longer recover your account by email if you forget the password.";

    WasAdded = "{} was added";
    WasRemoved = "{} was removed";
    LimitOver = "You can try again now";

    NotAnAddress = "Enter a valid email address";
    AlreadyYours = "You've already added this address";
    InUse = "This email address is already in use";
    Denied = "This email address is not allowed on this server";
    MayLackEmails = "This server may not support email addresses";
    NoMail = "This server can't send verification emails";
    MailFailed = "The server couldn't send the email. Try again later.";
    ChangesForbidden = "This server doesn't allow changes here";
    ManageAccount = "Manage your account";
    NeedsIdentityServer = "This server needs an identity server to verify addresses, and none is set here. So nothing can be added.";
    RateLimited = "Too many attempts. Try again in {}";
    Network = "Can't reach the server. Check your connection and try again.";
    Offline = "You're offline. We'll continue when you're back.";
    Timeout = "The server took too long to answer.";
    Http = "Something went wrong (HTTP {}).";
    Other = "Something went wrong ({}).";
    Broken = "Something went wrong";
    WrongPassword = "Wrong password";
    WrongToken = "Wrong registration token";
    WrongCode = "Wrong code";
    NoCode = "Enter the code from the email";
    EnterPassword = "Enter your password";
    EnterToken = "Enter the registration token";
    NotProved = "Open the link in the message first, then continue.";
    NotDone = "It isn't finished in the other window yet.";
    UnsafeCode = "The server wants the code sent where others could read it. It wasn't sent.";
    NoWayToAuthenticate = "This server asks for a confirmation that can't be given here.";
    SessionEnded = "Your session has ended. Sign in again to continue.";
    NoHomeserver = "No homeserver is set for this page.";
    InvalidHomeserver = "The homeserver that is set for this page is no full web address, such as https://matrix.example.org.";
    InvalidToken = "This page has no access token that can be used. Sign in again to continue.";
    Locked = "Your account is locked. Ask the server's administrator.";
    Suspended = "Your account is suspended. Ask the server's administrator.";
    Deactivated = "This account was deactivated.";
    Guest = "Guests can't do this. Sign in with an account first.";
    ResourceLimit = "The server has reached its limit. Ask its administrator, or try again later.";
    ConsentMissing = "You have to accept the server's terms first.";
    OpenLink = "Read more";

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
    ConfirmPassword = "Enter your current password to change it.";
    ConfirmPasswordOther = "To change your password, confirm that it's you.";
    NoPassword = "Enter a new password";
    PasswordsDiffer = "The passwords don't match";
    PerhapsChanged = "Your password may have been changed already. Try the new one.";
    WeakPassword = "This password is too easy to guess. Choose another one.";
    PasswordTooShort = "This password is too short. Choose a longer one.";
    PasswordTooLong = "This password is too long. It can have at most {} characters.";
    PasswordTooLongHere = "This password may be too long for this server. Choose a shorter one.";
    PasswordNoDigit = "The password has to contain a digit.";
    PasswordNoUppercase = "The password has to contain an upper-case letter.";
    PasswordNoLowercase = "The password has to contain a lower-case letter.";
    PasswordNoSymbol = "The password has to contain a symbol, such as ! or #.";
    PasswordInDictionary = "This password is a common word. Choose another one.";

    LetOthersFind = "Let others find you";
    IdentityTerms = "If you share an address, people who know it can find you through {}. Accept its terms first.";
    AcceptTerms = "Accept";
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
    MaybeShared = "The identity server didn't confirm it: others may still find you by {}";
    WasRemovedUnshared = "{} was removed. Others can no longer find you by it.";
    WasRemovedShared = "{} was removed. Others may still find you by it.";
    CannotLookUp = "What others can find you by isn't known: the identity server could only be asked by showing it your addresses.";
    CannotUnshare = "This server can't stop sharing. Remove the address instead.";
    ConfirmShare = "Enter your account's password to share {}.";
    ConfirmUnshare = "Enter your account's password to stop sharing {}.";
    ConfirmShareOther = "To share {}, confirm that it's you.";
    ConfirmUnshareOther = "To stop sharing {}, confirm that it's you.";
}
