import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base, DmElement, define } from '../../components/base.ts';
import * as api from './api.ts';
import { type Filter, PAGE, type Queue, type Row } from './api.ts';
import { rowLooks, rowTemplate } from './row.ts';
import { t } from './words.ts';
import '../../components/badge.ts';
import '../../components/empty.ts';

/** Pixels of a row; all have the same, so that any place of a long list is known. */
const ROW = 82;
/** Rows that are drawn above and below what is seen. */
const BESIDE = 6;
/** Rows that are asked for above and below what is seen, so that they are there when somebody scrolls to them. */
const AHEAD = 40;
/** Pages of rows that are kept; those that are farthest from what is seen go. */
const MOST_PAGES = 60;
/** A search waits until nobody types; milliseconds. */
const TYPED = 180;

type Found = Row & { excerpt?: string };

/** Conversations of a queue, or found by words; only what is seen is drawn and asked for. Tells `open` (id), `problem`. */
export class InboxList extends DmElement {
  static override properties = {
    queue: {},
    filter: { attribute: false },
    text: {},
    current: {},
    total: { state: true },
    first: { state: true },
    height: { state: true },
    drawn: { state: true },
  };
  declare queue: Queue;
  declare filter: Filter;
  /** What is searched for; empty: the queue is shown. */
  declare text: string;
  declare current: string;
  /** Undefined until the server answered. */
  declare private total: number | undefined;
  declare private first: number;
  declare private height: number;
  /** Counted up where rows came, so that they are drawn. */
  declare private drawn: number;
  #pages = new Map<number, readonly Found[]>();
  #asked = new Map<number, AbortController>();
  #next: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #grown = new ResizeObserver(([entry]) => {
    this.height = entry?.contentRect.height ?? 0;
  });

  static override styles = [
    base,
    rowLooks,
    css`
      :host {
        display: block;
        min-block-size: 0;
      }
      .scroll {
        block-size: 100%;
        overflow: hidden auto;
        overscroll-behavior: contain;
      }
      .whole {
        position: relative;
      }
      ul {
        position: absolute;
        inset-inline: 0;
        inset-block-start: 0;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        block-size: ${ROW}px;
      }
      .blank {
        block-size: 100%;
        border-block-end: 1px solid var(--dm-line);
        background: linear-gradient(var(--dm-sunken), var(--dm-sunken)) 19px 14px / 40% 12px no-repeat,
          linear-gradient(var(--dm-sunken), var(--dm-sunken)) 19px 38px / 70% 10px no-repeat;
      }
    `,
  ];

  constructor() {
    super();
    this.queue = 'all';
    this.text = '';
    this.current = '';
    this.first = 0;
    this.height = 600;
    this.drawn = 0;
  }

  override firstUpdated(): void {
    const scroll = this.renderRoot.querySelector('.scroll');
    if (scroll) this.#grown.observe(scroll);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#grown.disconnect();
    clearTimeout(this.#timer);
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (!changed.has('queue') && !changed.has('filter') && !changed.has('text')) return;
    this.#forget();
    this.total = undefined;
    this.first = 0;
    this.renderRoot.querySelector('.scroll')?.scrollTo(0, 0);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), changed.get('text') === undefined ? 0 : TYPED);
  }

  protected override updated(): void {
    const whole = this.renderRoot.querySelector<HTMLElement>('.whole');
    const rows = this.renderRoot.querySelector<HTMLElement>('ul');
    // Not as attributes: the page's policy has no inline styles.
    if (whole) whole.style.blockSize = `${(this.total ?? 0) * ROW}px`;
    if (rows) rows.style.transform = `translateY(${this.#from() * ROW}px)`;
  }

  /** What is shown may be another by now. */
  refresh(): void {
    // What was found stays in its place.
    if (this.text) return;
    const kept = this.#pages;
    this.#forget();
    // Shown until what is new is there.
    this.#pages = kept;
    for (const page of this.#pagesAround(0)) void this.#load(page, true);
  }

  /** The id of the one that is so many below; undefined: there is none. */
  neighbour(steps: number): string | undefined {
    const rows = [...this.#pages].flatMap(([page, some]) => some.map(({ id }, at) => [page * PAGE + at, id] as const));
    const here = rows.find(([, id]) => id === this.current)?.[0];
    const wanted = here === undefined ? this.first : here + steps;
    return rows.find(([place]) => place === wanted)?.[1];
  }

  /** Scrolls until the current one is seen. */
  showCurrent(): void {
    const scroll = this.renderRoot.querySelector('.scroll');
    for (const [page, rows] of this.#pages) {
      const at = rows.findIndex(({ id }) => id === this.current);
      if (at < 0 || !scroll) continue;
      const top = (page * PAGE + at) * ROW;
      if (top < scroll.scrollTop) scroll.scrollTop = top;
      else if (top + ROW > scroll.scrollTop + scroll.clientHeight) scroll.scrollTop = top + ROW - scroll.clientHeight;
    }
  }

  #forget(): void {
    for (const asked of this.#asked.values()) asked.abort();
    this.#asked.clear();
    this.#pages = new Map();
    this.#next = null;
  }

  #from = () => Math.max(0, this.first - BESIDE);
  #to = () => Math.min(this.total ?? 0, this.first + Math.ceil(this.height / ROW) + BESIDE);

  /** @param beside rows above and below what is drawn */
  #pagesAround(beside: number): number[] {
    const last = Math.max((this.total ?? 0) - 1, 0);
    const places = [this.#from() - beside, this.#to() - 1 + beside].map((place) => Math.min(Math.max(place, 0), last));
    const [from, to] = places.map((place) => Math.floor(place / PAGE)) as [number, number];
    return Array.from({ length: to - from + 1 }, (_, at) => from + at);
  }

  #look(): void {
    if (this.text) return void this.#search();
    // What was scrolled past meanwhile is not waited for.
    const near = this.#pagesAround(AHEAD);
    for (const [page, asked] of this.#asked)
      if (!near.includes(page)) {
        asked.abort();
        this.#asked.delete(page);
      }
    for (const page of this.#pagesAround(0)) void this.#load(page);
  }

  #keepNear(): void {
    const here = Math.floor(this.first / PAGE);
    const far = [...this.#pages.keys()].sort((one, other) => Math.abs(other - here) - Math.abs(one - here));
    for (const page of far.slice(0, Math.max(0, far.length - MOST_PAGES))) this.#pages.delete(page);
  }

  async #load(page: number, again = false): Promise<void> {
    if (this.#asked.has(page) || (!again && this.#pages.has(page))) return;
    const asked = new AbortController();
    this.#asked.set(page, asked);
    let isThere = false;
    try {
      const { total, rows } = await api.list(this.queue, this.filter, page * PAGE, asked.signal);
      if (again)
        for (const other of this.#pages.keys()) if (!this.#pagesAround(0).includes(other)) this.#pages.delete(other);
      this.#pages.set(page, rows);
      this.#keepNear();
      this.total = total;
      this.drawn++;
      isThere = true;
    } catch (error) {
      if (!asked.signal.aborted) this.emit('problem', error);
    }
    if (this.#asked.get(page) !== asked) return;
    this.#asked.delete(page);
    // What is near comes after what is seen, and is not asked for again and again where nobody answers.
    if (isThere && !again && this.#asked.size === 0 && !this.text)
      for (const next of this.#pagesAround(AHEAD)) void this.#load(next);
  }

  /** A page is what one search gave; it may have fewer rows than others, so all are one list. */
  async #search(): Promise<void> {
    if (this.#asked.has(-1)) return;
    const asked = new AbortController();
    this.#asked.set(-1, asked);
    try {
      const { rows, next } = await api.search(this.text, this.filter.account, this.#next ?? undefined, asked.signal);
      const before = [...this.#pages.values()].flat();
      const known = new Set(before.map(({ id }) => id));
      const all: Found[] = [...before, ...rows.filter(({ id }) => !known.has(id))];
      this.#pages = new Map();
      for (let at = 0; at < all.length; at += PAGE) this.#pages.set(at / PAGE, all.slice(at, at + PAGE));
      this.#next = next;
      this.total = all.length;
      this.drawn++;
    } catch (error) {
      if (!asked.signal.aborted) this.emit('problem', error);
    }
    if (this.#asked.get(-1) === asked) this.#asked.delete(-1);
  }

  #scrolled(scroll: HTMLElement): void {
    this.first = Math.floor(scroll.scrollTop / ROW);
    if (!this.text) this.#look();
    else if (this.#next !== null && this.#to() >= (this.total ?? 0)) void this.#search();
  }

  override render() {
    const { total } = this;
    return html`<div
      class="scroll"
      aria-busy=${total === undefined}
      @scroll=${(e: Event) => this.#scrolled(e.currentTarget as HTMLElement)}
    >
      ${
        total === 0
          ? html`<dm-empty
              icon="inbox"
              heading=${t(this.text ? 'list.notFound' : 'list.empty')}
              text=${t(this.text ? 'list.notFoundText' : 'list.emptyText')}
            ></dm-empty>`
          : html`<div class="whole">
              <ul aria-label=${t('list.label')}>
                ${this.#rows()}
              </ul>
            </div>`
      }
    </div>`;
  }

  #rows() {
    const places = Array.from({ length: Math.max(0, this.#to() - this.#from()) }, (_, at) => this.#from() + at);
    const rowAt = (place: number) => this.#pages.get(Math.floor(place / PAGE))?.[place % PAGE];
    return repeat(
      places,
      (place) => rowAt(place)?.id ?? place,
      (place) => {
        const row = rowAt(place);
        return html`<li aria-setsize=${this.total ?? nothing} aria-posinset=${place + 1}>
          ${
            row
              ? rowTemplate(row, row.id === this.current, (id) => this.emit('open', id), row.excerpt)
              : html`<div class="blank"></div>`
          }
        </li>`;
      },
    );
  }
}

define('inbox-list', InboxList);
