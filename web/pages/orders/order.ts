import { css, html, nothing } from 'lit';
import type { OrderFault } from '../../../core/model.ts';
import type { Tone } from '../../components/badge.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { type IconName, icon } from '../../components/icons.ts';
import type { BoardMessage, BoardOrder } from './api.ts';
import { money, ruleName, sentence, t, time } from './words.ts';
import '../../components/badge.ts';

const TONES: Record<BoardMessage['state'], Tone> = {
  waiting: 'neutral',
  held: 'warn',
  running: 'info',
  sent: 'ok',
  failed: 'bad',
  unknown: 'warn',
  drafted: 'info',
  shown: 'warn',
  refused: 'bad',
  old: 'neutral',
};
const SIGNS: Record<BoardMessage['state'], IconName> = {
  waiting: 'clock',
  held: 'clock',
  running: 'send',
  sent: 'check',
  failed: 'alert',
  unknown: 'question',
  drafted: 'file',
  shown: 'file',
  refused: 'block',
  old: 'clock',
};

/** One order: what its shop told, and line by line what became of it, with the reasons. */
export class OrdersOrder extends DmElement {
  static override properties = { order: { attribute: false } };
  declare order: BoardOrder;

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      article {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-3) var(--dm-space-5);
        padding: var(--dm-space-4);
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-m);
        background: var(--dm-surface);
        overflow-wrap: anywhere;
      }
      @media (min-width: 800px) {
        article {
          grid-template-columns: 260px minmax(0, 1fr);
        }
      }
      h2 {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px var(--dm-space-2);
        margin: 0 0 4px;
        font-size: var(--dm-size-m);
      }
      p {
        margin: 0;
      }
      .quiet {
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      ol {
        display: grid;
        align-content: start;
        gap: var(--dm-space-3);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 var(--dm-space-3);
      }
      li > svg {
        margin-block-start: 1px;
        color: var(--dm-muted);
      }
      li > * + * {
        grid-column: 2;
      }
      .ok > svg {
        color: var(--dm-ok);
      }
      .warn > svg {
        color: var(--dm-warn);
      }
      .bad > svg {
        color: var(--dm-bad);
      }
      .info > svg {
        color: var(--dm-info);
      }
      .head {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px var(--dm-space-2);
      }
      .name {
        font-weight: 550;
      }
      blockquote {
        margin: 6px 0 0;
        padding: var(--dm-space-2) var(--dm-space-3);
        border-inline-start: 3px solid var(--dm-line-strong);
        border-radius: var(--dm-radius-s);
        background: var(--dm-sunken);
        font-size: var(--dm-size-s);
        white-space: pre-wrap;
      }
      details {
        margin-block-start: 4px;
        font-size: var(--dm-size-s);
      }
      summary {
        inline-size: fit-content;
        color: var(--dm-accent);
        font-weight: 550;
        cursor: pointer;
      }
      ul {
        display: grid;
        gap: 4px;
        margin: 6px 0 0;
        padding: 0;
        color: var(--dm-muted);
        list-style: none;
      }
    `,
  ];

  override render() {
    const { shop, number, told, fault, omitted, account, seenAt, changedAt, messages } = this.order;
    return html`<article aria-labelledby="number">
      <div>
        <h2><bdi id="number">${number || '—'}</bdi> <dm-badge>${t(`order.${told?.state ?? 'unread'}`)}</dm-badge></h2>
        ${
          told
            ? html`<p><bdi>${told.items.map(({ name, quantity }) => `${quantity} × ${name}`).join(', ')}</bdi></p>
                ${told.total ? html`<p><bdi>${money(told.total)}</bdi></p>` : nothing}
                ${told.name ? html`<p class="quiet"><bdi>${told.name}</bdi></p>` : nothing}`
            : nothing
        }
        <p class="quiet"><bdi>${account}</bdi></p>
      </div>
      <ol>
        <li>
          ${icon('list')}
          <span class="head">
            <span class="name">${t('line.read', { shop })}</span>
            <time class="quiet">${time(seenAt)}</time>
          </span>
          ${changedAt > seenAt ? html`<p class="quiet">${t('line.changed', { time: time(changedAt) })}</p>` : nothing}
        </li>
        ${fault ? wrong('bad', t('line.faulty'), fault) : nothing}
        ${omitted.map((each) => wrong('warn', t('line.omitted'), each))}
        ${messages.map((message) => this.#message(message))}
      </ol>
    </article>`;
  }

  #message({ event, state, rule, reason, variant, at, dueAt, endedAt, text, decisions }: BoardMessage) {
    return html`<li class=${TONES[state]}>
      ${icon(SIGNS[state])}
      <span class="head">
        <span class="name">${t(`event.${event}`)}</span>
        <dm-badge tone=${TONES[state]}>${t(`became.${state}`)}</dm-badge>
        ${rule ? html`<span>${ruleName(rule)}</span>` : nothing}
        <time class="quiet">${time(endedAt ?? at)}</time>
        ${variant ? html`<span class="quiet">${t('line.variant', { name: variant })}</span>` : nothing}
      </span>
      ${reason ? html`<p lang="en" class="quiet"><bdi>${sentence(reason)}</bdi></p>` : nothing}
      ${dueAt === null || state === 'running' ? nothing : html`<p class="quiet">${t('line.again', { time: time(dueAt) })}</p>`}
      ${text ? html`<blockquote dir="auto" aria-label=${t('line.words')}>${text}</blockquote>` : nothing}
      ${
        decisions.length > 0
          ? html`<details>
              <summary>${t('line.decisions')}</summary>
              <ul>
                ${decisions.map(
                  (one) =>
                    html`<li class=${one.result === 'pass' ? 'ok' : 'bad'}>
                      ${icon(one.result === 'pass' ? 'check' : 'block')}
                      <span><bdi>${one.gate}</bdi>: <bdi lang="en">${sentence(one.reason)}</bdi></span>
                    </li>`,
                )}
              </ul>
            </details>`
          : nothing
      }
    </li>`;
  }
}

/** What is wrong with what the shop told, and what to do. */
const wrong = (tone: 'bad' | 'warn', name: string, { message, action }: OrderFault) =>
  html`<li class=${tone}>
    ${icon('alert')}
    <span class="head"><dm-badge tone=${tone}>${name}</dm-badge></span>
    <p lang="en"><bdi>${message}</bdi></p>
    <p lang="en" class="quiet"><bdi>${action}</bdi></p>
  </li>`;

define('orders-order', OrdersOrder);
