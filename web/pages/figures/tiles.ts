/** The few numbers that tell most, each with how it was in the time before. */
import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import type { Figures, Handovers, Happened, Spread } from './api.ts';
import { costOf, sum, tokensOf } from './pictures.ts';
import { change, cost, duration, list, number, share, shortNumber, t } from './words.ts';

export interface Tile {
  name: string;
  value: string;
  /** What is told beside. */
  more: string;
}

/** Answers are what a customer's words brought about. */
const ANSWERS = ['llm', 'knowledge', 'static', 'flow', 'person'];

export class FiguresTiles extends DmElement {
  static override properties = { tiles: { attribute: false } };
  declare tiles: readonly Tile[];

  static override styles = [
    base,
    css`
      dl {
        display: grid;
        grid-template-columns: repeat(auto-fit, minmax(170px, 1fr));
        gap: var(--dm-space-3);
        margin: 0;
      }
      div {
        display: flex;
        flex-direction: column;
        gap: 2px;
        min-inline-size: 0;
        padding: var(--dm-space-3) var(--dm-space-4);
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-l);
        background: var(--dm-surface);
      }
      dt {
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
        font-weight: 550;
      }
      dd {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .value {
        font-size: 1.625rem;
        font-weight: 650;
        letter-spacing: -0.01em;
        line-height: 1.25;
        font-variant-numeric: tabular-nums;
      }
      .more {
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      @media (max-width: 480px) {
        dl {
          grid-template-columns: repeat(2, minmax(0, 1fr));
        }
        div {
          padding: var(--dm-space-3);
        }
        .value {
          font-size: 1.375rem;
        }
      }
    `,
  ];

  override render() {
    return html`<dl>
      ${this.tiles.map(
        ({ name, value, more }) => html`<div>
          <dt>${name}</dt>
          <dd class="value">${value}</dd>
          ${more ? html`<dd class="more">${more}</dd>` : nothing}
        </div>`,
      )}
    </dl>`;
  }
}

/** Of what happened, and how it was in the time before. */
export function tilesOf({ total, before, currencies }: Figures): Tile[] {
  const counted = (name: string, of: (happened: Happened) => number): Tile => ({
    ...{ name, value: number(of(total)), more: compared(of(total), of(before)) },
  });
  const { p50, p95 } = total.reply;
  const answers = ANSWERS.reduce((all, writer) => all + (total.out[writer] ?? 0), 0);
  const [spent, tokens] = [costOf(total), tokensOf(total)];
  return [
    counted(t('tile.in'), (happened) => happened.in),
    counted(t('tile.out'), ({ out }) => sum(out)),
    {
      name: t('tile.reply'),
      ...(p50 === null || p95 === null
        ? { value: '–', more: t('tile.replyNone') }
        : { value: duration(p50), more: t('tile.replyMore', { time: duration(p95) }) }),
    },
    {
      name: t('tile.human'),
      value: answers > 0 ? share((total.out.person ?? 0) / answers) : '–',
      more: t('tile.humanMore'),
    },
    spent > 0
      ? { name: t('tile.cost'), value: cost(spent, currencies), more: costMore(currencies, shortNumber(tokens)) }
      : { name: t('tile.tokens'), value: shortNumber(tokens), more: compared(tokens, tokensOf(before)) },
    counted(t('tile.optOuts'), ({ optOuts }) => optOuts),
  ];
}

/** One currency stands beside the number already. */
function costMore(currencies: readonly string[], tokens: string): string {
  if (currencies.length > 1) return t('tile.costSeveral', { list: list(currencies), tokens });
  return t(currencies[0] ? 'tile.costTokens' : 'tile.costMore', { tokens });
}

/** Of those who asked for a person. */
export function handoverTiles({
  asked,
  by,
  outOfHours,
  waiting,
  late,
  assistant,
  closed,
  ...times
}: Handovers): Tile[] {
  const timed = (name: string, spread: Spread | null, none: string): Tile => ({
    name,
    ...(spread
      ? { value: duration(spread.p50), more: t('tile.replyMore', { time: duration(spread.p95) }) }
      : { value: '–', more: none }),
  });
  const found = (['words', 'button', 'model'] as const).filter((one) => by[one] > 0);
  return [
    {
      ...{ name: t('wish.asked'), value: number(asked) },
      more: list(found.map((one) => t(`wish.by.${one}`, { n: by[one] }))),
    },
    timed(t('wish.first'), times.firstReplyMs, t('wish.firstNone')),
    timed(t('wish.close'), times.closeMs, t('wish.closeNone')),
    {
      ...{ name: t('wish.waiting'), value: number(waiting) },
      more: late > 0 ? t('wish.late', { n: late }) : '',
    },
    {
      ...{ name: t('wish.closed'), value: number(closed) },
      more: assistant > 0 ? t('wish.assistant', { n: assistant }) : '',
    },
    {
      name: t('wish.outOfHours'),
      value: number(outOfHours),
      more: outOfHours > 0 ? t('wish.share', { share: share(outOfHours / asked) }) : '',
    },
  ];
}

function compared(now: number, before: number): string {
  if (before === 0) return now === 0 ? '' : t('change.new');
  const grown = now / before - 1;
  return Math.abs(grown) < 0.005 ? t('change.same') : t('change.before', { change: change(grown) });
}

define('figures-tiles', FiguresTiles);
