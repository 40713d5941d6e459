import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import type { DmComposer } from '../../components/composer.ts';
import { whoAmI } from '../../components/page-nav.ts';
import { Watch } from '../../watch.ts';
import * as api from './api.ts';
import { TONES } from './row.ts';
import { clock, t, until } from './words.ts';
import '../../components/badge.ts';
import '../../components/button.ts';
import '../../components/composer.ts';
import './facts.ts';
import './transcript.ts';

/** Between two looks, while somebody sees the call; milliseconds. */
const LOOK = { active: 1_000, ended: 30_000 };
/** Letters of typed words, as the channel takes them at once. */
const MOST_LETTERS = 4_000;
/** Pixels from the end within which the reader counts as being at the end. */
const NEAR = 80;

/** One call: what is said and done; while it goes on a colleague takes it over, speaks by typing, hands it back. Tells `open-call` (''), `problem`, `toast`. */
export class CallsOne extends DmElement {
  static override properties = {
    callId: { attribute: false },
    detail: { state: true },
    busy: { state: true },
    mayReply: { state: true },
  };
  declare callId: string;
  /** Undefined until the server answered. */
  declare private detail: api.Detail | undefined;
  /** Something that was asked for is not answered yet. */
  declare private busy: boolean;
  /** Who may only read sees no way to speak. */
  declare private mayReply: boolean;
  #isAtEnd = true;
  #watch = new Watch(this, {
    look: async () => {
      const detail = await api.detail(this.callId);
      return () => {
        this.detail = detail;
      };
    },
    every: () => (this.detail?.call.state === 'active' ? LOOK.active : LOOK.ended),
    problem: (error) => this.emit('problem', error),
  });

  static override styles = [
    base,
    css`
      :host {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        grid-template-rows: auto minmax(0, 1fr) auto;
        min-inline-size: 0;
      }
      header {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: var(--dm-space-2) var(--dm-space-3);
        padding: var(--dm-space-2) var(--dm-space-4);
        border-block-end: 1px solid var(--dm-line);
        background: var(--dm-surface);
      }
      .who {
        flex: 1 1 220px;
        min-inline-size: 0;
      }
      h1 {
        margin: 0;
        font-size: var(--dm-size-m);
        line-height: 1.35;
        overflow-wrap: anywhere;
      }
      .sub {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px var(--dm-space-2);
        margin-block-start: 2px;
        color: var(--dm-muted);
        font-size: var(--dm-size-s);
      }
      .long {
        font-variant-numeric: tabular-nums;
      }
      dm-button {
        flex: none;
      }
      .back:dir(rtl) {
        transform: scaleX(-1);
      }
      .scroll {
        overflow: hidden auto;
      }
      .page {
        display: grid;
        grid-template-columns: minmax(0, 1fr);
        gap: var(--dm-space-5);
        max-inline-size: 1080px;
        margin-inline: auto;
        padding: var(--dm-space-4);
      }
      @media (min-width: 860px) {
        .page {
          grid-template-columns: minmax(0, 1fr) 320px;
        }
        calls-transcript {
          grid-area: 1 / 1;
        }
        calls-facts {
          grid-area: 1 / 2;
          align-self: start;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.busy = false;
    this.mayReply = false;
    void whoAmI().then((session) => {
      this.mayReply = session?.may.includes('dragoman.reply') ?? false;
    });
  }

  protected override willUpdate(changed: Map<PropertyKey, unknown>): void {
    if (changed.get('callId') === undefined) return;
    this.detail = undefined;
    this.#isAtEnd = true;
    void this.#watch.now();
  }

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    if (changed.has('detail') && this.detail?.call.state === 'active') void this.#toEnd();
  }

  /** The newest words are in sight, unless the reader has gone up. */
  async #toEnd(): Promise<void> {
    await this.renderRoot.querySelector<DmElement>('calls-transcript')?.updateComplete;
    const scroll = this.renderRoot.querySelector('.scroll');
    if (scroll && this.#isAtEnd) scroll.scrollTop = scroll.scrollHeight;
  }

  async #do(deed: () => Promise<api.Detail | undefined>): Promise<void> {
    this.busy = true;
    try {
      this.detail = (await deed()) ?? this.detail;
    } catch (error) {
      this.emit('problem', error);
    }
    this.busy = false;
    void this.#watch.now();
  }

  async #speak(text: string): Promise<void> {
    const back = () => this.renderRoot.querySelector<DmComposer>('dm-composer')?.restore(text);
    this.#isAtEnd = true;
    await this.#do(async () => {
      const { state, error } = await api.speak(this.callId, text).catch((problem) => {
        back();
        throw problem;
      });
      if (state !== 'failed' && state !== 'discarded') return undefined;
      back();
      this.emit('toast', { tone: 'bad', text: t('do.notSaid'), action: error?.action, detail: error?.message });
      return undefined;
    });
  }

  override render() {
    const { detail } = this;
    const isActive = detail?.call.state === 'active';
    return html`${this.#header(isActive)}
      <div
        class="scroll"
        tabindex="0"
        @scroll=${({ currentTarget }: Event) => {
          const { scrollHeight, scrollTop, clientHeight } = currentTarget as HTMLElement;
          this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
        }}
      >
        ${
          detail
            ? html`<div class="page">
                <calls-facts .detail=${detail}></calls-facts>
                <calls-transcript
                  .lines=${detail.lines}
                  .startedAt=${detail.call.startedAt}
                  ?live=${isActive}
                ></calls-transcript>
              </div>`
            : nothing
        }
      </div>
      ${isActive && this.mayReply ? this.#composer() : nothing}`;
  }

  #header(isActive: boolean) {
    const { detail } = this;
    return html`<header>
      <dm-button class="back" variant="ghost" icon="back" label=${t('one.back')} @click=${() => this.emit('open-call', '')}></dm-button>
      <div class="who">
        <h1 tabindex="-1"><bdi>${detail?.call.account ?? ''}</bdi></h1>
        ${
          detail
            ? html`<div class="sub">
                <dm-badge tone=${TONES[detail.call.state]}>${t(`state.${detail.call.state}`)}</dm-badge>
                ${isActive ? this.#answers(detail) : nothing}
                <span class="long">${clock(detail.call.ms)}</span>
              </div>`
            : nothing
        }
      </div>
      ${isActive && this.mayReply ? this.#hand() : nothing}
    </header>`;
  }

  #answers({ call, peopleUntil }: api.Detail) {
    if (!call.people) return html`<span>${t('answers.bot')}</span>`;
    // Until a time by which somebody has it, or for as long as the conversation is people's.
    const words = peopleUntil > 0 ? t('answers.colleague', { time: until(peopleUntil) }) : t('people');
    return html`<dm-badge tone="warn">${words}</dm-badge>`;
  }

  #hand() {
    return this.detail?.call.people
      ? html`<dm-button ?disabled=${this.busy} @click=${() => this.#do(() => api.handBack(this.callId))}
          >${t('do.handBack')}</dm-button
        >`
      : html`<dm-button
          variant="primary"
          icon="operator"
          ?disabled=${this.busy}
          @click=${() => this.#do(() => api.takeOver(this.callId))}
          >${t('do.takeOver')}</dm-button
        >`;
  }

  #composer() {
    const hint = t(this.detail?.call.people ? 'do.hintTaken' : 'do.hint');
    return html`<dm-composer
      limit=${MOST_LETTERS}
      .labels=${{ message: hint, send: t('composer.send'), as: '' }}
      .voices=${[{ value: 'human', label: t('who.human'), placeholder: hint, icon: 'operator' }]}
      .attachments=${[]}
      @dm-send=${(e: CustomEvent<{ text: string }>) => this.#speak(e.detail.text)}
    ></dm-composer>`;
  }
}

define('calls-one', CallsOne);
