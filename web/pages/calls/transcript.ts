import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base, DmElement, define } from '../../components/base.ts';
import { icon } from '../../components/icons.ts';
import type { BoardLine } from './api.ts';
import { clock, moment, t } from './words.ts';

/** Who said what and when, and of what the caller interrupted, how much he heard. */
export class CallsTranscript extends DmElement {
  static override properties = {
    lines: { attribute: false },
    startedAt: { attribute: false },
    live: { type: Boolean },
  };
  declare lines: readonly BoardLine[];
  declare startedAt: number;
  /** New words are read out. */
  declare live: boolean;

  static override styles = [
    base,
    css`
      :host {
        display: block;
        min-inline-size: 0;
      }
      h2 {
        margin: 0 0 var(--dm-space-3);
        font-size: var(--dm-size-m);
      }
      ol {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-3);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding: var(--dm-space-2) var(--dm-space-3);
        border-inline-start: 3px solid var(--dm-line-strong);
        border-radius: var(--dm-radius-s);
        background: var(--dm-surface);
        overflow-wrap: anywhere;
      }
      .bot {
        border-color: var(--dm-accent);
      }
      .human {
        border-color: var(--dm-brand);
      }
      .system {
        background: transparent;
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 0 var(--dm-space-2);
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      .who {
        color: var(--dm-text);
        font-weight: 600;
      }
      time {
        font-variant-numeric: tabular-nums;
      }
      p {
        /* Short words of the other direction stand under their head, not at the far side. */
        inline-size: fit-content;
        margin: 2px 0 0;
        white-space: pre-wrap;
      }
      .unheard {
        display: flex;
        gap: 6px;
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      .unheard svg {
        margin-block-start: 2px;
        color: var(--dm-warn);
      }
      .none {
        color: var(--dm-muted);
      }
    `,
  ];

  override render() {
    return html`<section aria-labelledby="heading">
      <h2 id="heading">${t('one.transcript')}</h2>
      <div role=${this.live ? 'log' : nothing} aria-labelledby="heading">
        ${
          this.lines.length === 0
            ? html`<p class="none">${t('one.nothing')}</p>`
            : html`<ol>
                ${repeat(
                  this.lines,
                  ({ id }) => id,
                  (line) => this.#line(line),
                )}
              </ol>`
        }
      </div>
    </section>`;
  }

  #line({ author, text, unheard, at, afterMs }: BoardLine) {
    return html`<li class=${author}>
      <span class="head">
        <span class="who">${t(`who.${author}`)}</span>
        <time datetime=${new Date(at).toISOString()}>${clock(at - this.startedAt)}</time>
        ${afterMs === null ? nothing : html`<span>${t('line.after', { time: moment(afterMs) })}</span>`}
      </span>
      ${text ? html`<p dir="auto">${text}</p>` : nothing}
      ${
        unheard
          ? html`<p class="unheard">
              ${icon('block')}<span>${t('line.unheard')}: <bdi>${unheard.trim()}</bdi></span>
            </p>`
          : nothing
      }
    </li>`;
  }
}

define('calls-transcript', CallsTranscript);
