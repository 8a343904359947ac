import { renderToString } from "preact-render-to-string";
import { TOKEN } from "../session.js";
import { Account } from "./account";

export const render = () => ({ body: renderToString(<Account />) });

/** What the package's entry avoids. */
export const renderTag = () => renderToString(<matrix-threepids accessToken={TOKEN} />);
