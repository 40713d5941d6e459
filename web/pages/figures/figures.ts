/** The page of figures: what happened in a period, as numbers and pictures, by account, and as tables for spreadsheets. */
import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { wordsOf } from '../../ask.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { column } from '../../components/column.ts';
import type { DmToast } from '../../components/toast.ts';
import { frame, introduce, putIntoAddress } from '../../frame.ts';
import { Watch } from '../../watch.ts';
import * as api from './api.ts';
import { PERIODS, type Period, spanOf } from './periods.ts';
import { picturesOf, sum } from './pictures.ts';
import { handoverTiles, tilesOf } from './tiles.ts';
import { i18n, said, t } from './words.ts';
import '../../components/button.ts';
import '../../components/empty.ts';
import '../../components/segments.ts';
import '../../components/select.ts';
import './chart.ts';

/** Between two looks; milliseconds. */
const LOOK = 60_000;
const ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

interface Wanted {
  period: Period;
  /** An id; empty: all. */
  account: string;
}

function wanted(): Wanted {
  const query = new URLSearchParams(location.search);
  return {
    period: PERIODS.find((one) => one === query.get('period')) ?? 'week',
    account: query.get('account') ?? '',
  };
}

export class DmFigures extends DmElement {
  static override properties = { wanted: { state: true }, figures: { state: true }, handovers: { state: true } };
  declare private wanted: Wanted;
  /** Undefined until the server answered. */
  declare private figures: api.Figures | undefined;
  declare private handovers: api.Handovers | undefined;
  #watch: Watch;

  static override styles = [
    base,
    column,
    css`
      .page {
        max-inline-size: 1280px;
      }
      .filters {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--dm-space-3);
      }
      dm-select {
        min-inline-size: 0;
        max-inline-size: 100%;
      }
      .save {
        display: flex;
        flex-wrap: wrap;
        gap: var(--dm-space-1) var(--dm-space-4);
        font-size: var(--dm-size-s);
      }
      h2 {
        margin: var(--dm-space-2) 0 0;
        font-size: 1.0625rem;
      }
      .charts {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr));
        gap: var(--dm-space-4);
      }
    `,
  ];

  constructor() {
    super();
    this.wanted = wanted();
    this.#watch = new Watch(this, {
      look: async () => {
        const { period, account } = this.wanted;
        const span = spanOf(period, Date.now());
        const [figures, handovers] = await Promise.all([
          api.figures(span, account, ZONE),
          api.handovers(span, account),
        ]);
        return () => {
          this.figures = figures;
          this.handovers = handovers;
        };
      },
      every: () => LOOK,
      problem: (error) =>
        this.renderRoot.querySelector<DmToast>('dm-toast')?.show({ tone: 'bad', ...wordsOf(error, said, t) }),
    });
  }

  override connectedCallback(): void {
    super.connectedCallback();
    introduce('figures', i18n);
  }

  #pick(change: Partial<Wanted>): void {
    this.wanted = { ...this.wanted, ...change };
    const { period, account } = this.wanted;
    putIntoAddress({ period: period === 'week' ? '' : period, account });
    void this.#watch.now();
  }

  override render() {
    const { figures } = this;
    return frame(
      'figures',
      i18n,
      html`<div class="scroll">
        <div class="page">
          <div class="top">
            <h1 tabindex="-1">${t('figures.title')}</h1>
            ${figures ? this.#save(figures) : nothing}
          </div>
          <div class="filters">
            <dm-segments
              wrap
              .label=${t('period.label')}
              .value=${this.wanted.period}
              .segments=${PERIODS.map((value) => ({ value, label: t(`period.${value}`) }))}
              @dm-change=${(e: CustomEvent<Period>) => this.#pick({ period: e.detail })}
            ></dm-segments>
            ${figures && figures.accounts.length > 1 ? this.#account(figures) : nothing}
          </div>
          ${figures ? this.#figures(figures) : nothing}
        </div>
      </div>`,
    );
  }

  #account({ accounts }: api.Figures) {
    return html`<dm-select
      .label=${t('account.label')}
      .value=${this.wanted.account}
      .options=${[{ value: '', label: t('account.all') }, ...accounts.map(({ id, name }) => ({ value: id, label: name }))]}
      @dm-change=${(e: CustomEvent<string>) => this.#pick({ account: e.detail })}
    ></dm-select>`;
  }

  #save(figures: api.Figures) {
    const { account } = this.wanted;
    return html`<div class="save">
      <a href=${api.tableAddress('steps', figures, account, ZONE)} download>${t('save.steps')}</a>
      <a href=${api.tableAddress('models', figures, account, ZONE)} download>${t('save.models')}</a>
    </div>`;
  }

  #figures(figures: api.Figures) {
    const { total } = figures;
    if (total.in + sum(total.out) + sum(total.turns) === 0) return this.#empty();
    const { handovers } = this;
    return html`<figures-tiles .tiles=${tilesOf(figures)}></figures-tiles>
      ${
        handovers && handovers.asked > 0
          ? html`<h2>${t('wish.heading')}</h2>
              <figures-tiles class="wish" .tiles=${handoverTiles(handovers)}></figures-tiles>`
          : nothing
      }
      <div class="charts">
        ${repeat(
          picturesOf(figures),
          ({ heading }) => heading,
          (picture) => html`<figures-chart .picture=${picture}></figures-chart>`,
        )}
      </div>`;
  }

  #empty() {
    const { period, account } = this.wanted;
    if (period !== 'year' || account)
      return html`<dm-empty icon="chart" heading=${t('empty.noneHeading')} text=${t('empty.noneText')}>
        <dm-button @click=${() => this.#pick({ period: 'year', account: '' })}>${t('empty.longer')}</dm-button>
      </dm-empty>`;
    return html`<dm-empty icon="chart" heading=${t('empty.heading')} text=${t('empty.text')}>
      <a href="simulator">${t('empty.open')}</a>
    </dm-empty>`;
  }
}

define('dm-figures', DmFigures);
