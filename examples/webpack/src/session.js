// Your client knows who is signed in: {homeserver, userId, accessToken}.
// Here it is read from where a sign-in would have left it.
export const session = JSON.parse(sessionStorage.getItem("session") ?? "{}");
