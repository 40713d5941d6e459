import { css, html, LitElement, nothing } from 'lit';
import { base, DmElement, define } from './base.ts';

/** On or off, with a label and a note of what it does. `dm-change` tells the wanted value; the owner sets `checked`. */
export class DmSwitch extends DmElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override properties = { label: {}, note: {}, checked: { type: Boolean }, disabled: { type: Boolean } };
  declare label: string;
  declare note: string | undefined;
  declare checked: boolean;
  declare disabled: boolean;

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      button {
        display: grid;
        grid-template-columns: 1fr auto;
        align-items: center;
        gap: 0 var(--dm-space-3);
        inline-size: 100%;
        padding: var(--dm-space-2);
        border: 0;
        border-radius: var(--dm-radius-m);
        background: none;
        text-align: start;
      }
      button:hover:enabled {
        background: var(--dm-hover);
      }
      button:disabled {
        opacity: 0.55;
      }
      .note {
        grid-column: 1;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
      }
      .track {
        grid-area: 1 / 2 / span 2;
        inline-size: 38px;
        block-size: 22px;
        padding: 2px;
        border: 1px solid var(--dm-line-strong);
        border-radius: var(--dm-radius-full);
        background: var(--dm-sunken);
        transition: background var(--dm-quick);
      }
      .thumb {
        display: block;
        inline-size: 16px;
        block-size: 16px;
        border-radius: 50%;
        background: var(--dm-line-strong);
        transition: margin var(--dm-quick);
      }
      [aria-checked='true'] .track {
        border-color: var(--dm-accent);
        background: var(--dm-accent);
      }
      [aria-checked='true'] .thumb {
        margin-inline-start: 16px;
        background: var(--dm-on-accent);
      }
    `,
  ];

  constructor() {
    super();
    this.label = '';
    this.checked = false;
    this.disabled = false;
  }

  override render() {
    return html`<button
      type="button"
      role="switch"
      aria-checked=${this.checked}
      aria-labelledby="label"
      aria-describedby="note"
      ?disabled=${this.disabled}
      @click=${() => this.emit('dm-change', !this.checked)}
    >
      <span id="label">${this.label}</span>
      ${this.note ? html`<span id="note" class="note">${this.note}</span>` : nothing}
      <span class="track" aria-hidden="true"><span class="thumb"></span></span>
    </button>`;
  }
}

define('dm-switch', DmSwitch);
