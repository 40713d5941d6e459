import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { TranscriptItem } from '../../call/transcript.ts';
import type { CallState } from '../../call/view.ts';
import type { Tone } from '../../components/badge.ts';
import { base, DmElement, define } from '../../components/base.ts';
import type { DmChat } from '../../components/chat.ts';
import type { CallBar } from './bar.ts';
import { shown } from './shown.ts';
import type { Telephone } from './telephone.ts';
import { chatLabels, clock, language, t } from './words.ts';
import '../../components/badge.ts';
import '../../components/button.ts';
import '../../components/chat.ts';
import '../../components/composer.ts';
import '../../components/empty.ts';
import './bar.ts';
import './notices.ts';

/** Letters of typed words, as the server takes them. */
const MOST_LETTERS = 4_000;

/** The middle of the page: who is called and how it stands, what is said, what a caller can do. Tells `toggle-setup` and `toggle-log`. */
export class CallConversation extends DmElement {
  static override properties = {
    telephone: { attribute: false },
    logOpen: { attribute: false },
    /** The owner counts up when something changed; the telephone itself stays the same. */
    revision: { attribute: false },
  };
  declare telephone: Telephone;
  declare logOpen: boolean;
  declare revision: number;
  #before: CallState = 'idle';

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        grid-template-rows: auto auto minmax(0, 1fr) auto auto;
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
        display: flex;
        margin: 0;
        font-size: var(--dm-size-m);
        line-height: 1.35;
      }
      h1 bdi {
        min-inline-size: 0;
        overflow: hidden;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .sub {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px var(--dm-space-2);
        margin-block-start: 2px;
        font-size: var(--dm-size-xs);
      }
      time {
        color: var(--dm-muted);
        font-variant-numeric: tabular-nums;
      }
      dm-badge {
        border-radius: var(--dm-radius-m);
        white-space: normal;
      }
      .setup {
        display: none;
      }
      dm-composer {
        border: 0;
      }
      .card {
        border-radius: var(--dm-radius-l);
        background: var(--dm-surface);
        box-shadow: var(--dm-shadow);
      }
      .choices {
        display: grid;
        gap: var(--dm-space-2);
        min-inline-size: min(300px, 100%);
      }
      .choices dm-badge {
        justify-self: center;
      }
      @media (max-width: 859px) {
        header {
          padding-inline: 10px;
        }
        .setup {
          display: inline-flex;
        }
      }
    `,
  ];

  /** @param level of the microphone, from 0 to 1 */
  level(level: number): void {
    this.#bar()?.level(level);
  }

  #bar(): CallBar | null {
    return this.renderRoot.querySelector<CallBar>('call-bar');
  }

  protected override updated(): void {
    const { state } = this.telephone.view;
    if (state === this.#before) return;
    this.#before = state;
    // The button that was pressed is gone, and with it the place of who works with keys.
    if (document.activeElement === document.body) void this.#bar()?.updateComplete.then(() => this.#bar()?.focus());
  }

  override render() {
    const { state, chosen, going, view } = this.telephone;
    if (!state) return nothing;
    if (!chosen)
      return html`<span></span><span></span><dm-empty icon="phone" heading=${t('none.heading')} text=${t('none.text')}></dm-empty>`;
    return html`${this.#header(chosen.name)}
      <call-notices .view=${view} ?going=${going} @allow-sound=${() => this.telephone.call.unblock()}></call-notices>
      ${this.#chat()}${this.#actions()}${this.#aloud()}`;
  }

  #header(name: string) {
    const { view, going } = this.telephone;
    const { liveAt, ended, session } = view;
    const [tone, words] = this.#standing();
    const lasted = ended?.durationMs ?? (liveAt !== undefined && going ? Date.now() - liveAt : undefined);
    return html`<header>
      <dm-button
        class="setup"
        variant="ghost"
        icon="settings"
        label=${t('choose.show')}
        @click=${() => this.emit('toggle-setup')}
      ></dm-button>
      <div class="who">
        <h1><bdi>${name}</bdi></h1>
        <div class="sub">
          <dm-badge role="status" tone=${tone}>${words}</dm-badge>
          ${lasted === undefined ? nothing : html`<time>${clock(lasted)}</time>`}
          ${going && session?.dragoman.recording ? html`<dm-badge tone="bad">${t('recorded')}</dm-badge>` : nothing}
        </div>
      </div>
      <dm-button
        variant="ghost"
        icon="trace"
        label=${t('log.show')}
        .pressed=${this.logOpen}
        @click=${() => this.emit('toggle-log')}
      ></dm-button>
    </header>`;
  }

  /** How it stands, in a word. */
  #standing(): [Tone, string] {
    const { state, doing, mode, microphone } = this.telephone.view;
    if (state === 'reconnecting') return ['warn', t('state.reconnecting')];
    if (state !== 'live') return ['neutral', t(`state.${state}`)];
    if (mode === 'human' && (doing === 'nothing' || doing === 'answering')) return ['info', t('doing.human')];
    if (doing === 'nothing' && microphone !== 'on') return ['ok', t('doing.typed')];
    return [doing === 'nothing' || doing === 'hearing' ? 'ok' : 'info', t(`doing.${doing}`)];
  }

  #chat() {
    const { chosen, view } = this.telephone;
    return html`<dm-chat
      quiet
      .messages=${view.items.map(shown)}
      .labels=${chatLabels(chosen?.name ?? '')}
      .language=${language}
    >
      ${this.#empty(chosen?.name ?? '')}
    </dm-chat>`;
  }

  /** What stands where nothing is said yet. */
  #empty(name: string) {
    const { view, chosen } = this.telephone;
    const { state, microphone } = view;
    if (state === 'ended') return nothing;
    if (state === 'idle')
      return html`<dm-empty class="card" icon="phone" heading=${t('idle.heading', { name })} text=${t('idle.text')}>
        <div class="choices">
          ${chosen?.recording ? html`<dm-badge tone="bad">${t('willBeRecorded')}</dm-badge>` : nothing}
          <dm-button variant="primary" icon="phone" @click=${() => this.#start(true)}>${t('idle.start')}</dm-button>
          <dm-button @click=${() => this.#start(false)}>${t('idle.typed')}</dm-button>
        </div>
      </dm-empty>`;
    if (state === 'starting' && microphone === 'asking')
      return html`<dm-empty class="card" icon="mic" heading=${t('asking.heading')} text=${t('asking.text')}>
        <dm-button @click=${() => this.telephone.call.withoutMicrophone()}>${t('asking.skip')}</dm-button>
      </dm-empty>`;
    if (state !== 'live')
      return html`<dm-empty class="card" icon="phone" heading=${t('connecting.heading')}></dm-empty>`;
    const suggestions = chosen?.suggestions ?? [];
    return html`<dm-empty
      class="card"
      icon=${microphone === 'on' ? 'mic' : 'chat'}
      heading=${t(microphone === 'on' ? 'live.heading' : 'live.typed')}
      text=${t(suggestions.length > 0 ? 'live.text' : 'live.plain')}
    >
      <div class="choices">
        ${suggestions.map(
          (text) =>
            html`<dm-button lang=${chosen?.language ?? ''} @click=${() => this.#say(text)}><bdi>${text}</bdi></dm-button>`,
        )}
      </div>
    </dm-empty>`;
  }

  #start(microphone: boolean): void {
    void this.telephone.start(microphone && isSecureContext);
  }

  #say(text: string): void {
    this.telephone.call.say(text);
    this.renderRoot.querySelector<DmChat>('dm-chat')?.toEnd();
  }

  #actions() {
    const { call, view } = this.telephone;
    if (view.state === 'idle') return nothing;
    const bar = html`<call-bar
      .view=${view}
      @mute=${(e: CustomEvent<boolean>) => call.mute(e.detail)}
      @listen=${() => call.listen(true)}
      @interrupt=${() => call.interrupt()}
      @hang-up=${() => call.end()}
      @call=${(e: CustomEvent<boolean>) => this.#start(e.detail)}
    ></call-bar>`;
    if (view.state === 'ended') return bar;
    const placeholder = t(view.microphone === 'on' ? 'type.hint' : 'type.only');
    return html`<div>
      ${bar}
      <dm-composer
        .labels=${{ message: t('composer.message'), send: t('composer.send'), as: '' }}
        .voices=${[{ value: 'caller', label: '', placeholder, icon: 'user' }]}
        .limit=${MOST_LETTERS}
        ?disabled=${view.state === 'starting' || view.state === 'connecting'}
        @dm-send=${(e: CustomEvent<{ text: string }>) => this.#say(e.detail.text)}
      ></dm-composer>
    </div>`;
  }

  /** For who cannot see: what was understood, and what is answered where that has no sound. What is heard is not read out as well. */
  #aloud() {
    const { items, session } = this.telephone.view;
    const silent = session?.dragoman.missing.tts !== undefined;
    const isNews = ({ author, state, typed }: TranscriptItem) =>
      (state === 'said' || state === 'cut') && !typed && (author === 'customer' || silent);
    return html`<div class="sr" role="log" aria-live="polite" aria-label=${t('transcript', { name: this.telephone.chosen?.name ?? '' })}>
      ${repeat(
        items.filter(isNews),
        ({ id }) => id,
        ({ author, text }) => html`<p dir="auto">${t(author === 'customer' ? 'you' : 'they', { text })}</p>`,
      )}
    </div>`;
  }
}

define('call-conversation', CallConversation);
