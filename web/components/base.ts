/** What every component stands on: shared styles, and one typed way to send an event out. */
import { css, LitElement, type PropertyDeclarations } from 'lit';

export const base = css`
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  :host([hidden]) {
    display: none !important;
  }
  button,
  input,
  select,
  textarea {
    font: inherit;
    color: inherit;
  }
  button {
    cursor: pointer;
  }
  button:disabled {
    cursor: not-allowed;
  }
  :focus {
    outline: none;
  }
  :focus-visible {
    outline: var(--dm-focus);
    outline-offset: 2px;
  }
  svg {
    inline-size: 1.25em;
    block-size: 1.25em;
    flex: none;
  }
  .sr {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
`;

/**
 * Base of all `dm-` elements. Reactive properties are declared in `static properties` and typed with `declare`
 * (a class field would shadow Lit's accessor).
 */
export abstract class DmElement extends LitElement {
  static override styles = [base];
  static override properties: PropertyDeclarations = {};

  /** Sends a custom event that crosses shadow roots. */
  protected emit(name: string, detail?: unknown): void {
    this.dispatchEvent(new CustomEvent(name, { detail, bubbles: true, composed: true }));
  }
}

/** Registers an element once; a second bundle on the same page is harmless. */
export function define(name: string, element: CustomElementConstructor): void {
  if (!customElements.get(name)) customElements.define(name, element);
}
