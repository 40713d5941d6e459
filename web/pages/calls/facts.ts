import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Tone } from '../../components/badge.ts';
import { base, DmElement, define } from '../../components/base.ts';
import type { BoardAction, Detail } from './api.ts';
import { recordingOf } from './api.ts';
import { clock, endWords, languageName, t, time } from './words.ts';
import '../../components/badge.ts';

const TONES: Record<BoardAction['state'], Tone> = { started: 'info', done: 'ok', failed: 'bad', unknown: 'warn' };

/** What is known of a call beside its words: its facts, its recording, and what was done in it. */
export class CallsFacts extends DmElement {
  static override properties = { detail: { attribute: false } };
  declare detail: Detail;

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-3);
      }
      section {
        padding: var(--dm-space-3) var(--dm-space-4);
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-m);
        background: var(--dm-surface);
        overflow-wrap: anywhere;
      }
      h2 {
        margin: 0 0 var(--dm-space-2);
        font-size: var(--dm-size-m);
      }
      dl {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 4px var(--dm-space-3);
        margin: 0;
        font-size: var(--dm-size-s);
      }
      dt,
      .quiet {
        color: var(--dm-muted);
      }
      dd,
      p {
        margin: 0;
      }
      .quiet {
        font-size: var(--dm-size-s);
      }
      audio {
        display: block;
        inline-size: 100%;
        margin-block-end: 6px;
      }
      ol {
        display: grid;
        gap: var(--dm-space-3);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px var(--dm-space-2);
      }
      .tool {
        font-weight: 550;
      }
      summary {
        inline-size: fit-content;
        margin-block-start: 2px;
        color: var(--dm-accent);
        font-size: var(--dm-size-s);
        font-weight: 550;
        cursor: pointer;
      }
      h3 {
        margin: 6px 0 2px;
        font-size: var(--dm-size-xs);
        font-weight: 600;
      }
      pre {
        max-block-size: 240px;
        margin: 0;
        padding: var(--dm-space-2);
        overflow: auto;
        border-radius: var(--dm-radius-s);
        background: var(--dm-sunken);
        font: var(--dm-size-xs) / 1.5 var(--dm-mono);
        text-align: start;
        white-space: pre-wrap;
      }
    `,
  ];

  override render() {
    return html`${this.#facts()}${this.#recording()}${this.#actions()}`;
  }

  #facts() {
    const { call, about } = this.detail;
    const { startedAt, ms, language } = call;
    const end = endWords(call);
    return html`<section aria-labelledby="facts">
      <h2 id="facts">${t('facts.heading')}</h2>
      <dl>
        ${fact(t('facts.began'), time(startedAt))}${fact(t('facts.length'), clock(ms))}
        ${language ? fact(t('facts.language'), languageName(language)) : nothing}
        ${end ? fact(t('facts.end'), end) : nothing}
        ${Object.entries(about).map(([name, value]) => fact(name, html`<bdi>${String(value)}</bdi>`))}
      </dl>
    </section>`;
  }

  #recording() {
    const { id, recordedMs } = this.detail.call;
    if (recordedMs === null) return nothing;
    return html`<section aria-labelledby="recording">
      <h2 id="recording">${t('recording.heading')}</h2>
      <audio controls preload="metadata" src=${recordingOf(id)} aria-labelledby="recording"></audio>
      <p class="quiet">${t('recording.note')}</p>
    </section>`;
  }

  #actions() {
    const { actions } = this.detail;
    return html`<section aria-labelledby="actions">
      <h2 id="actions">${t('actions.heading')}</h2>
      ${
        actions.length === 0
          ? html`<p class="quiet">${t('actions.none')}</p>`
          : html`<ol>
              ${repeat(
                actions,
                ({ id }) => id,
                (action) => this.#action(action),
              )}
            </ol>`
      }
    </section>`;
  }

  #action({ tool, state, at, args, result, order }: BoardAction) {
    return html`<li>
      <span class="head">
        <time class="quiet">${clock(at - this.detail.call.startedAt)}</time>
        <bdi class="tool">${tool}</bdi>
        <dm-badge tone=${TONES[state]}>${t(`action.${state}`)}</dm-badge>
        ${order ? html`<dm-badge>${t('action.order', { number: order })}</dm-badge>` : nothing}
      </span>
      <details>
        <summary>${t('action.details')}</summary>
        <h3>${t('action.asked')}</h3>
        <pre dir="auto" tabindex="0">${JSON.stringify(args, null, 1)}</pre>
        ${
          result === null
            ? nothing
            : html`<h3>${t('action.answered')}</h3>
                <pre dir="auto" tabindex="0">${typeof result === 'string' ? result : JSON.stringify(result, null, 1)}</pre>`
        }
      </details>
    </li>`;
  }
}

const fact = (name: string, value: unknown) =>
  html`<dt><bdi>${name}</bdi></dt>
    <dd>${value}</dd>`;

define('calls-facts', CallsFacts);
