import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { Stages } from '../../call/frames.ts';
import type { LogLine } from '../../call/view.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { type IconName, icon } from '../../components/icons.ts';
import { logWords, milliseconds, moment, t } from './words.ts';
import '../../components/empty.ts';

const STAGES = [
  'end_of_turn_ms',
  'stt_ms',
  'answer_ms',
  'tts_ms',
  'first_sound_ms',
] as const satisfies (keyof Stages)[];

/** What happened in a call, step by step, and how long each stage of the last answer took. */
export class CallLog extends DmElement {
  static override properties = { lines: { attribute: false } };
  declare lines: readonly LogLine[];

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-4);
        padding: var(--dm-space-4);
        font-size: var(--dm-size-s);
      }
      h3,
      .quiet {
        margin: 0;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
        font-weight: 600;
      }
      .quiet {
        font-weight: 400;
      }
      dl {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        row-gap: 3px;
        margin: var(--dm-space-2) 0 0;
      }
      dd {
        margin: 0;
        padding-inline-start: var(--dm-space-3);
        font-variant-numeric: tabular-nums;
        text-align: end;
      }
      .first {
        padding-block-start: 3px;
        border-block-start: 1px solid var(--dm-line);
        font-weight: 600;
      }
      .top {
        padding: var(--dm-space-3);
        border-radius: var(--dm-radius-m);
        background: var(--dm-sunken);
      }
      .top :is(h3, dt) {
        color: var(--dm-text);
      }
      ol {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-2);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: 4.5ch auto minmax(0, 1fr);
        align-items: start;
        gap: 0 var(--dm-space-2);
        overflow-wrap: anywhere;
      }
      time {
        color: var(--dm-muted);
        font-variant-numeric: tabular-nums;
        text-align: end;
      }
      li > svg {
        inline-size: 1.35em;
        color: var(--dm-muted);
      }
      li.bad > svg {
        color: var(--dm-bad);
      }
      li.warn > svg {
        color: var(--dm-warn);
      }
      .type {
        color: var(--dm-muted);
        font-size: 0.6875rem;
      }
      code {
        font-family: var(--dm-mono);
      }
    `,
  ];

  override render() {
    if (this.lines.length === 0)
      return html`<dm-empty icon="trace" heading=${t('details.emptyHeading')} text=${t('log.empty')}></dm-empty>`;
    const last = this.lines.findLast(stagesOf);
    const stages = last && stagesOf(last);
    return html`${
      stages
        ? html`<section class="top">
            <h3>${t('stage.heading')}</h3>
            ${figures(stages)}
          </section>`
        : nothing
    }
      <p class="quiet">${t('log.newest')}</p>
      <ol>
        ${repeat(
          [...this.lines].reverse(),
          (line) => line,
          (line) => this.#line(line, line !== last),
        )}
      </ol>`;
  }

  /** @param whole with the figures that it may have */
  #line(line: LogLine, whole: boolean) {
    const stages = whole ? stagesOf(line) : undefined;
    const [sign, tone] = signOf(line);
    return html`<li class=${tone}>
      <time>${moment(line.at)}</time>
      ${icon(sign)}
      <div>
        <bdi>${logWords(line)}</bdi>
        ${stages ? figures(stages) : nothing}
        ${line.what === 'event' ? html`<div class="type"><code lang="en" dir="ltr">${line.event.type}</code></div>` : nothing}
      </div>
    </li>`;
  }
}

const stagesOf = (line: LogLine): Stages | undefined =>
  line.what === 'event' && line.event.type === 'dragoman.stages' ? line.event : undefined;

const figures = (stages: Stages) =>
  html`<dl>
    ${STAGES.map((stage) => {
      const ms = stages[stage];
      const row = stage === 'first_sound_ms' ? 'first' : '';
      return ms === undefined
        ? nothing
        : html`<dt class=${row}>${t(`stage.${stage}`)}</dt>
            <dd class=${row}>${milliseconds(ms)}</dd>`;
    })}
  </dl>`;

function signOf(line: LogLine): [sign: IconName, tone: '' | 'warn' | 'bad'] {
  if (line.what === 'microphone') return [line.on ? 'mic' : 'mic-off', ''];
  if (line.what === 'typed') return ['chat', ''];
  if (line.what === 'sound') return ['checks', ''];
  if (line.what === 'back') return ['check', ''];
  if (line.what !== 'event') return ['alert', 'warn'];
  const { type } = line.event;
  if (type === 'error' || type.endsWith('.failed')) return ['alert', 'bad'];
  if (type === 'dragoman.stages') return ['clock', ''];
  if (type === 'dragoman.ended') return ['hang-up', ''];
  if (type === 'dragoman.state') return ['operator', ''];
  if (type === 'session.created') return ['phone', ''];
  if (type === 'output_audio_buffer.cleared' || type.endsWith('.truncated')) return ['block', 'warn'];
  if (type.startsWith('input_audio_buffer')) return ['mic', ''];
  if (type.startsWith('response')) return ['play', ''];
  return ['check', ''];
}

define('call-log', CallLog);
