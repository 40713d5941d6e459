/** Above the list: its queues, the search, and by what it is narrowed. And how the page is laid out. */
import { css, html, nothing } from 'lit';
import { type Filter, QUEUES, type Queue, STATUSES, type Words } from './api.ts';
import { language, languageName, t } from './words.ts';
import '../../components/button.ts';
import '../../components/select.ts';

export const inboxLooks = css`
  .whole {
    display: grid;
    grid-template-columns: minmax(300px, 380px) minmax(0, 1fr) auto;
    grid-template-rows: minmax(0, 1fr);
    block-size: 100%;
  }
  .side {
    display: grid;
    grid-template-columns: minmax(0, 1fr);
    grid-template-rows: auto auto minmax(0, 1fr);
    min-block-size: 0;
    border-inline-end: 1px solid var(--dm-line);
    background: var(--dm-surface);
  }
  .queues {
    display: flex;
    flex-wrap: wrap;
    gap: 4px;
    padding: 10px var(--dm-space-3) 4px;
  }
  .queues button {
    display: flex;
    gap: 6px;
    align-items: center;
    min-block-size: 32px;
    padding: 2px 10px;
    border: 1px solid transparent;
    border-radius: var(--dm-radius-full);
    background: var(--dm-sunken);
    color: var(--dm-muted);
    font-size: var(--dm-size-s);
    font-weight: 550;
  }
  .queues button:hover {
    color: var(--dm-text);
  }
  .queues [aria-pressed='true'] {
    border-color: var(--dm-accent);
    background: var(--dm-accent-soft);
    color: var(--dm-accent);
  }
  .queues .urgent {
    padding: 0 7px;
    border-radius: var(--dm-radius-full);
    background: var(--dm-bad-soft);
    color: var(--dm-bad);
  }
  .count {
    font-variant-numeric: tabular-nums;
    font-size: var(--dm-size-xs);
  }
  .filters {
    display: grid;
    gap: 6px;
    padding: 6px var(--dm-space-3) 10px;
    border-block-end: 1px solid var(--dm-line);
  }
  .line {
    display: flex;
    gap: 6px;
    align-items: center;
  }
  .line > * {
    flex: 1 1 0;
    min-inline-size: 0;
  }
  .line > dm-button {
    flex: none;
  }
  input[type='search'] {
    min-block-size: 36px;
    padding: 4px 12px;
    border: 1px solid var(--dm-line-strong);
    border-radius: var(--dm-radius-m);
    background: var(--dm-surface);
    font-size: var(--dm-size-s);
  }
  .none {
    display: grid;
    min-block-size: 0;
    background: var(--dm-page);
  }
  inbox-contact {
    inline-size: 330px;
    max-inline-size: 100%;
  }
  @media (max-width: 1179px) {
    .whole {
      grid-template-columns: minmax(280px, 340px) minmax(0, 1fr);
    }
    inbox-contact {
      inline-size: auto;
    }
  }
  .fold {
    display: none;
  }
  @media (max-width: 760px) {
    .whole {
      grid-template-columns: minmax(0, 1fr);
    }
    .fold {
      display: block;
    }
    .filters:not(.unfolded) .narrow {
      display: none;
    }
    .reading .side,
    .whole:not(.reading) .none {
      display: none;
    }
  }
`;

const numbers = new Intl.NumberFormat(language, { notation: 'compact', maximumFractionDigits: 1 });

export const queueBar = (
  current: Queue,
  counts: Record<Queue, number> | undefined,
  pick: (queue: Queue) => void,
) => html`<div class="queues" role="group" aria-label=${t('queue.label')}>
  ${QUEUES.map((queue) => {
    const count = counts?.[queue];
    return html`<button type="button" aria-pressed=${queue === current} @click=${() => pick(queue)}>
      ${t(`queue.${queue}`)}${count ? html`<span class="count ${queue === 'person' ? 'urgent' : ''}">${numbers.format(count)}</span>` : nothing}
    </button>`;
  })}
</div>`;

export interface FiltersOptions {
  text: string;
  filter: Filter;
  words: Words | undefined;
  alerts: boolean;
  /** On a telephone: whether is shown by what the list can be narrowed. */
  unfolded: boolean;
  unfold(): void;
  search(text: string): void;
  pick(change: Partial<Filter>): void;
  help(): void;
  setAlerts(on: boolean): void;
}

export function filters(options: FiltersOptions) {
  const { text, filter, words, alerts, unfold, search, pick, help, setAlerts } = options;
  // One that narrows the list is never out of sight.
  const isNarrowed = Object.values(filter).some(Boolean);
  const unfolded = options.unfolded || isNarrowed;
  const choice = (field: keyof Filter, all: string, options: { value: string; label: string }[]) =>
    options.length > (field === 'account' ? 1 : 0)
      ? html`<dm-select
          .label=${t(`filter.${field}`)}
          .value=${filter[field]}
          .options=${[{ value: '', label: all }, ...options]}
          @dm-change=${(e: CustomEvent<string>) => pick({ [field]: e.detail })}
        ></dm-select>`
      : nothing;
  const same = (value: string) => ({ value, label: value });
  return html`<div class="filters ${unfolded ? 'unfolded' : ''}">
    <div class="line">
      <input
        type="search"
        dir="auto"
        autocomplete="off"
        aria-label=${t('search.label')}
        placeholder=${t('search.hint')}
        .value=${text}
        @input=${(e: Event) => search((e.target as HTMLInputElement).value)}
      />
      ${isNarrowed ? nothing : html`<dm-button class="fold" variant="ghost" icon="filter" label=${t('filter.unfold')} .pressed=${unfolded} @click=${unfold}></dm-button>`}
      <dm-button variant="ghost" icon=${alerts ? 'bell' : 'bell-off'} label=${t('alert.switch')} .pressed=${alerts} @click=${() => setAlerts(!alerts)}></dm-button>
      <dm-button variant="ghost" icon="question" label=${t('help.heading')} @click=${help}></dm-button>
    </div>
    <div class="line narrow">
      ${choice(
        'account',
        t('filter.allAccounts'),
        (words?.accounts ?? []).map(({ id, name }) => ({ value: id, label: name })),
      )}
      ${choice(
        'status',
        t('filter.allStatuses'),
        STATUSES.map((value) => ({ value, label: t(`status.${value}`) })),
      )}
    </div>
    ${
      (words?.labels.length ?? 0) + (words?.languages.length ?? 0) > 0
        ? html`<div class="line narrow">
            ${choice('label', t('filter.allLabels'), (words?.labels ?? []).map(same))}
            ${choice(
              'language',
              t('filter.allLanguages'),
              (words?.languages ?? []).map((code) => ({ value: code, label: languageName(code) })),
            )}
          </div>`
        : nothing
    }
  </div>`;
}
