import { MatrixThreepids } from "matrix-threepids/react";
import { fn } from "storybook/test";
import { answer, homeserver, onReady, TOKEN, userId } from "../session.js";

export default {
  component: MatrixThreepids,
  args: { homeserver, userId, fetch: answer, accessToken: async () => TOKEN, onThreepidsReady: fn(onReady) },
  argTypes: { theme: { control: "select", options: ["auto", "light", "dark"] } },
};

export const OneAddress = {};
