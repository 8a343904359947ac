import type { Fetch } from "matrix-threepids";

export const TOKEN: string;
export const homeserver: string;
export const userId: string;
export const answer: Fetch;
export function onReady(): void;
