import { css, html, nothing } from 'lit';
import { base, DmElement, define } from './base.ts';
import { icon } from './icons.ts';

/**
 * A side panel: a column of the page where there is room (from `from` pixels on), a modal sheet where there is not.
 * `dm-close` asks the owner to set `open` to false.
 */
export class DmPanel extends DmElement {
  static override properties = {
    heading: {},
    closeLabel: {},
    from: { type: Number },
    open: { type: Boolean, reflect: true },
    side: { reflect: true },
    fixed: { type: Boolean },
    wide: { state: true },
  };
  declare heading: string;
  declare closeLabel: string;
  /** Page width in CSS pixels. */
  declare from: number;
  declare open: boolean;
  declare side: 'start' | 'end';
  /** As a column it is always there and has no close button. */
  declare fixed: boolean;
  declare private wide: boolean;
  #query: MediaQueryList | undefined;

  static override styles = [
    base,
    css`
      :host {
        display: contents;
      }
      aside {
        display: flex;
        flex-direction: column;
        min-block-size: 0;
        overflow: hidden;
        background: var(--dm-surface);
        border-inline: 0 solid var(--dm-line);
      }
      :host([side='start']) aside {
        border-inline-end-width: 1px;
      }
      :host([side='end']) aside {
        border-inline-start-width: 1px;
      }
      dialog {
        flex-direction: column;
        inline-size: min(400px, calc(100vw - 40px));
        max-inline-size: none;
        block-size: 100dvh;
        max-block-size: none;
        margin: 0;
        padding: 0;
        border: 0;
        background: var(--dm-surface);
        color: var(--dm-text);
        box-shadow: var(--dm-shadow-high);
      }
      dialog[open] {
        display: flex;
      }
      :host([side='end']) dialog {
        margin-inline-start: auto;
      }
      :host([side='start']) dialog {
        margin-inline-end: auto;
      }
      dialog::backdrop {
        background: rgb(0 0 0 / 45%);
      }
      header {
        display: flex;
        flex: none;
        align-items: center;
        justify-content: space-between;
        min-block-size: 57px;
        padding: var(--dm-space-2) var(--dm-space-4);
        border-block-end: 1px solid var(--dm-line);
      }
      h2 {
        margin: 0;
        font-size: var(--dm-size-m);
      }
      .body {
        flex: 1;
        min-block-size: 0;
        overflow: hidden auto;
        overscroll-behavior: contain;
      }
      button {
        display: grid;
        place-items: center;
        inline-size: 36px;
        block-size: 36px;
        margin-inline-end: -8px;
        padding: 0;
        border: 0;
        border-radius: var(--dm-radius-m);
        background: none;
      }
      button:hover {
        background: var(--dm-hover);
      }
    `,
  ];

  constructor() {
    super();
    this.heading = '';
    this.closeLabel = '';
    this.from = 900;
    this.open = false;
    this.side = 'start';
    this.fixed = false;
    this.wide = true;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#query = matchMedia(`(min-width: ${this.from}px)`);
    this.#query.addEventListener('change', this.#measure);
    this.#measure();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#query?.removeEventListener('change', this.#measure);
  }

  #measure = () => {
    this.wide = this.#query?.matches ?? true;
  };

  protected override updated(): void {
    const dialog = this.renderRoot.querySelector('dialog');
    if (dialog && this.open && !dialog.open) dialog.showModal();
    if (dialog && !this.open && dialog.open) dialog.close();
  }

  override render() {
    const head = html`<header>
      <h2>${this.heading}</h2>
      ${
        this.wide && this.fixed
          ? nothing
          : html`<button type="button" aria-label=${this.closeLabel} title=${this.closeLabel} @click=${() => this.emit('dm-close')}>
              ${icon('close')}
            </button>`
      }
    </header>`;
    const body = html`${head}<div class="body"><slot></slot></div>`;
    if (this.wide) return this.open || this.fixed ? html`<aside aria-label=${this.heading}>${body}</aside>` : nothing;
    return html`<dialog aria-label=${this.heading} @close=${() => this.open && this.emit('dm-close')} @click=${this.#outside}>
      ${body}
    </dialog>`;
  }

  /** A click whose target is the dialog itself fell on the backdrop: everything inside has an element of its own. */
  #outside(event: MouseEvent): void {
    if (event.target === event.currentTarget) this.emit('dm-close');
  }
}

define('dm-panel', DmPanel);
