// Names of the frameworks that the adapters use. The tools of the build have no
// types of these frameworks; `cargo xtask test --frameworks` checks the
// published declarations against the real ones.

declare module "solid-js" {
  export function createRenderEffect(run: () => void): void;
}

declare module "preact" {
  export function createElement(tagName: string, props: object): object;
}

declare module "preact/hooks" {
  export function useImperativeHandle(ref: unknown, create: () => unknown, inputs: unknown[]): void;
  export function useLayoutEffect(run: () => (() => void) | undefined): void;
  export function useRef<Value>(initial: Value | null): { current: Value | null };
}

declare module "lit" {
  export const noChange: symbol;
}

declare module "lit/directive.js" {
  export interface ElementPart {
    readonly element: Element;
  }
  export class Directive {
    render(given: object): unknown;
    update(part: ElementPart, given: [object]): unknown;
  }
  export function directive(Class: typeof Directive): unknown;
}

declare module "@angular/core" {
  export class ElementRef {
    readonly nativeElement: HTMLElement;
  }
  export class EventEmitter {
    emit(value: unknown): void;
  }
  export function inject(token: unknown): ElementRef;
  export function reflectComponentType(component: object): {
    readonly outputs: readonly { readonly propName: string }[];
  };
  export const ChangeDetectionStrategy: { readonly OnPush: unknown };
  export const ɵɵFactoryTarget: { readonly Component: unknown };
  export function ɵɵngDeclareFactory(declaration: object): unknown;
  export function ɵɵngDeclareComponent(declaration: object): unknown;
}
