import { css, html, svg } from 'lit';
import { base, DmElement, define } from './base.ts';

/** A share as a bar, from where reading begins. The number stands beside it in words. */
export class DmBar extends DmElement {
  static override properties = { share: { type: Number }, tone: { reflect: true } };
  /** 0 to 1. */
  declare share: number;
  declare tone: 'plain' | 'ok' | 'warn';

  static override styles = [
    base,
    css`
      :host {
        display: block;
        min-inline-size: 40px;
        block-size: 8px;
      }
      svg {
        display: block;
        inline-size: 100%;
        block-size: 100%;
        border-radius: 4px;
        background: var(--dm-sunken);
        color: var(--dm-accent);
      }
      :host(:dir(rtl)) svg {
        transform: scaleX(-1);
      }
      :host([tone='ok']) svg {
        color: var(--dm-ok);
      }
      :host([tone='warn']) svg {
        color: var(--dm-warn);
      }
    `,
  ];

  constructor() {
    super();
    this.share = 0;
    this.tone = 'plain';
  }

  override render() {
    const percent = Math.round(Math.min(1, Math.max(0, this.share)) * 100);
    return html`<svg aria-hidden="true">${svg`<rect width="${percent}%" height="100%" rx="4" fill="currentColor" />`}</svg>`;
  }
}

define('dm-bar', DmBar);
