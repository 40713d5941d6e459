import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import { icon } from '../../components/icons.ts';
import type { BoardCall } from './api.ts';
import { clock, endWords, languageName, t, time } from './words.ts';
import '../../components/badge.ts';

export const TONES = { active: 'info', completed: 'neutral', failed: 'bad' } as const;

/** One call of the list, as a link to it. Tells `open-call`. */
export class CallsRow extends DmElement {
  static override properties = { call: { attribute: false } };
  declare call: BoardCall;

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      a {
        display: grid;
        grid-template-columns: minmax(0, 1fr) auto;
        gap: 4px var(--dm-space-3);
        padding: var(--dm-space-3) var(--dm-space-4);
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-m);
        background: var(--dm-surface);
        color: inherit;
        text-decoration: none;
        overflow-wrap: anywhere;
      }
      a:hover {
        background: var(--dm-hover);
      }
      .going {
        border-color: var(--dm-info);
      }
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px var(--dm-space-3);
      }
      .name {
        font-weight: 600;
      }
      .sign {
        display: inline-flex;
        align-items: center;
        gap: 4px;
      }
      .quiet {
        grid-column: 1 / -1;
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      .long {
        font-variant-numeric: tabular-nums;
      }
    `,
  ];

  override render() {
    const { id, account, state, startedAt, ms, language, typed, recordedMs, people, summary } = this.call;
    return html`<a
      href="calls?call=${id}"
      class=${state === 'active' ? 'going' : ''}
      @click=${(e: MouseEvent) => {
        // With one of these it is another tab's.
        if (e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
        e.preventDefault();
        this.emit('open-call', id);
      }}
    >
      <span class="line">
        <bdi class="name">${account}</bdi>
        <dm-badge tone=${TONES[state]}>${t(`state.${state}`)}</dm-badge>
        ${people ? html`<dm-badge tone="warn">${t('people')}</dm-badge>` : nothing}
      </span>
      <span class="long">${clock(ms)}</span>
      <span class="line quiet">
        <time>${time(startedAt)}</time>
        ${language ? html`<span>${languageName(language)}</span>` : nothing}
        ${typed ? html`<span>${t('list.typed')}</span>` : nothing}
        ${recordedMs === null ? nothing : html`<span class="sign">${icon('mic')}${t('list.recorded')}</span>`}
        ${state === 'failed' ? html`<span>${endWords(this.call)}</span>` : nothing}
      </span>
      ${summary ? html`<span class="line quiet sign">${icon('check')}<bdi>${summary}</bdi></span>` : nothing}
    </a>`;
  }
}

define('calls-row', CallsRow);
