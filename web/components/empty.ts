import { css, html } from 'lit';
import { base, DmElement, define } from './base.ts';
import { type IconName, icon } from './icons.ts';

/** What stands where nothing is yet: a heading, a sentence, and in the slot what to do. */
export class DmEmpty extends DmElement {
  static override properties = { icon: {}, heading: {}, text: {} };
  declare icon: IconName;
  declare heading: string;
  declare text: string;

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        justify-items: center;
        gap: var(--dm-space-2);
        max-inline-size: 44ch;
        margin: auto;
        padding: var(--dm-space-5) var(--dm-space-4);
        text-align: center;
        overflow-wrap: anywhere;
      }
      .sign {
        display: grid;
        place-items: center;
        inline-size: 52px;
        block-size: 52px;
        border-radius: 50%;
        background: var(--dm-accent-soft);
        color: var(--dm-accent);
        font-size: 1.3rem;
      }
      h2 {
        margin: var(--dm-space-1) 0 0;
        font-size: var(--dm-size-l);
        line-height: 1.3;
      }
      p {
        margin: 0;
        color: var(--dm-muted);
      }
      ::slotted(*) {
        margin-block-start: var(--dm-space-2);
      }
    `,
  ];

  constructor() {
    super();
    this.icon = 'chat';
    this.heading = '';
    this.text = '';
  }

  override render() {
    return html`<span class="sign">${icon(this.icon)}</span>
      <h2>${this.heading}</h2>
      <p>${this.text}</p>
      <slot></slot>`;
  }
}

define('dm-empty', DmEmpty);
