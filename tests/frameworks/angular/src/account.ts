import { Component } from "@angular/core";
import type { Threepid } from "matrix-threepids";
import { MatrixThreepids } from "matrix-threepids/angular";
import { answer, homeserver, onReady, TOKEN, userId } from "../session.js";

@Component({
  selector: "app-account",
  imports: [MatrixThreepids],
  template: `
    <matrix-threepids
      [homeserver]="homeserver"
      [userId]="userId"
      theme="light"
      [accessToken]="token"
      [fetch]="answer"
      [messages]="{ add: 'Put on' }"
      (threepidsReady)="onReady()"
      (threepidsChange)="show($event.detail.threepids)"
    >
      Loading…
    </matrix-threepids>
  `,
})
export class Account {
  readonly homeserver = homeserver;
  readonly userId = userId;
  readonly token = TOKEN;
  readonly answer = answer;
  readonly onReady = onReady;

  show(list: readonly Threepid[]): void {
    console.log(list.length);
  }
}
