/** One conversation in the list, as a link to it. */
import { css, html, nothing } from 'lit';
import { channelIcon, icon } from '../../components/icons.ts';
import type { Row } from './api.ts';
import { comma, languageName, shortTime, t, type Word } from './words.ts';

export const rowLooks = css`
  .row {
    display: grid;
    grid-template-columns: minmax(0, 1fr) auto;
    grid-template-rows: 22px 20px 22px;
    gap: 0 var(--dm-space-2);
    box-sizing: border-box;
    block-size: 100%;
    padding: 9px var(--dm-space-4) 8px;
    border-block-end: 1px solid var(--dm-line);
    border-inline-start: 3px solid transparent;
    color: inherit;
    text-decoration: none;
  }
  .row:hover {
    background: var(--dm-hover);
  }
  .row[aria-current] {
    border-inline-start-color: var(--dm-accent);
    background: var(--dm-accent-soft);
  }
  .row:focus-visible {
    outline-offset: -3px;
  }
  .name {
    display: flex;
    align-items: center;
    gap: 6px;
    min-inline-size: 0;
    font-weight: 600;
  }
  .name svg {
    color: var(--dm-muted);
  }
  .name bdi,
  .said > [dir] {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  .row time {
    color: var(--dm-muted);
    font-size: var(--dm-size-xs);
    font-variant-numeric: tabular-nums;
  }
  .said {
    display: flex;
    grid-column: 1 / -1;
    min-inline-size: 0;
    color: var(--dm-muted);
    font-size: var(--dm-size-s);
  }
  .said .who {
    flex: none;
    margin-inline-end: 4px;
  }
  .signs {
    display: flex;
    grid-column: 1 / -1;
    align-items: center;
    gap: 5px;
    min-inline-size: 0;
    overflow: hidden;
    color: var(--dm-muted);
    font-size: var(--dm-size-xs);
    white-space: nowrap;
  }
  .signs span {
    display: inline-flex;
    align-items: center;
    gap: 3px;
  }
  .label {
    padding: 0 7px;
    border: 1px solid var(--dm-line);
    border-radius: var(--dm-radius-full);
    background: var(--dm-surface);
    color: var(--dm-text);
  }
`;

/** What is to be seen to, the most urgent first. */
function stateOf({ personSince, draftSince, failedSince, status, unansweredSince }: Row) {
  if (personSince) return html`<dm-badge tone="bad">${t('queue.person')}</dm-badge>`;
  if (draftSince) return html`<dm-badge tone="info">${t('row.draft')}</dm-badge>`;
  if (failedSince) return html`<dm-badge tone="bad">${t('row.failed')}</dm-badge>`;
  if (status === 'closed') return html`<dm-badge>${t('status.closed')}</dm-badge>`;
  if (unansweredSince) return html`<dm-badge tone="warn">${t('row.unanswered')}</dm-badge>`;
  return status === 'active' ? nothing : html`<dm-badge tone="warn">${t(`status.${status}`)}</dm-badge>`;
}

/** Who said it last, where that was one of us. */
const byWhom = ({ last }: Row) =>
  last && last.author !== 'customer' ? html`<span class="who">${t(`who.${last.author}` as Word)}:</span>` : nothing;

const saidLast = ({ last }: Row): string =>
  last?.text || (last?.media.map((kind) => t(`media.${kind}` as Word)).join(comma) ?? '');

/** @param excerpt what was found, in its place */
export const rowTemplate = (row: Row, isCurrent: boolean, open: (id: string) => void, excerpt?: string) =>
  html`<a
    class="row"
    href="inbox?c=${row.id}"
    aria-current=${isCurrent ? 'true' : nothing}
    @click=${(e: MouseEvent) => {
      // With one of these it is another tab's.
      if (e.ctrlKey || e.metaKey || e.shiftKey || e.altKey) return;
      e.preventDefault();
      open(row.id);
    }}
  >
    <span class="name">${icon(channelIcon(row.channel))}<bdi>${row.name ?? t(row.kind === 'group' ? 'row.group' : 'row.nobody')}</bdi></span>
    <time datetime=${new Date(row.updatedAt).toISOString()}>${shortTime(row.last?.at ?? row.updatedAt)}</time>
    <span class="said">${excerpt === undefined ? byWhom(row) : nothing}<span dir="auto">${excerpt ?? saidLast(row)}</span></span>
    <span class="signs">
      ${stateOf(row)}
      ${row.labels?.map((label) => html`<bdi class="label">${label}</bdi>`)}
      ${row.assignee ? html`<span>${icon('user')}<bdi>${row.assignee}</bdi></span>` : nothing}
      <bdi>${row.account.name}</bdi>${row.language ? html`<span>· ${languageName(row.language)}</span>` : nothing}
    </span>
  </a>`;
