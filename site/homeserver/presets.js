// The homeservers that a visitor can select, and the faults that can be added to
// each of them.

const PASSWORD = "m.login.password";

/** Each preset: its name, a sentence about it, and its settings. */
export const SERVERS = {
  password: {
    name: "Password",
    about: "Like most Synapses: the server asks for the password before it changes an address.",
    flows: [[PASSWORD]],
  },
  sso: {
    name: "Single sign-on",
    about: "The account has no password. The server confirms the user on a page of its own, in a window.",
    flows: [["m.login.sso"]],
  },
  either: {
    name: "Password or single sign-on",
    about: "The user chooses one of two flows.",
    flows: [[PASSWORD], ["m.login.sso"]],
  },
  stages: {
    name: "Two stages",
    about: "The server asks for the password, and after that to accept its terms.",
    flows: [[PASSWORD, "m.login.terms"]],
  },
  limits: {
    name: "Strict limits",
    about: "The server sends one message in 20 seconds. Add an address, then another one or resend the first.",
    flows: [[PASSWORD]],
    messageInterval: 20_000,
  },
  off: {
    name: "Changes turned off",
    about: "The administrator does not permit changes of addresses. The list can still be read.",
    flows: [[PASSWORD]],
    mayChange: false,
  },
  oauth: {
    name: "Account managed elsewhere",
    about: "Like the Matrix Authentication Service: another page manages the account. The element links to it.",
    flows: [],
    mayChange: false,
    isManagedElsewhere: true,
  },
};

/** Faults that happen to every homeserver. */
export const FAULTS = {
  none: { name: "None", about: "" },
  offline: { name: "Offline", about: "No request arrives, and the browser says that it is offline." },
  429: { name: "429", about: "The server limits the rate of everything that changes something." },
  502: { name: "502", about: "A reverse proxy sends its own page instead of the homeserver’s response." },
};
