import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import { Watch } from '../../watch.ts';
import * as api from './api.ts';
import { looks } from './looks.ts';
import { t, time } from './words.ts';
import '../../components/bar.ts';
import '../../components/empty.ts';
import '../../components/segments.ts';

const LOOK = 30_000;
const DAYS = { week: 7, month: 30, year: 365 } as const;
type Span = keyof typeof DAYS;

/** What answers were made of, the most quoted first. Tells `problem`. */
export class KnowledgeQuoted extends DmElement {
  static override properties = { quoted: { state: true }, span: { state: true } };
  /** Undefined until the server answered. */
  declare private quoted: api.Quoted[] | undefined;
  declare private span: Span;
  #watch = new Watch(this, {
    look: async () => {
      const quoted = await api.quoted(DAYS[this.span]);
      return () => {
        this.quoted = quoted;
      };
    },
    every: () => LOOK,
    problem: (error) => this.emit('problem', error),
  });

  static override styles = [
    base,
    looks,
    css`
      .card {
        gap: 6px;
      }
      dm-bar {
        inline-size: 100%;
      }
    `,
  ];

  constructor() {
    super();
    this.span = 'month';
  }

  override render() {
    return html`<div class="row">
        <p class="quiet wide">${t('quoted.intro')}</p>
        <dm-segments
          .label=${t('quoted.days')}
          .value=${this.span}
          .segments=${(Object.keys(DAYS) as Span[]).map((value) => ({ value, label: t(`quoted.${value}`) }))}
          @dm-change=${(e: CustomEvent<Span>) => {
            this.span = e.detail;
            void this.#watch.now();
          }}
        ></dm-segments>
      </div>
      ${this.quoted ? this.#list(this.quoted) : nothing}`;
  }

  #list(quoted: readonly api.Quoted[]) {
    if (quoted.length === 0)
      return html`<dm-empty icon="chart" heading=${t('quoted.none')} text=${t('quoted.noneText')}></dm-empty>`;
    const most = quoted[0]!.count;
    return html`<ol class="all">
      ${quoted.map(
        ({ base, source, title, count, at }) => html`<li class="card">
          <div class="row">
            <h3 class="wide"><bdi>${title}</bdi></h3>
            <strong>${t('quoted.times', { n: count })}</strong>
          </div>
          <dm-bar share=${count / most}></dm-bar>
          <p class="quiet">
            <bdi>${base}</bdi> · <bdi>${source}</bdi> · ${t('group.last', { time: time(at) })}
          </p>
        </li>`,
      )}
    </ol>`;
  }
}

define('knowledge-quoted', KnowledgeQuoted);
