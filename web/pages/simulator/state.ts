import { css, html, nothing } from 'lit';
import { PEOPLES } from '../../../core/model/conversation.ts';
import type { Tone } from '../../components/badge.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { type Deed, STATUSES, type State, type Status, type TurnReport } from './api.ts';
import { language, t } from './words.ts';
import '../../components/badge.ts';
import '../../components/button.ts';
import '../../components/select.ts';

/** Topics as a business may have set them up, by the ids that Telegram would give them. */
const TOPICS = [
  { id: 11, key: 'topic.orders' },
  { id: 12, key: 'topic.invoices' },
  { id: 13, key: 'topic.help' },
] as const;

/** Who answers in this conversation, and what a person of the business can do about it. Tells `act` (`Deed`), `pick-topic` and `new-person`. */
export class SimulatorState extends DmElement {
  static override properties = {
    state: { attribute: false },
    turn: { attribute: false },
    topics: { type: Boolean },
    topic: { attribute: false },
  };
  /** Undefined before the customer's first words. */
  declare state: State | undefined;
  declare turn: TurnReport | undefined;
  /** The channel has topics. */
  declare topics: boolean;
  declare topic: number | undefined;

  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 6px var(--dm-space-2);
        padding: 6px var(--dm-space-4);
        border-block-end: 1px solid var(--dm-line);
        background: var(--dm-surface);
        font-size: var(--dm-size-s);
      }
      .who {
        flex: 1;
        min-inline-size: 0;
      }
      dm-badge {
        border-radius: var(--dm-radius-m);
        white-space: normal;
      }
      dm-button {
        --dm-button-size: 34px;
      }
      @media (max-width: 859px) {
        :host {
          padding-inline: 10px;
        }
      }
      @media (max-width: 620px) {
        .who {
          flex: 1 1 40%;
        }
        dm-select {
          order: 1;
          flex: 1 1 40%;
          min-inline-size: 0;
        }
      }
    `,
  ];

  override render() {
    const { state } = this;
    return html`<span class="who">${this.#badge()}</span>
      ${this.topics ? this.#topic() : nothing}
      ${
        state
          ? html`<dm-select
                .label=${t('status.label')}
                .value=${state.status}
                .options=${STATUSES.map((value) => ({ value, label: t(`status.${value}`) }))}
                @dm-change=${(e: CustomEvent<Status>) => this.#act({ do: 'status', status: e.detail })}
              ></dm-select>
              ${
                isPeoples(state)
                  ? html`<dm-button @click=${() => this.#act({ do: 'handback' })}>${t('state.handBack')}</dm-button>`
                  : html`<dm-button @click=${() => this.#act({ do: 'takeover' })}>${t('state.takeOver')}</dm-button>`
              }`
          : nothing
      }
      <dm-button icon="plus" variant="ghost" label=${t('state.anew')} @click=${() => this.emit('new-person')}></dm-button>`;
  }

  #act(deed: Deed): void {
    this.emit('act', deed);
  }

  /** Who answers now, in a word; why, as its tooltip. */
  #badge() {
    const { state, turn } = this;
    if (!state) return html`<dm-badge role="status">${t('answers.nobodyYet')}</dm-badge>`;
    const rate = turn?.decisions.find(({ result, rule }) => result === 'block' && rule === 'rate');
    const blocked = state.block ?? rate;
    const [tone, words] = blocked ? this.#why(blocked.rule, state) : (['ok', t('answers.bot')] as const);
    return html`<dm-badge role="status" tone=${tone} title=${blocked?.reason ?? ''}>${words}</dm-badge>`;
  }

  #why(rule: string, state: State): readonly [Tone, string] {
    switch (rule) {
      case 'consent':
        return ['bad', t('answers.optedOut')];
      case 'status':
        return state.status === 'closed'
          ? ['neutral', t('answers.closed')]
          : ['info', t(state.status === 'marketing_active' ? 'answers.marketing' : 'answers.support')];
      case 'takeover':
        return ['info', t('answers.colleague', { time: time(state.humanUntil) })];
      case 'reach':
        return ['bad', t('answers.blocked')];
      case 'window':
        return ['warn', t('answers.window')];
      case 'loop':
        return ['warn', t('answers.loop')];
      default:
        return ['warn', t('answers.rate')];
    }
  }

  #topic() {
    return html`<dm-select
      .label=${t('topic.label')}
      .value=${String(this.topic ?? '')}
      .options=${[
        { value: '', label: t('topic.none') },
        ...TOPICS.map(({ id, key }) => ({ value: String(id), label: t('topic.named', { name: t(key) }) })),
      ]}
      @dm-change=${(e: CustomEvent<string>) => this.emit('pick-topic', e.detail === '' ? null : Number(e.detail))}
    ></dm-select>`;
  }
}

/** A colleague has it, or a status says that people answer. */
const isPeoples = ({ humanUntil, status }: State) => humanUntil > 0 || PEOPLES.includes(status);

const time = (at: number) => new Date(at).toLocaleTimeString(language, { hour: 'numeric', minute: '2-digit' });

define('simulator-state', SimulatorState);
