import { css, html } from 'lit';
import { base, DmElement, define } from './base.ts';
import './page-nav.ts';

/** A page that fills the window, under the bar with the way to the others. */
export class DmShell extends DmElement {
  static override properties = { current: {}, skipLabel: {} };
  /** The page's name, as `dm-nav` has it. */
  declare current: string;
  declare skipLabel: string;

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        grid-template-rows: auto minmax(0, 1fr);
        block-size: 100dvh;
      }
      .skip {
        position: absolute;
        z-index: 30;
      }
      .skip:not(:focus) {
        clip-path: inset(50%);
      }
      dm-nav {
        grid-row: 1;
      }
      main {
        grid-row: 2;
        min-block-size: 0;
        min-inline-size: 0;
      }
      main:focus-visible {
        outline: none;
      }
    `,
  ];

  constructor() {
    super();
    this.current = '';
    this.skipLabel = '';
  }

  override render() {
    return html`<button class="skip" type="button" @click=${() => this.renderRoot.querySelector('main')?.focus()}>${this.skipLabel}</button>
      <dm-nav .current=${this.current}></dm-nav>
      <main tabindex="-1"><slot></slot></main>`;
  }
}

define('dm-shell', DmShell);
