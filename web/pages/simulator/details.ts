import { css, html, nothing } from 'lit';
import type { Tone } from '../../components/badge.ts';
import { base, DmElement, define } from '../../components/base.ts';
import type { MessageState } from '../../components/bubble.ts';
import { icon } from '../../components/icons.ts';
import { parseMarkup, plainText } from '../../components/markup.ts';
import { problemIn } from '../../said.ts';
import type { Delivery, Item, TurnReport } from './api.ts';
import { said, t } from './words.ts';
import '../../components/badge.ts';
import '../../components/empty.ts';

export const OUTCOME_TONES: Record<NonNullable<TurnReport['outcome']>, Tone> = {
  answered: 'ok',
  drafted: 'info',
  blocked: 'warn',
  silent: 'neutral',
  failed: 'bad',
};
const STATE_TONES: Record<MessageState, Tone> = {
  draft: 'info',
  queued: 'neutral',
  sending: 'neutral',
  sent: 'info',
  delivered: 'ok',
  read: 'ok',
  failed: 'bad',
  unknown: 'warn',
  discarded: 'warn',
};

/** What became of the last turn: webhook, gates, author of the answer, requests to the platform. */
export class SimulatorDetails extends DmElement {
  static override properties = {
    turn: { attribute: false },
    delivery: { attribute: false },
    items: { attribute: false },
    conversation: {},
  };
  declare turn: TurnReport | undefined;
  declare delivery: Delivery | undefined;
  /** The whole conversation; the turn's replies are those after the customer's last words. */
  declare items: readonly Item[];
  /** Whose timeline it leads to, once there is one. */
  declare conversation: string | undefined;

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-5);
        padding: var(--dm-space-4);
      }
      section {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-2);
        min-inline-size: 0;
      }
      h3 {
        margin: 0;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
        font-weight: 600;
      }
      p {
        margin: 0;
        overflow-wrap: anywhere;
      }
      .quiet {
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      .top {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--dm-space-2);
      }
      .error {
        padding: var(--dm-space-2) var(--dm-space-3);
        border-radius: var(--dm-radius-m);
        background: var(--dm-bad-soft);
        color: var(--dm-bad);
        font-size: var(--dm-size-s);
      }
      ol,
      ul {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-3);
        margin: 0;
        padding: 0;
        list-style: none;
      }
      .gate {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr);
        gap: 0 var(--dm-space-2);
      }
      .gate > svg {
        margin-block-start: 1px;
        color: var(--dm-ok);
      }
      .gate.block > svg {
        color: var(--dm-bad);
      }
      .gate .name {
        display: flex;
        flex-wrap: wrap;
        gap: 0 var(--dm-space-2);
        font-weight: 600;
      }
      .gate .verdict {
        color: var(--dm-ok);
      }
      .gate.block .verdict {
        color: var(--dm-bad);
      }
      .gate p {
        grid-column: 2;
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      code {
        font-family: var(--dm-mono);
        font-size: 0.9em;
      }
      .passages {
        gap: var(--dm-space-1);
        padding-inline-start: 1.1em;
        list-style: disc;
        font-size: var(--dm-size-s);
      }
      .sent {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: 6px;
        padding: var(--dm-space-3);
        border: 1px solid var(--dm-line);
        border-radius: var(--dm-radius-m);
      }
      .sent .excerpt {
        display: -webkit-box;
        overflow: hidden;
        -webkit-box-orient: vertical;
        -webkit-line-clamp: 2;
        overflow-wrap: anywhere;
        font-size: var(--dm-size-s);
      }
      a,
      summary {
        justify-self: start;
        color: var(--dm-accent);
        font-size: var(--dm-size-s);
        font-weight: 550;
        cursor: pointer;
      }
      pre {
        max-block-size: min(320px, 45vh);
        margin: 6px 0 0;
        padding: var(--dm-space-2) var(--dm-space-3);
        overflow: auto;
        border-radius: var(--dm-radius-s);
        background: var(--dm-sunken);
        font: var(--dm-size-xs) / 1.5 var(--dm-mono);
        text-align: left;
        overflow-wrap: anywhere;
        white-space: pre-wrap;
      }
      .wrong {
        gap: 2px;
        padding-inline-start: 1.1em;
        list-style: disc;
        color: var(--dm-bad);
        font-size: var(--dm-size-s);
      }
    `,
  ];

  override render() {
    const { turn, delivery } = this;
    if (!turn && !delivery)
      return html`<dm-empty icon="trace" heading=${t('details.emptyHeading')} text=${t('details.emptyText')}></dm-empty>`;
    return html`
      <section>
        <div class="top">
          ${
            turn?.outcome
              ? html`<dm-badge tone=${OUTCOME_TONES[turn.outcome]}>${t(`outcome.${turn.outcome}`)}</dm-badge>`
              : html`<dm-badge>${t('details.working')}</dm-badge>`
          }
          ${
            delivery
              ? html`<span class="quiet">
                  ${t('details.webhook')}: ${t('details.webhookResult', { status: String(delivery.status), n: delivery.deliveries })}
                </span>`
              : nothing
          }
        </div>
        ${turn?.error ? this.#error(turn.error) : nothing}
        ${this.conversation ? html`<a href="timeline?conversation=${this.conversation}">${t('details.why')}</a>` : nothing}
      </section>
      ${this.#gates()}${this.#source()}${this.#sends()}
    `;
  }

  #error(line: string) {
    const { text, action, detail } = said.problem(problemIn(line));
    const lines = detail ? [text, action] : [line];
    return html`<div class="error">
      ${lines.map((each) => html`<p><bdi>${each}</bdi></p>`)}
      ${detail ? html`<p lang="en"><bdi>${line}</bdi></p>` : nothing}
    </div>`;
  }

  #gates() {
    const decisions = this.turn?.decisions ?? [];
    return html`<section>
      <h3>${t('details.gates')}</h3>
      ${decisions.length === 0 ? html`<p class="quiet">${t('details.noGates')}</p>` : nothing}
      <ol>
        ${decisions.map(
          ({ gate, result, rule, reason }) => html`<li class="gate ${result}" title=${rule}>
            ${icon(result === 'pass' ? 'check' : 'block')}
            <span class="name"><bdi>${gate}</bdi><span class="verdict">${verdict(result, rule)}</span></span>
            <p lang="en"><bdi>${reason}</bdi></p>
          </li>`,
        )}
      </ol>
    </section>`;
  }

  #source() {
    const source = this.turn?.source;
    if (!source) return nothing;
    const engine = [source.provider, source.model].filter(Boolean).join(' · ');
    return html`<section>
      <h3>${t('details.answer')}</h3>
      <p>${t(`source.${source.kind}`)}</p>
      ${engine ? html`<p class="quiet"><bdi>${engine}</bdi></p>` : nothing}
      ${
        source.passages?.length
          ? html`<p class="quiet">${t('details.passages')}</p>
              <ul class="passages">
                ${source.passages.map((passage) => html`<li><bdi>${passage}</bdi></li>`)}
              </ul>`
          : nothing
      }
    </section>`;
  }

  #sends() {
    const last = this.items.findLastIndex(({ from }) => from === 'customer');
    const sends = this.items.slice(last + 1).filter(({ from }) => from === 'bot');
    return html`<section>
      <h3>${t('details.sends')}</h3>
      ${sends.length === 0 ? html`<p class="quiet">${t('details.noSends')}</p>` : nothing}
      <ul>
        ${sends.map((item) => this.#send(item))}
      </ul>
    </section>`;
  }

  #send({ text, format, state, error, raw, schemaErrors }: Item) {
    return html`<li class="sent">
      <span class="top">
        ${state ? html`<dm-badge tone=${STATE_TONES[state]}>${t(`state.${state}`)}</dm-badge>` : nothing}
        ${
          schemaErrors?.length
            ? html`<dm-badge tone="bad">${t('details.schemaErrors', { n: schemaErrors.length })}</dm-badge>`
            : raw !== undefined
              ? html`<dm-badge>${t('details.schemaOk')}</dm-badge>`
              : nothing
        }
      </span>
      <span class="excerpt"><bdi>${plainText(parseMarkup(text, format))}</bdi></span>
      ${error ? html`<p class="error"><bdi>${error}</bdi></p>` : nothing}
      ${
        schemaErrors?.length
          ? html`<ul class="wrong" dir="ltr">
              ${schemaErrors.map((line) => html`<li>${line}</li>`)}
            </ul>`
          : nothing
      }
      ${
        raw === undefined
          ? nothing
          : html`<details>
              <summary>${t('details.raw')}</summary>
              <pre dir="ltr" tabindex="0" role="region" aria-label=${t('details.raw')}>${JSON.stringify(raw, null, 2)}</pre>
            </details>`
      }
    </li>`;
  }
}

/** The rule that blocked stands behind it; what passed names all that were asked. */
function verdict(result: 'pass' | 'block', rule: string): string {
  const words = result === 'block' ? said.rule(rule) : undefined;
  return [t(`gate.${result}`), words].filter(Boolean).join(': ');
}

define('simulator-details', SimulatorDetails);
