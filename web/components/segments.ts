import { css, html, LitElement, nothing } from 'lit';
import { live } from 'lit/directives/live.js';
import { base, DmElement, define } from './base.ts';
import { type IconName, icon } from './icons.ts';

export interface Segment {
  value: string;
  label: string;
  icon?: IconName;
}

/** Two or three alternatives side by side (radio buttons). With `bare`, icons only; with `shrink`, where there is no room for words; with `wrap`, in as many rows as they need. `dm-change` tells the value. */
export class DmSegments extends DmElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override properties = {
    label: {},
    value: {},
    segments: { attribute: false },
    bare: { type: Boolean, reflect: true },
    shrink: { type: Boolean, reflect: true },
    wrap: { type: Boolean, reflect: true },
  };
  declare label: string;
  declare value: string;
  declare segments: readonly Segment[];
  declare bare: boolean;
  declare shrink: boolean;
  declare wrap: boolean;

  static override styles = [
    base,
    css`
      :host {
        display: inline-block;
      }
      /* Around what is hidden in it: elsewhere that would stretch the page from within a pane that scrolls. */
      fieldset {
        position: relative;
        display: flex;
        gap: 2px;
        margin: 0;
        padding: 2px;
        border: 0;
        border-radius: var(--dm-radius-m);
        background: var(--dm-sunken);
      }
      label {
        display: flex;
        align-items: center;
        gap: 6px;
        min-block-size: 32px;
        padding: 2px 10px;
        border-radius: 8px;
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
        font-weight: 550;
        cursor: pointer;
      }
      :host([wrap]) fieldset {
        flex-wrap: wrap;
      }
      label:hover {
        color: var(--dm-text);
      }
      label:has(:checked) {
        background: var(--dm-raised);
        color: var(--dm-text);
        box-shadow: var(--dm-shadow);
      }
      label:has(:focus-visible) {
        outline: var(--dm-focus);
      }
      @media (max-width: 440px) {
        :host([shrink]) .word {
          position: absolute;
          inline-size: 1px;
          block-size: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
      :host([bare]) label {
        padding: 2px 7px;
        font-size: var(--dm-size-m);
      }
    `,
  ];

  constructor() {
    super();
    this.label = '';
    this.value = '';
    this.segments = [];
    this.bare = false;
    this.shrink = false;
    this.wrap = false;
  }

  override render() {
    return html`<fieldset>
      <legend class="sr">${this.label}</legend>
      ${this.segments.map(
        (segment) => html`<label title=${this.bare || this.shrink ? segment.label : nothing}>
          <input
            class="sr"
            type="radio"
            name="segment"
            value=${segment.value}
            .checked=${live(segment.value === this.value)}
            @change=${() => this.emit('dm-change', segment.value)}
          />
          ${segment.icon ? icon(segment.icon) : nothing}
          <span class=${this.bare ? 'sr' : 'word'}>${segment.label}</span>
        </label>`,
      )}
    </fieldset>`;
  }
}

define('dm-segments', DmSegments);
