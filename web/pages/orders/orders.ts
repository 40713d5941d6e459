/** The page of orders: what was written about them without being asked, what was not and why, and the switch for all of it. */
import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { wordsOf } from '../../ask.ts';
import { base, DmElement, define } from '../../components/base.ts';
import type { DmToast } from '../../components/toast.ts';
import { LANGUAGES, shellLabels } from '../../i18n.ts';
import * as api from './api.ts';
import { LIMIT, type Place, SHOWS, type Show } from './api.ts';
import { COMMA, direction, language, list, ruleName, said, t, time } from './words.ts';
import '../../components/banner.ts';
import '../../components/button.ts';
import '../../components/empty.ts';
import '../../components/segments.ts';
import '../../components/shell.ts';
import '../../components/switch.ts';
import '../../components/toast.ts';
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
    places: { state: true },
    lost: { state: true },
  };
  /** Undefined until the server answered. */
  declare private orders: readonly api.BoardOrder[] | undefined;
  declare private state: api.State | undefined;
  declare private show: Show;
  /** Where the pages before this one ended, this one's beginning last; empty: the newest. */
  declare private places: readonly Place[];
  /** The server did not answer the last time. */
  declare private lost: boolean;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Counts looks, so that an answer that comes late shows nothing. */
  #look = 0;
  /** How many looks ago it was asked what holds for all. */
  #since = 0;

  static override styles = [
    base,
    css`
      .scroll {
        block-size: 100%;
        overflow: hidden auto;
      }
      .page {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-4);
        max-inline-size: 1080px;
        margin-inline: auto;
        padding: var(--dm-space-5) var(--dm-space-4) var(--dm-space-6);
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: var(--dm-space-2) var(--dm-space-5);
      }
      h1 {
        margin: 0;
        font-size: 1.375rem;
      }
      dm-switch {
        margin-inline: -8px;
      }
      .page a {
        color: var(--dm-accent);
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
      dt,
      .quiet {
        color: var(--dm-muted);
      }
      dd {
        margin: 0;
        font-weight: 600;
      }
      dd .quiet {
        font-weight: 400;
      }
      ul {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-3);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .turn {
        display: flex;
        justify-content: space-between;
      }
    `,
  ];

  constructor() {
    super();
    this.show = wanted();
    this.places = [];
    this.lost = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.documentElement.lang = language;
    document.documentElement.dir = direction;
    document.title = `${t('orders.title')} · Dragoman`;
    document.addEventListener('visibilitychange', this.#seen);
    void this.#load();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('visibilitychange', this.#seen);
    clearTimeout(this.#timer);
  }

  #seen = () => {
    if (!document.hidden) void this.#load();
  };

  async #load(): Promise<void> {
    const look = ++this.#look;
    clearTimeout(this.#timer);
    try {
      const orders = await api.orders(this.show, this.places.at(-1));
      const isNews = JSON.stringify(orders) !== JSON.stringify(this.orders);
      const state = isNews || ++this.#since >= ALL_LOOKS ? await api.state() : undefined;
      if (look !== this.#look) return;
      if (isNews) this.orders = orders;
      this.lost = false;
      if (state) {
        this.state = state;
        this.#since = 0;
      }
    } catch (error) {
      if (look !== this.#look) return;
      // It is told once; the page keeps trying.
      if (!this.lost) this.#problem(error);
      this.lost = true;
    }
    if (this.isConnected && !document.hidden) this.#timer = setTimeout(() => void this.#load(), LOOK);
  }

  #problem(error: unknown): void {
    this.renderRoot.querySelector<DmToast>('dm-toast')?.show({ tone: 'bad', ...wordsOf(error, said, t) });
  }

  #pick(show: Show): void {
    this.show = show;
    this.#address({ show });
    this.#go([]);
  }

  #go(places: readonly Place[]): void {
    this.places = places;
    this.renderRoot.querySelector('.scroll')?.scrollTo(0, 0);
    void this.#load();
  }

  /** What is shown stands in the address, so that a link or a reload finds it. */
  #address(change: Record<string, string>): void {
    const query = new URLSearchParams({ ...Object.fromEntries(new URLSearchParams(location.search)), ...change });
    history.replaceState(null, '', `?${query}`);
  }

  async #switch(off: boolean): Promise<void> {
    try {
      const figures = await api.switchOutreach(off);
      if (this.state) this.state = { ...this.state, figures };
    } catch (error) {
      this.#problem(error);
    }
    void this.#load();
  }

  override render() {
    const { state, orders } = this;
    return html`<dm-shell
        .labels=${shellLabels(t)}
        .pages=${[
          ...(state?.simulator ? [{ href: 'simulator', label: t('simulator.title'), icon: 'chat' as const }] : []),
          { href: 'orders', label: t('orders.title'), current: true },
          { href: 'call', label: t('call.title'), icon: 'phone' as const },
          ...(state?.demoShop ? [{ href: state.demoShop, label: t('nav.shop'), icon: 'cart' as const }] : []),
          ...(state?.editor ? [{ href: state.editor, label: t('shell.editor'), icon: 'flow' as const }] : []),
        ]}
        logo="orders/assets/icon.svg"
        .languages=${LANGUAGES}
        .language=${language}
        @dm-language=${(e: CustomEvent<string>) => {
          this.#address({ lang: e.detail });
          location.reload();
        }}
      >
        <div class="scroll">
          ${
            state && orders
              ? html`${this.#banners(state)}<div class="page">${this.#top(state)}${this.#list(orders, state)}</div>`
              : nothing
          }
        </div>
      </dm-shell>
      <dm-toast closeLabel=${t('close')}></dm-toast>`;
  }

  #banners({ testing, figures: { stoppedAt } }: api.State) {
    return html`${
      stoppedAt
        ? html`<dm-banner tone="bad" icon="block">${t('stopped.banner', { time: time(stoppedAt) })}</dm-banner>`
        : nothing
    }${
      testing.length > 0
        ? html`<dm-banner>${t('testing.banner', { accounts: list(testing) })}
            ${
              this.show === 'shown'
                ? nothing
                : html`<a
                    href="orders?show=shown"
                    @click=${(e: Event) => {
                      e.preventDefault();
                      this.#pick('shown');
                    }}
                    >${t('testing.link')}</a
                  >`
            }</dm-banner>`
        : nothing
    }`;
  }

  #top({ figures }: api.State) {
    return html`<div class="top">
        <h1>${t('orders.title')}</h1>
        <dm-switch
          .label=${t('switch.label')}
          .note=${t(figures.stoppedAt ? 'switch.off' : 'switch.on')}
          ?checked=${figures.stoppedAt === 0}
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
                  .join(COMMA)})</span
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
    return html`<ul>
        ${repeat(
          orders,
          ({ id }) => id,
          (order) => html`<li><orders-order .order=${order}></orders-order></li>`,
        )}
      </ul>
      <div class="turn">
        ${
          this.places.length > 0
            ? html`<dm-button @click=${() => this.#go(this.places.slice(0, -1))}>${t('page.newer')}</dm-button>`
            : html`<span></span>`
        }
        ${
          last && orders.length === LIMIT
            ? html`<dm-button @click=${() => this.#go([...this.places, { before: last.changedAt, beforeId: last.id }])}
                >${t('page.older')}</dm-button
              >`
            : nothing
        }
      </div>`;
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
