/** The page of orders: what was written about them without being asked, what was not and why, and the switch for all of it. */
import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { wordsOf } from '../../ask.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { column } from '../../components/column.ts';
import { whoAmI } from '../../components/page-nav.ts';
import type { DmToast } from '../../components/toast.ts';
import { frame, introduce, putIntoAddress, testingBanner } from '../../frame.ts';
import { Watch } from '../../watch.ts';
import * as api from './api.ts';
import { LIMIT, type Place, SHOWS, type Show } from './api.ts';
import { comma, i18n, language, ruleName, said, t, time } from './words.ts';
import '../../components/banner.ts';
import '../../components/button.ts';
import '../../components/empty.ts';
import '../../components/pager.ts';
import '../../components/segments.ts';
import '../../components/switch.ts';
import './order.ts';

/** Between two looks, while somebody sees the page; milliseconds. */
const LOOK = 5_000;
/** What holds for all is asked for when the list has changed, else once in so many looks. */
const ALL_LOOKS = 6;

function wanted(): Show {
  const show = new URLSearchParams(location.search).get('show');
  return SHOWS.find((one) => one === show) ?? 'all';
}

export class DmOrders extends DmElement {
  static override properties = {
    orders: { state: true },
    state: { state: true },
    show: { state: true },
    mayManage: { state: true },
    places: { state: true },
  };
  /** Undefined until the server answered. */
  declare private orders: readonly api.BoardOrder[] | undefined;
  declare private state: api.State | undefined;
  declare private show: Show;
  /** Only who may manage throws the switch. */
  declare private mayManage: boolean;
  /** Where the pages before this one ended, this one's beginning last; empty: the newest. */
  declare private places: readonly Place[];
  /** How many looks ago it was asked what holds for all. */
  #since = 0;
  #watch = new Watch(this, {
    look: () => this.#look(),
    every: () => LOOK,
    problem: (error) => this.#problem(error),
  });

  static override styles = [
    base,
    column,
    css`
      dm-switch {
        margin-inline: -8px;
      }
      dl {
        display: flex;
        flex-wrap: wrap;
        gap: 4px var(--dm-space-4);
        margin: 0;
        font-size: var(--dm-size-s);
      }
      dl :is(dt, dd) {
        display: inline;
      }
      dt {
        color: var(--dm-muted);
      }
      dd {
        margin: 0;
        font-weight: 600;
      }
      dd .quiet {
        font-weight: 400;
      }
    `,
  ];

  constructor() {
    super();
    this.show = wanted();
    this.places = [];
    this.mayManage = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    introduce('orders', i18n);
    void whoAmI().then((session) => {
      this.mayManage = session?.may.includes('dragoman.manage') ?? false;
    });
  }

  async #look(): Promise<() => void> {
    const orders = await api.orders(this.show, this.places.at(-1));
    const isNews = JSON.stringify(orders) !== JSON.stringify(this.orders);
    const state = isNews || ++this.#since >= ALL_LOOKS ? await api.state() : undefined;
    return () => {
      if (isNews) this.orders = orders;
      if (!state) return;
      this.state = state;
      this.#since = 0;
    };
  }

  #problem(error: unknown): void {
    this.renderRoot.querySelector<DmToast>('dm-toast')?.show({ tone: 'bad', ...wordsOf(error, said, t) });
  }

  #pick(show: Show): void {
    this.show = show;
    putIntoAddress({ show });
    this.#go([]);
  }

  #go(places: readonly Place[]): void {
    this.places = places;
    this.renderRoot.querySelector('.scroll')?.scrollTo(0, 0);
    void this.#watch.now();
  }

  async #switch(off: boolean): Promise<void> {
    try {
      const figures = await api.switchOutreach(off);
      if (this.state) this.state = { ...this.state, figures };
    } catch (error) {
      this.#problem(error);
    }
    void this.#watch.now();
  }

  override render() {
    const { state, orders } = this;
    return frame(
      'orders',
      i18n,
      html`<div class="scroll">
        ${
          state && orders
            ? html`${this.#banners(state)}<div class="page">${this.#top(state)}${this.#list(orders, state)}</div>`
            : nothing
        }
      </div>`,
    );
  }

  #banners({ testing, figures: { stoppedAt } }: api.State) {
    return html`${
      stoppedAt
        ? html`<dm-banner tone="bad" icon="block">${t('stopped.banner', { time: time(stoppedAt) })}</dm-banner>`
        : nothing
    }${testingBanner(i18n, testing, this.show === 'shown' ? nothing : this.#shownLink())}`;
  }

  #shownLink() {
    return html`<a
      href="orders?show=shown"
      @click=${(e: Event) => {
        e.preventDefault();
        this.#pick('shown');
      }}
      >${t('testing.link')}</a
    >`;
  }

  #top({ figures }: api.State) {
    return html`<div class="top">
        <h1>${t('orders.title')}</h1>
        <dm-switch
          .label=${t('switch.label')}
          .note=${t(figures.stoppedAt ? 'switch.off' : 'switch.on')}
          ?checked=${figures.stoppedAt === 0}
          ?disabled=${!this.mayManage}
          @dm-change=${(e: CustomEvent<boolean>) => this.#switch(!e.detail)}
        ></dm-switch>
      </div>
      ${this.#figures(figures)}
      <dm-segments
        wrap
        .label=${t('show.label')}
        .value=${this.show}
        .segments=${SHOWS.map((value) => ({ value, label: t(`show.${value}`) }))}
        @dm-change=${(e: CustomEvent<Show>) => this.#pick(e.detail)}
      ></dm-segments>`;
  }

  /** In one line; what is nought is left out, but the first. */
  #figures({ since, sent, waiting, held, blocked, shown, failed, unknown }: api.Figures) {
    const sum = (rules: Record<string, number>) => Object.values(rules).reduce((all, count) => all + count, 0);
    const figure = (label: string, count: number, rules: Record<string, number> = {}) => html`<div>
      <dt>${label}</dt>
      <dd>
        ${count.toLocaleString(language)}
        ${
          Object.keys(rules).length > 0
            ? html`<span class="quiet"
                >(${Object.entries(rules)
                  .sort(([, one], [, other]) => other - one)
                  .map(([rule, n]) => `${ruleName(rule)} ${n.toLocaleString(language)}`)
                  .join(comma)})</span
              >`
            : nothing
        }
      </dd>
    </div>`;
    const waits = waiting + sum(held);
    return html`<dl>
      ${figure(t('show.sent'), sent)}${waits ? figure(t('show.held'), waits, held) : nothing}
      ${sum(blocked) ? figure(t('show.refused'), sum(blocked), blocked) : nothing}
      ${shown ? figure(t('show.shown'), shown) : nothing}${failed + unknown ? figure(t('show.failed'), failed + unknown) : nothing}
      ${since ? html`<div class="quiet">${t('figures.since', { time: time(since) })}</div>` : nothing}
    </dl>`;
  }

  #list(orders: readonly api.BoardOrder[], { demoShop }: api.State) {
    const last = orders.at(-1);
    if (!last && this.places.length === 0) return this.#empty(demoShop);
    return html`<ul class="all">
        ${repeat(
          orders,
          ({ id }) => id,
          (order) => html`<li><orders-order .order=${order}></orders-order></li>`,
        )}
      </ul>
      <dm-pager
        .labels=${{ newer: t('page.newer'), older: t('page.older') }}
        ?newer=${this.places.length > 0}
        ?older=${last !== undefined && orders.length === LIMIT}
        @newer=${() => this.#go(this.places.slice(0, -1))}
        @older=${() => last && this.#go([...this.places, { before: last.changedAt, beforeId: last.id }])}
      ></dm-pager>`;
  }

  #empty(demoShop: string | undefined) {
    if (this.show !== 'all')
      return html`<dm-empty icon="list" heading=${t('empty.noneHeading')} text=${t('empty.noneText')}>
        <dm-button @click=${() => this.#pick('all')}>${t('empty.all')}</dm-button>
      </dm-empty>`;
    return html`<dm-empty
      icon="cart"
      heading=${t('empty.heading')}
      text=${t(demoShop ? 'empty.demo' : 'empty.shop')}
    >
      ${demoShop ? html`<a href=${demoShop}>${t('empty.open')}</a>` : nothing}
    </dm-empty>`;
  }
}

define('dm-orders', DmOrders);
