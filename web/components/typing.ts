import { css, html } from 'lit';
import { base, DmElement, define } from './base.ts';

/** The three dots of somebody who writes. */
export class DmTyping extends DmElement {
  static override properties = { label: {} };
  declare label: string;

  static override styles = [
    base,
    css`
      :host {
        display: inline-flex;
        gap: 4px;
        align-items: center;
        padding: 12px 14px;
        border-radius: var(--dm-bubble-radius, var(--dm-radius-l));
        background: var(--dm-chat-theirs, var(--dm-raised));
        box-shadow: var(--dm-chat-shadow, none);
      }
      i {
        inline-size: 7px;
        block-size: 7px;
        border-radius: 50%;
        background: var(--dm-muted);
        animation: beat 1.2s infinite ease-in-out;
      }
      i:nth-of-type(2) {
        animation-delay: 0.15s;
      }
      i:nth-of-type(3) {
        animation-delay: 0.3s;
      }
      @keyframes beat {
        0%,
        60%,
        100% {
          opacity: 0.35;
        }
        30% {
          opacity: 1;
          transform: translateY(-3px);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        i {
          animation: none;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.label = '';
  }

  override render() {
    return html`<span class="sr">${this.label}</span><i></i><i></i><i></i>`;
  }
}

define('dm-typing', DmTyping);
