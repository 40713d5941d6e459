/** A picture of numbers, with its name, what its colours mean, and the same as a table for who cannot see it or wants them exactly. */
import {
  BarController,
  BarElement,
  CategoryScale,
  Chart,
  type ChartConfiguration,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
} from 'chart.js';
import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import { type Tone, tones } from './tones.ts';
import { direction, t } from './words.ts';

Chart.register(
  BarController,
  BarElement,
  CategoryScale,
  Filler,
  LinearScale,
  LineController,
  LineElement,
  PointElement,
  Tooltip,
);

export interface Series {
  name: string;
  tone: Tone;
  /** As many as there are labels; null: there is none. */
  values: (number | null)[];
}

export interface Picture {
  heading: string;
  hint: string;
  /** `bars` stand on each other; `ranks` lie, the longest first. */
  kind: 'bars' | 'lines' | 'ranks';
  /** Below the picture. */
  labels: string[];
  /** The same where there is room; absent: those. */
  titles?: string[];
  series: Series[];
  /** A value where there is room, and one beside the picture. */
  write(value: number): string;
  writeShort?(value: number): string;
  /** What lies between two lines of the scale, by the greatest value; absent: round numbers. */
  stepOf?(most: number): number;
}

export class FiguresChart extends DmElement {
  static override properties = { picture: { attribute: false }, open: { state: true } };
  declare picture: Picture;
  /** The table is shown; it is not made before. */
  declare private open: boolean;
  #chart: Chart | undefined;
  #dark = matchMedia('(prefers-color-scheme: dark)');
  #theme = new MutationObserver(() => this.#draw());

  static override styles = [
    base,
    tones,
    css`
      :host {
        display: flex;
        flex-direction: column;
        gap: var(--dm-space-3);
        min-inline-size: 0;
        padding: var(--dm-space-4);
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-l);
        background: var(--dm-surface);
      }
      h2 {
        margin: 0;
        font-size: var(--dm-size-m);
      }
      p {
        margin: 2px 0 0;
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      .picture {
        position: relative;
        block-size: 220px;
        min-inline-size: 0;
      }
      .nothing {
        display: grid;
        place-items: center;
        block-size: 220px;
        margin: 0;
        border-radius: var(--dm-radius-m);
        background: var(--dm-sunken);
      }
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 4px var(--dm-space-4);
        margin: 0;
        padding: 0;
        list-style: none;
        font-size: var(--dm-size-s);
      }
      li {
        display: flex;
        align-items: center;
        gap: 7px;
        min-inline-size: 0;
        overflow-wrap: anywhere;
      }
      li i {
        flex: none;
        inline-size: 11px;
        block-size: 11px;
        border-radius: 3px;
        background: currentColor;
      }
      .probe {
        position: absolute;
        visibility: hidden;
      }
      .text {
        color: var(--dm-muted);
      }
      .strong {
        color: var(--dm-text);
      }
      .line {
        color: var(--dm-line);
      }
      .ground {
        color: var(--dm-raised);
      }
      details {
        margin-block-start: auto;
        font-size: var(--dm-size-s);
      }
      summary {
        inline-size: fit-content;
        color: var(--dm-accent);
        cursor: pointer;
      }
      .table {
        max-block-size: 260px;
        margin-block-start: var(--dm-space-2);
        overflow: auto;
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-s);
      }
      table {
        inline-size: 100%;
        border-collapse: collapse;
        font-variant-numeric: tabular-nums;
      }
      th,
      td {
        padding: 5px 10px;
        border-block-end: 1px solid var(--dm-line);
        text-align: end;
        white-space: nowrap;
      }
      thead th {
        position: sticky;
        inset-block-start: 0;
        background: var(--dm-sunken);
      }
      tr > :first-child {
        text-align: start;
      }
      tbody tr:last-child > * {
        border-block-end: 0;
      }
      tbody th {
        font-weight: 400;
      }
    `,
  ];

  constructor() {
    super();
    this.open = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#dark.addEventListener('change', this.#drawAgain);
    this.#theme.observe(document.documentElement, { attributeFilter: ['data-theme'] });
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#dark.removeEventListener('change', this.#drawAgain);
    this.#theme.disconnect();
    this.#chart?.destroy();
    this.#chart = undefined;
  }

  #drawAgain = () => this.#draw();

  protected override updated(): void {
    this.#draw();
  }

