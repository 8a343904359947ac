import { useRef } from "react";
import MatrixThreepids, {
  MatrixAccountPassword,
  MatrixThreepidsPreload,
  MatrixThreepids as Named,
  type MatrixThreepidsProps,
} from "matrix-threepids/react";
import type { MatrixThreepidsElement } from "matrix-threepids";

const shared: MatrixThreepidsProps = { homeserver: "https://matrix.example.org", userId: "@alice:example.org" };

export function Right() {
  const ref = useRef<MatrixThreepidsElement>(null);
  return (
    <>
      <MatrixThreepidsPreload />
      <MatrixThreepidsPreload folder="/matrix-threepids/" />
      <MatrixThreepids
        {...shared}
        ref={ref}
        className="addresses"
        lang="fr"
        theme="dark"
        readOnly
        headingLevel={3}
        accessToken={async (reason) => reason}
        authHandler={() => null}
        messages={{ add: "Ajouter" }}
        onThreepidAdded={(event) => event.detail.address satisfies string}
        onThreepidsReady={() => ref.current?.focus()}
        onThreepidAuthRequired={(event) => event.detail.respond(null)}
        onThreepidsSessionExpired={({ detail }) => detail.softLogout satisfies boolean}
      >
        Loading…
      </MatrixThreepids>
      <Named accessToken="syt_a" />
      <MatrixAccountPassword
        homeserver="https://matrix.example.org"
        accessToken="syt_a"
        onPasswordChanged={({ detail }) => detail.logoutDevices satisfies boolean}
      />
      <matrix-account-password onpassword-changed={({ detail }) => detail.logoutDevices satisfies boolean} />
      <matrix-threepids
        ref={ref}
        homeserver="https://matrix.example.org"
        user-id="@alice:example.org"
        heading-level={3}
        onthreepid-added={(event) => event.detail.address satisfies string}
      />
    </>
  );
}

export function Wrong() {
  return (
    <>
      {/* @ts-expect-error: no such theme */}
      <MatrixThreepids theme="black" />
      {/* @ts-expect-error: no such event */}
      <MatrixThreepids onThreepidAdd={() => {}} />
      {/* @ts-expect-error: the detail has no such member */}
      <MatrixThreepids onThreepidAdded={(event) => event.detail.email} />
      {/* @ts-expect-error: a token or what gets one */}
      <MatrixThreepids accessToken={5} />
      {/* @ts-expect-error: no such key */}
      <MatrixThreepids messages={{ ajouter: "Ajouter" }} />
      {/* @ts-expect-error: it is userId */}
      <MatrixThreepids user-ID="@alice:example.org" userID="@alice:example.org" />
      {/* @ts-expect-error: the other element's */}
      <MatrixAccountPassword mediums="email" />
      {/* @ts-expect-error: the other element's */}
      <MatrixAccountPassword onThreepidAdded={() => {}} />
      {/* @ts-expect-error: React may make an attribute of it */}
      <matrix-threepids accessToken="syt_a" />
      {/* @ts-expect-error: no such theme */}
      <matrix-threepids theme="black" />
      {/* @ts-expect-error: the detail has no such member */}
      <matrix-threepids onthreepid-added={(event) => event.detail.email} />
    </>
  );
}
