import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base, DmElement, define } from '../../components/base.ts';
import { column } from '../../components/column.ts';
import { Watch } from '../../watch.ts';
import * as api from './api.ts';
import { type Place, SHOWS, type Show } from './api.ts';
import { t } from './words.ts';
import '../../components/button.ts';
import '../../components/empty.ts';
import '../../components/pager.ts';
import '../../components/segments.ts';
import '../../components/select.ts';
import './row.ts';

/** Between two looks, while somebody sees the list; milliseconds. */
const LOOK = 3_000;

/** Which calls are listed. */
export interface Filter {
  show: Show;
  /** An account's id; empty: all. */
  account: string;
  /** Where the pages before this one ended, this one's beginning last; empty: the newest. */
  places: readonly Place[];
}

/** All calls, those that go on above. Tells `filter` (Filter), `open-call` (id), `problem`. */
export class CallsList extends DmElement {
  static override properties = {
    filter: { attribute: false },
    accounts: { attribute: false },
    board: { state: true },
  };
  declare filter: Filter;
  declare accounts: api.State['accounts'];
  /** Undefined until the server answered. */
  declare private board: api.Board | undefined;
  #watch = new Watch(this, {
    look: async () => {
      const { show, account, places } = this.filter;
      const board = await api.board(show, account, places.at(-1));
      return () => {
        this.board = board;
      };
    },
    every: () => LOOK,
    problem: (error) => this.emit('problem', error),
  });

  static override styles = [
    base,
    column,
    css`
      :host {
        display: block;
        block-size: 100%;
      }
      .filters {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--dm-space-3);
      }
      dm-select {
        max-inline-size: 100%;
      }
      h2 {
        margin: var(--dm-space-2) 0 calc(-1 * var(--dm-space-1));
        font-size: var(--dm-size-m);
      }
    `,
  ];

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.get('filter') !== undefined) void this.#watch.now();
  }

  #change(change: Partial<Filter>): void {
    this.emit('filter', { ...this.filter, places: [], ...change });
  }

  #go(places: readonly Place[]): void {
    this.#change({ places });
    this.renderRoot.querySelector('.scroll')?.scrollTo(0, 0);
  }

  override render() {
    const { board, filter } = this;
    return html`<div class="scroll">
      <div class="page">
        <h1 tabindex="-1">${t('calls.title')}</h1>
        <div class="filters">
          <dm-segments
            wrap
            .label=${t('show.label')}
            .value=${filter.show}
            .segments=${SHOWS.map((value) => ({ value, label: t(`show.${value}`) }))}
            @dm-change=${(e: CustomEvent<Show>) => this.#change({ show: e.detail })}
          ></dm-segments>
          ${this.accounts.length > 1 ? this.#account() : nothing}
        </div>
        ${board ? this.#calls(board) : nothing}
      </div>
    </div>`;
  }

  #account() {
    const options = this.accounts.map(({ id, name }) => ({ value: id, label: name }));
    return html`<dm-select
      .label=${t('account.label')}
      .value=${this.filter.account}
      .options=${[{ value: '', label: t('account.all') }, ...options]}
      @dm-change=${(e: CustomEvent<string>) => this.#change({ account: e.detail })}
    ></dm-select>`;
  }

  #calls({ going, calls, next }: api.Board) {
    const { places } = this.filter;
    const above = places.length === 0 ? going : [];
    if (above.length === 0 && calls.length === 0 && places.length === 0) return this.#empty();
    return html`${above.length > 0 ? html`<h2>${t('list.going')}</h2>${rows(above)}` : nothing}
      ${above.length > 0 && calls.length > 0 ? html`<h2>${t('list.earlier')}</h2>` : nothing}${rows(calls)}
      <dm-pager
        .labels=${{ newer: t('page.newer'), older: t('page.older') }}
        ?newer=${places.length > 0}
        ?older=${next !== null}
        @newer=${() => this.#go(places.slice(0, -1))}
        @older=${() => next && this.#go([...places, next])}
      ></dm-pager>`;
  }

  #empty() {
    const { show, account } = this.filter;
    if (show !== 'all' || account)
      return html`<dm-empty icon="phone" heading=${t('empty.noneHeading')} text=${t('empty.noneText')}>
        <dm-button @click=${() => this.#change({ show: 'all', account: '' })}>${t('empty.all')}</dm-button>
      </dm-empty>`;
    return html`<dm-empty icon="phone" heading=${t('empty.heading')} text=${t('empty.text')}>
      <a href="call">${t('empty.open')}</a>
    </dm-empty>`;
  }
}

const rows = (calls: readonly api.BoardCall[]) =>
  html`<ul class="all">
    ${repeat(
      calls,
      ({ id }) => id,
      (call) => html`<li><calls-row .call=${call}></calls-row></li>`,
    )}
  </ul>`;

define('calls-list', CallsList);
