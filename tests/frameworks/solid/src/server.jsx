import { generateHydrationScript, renderToString } from "solid-js/web";
import { TOKEN } from "../session.js";
import { Account } from "./account";

export const render = () => ({ head: generateHydrationScript(), body: renderToString(() => <Account />) });

/** What the package's entry avoids. */
export const renderTag = () => renderToString(() => <matrix-threepids accessToken={TOKEN} />);