  #isEmpty(): boolean {
    return this.picture.series.every(({ values }) => values.every((value) => !value));
  }

  #draw(): void {
    const canvas = this.renderRoot.querySelector('canvas');
    if (this.#chart && this.#chart.canvas !== canvas) {
      this.#chart.destroy();
      this.#chart = undefined;
    }
    if (!canvas) return;
    const { type, data, options } = configured(this.picture, (name) => this.#colour(name));
    // What is drawn stays, so that a look at the server a minute later makes nothing flicker.
    if (this.#chart) {
      Object.assign(this.#chart, { data, options });
      this.#chart.update();
    } else this.#chart = new Chart(canvas, { type, data, options });
  }

  /** As the page's style sheets say now. */
  #colour(name: string): string {
    const probe = this.renderRoot.querySelector(`.probe.${name}`);
    return probe ? getComputedStyle(probe).color : '';
  }

  override render() {
    const { heading, hint, series } = this.picture;
    const isEmpty = this.#isEmpty();
    return html`<div>
        <h2 id="heading">${heading}</h2>
        <p>${hint}</p>
      </div>
      ${['text', 'strong', 'line', 'ground', ...series.map(({ tone }) => tone)].map((name) => html`<i class="probe ${name}"></i>`)}
      ${
        isEmpty
          ? html`<p class="nothing">${t('chart.none')}</p>`
          : html`<div class="picture"><canvas role="img" aria-labelledby="heading"></canvas></div>
              ${series.length > 1 ? html`<ul aria-hidden="true">${series.map(({ name, tone }) => html`<li><i class=${tone}></i>${name}</li>`)}</ul>` : nothing}
              <details @toggle=${(e: Event) => (this.open = (e.target as HTMLDetailsElement).open)}>
                <summary>${t('chart.table')}</summary>
                ${this.open ? this.#table() : nothing}
              </details>`
      }`;
  }

  #table() {
    const { kind, series, labels, titles = labels, write } = this.picture;
    return html`<div class="table" tabindex="0" role="group" aria-labelledby="heading">
      <table>
        <thead>
          <tr>
            ${kind === 'ranks' ? html`<td></td>` : html`<th scope="col">${t('chart.time')}</th>`}
            ${series.map(({ name }) => html`<th scope="col">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${titles.map(
            (title, index) => html`<tr>
              <th scope="row">${title}</th>
              ${series.map(({ values }) => html`<td>${writeCell(values[index], write)}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

const writeCell = (value: number | null | undefined, write: Picture['write']) =>
  value === null || value === undefined ? '–' : write(value);

/** The picture in the words of the chart library. @param colour by the name of a class */
function configured(picture: Picture, colour: (name: string) => string): ChartConfiguration {
  const { kind, labels, titles = labels, series, write, writeShort = write, stepOf } = picture;
  const most = Math.max(...series.flatMap(({ values }) => values.map((value) => value ?? 0)));
  const isRtl = direction === 'rtl';
  const lies = kind === 'ranks';
  const font = { family: getComputedStyle(document.body).fontFamily, size: 12 };
  const ticks = { color: colour('text'), font, maxRotation: 0, autoSkipPadding: 12 };
  const numbers = {
    ...{ beginAtZero: true, stacked: kind === 'bars', border: { display: false } },
    grid: { color: colour('line'), drawTicks: false },
    ticks: {
      ...{ ...ticks, padding: 6, callback: (value: string | number) => writeShort(Number(value)) },
      ...(stepOf
        ? { stepSize: stepOf(most) }
        : { maxTicksLimit: 5, precision: Number.isInteger(most) ? 0 : undefined }),
    },
  };
  const names = {
    ...{ stacked: kind === 'bars', offset: true, grid: { display: false }, border: { color: colour('line') } },
    ticks: { ...ticks, autoSkip: !lies, ...(lies && { color: colour('strong') }) },
  };
  // What begins on the right reads from there.
  const across = { reverse: isRtl };
  const upright = { position: isRtl ? ('right' as const) : ('left' as const) };
  return {
    type: kind === 'lines' ? 'line' : 'bar',
    data: {
      labels,
      datasets: series.map(({ name, tone, values }) => ({
        ...{ label: name, data: values, backgroundColor: colour(tone), borderColor: colour(tone) },
        ...(kind === 'lines'
          ? {
              ...{ borderWidth: 2, tension: 0.25, cubicInterpolationMode: 'monotone' as const, spanGaps: true },
              ...{ pointRadius: values.filter((value) => value !== null).length > 1 ? 0 : 4, pointHitRadius: 16 },
              ...{ pointHoverRadius: 5, fill: false },
            }
          : { borderRadius: 3, maxBarThickness: lies ? 22 : 44, categoryPercentage: 0.78, barPercentage: 0.94 }),
      })),
    },
    options: {
      ...{ animation: false, responsive: true, maintainAspectRatio: false, locale: document.documentElement.lang },
      ...(lies && { indexAxis: 'y' as const }),
      interaction: { mode: 'index', intersect: false, axis: lies ? 'y' : 'x' },
      scales: lies
        ? { x: { ...numbers, ...across }, y: { ...names, ...upright } }
        : { x: { ...names, ...across }, y: { ...numbers, ...upright } },
      plugins: {
        tooltip: {
          ...{ rtl: isRtl, textDirection: direction, usePointStyle: true, boxPadding: 6, padding: 10, cornerRadius: 8 },
          ...{ backgroundColor: colour('ground'), borderColor: colour('line'), borderWidth: 1 },
          ...{ titleColor: colour('strong'), bodyColor: colour('strong'), titleFont: font, bodyFont: font },
          filter: ({ raw }) => raw !== null && raw !== 0,
          callbacks: {
            title: ([item]) => (item ? (titles[item.dataIndex] ?? '') : ''),
            label: ({ dataset, raw }) => `${dataset.label}: ${write(Number(raw))}`,
          },
        },
      },
    },
  };
}

define('figures-chart', FiguresChart);
