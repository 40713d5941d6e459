import { css, html, nothing } from 'lit';
import type { CallView } from '../../call/view.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { icon } from '../../components/icons.ts';
import type { DmMeter } from '../../components/meter.ts';
import { clock, endWords, t } from './words.ts';
import '../../components/button.ts';
import '../../components/meter.ts';

/** What a caller does in a call: microphone, stop the answer, hang up; call again. Tells `mute` (on), `listen`, `interrupt`, `hang-up`, `call` (microphone). */
export class CallBar extends DmElement {
  static override properties = { view: { attribute: false } };
  declare view: CallView;

  static override styles = [
    base,
    css`
      :host {
        display: block;
        border-block-start: 1px solid var(--dm-line);
        background: var(--dm-surface);
      }
      .bar {
        display: flex;
        align-items: center;
        gap: var(--dm-space-2) var(--dm-space-3);
        max-inline-size: 860px;
        margin: 0 auto;
        padding: 10px var(--dm-space-4) 0;
      }
      .bar:focus-visible {
        outline: none;
      }
      .ended {
        flex-wrap: wrap;
        padding-block-end: 10px;
      }
      .ended p {
        flex: 1 1 200px;
        margin: 0;
      }
      dm-button {
        --dm-button-size: 44px;
        flex: none;
      }
      dm-meter {
        flex: 1;
        min-inline-size: 40px;
        max-inline-size: 220px;
        block-size: 22px;
      }
      .quiet {
        display: flex;
        flex: 1;
        align-items: center;
        gap: 6px;
        min-inline-size: 0;
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      dm-button[icon='stop'] {
        margin-inline-start: auto;
      }
      @media (max-width: 620px) {
        .bar {
          gap: var(--dm-space-2);
          padding-inline: 10px;
        }
        .ended dm-button {
          flex: 1 0 auto;
        }
      }
    `,
  ];

  /** @param level of the microphone, from 0 to 1 */
  level(level: number): void {
    this.renderRoot.querySelector<DmMeter>('dm-meter')?.show(level);
  }

  /** Of the bar itself, so that no key that is still down does something. */
  override focus(): void {
    this.renderRoot.querySelector<HTMLElement>('.bar')?.focus();
  }

  override render() {
    return this.view.state === 'ended' ? this.#ended() : this.#going();
  }

  #ended() {
    const { ended } = this.view;
    const { reason = '', durationMs } = ended ?? {};
    return html`<div class="bar ended" tabindex="-1">
      <p role="status">
        ${endWords(reason)} ${durationMs === undefined ? nothing : html`<span class="quiet">${t('duration', { time: clock(durationMs) })}</span>`}
      </p>
      <dm-button variant="primary" icon="phone" @click=${() => this.emit('call', true)}>${t('idle.again')}</dm-button>
      <dm-button @click=${() => this.emit('call', false)}>${t('idle.typed')}</dm-button>
    </div>`;
  }

  #going() {
    const { state, doing } = this.view;
    const answers = state === 'live' && doing !== 'nothing' && doing !== 'hearing';
    return html`<div class="bar" tabindex="-1" role="group" aria-label=${t('bar')}>
      ${this.#microphone()}
      <dm-button icon="stop" label=${t('bar.interrupt')} ?disabled=${!answers} @click=${() => this.emit('interrupt')}></dm-button>
      <dm-button variant="danger" icon="hang-up" @click=${() => this.emit('hang-up')}>${t('bar.end')}</dm-button>
    </div>`;
  }

  #microphone() {
    const { microphone, muted, session } = this.view;
    if (microphone === 'on')
      return html`<dm-button
          icon=${muted ? 'mic-off' : 'mic'}
          label=${t('bar.mute')}
          .pressed=${muted}
          @click=${() => this.emit('mute', !muted)}
        ></dm-button>
        ${muted ? html`<span class="quiet">${t('bar.muted')}</span>` : html`<dm-meter label=${t('bar.level')}></dm-meter>`}`;
    const possible = isSecureContext && !session?.dragoman.missing.stt;
    return possible && microphone !== 'asking'
      ? html`<dm-button icon="mic" @click=${() => this.emit('listen')}>${t('bar.use')}</dm-button>`
      : html`<span class="quiet">${icon('mic-off')}${t('bar.noMicrophone')}</span>`;
  }
}

define('call-bar', CallBar);
