import { css, html, nothing } from 'lit';
import { base, DmElement, define } from './base.ts';
import './button.ts';

/** The ways to the newer and the older of what is listed page by page; one that leads nowhere is left out. Tells `newer` and `older`. */
export class DmPager extends DmElement {
  static override properties = {
    labels: { attribute: false },
    newer: { type: Boolean },
    older: { type: Boolean },
  };
  declare labels: { newer: string; older: string };
  declare newer: boolean;
  declare older: boolean;

  static override styles = [
    base,
    css`
      :host {
        display: flex;
        justify-content: space-between;
      }
    `,
  ];

  constructor() {
    super();
    this.newer = false;
    this.older = false;
  }

  override render() {
    const { newer, older } = this.labels;
    return html`${this.newer ? html`<dm-button @click=${() => this.emit('newer')}>${newer}</dm-button>` : html`<span></span>`}
      ${this.older ? html`<dm-button @click=${() => this.emit('older')}>${older}</dm-button>` : nothing}`;
  }
}

define('dm-pager', DmPager);
