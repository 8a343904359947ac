// A server component may use the client's component without a file in between.
import { MatrixThreepids } from "matrix-threepids/react";

export default function Page() {
  return <MatrixThreepids homeserver="https://matrix.example.org">Loading…</MatrixThreepids>;
}
