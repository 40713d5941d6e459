import { css, html } from 'lit';
import { base, DmElement, define } from './base.ts';

export type Tone = 'neutral' | 'ok' | 'warn' | 'bad' | 'info';

/** A short word about a state. The word carries the meaning; the colour only helps. */
export class DmBadge extends DmElement {
  static override properties = { tone: { reflect: true } };
  declare tone: Tone;

  static override styles = [
    base,
    css`
      :host {
        display: inline-flex;
        align-items: center;
        padding: 1px 9px;
        border-radius: var(--dm-radius-full);
        background: var(--dm-sunken);
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
        font-weight: 600;
        line-height: 1.6;
        white-space: nowrap;
      }
      :host([tone='ok']) {
        background: var(--dm-ok-soft);
        color: var(--dm-ok);
      }
      :host([tone='warn']) {
        background: var(--dm-warn-soft);
        color: var(--dm-warn);
      }
      :host([tone='bad']) {
        background: var(--dm-bad-soft);
        color: var(--dm-bad);
      }
      :host([tone='info']) {
        background: var(--dm-info-soft);
        color: var(--dm-info);
      }
    `,
  ];

  constructor() {
    super();
    this.tone = 'neutral';
  }

  override render() {
    return html`<slot></slot>`;
  }
}

define('dm-badge', DmBadge);
