import { css, html, nothing, type PropertyValues } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import { icon } from '../../components/icons.ts';
import type { Detail } from './api.ts';
import * as api from './api.ts';
import { shortTime, t } from './words.ts';

/** That the customer asked for a person, since when, whether anybody came, and what it is about. Nothing where he did not. */
export class InboxWish extends DmElement {
  static override properties = { detail: { attribute: false }, wish: { state: true } };
  declare detail: Detail;
  declare private wish: api.Wish | undefined;

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      details {
        padding: 7px var(--dm-space-4);
        border-block-end: 1px solid var(--dm-line);
        background: var(--dm-warn-soft);
        color: var(--dm-text);
        font-size: var(--dm-size-s);
      }
      summary {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px var(--dm-space-2);
        cursor: pointer;
        list-style: none;
      }
      summary::-webkit-details-marker {
        display: none;
      }
      summary strong {
        font-weight: 650;
      }
      .quiet {
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
        font-variant-numeric: tabular-nums;
      }
      ul {
        display: grid;
        gap: 2px;
        max-block-size: 22vh;
        margin: 6px 0 2px;
        padding-inline-start: 20px;
        overflow-y: auto;
        overflow-wrap: anywhere;
      }
    `,
  ];

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('detail')) return;
    const { id, status } = this.detail.row;
    if (this.wish?.conversationId !== id) this.wish = undefined;
    if (status === 'support_active' || status === 'marketing_active') void this.#read(id);
    else this.wish = undefined;
  }

  async #read(id: string): Promise<void> {
    // What it is about is not known: the conversation can be read all the same.
    const wish = await api.wish(id).catch(() => undefined);
    if (this.detail.row.id === id) this.wish = wish?.state === 'open' ? wish : undefined;
  }

  override render() {
    const { wish } = this;
    if (!wish) return nothing;
    const { at, repliedAt, opensAt, summary, summaryBy } = wish;
    const state =
      repliedAt !== undefined
        ? t('wish.came', { time: shortTime(repliedAt) })
        : opensAt !== null && opensAt > Date.now()
          ? t('wish.closed', { time: shortTime(opensAt) })
          : t('wish.nobody');
    return html`<details ?open=${repliedAt === undefined}>
      <summary>
        ${icon('operator')}<strong>${t('wish.asks', { time: shortTime(at) })}</strong><span class="quiet">${state}</span>
      </summary>
      ${
        summary?.length
          ? html`<ul>${summary.map((line) => html`<li dir="auto">${line}</li>`)}</ul>
            <div class="quiet">${t(summaryBy === 'llm' ? 'wish.byModel' : 'wish.byCustomer')}</div>`
          : nothing
      }
    </details>`;
  }
}

define('inbox-wish', InboxWish);
