import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import type { Tap } from '../../components/bubble.ts';
import type { DmChat } from '../../components/chat.ts';
import type { DmComposer, Voice } from '../../components/composer.ts';
import { appOf, type IconName } from '../../components/icons.ts';
import type { Action, Deed } from './api.ts';
import { OUTCOME_TONES } from './details.ts';
import { shown } from './shown.ts';
import type { Simulation } from './simulation.ts';
import { channelName, chatLabels, language, t } from './words.ts';
import '../../components/badge.ts';
import '../../components/button.ts';
import '../../components/chat.ts';
import '../../components/composer.ts';
import '../../components/empty.ts';
import './state.ts';

/** The middle of the page: who, the chat, where to write. Tells `toggle-setup` and `toggle-details`. */
export class SimulatorConversation extends DmElement {
  static override properties = {
    simulation: { attribute: false },
    detailsOpen: { attribute: false },
    /** The owner counts up when the simulation changed; the object itself stays the same. */
    revision: { attribute: false },
  };
  declare simulation: Simulation;
  declare detailsOpen: boolean;
  declare revision: number;

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        grid-template-rows: auto auto minmax(0, 1fr) auto;
        min-inline-size: 0;
        min-block-size: 0;
      }
      header {
        display: flex;
        align-items: center;
        gap: var(--dm-space-3);
        min-block-size: 57px;
        padding: var(--dm-space-2) var(--dm-space-4);
        border-block-end: 1px solid var(--dm-line);
        background: var(--dm-surface);
      }
      .who {
        flex: 1;
        min-inline-size: 0;
      }
      h1 {
        margin: 0;
        overflow: hidden;
        font-size: var(--dm-size-m);
        line-height: 1.35;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .sub a {
        color: inherit;
      }
      .sub {
        display: flex;
        gap: var(--dm-space-2);
        overflow: hidden;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
        white-space: nowrap;
      }
      .suggestions {
        display: grid;
        gap: var(--dm-space-2);
        justify-items: stretch;
        min-inline-size: min(340px, 100%);
      }
      .setup {
        display: none;
      }
      .card {
        border-radius: var(--dm-radius-l);
        background: var(--dm-surface);
        box-shadow: var(--dm-shadow);
      }
      @media (max-width: 859px) {
        header {
          padding-inline: 10px;
        }
        .setup {
          display: inline-flex;
        }
      }
      @media (max-width: 620px) {
        .wide {
          display: none;
        }
        .words {
          position: absolute;
          inline-size: 1px;
          overflow: hidden;
          clip-path: inset(50%);
          white-space: nowrap;
        }
      }
    `,
  ];

  /** Shows the end of the chat. */
  toEnd(): void {
    this.renderRoot.querySelector<DmChat>('dm-chat')?.toEnd();
  }

  async #say(action: Action): Promise<void> {
    const said = await this.simulation.say(action);
    if (!said && 'text' in action) this.renderRoot.querySelector<DmComposer>('dm-composer')?.restore(action.text);
  }

  override render() {
    const { account, accounts } = this.simulation;
    if (account) return html`${this.#header()}${this.#state()}${this.#chat()}${this.#composer()}`;
    if (accounts === undefined) return nothing;
    const none = accounts.length === 0;
    return html`${this.#header()}<span></span><dm-empty
        icon="settings"
        heading=${t(none ? 'accounts.emptyHeading' : 'accounts.noneHeading')}
        text=${t(none ? 'accounts.emptyText' : 'accounts.noneText')}
      ></dm-empty>`;
  }

  #header() {
    const { account, connected, turn } = this.simulation;
    const signing = account?.signed ? 'account.signed' : 'account.unsigned';
    return html`<header>
      <dm-button
        class="setup"
        variant="ghost"
        icon="settings"
        label=${t('chat.showSetup')}
        @click=${() => this.emit('toggle-setup')}
      ></dm-button>
      <div class="who">
        <h1><bdi>${account?.name ?? t('simulator.title')}</bdi></h1>
        ${
          account
            ? html`<div class="sub">
                <span>${channelName(account.channel)}</span>
                <span class="wide" aria-hidden="true">·</span>
                <span class="wide">${this.#flow(account.flow, account.flowId)}</span>
              </div>`
            : nothing
        }
      </div>
      ${
        account
          ? connected
            ? html`<dm-badge class="wide" tone=${account.signed ? 'ok' : 'neutral'} title=${t(`${signing}.note`)}>${t(signing)}</dm-badge>`
            : html`<dm-badge tone="warn" role="status">${t('chat.reconnecting')}</dm-badge>`
          : nothing
      }
      ${turn?.outcome && !this.detailsOpen ? html`<dm-badge tone=${OUTCOME_TONES[turn.outcome]}>${t(`outcome.${turn.outcome}`)}</dm-badge>` : nothing}
      <dm-button
        variant="ghost"
        icon="trace"
        .pressed=${this.detailsOpen}
        @click=${() => this.emit('toggle-details')}
        ><span class="words">${t('details.heading')}</span></dm-button
      >
    </header>`;
  }

  /** The name of the flow, which leads to it where there is an editor. */
  #flow(flow: string, flowId: string) {
    const { editor } = this.simulation;
    const words = t('account.flow', { flow });
    return editor && flowId ? html`<a href=${`${editor}#flow/${flowId}`}>${words}</a>` : words;
  }

  async #act(deed: Deed): Promise<void> {
    const done = await this.simulation.act(deed);
    // Who takes over wants to write.
    if (done && deed.do === 'takeover') this.renderRoot.querySelector<DmComposer>('dm-composer')?.speakAs('operator');
    if (done && deed.do === 'handback') this.renderRoot.querySelector<DmComposer>('dm-composer')?.speakAs('customer');
  }

  #state() {
    const { account, state, turn, topic } = this.simulation;
    return html`<simulator-state
      .state=${state}
      .turn=${turn}
      ?topics=${account?.channel === 'telegram'}
      .topic=${topic}
      @act=${(e: CustomEvent<Deed>) => this.#act(e.detail)}
      @pick-topic=${(e: CustomEvent<number | null>) => this.simulation.pickTopic(e.detail ?? undefined)}
      @new-person=${() => this.simulation.addPerson()}
    ></simulator-state>`;
  }

  #chat() {
    const { account, items, typing, loading } = this.simulation;
    if (!account) return nothing;
    const { name, channel, suggestions, language: spoken } = account;
    return html`<dm-chat
      channel=${appOf(channel)}
      .messages=${shown(items, channel, (title) => t('chat.tapped', { title }))}
      .labels=${chatLabels(name)}
      .language=${language}
      ?typing=${typing}
      ?loading=${loading}
      @dm-tap=${(e: CustomEvent<Tap>) => this.#say({ kind: 'choice', ...e.detail })}
    >
      <dm-empty
        class="card"
        icon="chat"
        heading=${t('chat.emptyHeading', { name })}
        text=${t(suggestions.length > 0 ? 'chat.emptyText' : 'chat.emptyPlain')}
      >
        ${
          suggestions.length > 0
            ? html`<div class="suggestions">
                ${suggestions.map(
                  (text) =>
                    html`<dm-button lang=${spoken} @click=${() => this.#say({ kind: 'text', text })}><bdi>${text}</bdi></dm-button>`,
                )}
              </div>`
            : nothing
        }
      </dm-empty>
    </dm-chat>`;
  }

  #composer() {
    // There nobody can write as the bot from an app: a colleague's words go through Dragoman.
    const telegram = this.simulation.account?.channel === 'telegram';
    const voices: Voice[] = [
      {
        value: 'customer',
        label: t('composer.customer'),
        placeholder: t('composer.customerHint', { name: this.simulation.customer.name }),
        icon: 'user',
      },
      {
        value: 'operator',
        label: t('composer.operator'),
        placeholder: t(telegram ? 'composer.operatorReply' : 'composer.operatorHint'),
        icon: 'operator',
      },
    ];
    const attachments: { kind: 'photo' | 'voice' | 'location'; label: string; icon: IconName }[] = [
      { kind: 'photo', label: t('composer.photo'), icon: 'image' },
      { kind: 'voice', label: t('composer.voice'), icon: 'mic' },
      { kind: 'location', label: t('composer.location'), icon: 'pin' },
    ];
    return html`<dm-composer
      .labels=${{ message: t('composer.message'), send: t('composer.send'), as: t('composer.as') }}
      .voices=${voices}
      .attachments=${attachments}
      @dm-send=${(e: CustomEvent<{ text: string; voice: string }>) =>
        this.#say({ kind: e.detail.voice === 'operator' ? 'human' : 'text', text: e.detail.text })}
      @dm-attach=${(e: CustomEvent<'photo' | 'voice' | 'location'>) => this.#say({ kind: e.detail })}
    ></dm-composer>`;
  }
}

define('simulator-conversation', SimulatorConversation);
