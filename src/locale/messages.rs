//! All messages with their English texts. `locales/<tag>.po` has those of another
//! language.
//!
//! The comment above each message is for translators: it says where the text
//! stands, what its `{}` is, and how long it may be.
//!
//! A text of one sentence has no full stop. In a text of several sentences, each
//! has one.

#[cfg(target_arch = "wasm32")]
use std::cell::Cell;

macro_rules! words {
    (
        $($(#[doc = $note:literal])+ $(@$first:ident)? $word:ident = $english:literal;)*
        $(=> $($(#[doc = $rare_note:literal])+ $rare:ident = $text:literal;)*)?
    ) => {
        /// Message. `{}` in its text is the place of an address, a date, a
        /// duration or a code.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Message {
            $(#[doc = $english] #[doc = ""] $(#[doc = $note])+ $word,)*
            $($(#[doc = $text] #[doc = ""] $(#[doc = $rare_note])+ $rare,)*)?
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
            /// `@first`.
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

            /// Note for translators of each message, in the same order.
            #[cfg(not(target_arch = "wasm32"))]
            pub const NOTES: &[&str] = &[
                $(concat!($($note),+),)*
                $($(concat!($($rare_note),+),)*)?
            ];
        }
    };
    (@first first $english:literal) => { Some($english) };
    (@first $english:literal) => { None };
}

#[cfg(any(feature = "account-page", not(target_arch = "wasm32")))]
pub(crate) use words;

words! {
    /// Heading of the section, and name of its list. At most 32 characters.
    @first EmailAddresses = "Email addresses";
    /// Label of the field for a new address. At most 32 characters.
    @first EmailAddress = "Email address";
    /// Until the first list is there, next to a progress indicator. At most 32
    /// characters.
    @first Loading = "Loading…";
    /// In place of an empty list. At most 48 characters.
    @first NoEmailAddresses = "No email addresses yet";
    /// Below "No email addresses yet". At most 120 characters.
    @first WhyEmail = "Add one so that you can reset your password if you forget it";
    /// Label of the field above a list of more than 1,000 entries. At most 32
    /// characters.
    @first FindInList = "Find in the list";
    /// Below that field. The first `{}` is the number of entries that have the
    /// typed text, the second one the number of all entries.
    @first FoundInList = "Showing {} of {}";
    /// Below an address or number of the account. `{}` is a date. At most 32
    /// characters.
    @first AddedOn = "Added {}";
    /// Button next to the field for a new address or number. At most 12
    /// characters.
    @first Add = "Add";
    /// Button next to an address or number, and in the dialog that it opens. At
    /// most 12 characters.
    @first Remove = "Remove";
    /// Name of the button "Remove" for screen readers: begins or ends with its
    /// label. `{}` is an address or number.
    @first RemoveAddress = "Remove {}";
    /// Button of dialogs and of pending verifications. At most 12 characters.
    Cancel = "Cancel";
    /// Button of pending verifications and of dialogs. Other texts name it. At
    /// most 16 characters.
    Continue = "Continue";
    /// Button of a pending verification. At most 28 characters.
    ResendEmail = "Resend email";
    /// Button of a pending verification: returns the address to the field. At
    /// most 28 characters.
    ChangeAddress = "Change address";
    /// Button next to an error: repeats what failed. At most 24 characters.
    @first TryAgain = "Try again";

    /// In a pending verification, above the button "Continue".
    VerificationSent = "We've sent you an email to verify your address. Please follow the instructions there and then click the button below.";
    /// For half a minute after "Resend email". Spoken by screen readers. At
    /// most 48 characters.
    SentAgain = "Email sent again";
    /// In a pending verification, after a minute.
    NoMailHint = "No email yet? Check your spam folder. If another account uses this address, none is sent.";
    /// In a pending verification whose link was opened: only the password is
    /// missing. At most 64 characters.
    ConfirmToFinish = "Almost done: confirm it's you";
    /// In a pending verification, after an hour.
    LinkExpired = "The link may have expired. Resend the email to get a new one.";
    /// Label of the field for the code, where an email has a code and no link.
    /// At most 32 characters.
    EmailCode = "Code from the email";
    /// In a pending verification whose password was given: nothing is left to
    /// do here.
    WaitingForLink = "We'll finish as soon as you open the link in the email";

    /// Heading of the section, and name of its list. At most 32 characters.
    @first PhoneNumbers = "Phone numbers";
    /// Label of the field for a new number. At most 32 characters.
    @first PhoneNumber = "Phone number";
    /// Label of the list of countries above that field. At most 16 characters.
    @first Country = "Country";
    /// In place of an empty list. At most 48 characters.
    @first NoPhoneNumbers = "No phone numbers yet";
    /// Below "No phone numbers yet". At most 120 characters.
    @first WhyPhone = "Add one so that you can sign in with it";
    /// Button of a pending verification. At most 36 characters.
    ResendSms = "Resend text message";
    /// Button of a pending verification: returns the number to the field. At
    /// most 28 characters.
    ChangeNumber = "Change number";
    /// In a pending verification, above the button "Continue".
    SmsSent = "We've sent you a text message to verify your number. Please follow the instructions there, then choose Continue.";
    /// In a pending verification, above the field for the code and the button
    /// "Continue".
    SmsCodeSent = "We've sent you a text message with a code. Enter it, then choose Continue.";
    /// For half a minute after "Resend text message". Spoken by screen readers.
    /// At most 48 characters.
    SmsSentAgain = "Text message sent again";
    /// In a pending verification, after a minute.
    NoSmsHint = "No text message yet? Check the number. If another account uses it, none is sent.";
    /// In a pending verification, after an hour. The message is an email or a
    /// text message.
    CodeExpired = "The code may have expired. Resend the message to get a new one.";
    /// Label of the field for the code. At most 32 characters.
    SmsCode = "Code from the text message";
    /// In a pending verification whose password was given, where the text
    /// message has no code to enter.
    WaitingForSms = "We'll finish as soon as you've followed the text message";
    /// Error of the field.
    PhoneInvalid = "Enter a valid phone number";
    /// Error of the field.
    PhoneAlreadyAdded = "This phone number is already on your account";
    /// Error of the field.
    PhoneInUse = "Another account already uses this phone number";
    /// Error of the field.
    PhoneNotAllowed = "This server doesn't allow this phone number";
    /// Error of the field.
    PhoneMayBeUnsupported = "This server may not support phone numbers";
    /// In place of the form.
    SmsUnsupported = "This server can't send text messages";
    /// Error of the field.
    SmsNotSent = "The server couldn't send the text message. Try again later.";
    /// Error of the field for the code.
    SmsCodeMissing = "Enter the code from the text message";

    /// Title of the dialog that asks for the password. At most 32 characters.
    ConfirmTitle = "Confirm it's you";
    /// In that dialog. `{}` is an address or number.
    ConfirmAdd = "Enter your account password to add {}";
    /// In that dialog. `{}` is an address or number.
    ConfirmRemove = "Enter your account password to remove {}";
    /// In that dialog, where the server does not ask for a password. `{}` is an
    /// address or number.
    ConfirmAddNoPassword = "To add {}, confirm that it's you";
    /// In that dialog, where the server does not ask for a password. `{}` is an
    /// address or number.
    ConfirmRemoveNoPassword = "To remove {}, confirm that it's you";
    /// Label of the field in that dialog, and of the account page. At most 24
    /// characters.
    Password = "Password";
    /// Checkbox below a field for a password. At most 32 characters.
    ShowPassword = "Show password";
    /// Button of that dialog. At most 16 characters.
    Confirm = "Confirm";
    /// In that dialog. Both `{}` are numbers. At most 24 characters.
    Step = "Step {} of {}";
    /// In that dialog, while a page of the server is open in a window of its
    /// own.
    ContinueInWindow = "Continue in the other window";
    /// Link to that page. At most 40 characters.
    OpenFallbackPage = "Open the confirmation page";
    /// Button, once the page is open. At most 24 characters.
    OpenFallbackPageAgain = "Open again";
    /// Checkbox. `{}` is the name of a document, in the language of the server.
    AcceptPolicy = "I accept {}";
    /// Label of a field in that dialog. A token is not a code from a message.
    /// At most 32 characters.
    RegistrationToken = "Registration token";
    /// Label of a field in that dialog. The message is an email or a text
    /// message. At most 32 characters.
    UiaCode = "Code from the message";
    /// In that dialog. `{}` is an address or number.
    UiaMessageSent = "We've sent a message to {}. Open the link in it, then choose Continue.";
    /// In that dialog, above the field for the code. `{}` is an address or
    /// number.
    UiaCodeSent = "We've sent a code to {}";
    /// Button of that dialog: sends the message or code again. At most 20
    /// characters.
    Resend = "Resend";
    /// Quiet button of that dialog. At most 40 characters.
    UsePassword = "Use your password instead";
    /// Quiet button of that dialog. At most 48 characters.
    UseSso = "Use single sign-on instead";
    /// Quiet button of that dialog. `{}` is an address or number that receives
    /// a message.
    UseAddress = "Use {} instead";
    /// Quiet button of that dialog. At most 40 characters.
    UseAnotherOption = "Confirm another way";

    /// Title of a dialog. `{}` is an address or number.
    RemoveTitle = "Remove {}?";
    /// In that dialog, about an address or a number.
    RemoveText = "It will be removed from your account. You can add it again later.";
    /// In that dialog, for the last email address.
    RemoveLastEmailText = "This is your last email address. Without one, you can't reset your password by email if you forget it.";

    /// Success, under the heading. `{}` is an address or number.
    WasAdded = "{} was added";
    /// Success, under the heading. `{}` is an address or number.
    WasRemoved = "{} was removed";
    /// Under the heading, after "Cancel". `{}` is an address or number.
    WasCanceled = "Verification of {} was canceled";
    /// Spoken by screen readers when a rate limit has ended.
    RateLimitOver = "You can try again now";

    /// Error of the field.
    EmailInvalid = "Enter a valid email address";
    /// Error of the field.
    EmailAlreadyAdded = "This address is already on your account";
    /// Error of the field.
    EmailInUse = "Another account already uses this email address";
    /// Error of the field.
    EmailNotAllowed = "This server doesn't allow this email address";
    /// Error of the field.
    EmailMayBeUnsupported = "This server may not support email addresses";
    /// Error of the field.
    EmailUnsupported = "This server can't send verification emails";
    /// Error of the field.
    EmailNotSent = "The server couldn't send the email. Try again later.";
    /// In place of the forms, and error of a change. Addresses are email
    /// addresses and phone numbers.
    ChangesForbidden = "This server doesn't let you change your addresses";
    /// Error of the dialog that removes an address or number.
    RemovalUnsupported = "This server can't remove addresses";
    /// Link next to that text: to a page of the server. At most 32 characters.
    ManageAccount = "Manage your account";
    /// In place of the forms.
    NeedsIdentityServer = "Addresses can't be added here: this server needs an identity server to verify them, and none is configured";
    /// Error of any request. `{}` is a duration: in words for screen readers,
    /// and `4:58` to be seen.
    RateLimited = "Too many attempts. Try again in {}.";
    /// Error of any request.
    Network = "Can't reach the server. Check your connection and try again.";
    /// State of any request. Not an error: it ends by itself.
    Offline = "You're offline. We'll continue when you're back online.";
    /// Error of any request.
    Timeout = "The server took too long to answer. Try again.";
    /// Error of any request. `{}` is a status, such as 502.
    ErrorHttp = "Something went wrong (HTTP {})";
    /// Error of any request. `{}` is a code, such as `M_UNKNOWN`.
    ErrorCode = "Something went wrong ({})";
    /// In place of the element, when it failed.
    @first ErrorFatal = "Something went wrong";
    /// Error of the field.
    WrongPassword = "Wrong password";
    /// Error of the field.
    WrongRegistrationToken = "Wrong registration token";
    /// Error of the field.
    WrongCode = "Wrong code";
    /// Error of the field.
    EmailCodeMissing = "Enter the code from the email";
    /// Error of the field.
    CurrentPasswordMissing = "Enter your password";
    /// Error of the field.
    RegistrationTokenMissing = "Enter the registration token";
    /// After "Continue" in the dialog "Confirm it's you". Names that button.
    UiaLinkNotOpened = "Open the link in the message first, then choose Continue";
    /// After "Continue" in the dialog "Confirm it's you". Names that button.
    UiaWindowNotDone = "Finish in the other window first, then choose Continue";
    /// Error of the field for a code.
    InsecureCodeUrl = "For your safety, the code wasn't sent: the server asked for it over a connection that others could read";
    /// In the dialog "Confirm it's you".
    AuthUnsupported = "This server needs a kind of confirmation that isn't supported here";
    /// Error at the top.
    SessionExpired = "Your session has ended. Sign in again to continue.";
    /// Error at the top, about the page's settings.
    HomeserverMissing = "No homeserver is set for this page";
    /// Error at the top, about the page's settings.
    HomeserverInvalid = "The homeserver that is set for this page is no full web address, such as https://matrix.example.org";
    /// Error at the top.
    AccessTokenInvalid = "This page has no access token that can be used. Sign in again to continue.";
    /// Error of any request.
    Locked = "Your account is locked. Contact the server's administrator.";
    /// Error of any request.
    Suspended = "Your account is suspended. Contact the server's administrator.";
    /// Error of any request.
    Deactivated = "This account was deactivated";
    /// Error of any request.
    Guest = "Guests can't do this. Sign in with an account first.";
    /// Error of any request.
    ResourceLimit = "The server has reached its limit. Contact its administrator, or try again later.";
    /// Error of any request.
    ConsentNotGiven = "Accept the server's terms to continue";
    /// Link next to that error. At most 32 characters.
    ReadTerms = "Read the terms";
    /// Link next to the error about a limit of the server. At most 40
    /// characters.
    ContactAdministrator = "Contact the administrator";

    /// Label of the field after "Change address". At most 32 characters.
    NewEmailAddress = "New email address";
    /// Label of the field after "Change number". At most 32 characters.
    NewPhoneNumber = "New phone number";
    /// Button next to that field. At most 12 characters.
    Change = "Change";

    // Those that only the other element wants, and pages with an identity server.
    =>
    /// Label of a field. At most 32 characters.
    NewPassword = "New password";
    /// Label of a field. At most 36 characters.
    RepeatPassword = "Repeat new password";
    /// Label of the field in the dialog "Confirm it's you", for a new password.
    /// At most 32 characters.
    CurrentPassword = "Current password";
    /// Checkbox.
    LogoutDevices = "Sign out all my other devices";
    /// Below that checkbox: its consequence. They are the other devices.
    LogoutDevicesHint = "They'll have to sign in again. Encrypted messages that only they can read will be lost unless their keys are backed up.";
    /// Heading, and button. At most 32 characters.
    ChangePassword = "Change password";
    /// Success, under the heading.
    PasswordChanged = "Your password was changed";
    /// Success, under the heading.
    PasswordChangedEverywhere = "Your password was changed, and your other devices were signed out";
    /// In place of the form, and error of the change.
    PasswordChangesForbidden = "This server doesn't let you change your password";
    /// In the dialog "Confirm it's you".
    ConfirmPasswordChange = "Enter your current password to change it";
    /// In the dialog "Confirm it's you".
    ConfirmPasswordChangeNoPassword = "To change your password, confirm that it's you";
    /// Error of the field.
    NewPasswordMissing = "Enter a new password";
    /// Error of the second field.
    PasswordsDiffer = "The passwords don't match";
    /// Error of the field in the dialog "Confirm it's you", after a lost
    /// response.
    PasswordMayHaveChanged = "Your password may have been changed already. Try the new one.";
    /// Error of the field.
    WeakPassword = "This password is too easy to guess. Choose another one.";
    /// Error of the field.
    PasswordTooShort = "This password is too short. Choose a longer one.";
    /// Error of the field. `{}` is a number.
    PasswordTooLong = "This password is too long. It can have at most {} characters.";
    /// Error of the field.
    PasswordTooLongForServer = "This password may be too long for this server. Choose a shorter one.";
    /// Error of the field.
    PasswordNoDigit = "The password has to contain a digit";
    /// Error of the field.
    PasswordNoUppercase = "The password has to contain an upper-case letter";
    /// Error of the field.
    PasswordNoLowercase = "The password has to contain a lower-case letter";
    /// Error of the field.
    PasswordNoSymbol = "The password has to contain a symbol, such as ! or #";
    /// Error of the field.
    PasswordInDictionary = "This password is a common word. Choose another one.";

    /// Heading of the group about the identity server. At most 48 characters.
    DiscoveryHeading = "Let others find you";
    /// In that group. `{}` is the name of the identity server.
    IdentityServerTerms = "If you share an address, people who know it can find you through {}. Accept its terms first.";
    /// Button of that group. At most 16 characters.
    Accept = "Accept";
    /// Next to the switch of an email address, on.
    Shared = "Others can find you with this address";
    /// Next to the switch of an email address, off.
    NotShared = "Others can't find you with this address";
    /// Next to the switch of a phone number, on.
    SharedNumber = "Others can find you with this number";
    /// Next to the switch of a phone number, off.
    NotSharedNumber = "Others can't find you with this number";
    /// Name of the switch for screen readers, on and off. `{}` is an address or
    /// number.
    ShareAddress = "Let others find me with {}";
    /// Button of a dialog. At most 24 characters.
    StopSharing = "Stop sharing";
    /// Title of that dialog. `{}` is an address or number.
    StopSharingTitle = "Stop sharing {}?";
    /// In that dialog, about an address or a number.
    StopSharingText = "Others will no longer find you with it. It stays on your account.";
    /// Success, under the heading. `{}` is an address or number.
    WasShared = "Others can now find you with {}";
    /// Success, under the heading. `{}` is an address or number.
    WasUnshared = "Others can no longer find you with {}";
    /// Warning, under the heading. `{}` is an address or number.
    UnshareUnconfirmed = "The identity server didn't confirm it: others may still find you with {}";
    /// Success, under the heading. `{}` is an address or number.
    RemovedAndUnshared = "{} was removed. Others can no longer find you with it.";
    /// Warning, under the heading. `{}` is an address or number.
    RemovedUnshareUnconfirmed = "{} was removed. Others may still find you with it.";
    /// Error in the group about the identity server.
    LookupUnsupported = "It isn't known which addresses others can find you with: the identity server could only be asked by showing it your addresses";
    /// Error in the dialog "Stop sharing".
    UnshareUnsupported = "This server can't stop sharing an address. Remove it instead.";
    /// In the dialog "Confirm it's you". `{}` is an address or number.
    ConfirmShare = "Enter your account password to share {}";
    /// In the dialog "Confirm it's you". `{}` is an address or number.
    ConfirmUnshare = "Enter your account password to stop sharing {}";
    /// In the dialog "Confirm it's you". `{}` is an address or number.
    ConfirmShareNoPassword = "To share {}, confirm that it's you";
    /// In the dialog "Confirm it's you". `{}` is an address or number.
    ConfirmUnshareNoPassword = "To stop sharing {}, confirm that it's you";

    /// Heading of the form for people who have forgotten their password, and its
    /// last button. At most 32 characters.
    ResetPassword = "Reset password";
    /// Below that heading, above the field for the address.
    ResetIntro = "Enter the email address of your account, and we'll send you an email. Then you can choose a new password.";
    /// Button of that form, below the field for the address. At most 20
    /// characters.
    SendEmail = "Send email";
    /// Below that heading, after "Send email". It must not say whether there is
    /// such an account. `{}` is an email address.
    ResetEmailSent = "If an account has the address {}, we've sent an email to it. Follow the instructions there, then choose a new password here.";
    /// Below that text, after a minute. It must not say whether there is such an
    /// account.
    ResetNoMailHint = "No email yet? Check your spam folder, and whether this is the email address of your account.";
    /// Checkbox of that form. They are all devices of the account.
    LogoutAllDevices = "Sign out all my devices";
    /// Success, under that heading.
    PasswordReset = "Your password was changed. Sign in with the new one.";
    /// Success, under that heading.
    PasswordResetEverywhere = "Your password was changed, and all your devices were signed out. Sign in with the new password.";
    /// Error of that form.
    PasswordResetUnsupported = "This server can't reset passwords by email. Contact its administrator.";
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
    /// English text. In the browser, a blank until it is loaded. The account page
    /// loads one WebAssembly file, and has texts before its first element.
    #[cfg(target_arch = "wasm32")]
    pub fn english(self) -> &'static str {
        if cfg!(feature = "account-page") {
            return self.any_english();
        }
        self.first_english().unwrap_or_else(|| (LATE_ENGLISH.get())(self))
    }

    /// English text.
    #[cfg(not(target_arch = "wasm32"))]
    pub fn english(self) -> &'static str {
        self.any_english()
    }
}
