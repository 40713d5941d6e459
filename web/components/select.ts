import { css, html } from 'lit';
import { live } from 'lit/directives/live.js';
import { base, DmElement, define } from './base.ts';

/** A native select with its label (hidden from sight, read out). `dm-change` tells the new value. */
export class DmSelect extends DmElement {
  static override properties = { label: {}, value: {}, options: { attribute: false }, disabled: { type: Boolean } };
  declare label: string;
  declare value: string;
  declare options: readonly { value: string; label: string; lang?: string }[];
  declare disabled: boolean;

  static override styles = [
    base,
    css`
      label {
        position: relative;
        display: block;
      }
      /* Browsers draw theirs upon the border where the page is read from the right. */
      label::after {
        position: absolute;
        inset-block-start: calc(50% - 5px);
        inset-inline-end: 12px;
        inline-size: 7px;
        block-size: 7px;
        border: solid currentColor;
        border-width: 0 2px 2px 0;
        rotate: 45deg;
        content: '';
        pointer-events: none;
      }
      label:has(:disabled)::after {
        opacity: 0.55;
      }
      select {
        display: block;
        inline-size: 100%;
        min-block-size: 36px;
        max-inline-size: 100%;
        padding: 4px 12px;
        padding-inline-end: 26px;
        text-overflow: ellipsis;
        border: 1px solid var(--dm-line-strong);
        border-radius: var(--dm-radius-m);
        background: var(--dm-surface);
        font-size: var(--dm-size-s);
        appearance: none;
      }
      select:disabled {
        opacity: 0.55;
      }
      select:hover:enabled {
        background: var(--dm-hover);
      }
    `,
  ];

  constructor() {
    super();
    this.label = '';
    this.value = '';
    this.options = [];
    this.disabled = false;
  }

  override render() {
    return html`<label>
      <span class="sr">${this.label}</span>
      <select title=${this.label} ?disabled=${this.disabled} @change=${(e: Event) => this.emit('dm-change', (e.target as HTMLSelectElement).value)}>
        ${this.options.map(
          ({ value, label, lang }) =>
            html`<option value=${value} lang=${lang ?? ''} .selected=${live(value === this.value)}>${label}</option>`,
        )}
      </select>
    </label>`;
  }
}

define('dm-select', DmSelect);
