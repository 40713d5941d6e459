import { css, html, LitElement, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { base, DmElement, define } from './base.ts';

/** A line of text with its label and an optional note. `dm-change` tells the value when it is committed (Enter, focus lost). */
export class DmField extends DmElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override properties = { label: {}, value: {}, note: {}, limit: { type: Number } };
  declare label: string;
  declare value: string;
  declare note: string | undefined;
  /** Longest value in UTF-16 units. */
  declare limit: number;

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      label {
        display: grid;
        gap: var(--dm-space-1);
        font-size: var(--dm-size-s);
      }
      input {
        inline-size: 100%;
        min-block-size: 38px;
        padding: 6px 10px;
        border: 1px solid var(--dm-line-strong);
        border-radius: var(--dm-radius-m);
        background: var(--dm-surface);
        font-size: var(--dm-size-m);
      }
      .note {
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
      }
    `,
  ];

  constructor() {
    super();
    this.label = '';
    this.value = '';
    this.limit = 80;
  }

  override render() {
    return html`<label>
      <span>${this.label}</span>
      <input
        type="text"
        dir="auto"
        autocomplete="off"
        maxlength=${this.limit}
        .value=${live(this.value)}
        @change=${(e: Event) => this.emit('dm-change', (e.target as HTMLInputElement).value)}
      />
      ${this.note ? html`<span class="note">${this.note}</span>` : nothing}
    </label>`;
  }
}

define('dm-field', DmField);
