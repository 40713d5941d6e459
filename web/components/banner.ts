import { css, html } from 'lit';
import { base, DmElement, define } from './base.ts';
import { type IconName, icon } from './icons.ts';

/** What holds for the whole page and must not be missed: a coloured strip with a sign; in the slot the words, and what to do. */
export class DmBanner extends DmElement {
  static override properties = { tone: { reflect: true }, icon: {} };
  declare tone: 'warn' | 'bad';
  declare icon: IconName;

  static override styles = [
    base,
    css`
      :host {
        display: flex;
        gap: var(--dm-space-3);
        padding: 9px var(--dm-space-4);
        border-block-end: 2px solid currentColor;
        background: var(--dm-warn-soft);
        color: var(--dm-warn);
        font-size: var(--dm-size-s);
        font-weight: 550;
        overflow-wrap: anywhere;
      }
      :host([tone='bad']) {
        background: var(--dm-bad-soft);
        color: var(--dm-bad);
      }
      .words {
        min-inline-size: 0;
      }
      ::slotted(a) {
        color: inherit;
      }
    `,
  ];

  constructor() {
    super();
    this.tone = 'warn';
    this.icon = 'alert';
  }

  override render() {
    return html`${icon(this.icon)}<span class="words" role="status"><slot></slot></span>`;
  }
}

define('dm-banner', DmBanner);
