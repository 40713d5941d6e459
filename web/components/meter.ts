import { css, html } from 'lit';
import { base, DmElement, define } from './base.ts';

const BARS = 14;
/** From here on it is too loud. */
const LOUD = 12;
/** Between two values that are told to who cannot see; and to who wants little to move. */
const CALM_MS = 300;
/** How much of it is gone with each picture. */
const FALL = 0.02;

/** How loud something is, as bars. It is set by `show`, often, so it draws by itself and not as other elements do. */
export class DmMeter extends DmElement {
  static override properties = { label: {} };
  declare label: string;
  #level = 0;
  #shown = 0;
  #frame = 0;
  #told = 0;
  #calm = matchMedia('(prefers-reduced-motion: reduce)');

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      div {
        display: flex;
        gap: 2px;
        block-size: 100%;
      }
      i {
        flex: 1;
        min-inline-size: 2px;
        border-radius: 2px;
        background: var(--dm-line);
      }
      i.on {
        background: var(--dm-ok);
      }
      i.loud.on {
        background: var(--dm-warn);
      }
    `,
  ];

  constructor() {
    super();
    this.label = '';
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
  }

  /** @param level from 0 to 1 */
  show(level: number): void {
    this.#level = level;
    if (this.isConnected && !this.#frame) this.#frame = requestAnimationFrame((at) => this.#draw(at));
  }

  #draw(at: number): void {
    this.#frame = 0;
    const meter = this.renderRoot.querySelector('div');
    const tell = at - this.#told >= CALM_MS;
    if (meter && (tell || !this.#calm.matches)) {
      this.#shown = this.#calm.matches ? this.#level : Math.max(this.#level, this.#shown - FALL);
      for (const [bar, { classList }] of [...meter.children].entries())
        classList.toggle('on', bar < Math.round(this.#shown * BARS));
    }
    if (meter && tell) {
      this.#told = at;
      meter.ariaValueNow = String(Math.round(this.#level * 100));
    }
    if (this.#shown !== this.#level) this.show(this.#level);
  }

  override render() {
    return html`<div role="meter" aria-label=${this.label} aria-valuemin="0" aria-valuemax="100" aria-valuenow="0">
      ${Array.from({ length: BARS }, (_, bar) => html`<i class=${bar >= LOUD ? 'loud' : ''}></i>`)}
    </div>`;
  }
}

define('dm-meter', DmMeter);
