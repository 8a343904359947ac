import "matrix-threepids/define";
import { withActions } from "storybook/actions/decorator";

const threepids = [{ medium: "email", address: "alice@example.org" }];
const answer = async ({ url }) => Response.json(url.endsWith("/3pid") ? { threepids } : {});

export default {
  component: "matrix-threepids",
  args: { homeserver: "https://matrix.example.org", fetch: answer, accessToken: async () => "no token" },
  parameters: { actions: { handles: ["threepids-ready", "threepid-added"] } },
  decorators: [withActions],
};

export const OneAddress = {};
