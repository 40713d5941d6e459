import { css, html, LitElement, nothing } from 'lit';
import { base, DmElement, define } from './base.ts';
import { type IconName, icon } from './icons.ts';

/** A button. With `label` and no content it is an icon button; `label` is then its accessible name and tooltip. */
export class DmButton extends DmElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override properties = {
    variant: { reflect: true },
    icon: {},
    label: {},
    disabled: { type: Boolean, reflect: true },
    pressed: { attribute: false },
  };
  /** `danger`: what it does ends something. */
  declare variant: 'primary' | 'secondary' | 'ghost' | 'danger';
  declare icon: IconName | undefined;
  declare label: string | undefined;
  declare disabled: boolean;
  /** Makes it a toggle. */
  declare pressed: boolean | undefined;

  static override styles = [
    base,
    css`
      :host {
        display: inline-flex;
      }
      :host([disabled]) {
        pointer-events: none;
      }
      button {
        display: inline-flex;
        align-items: center;
        justify-content: center;
        gap: var(--dm-space-2);
        inline-size: 100%;
        min-block-size: var(--dm-button-size, 38px);
        padding: 4px 14px;
        border: 1px solid transparent;
        border-radius: var(--dm-radius-m);
        background: transparent;
        font-weight: 550;
        transition:
          background var(--dm-quick),
          border-color var(--dm-quick);
      }
      button.bare {
        inline-size: var(--dm-button-size, 38px);
        padding: 0;
      }
      :host([variant='primary']) button {
        background: var(--dm-accent);
        color: var(--dm-on-accent);
      }
      :host([variant='primary']) button:hover:enabled {
        background: var(--dm-accent-hover);
      }
      :host([variant='danger']) button {
        background: var(--dm-bad);
        color: var(--dm-on-accent);
      }
      :host([variant='danger']) button:hover:enabled {
        filter: brightness(0.92);
      }
      :host([variant='secondary']) button {
        border-color: var(--dm-line-strong);
        background: var(--dm-surface);
      }
      :host(:not([variant='primary'], [variant='danger'])) button:hover:enabled {
        background: var(--dm-hover);
      }
      button[aria-pressed='true'] {
        background: var(--dm-accent-soft);
        color: var(--dm-accent);
      }
      button:disabled {
        opacity: 0.5;
      }
    `,
  ];

  constructor() {
    super();
    this.variant = 'secondary';
    this.disabled = false;
  }

  override render() {
    return html`<button
      type="button"
      class=${this.label ? 'bare' : ''}
      ?disabled=${this.disabled}
      aria-label=${this.label ?? nothing}
      title=${this.label ?? nothing}
      aria-pressed=${this.pressed ?? nothing}
    >
      ${this.icon ? icon(this.icon) : nothing}<slot></slot>
    </button>`;
  }
}

define('dm-button', DmButton);
