import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base, DmElement, define } from '../../components/base.ts';
import { icon } from '../../components/icons.ts';
import type { Group } from './api.ts';
import { sentence, t, time } from './words.ts';
import '../../components/badge.ts';
import './rehearsal.ts';
import './step.ts';

const ICONS = { ok: 'check', info: 'clock', neutral: 'chat', warn: 'block', bad: 'alert' } as const;

/** A turn: what the customer said, what became of it and why, and behind it each step. Tells `problem`. */
export class TimelineGroup extends DmElement {
  static override properties = {
    group: { attribute: false },
    editor: {},
    manages: { type: Boolean },
    open: { type: Boolean },
  };
  declare group: Group;
  declare editor: string;
  declare manages: boolean;
  /** Its steps are shown. */
  declare open: boolean;

  static override styles = [
    base,
    css`
      :host {
        display: block;
        min-inline-size: 0;
      }
      article {
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-l);
        background: var(--dm-surface);
        box-shadow: var(--dm-shadow);
        overflow: clip;
      }
      header {
        padding: var(--dm-space-4);
        overflow-wrap: anywhere;
      }
      .at {
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
      }
      .said {
        margin: 4px 0 0;
        inline-size: fit-content;
        max-inline-size: 100%;
        padding: 7px 12px;
        border-radius: 4px var(--dm-radius-l) var(--dm-radius-l) var(--dm-radius-l);
        background: var(--dm-sunken);
        white-space: pre-wrap;
      }
      .person .said {
        border-radius: var(--dm-radius-l) 4px var(--dm-radius-l) var(--dm-radius-l);
        background: var(--dm-accent-soft);
      }
      h2 {
        display: flex;
        gap: var(--dm-space-2);
        align-items: flex-start;
        margin: var(--dm-space-3) 0 0;
        font-size: var(--dm-size-l);
        line-height: 1.35;
      }
      h2 svg {
        flex: none;
        margin-block-start: 2px;
      }
      .ok svg {
        color: var(--dm-ok);
      }
      .warn svg {
        color: var(--dm-warn);
      }
      .bad svg {
        color: var(--dm-bad);
      }
      .info svg {
        color: var(--dm-info);
      }
      .words {
        margin: 2px 0 0;
        color: var(--dm-muted);
        white-space: pre-wrap;
      }
      ul {
        display: grid;
        gap: 4px;
        margin: var(--dm-space-3) 0 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding-inline-start: var(--dm-space-3);
        border-inline-start: 3px solid var(--dm-line-strong);
      }
      li.warn {
        border-color: var(--dm-warn);
      }
      li.bad {
        border-color: var(--dm-bad);
      }
      li.info,
      li.ok {
        border-color: var(--dm-info);
      }
      details {
        border-block-start: 1px solid var(--dm-line);
      }
      summary {
        display: flex;
        justify-content: space-between;
        gap: var(--dm-space-3);
        padding: var(--dm-space-3) var(--dm-space-4);
        color: var(--dm-accent);
        font-weight: 550;
        cursor: pointer;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary:hover {
        background: var(--dm-hover);
      }
      .count {
        color: var(--dm-muted);
        font-weight: 400;
      }
      .steps {
        padding: var(--dm-space-2) var(--dm-space-4) 0;
      }
    `,
  ];

  override render() {
    const { group } = this;
    const { kind, at, said, why, entries, rerun } = group;
    const [main, ...causes] = why;
    return html`<article class=${kind} aria-label=${main ? sentence(main).text : nothing}>
      <header>
        <time class="at" datetime=${new Date(at).toISOString()}>${time(at)}</time>
        ${said.map(({ text }) => (text ? html`<p class="said" dir="auto">${text}</p>` : nothing))}
        ${main ? this.#main(main) : nothing}
        ${
          causes.length > 0
            ? html`<ul>
                ${causes.map((cause) => {
                  const { text, why: words } = sentence(cause);
                  return html`<li class=${cause.tone}>${text}${words ? html`<p class="words" dir="auto">${words}</p>` : nothing}</li>`;
                })}
              </ul>`
            : nothing
        }
      </header>
      ${rerun && this.manages ? html`<timeline-rehearsal .message=${rerun} .editor=${this.editor} .alone=${this.open}></timeline-rehearsal>` : nothing}
      <details ?open=${this.open}>
        <summary>${t('ui.details')}<span class="count">${t('ui.steps', { n: entries.length })}</span></summary>
        <div class="steps">
          ${repeat(
            entries,
            (_entry, index) => index,
            (entry) => html`<timeline-step .entry=${entry} .editor=${this.editor}></timeline-step>`,
          )}
        </div>
      </details>
    </article>`;
  }

  #main(main: Group['why'][number]) {
    const { text, why } = sentence(main);
    return html`<h2 class=${main.tone}>${icon(ICONS[main.tone])}<span>${text}</span></h2>
      ${why ? html`<p class="words" dir="auto">${why}</p>` : nothing}`;
  }
}

define('timeline-group', TimelineGroup);
