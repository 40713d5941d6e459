import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base, DmElement, define } from './base.ts';
import type { ChatLabels, ChatMessage } from './bubble.ts';
import { chatColours } from './chat-colours.ts';
import './bubble.ts';
import './typing.ts';

/** Pixels from the end within which the reader counts as being at the end. */
const NEAR = 80;

/** A conversation in its channel's colours: days, bubbles, who is typing. Follows the end unless the reader scrolled up. */
export class DmChat extends DmElement {
  static override properties = {
    messages: { attribute: false },
    channel: { reflect: true },
    labels: { attribute: false },
    language: {},
    typing: { type: Boolean },
    loading: { type: Boolean },
    quiet: { type: Boolean },
  };
  declare messages: readonly ChatMessage[];
  declare channel: string;
  declare labels: ChatLabels;
  declare language: string;
  declare typing: boolean;
  declare loading: boolean;
  /** New messages are not read out. */
  declare quiet: boolean;
  #follow = true;
  #lastTop = 0;
  #grown = new ResizeObserver(() => this.#scroll());

  static override styles = [
    base,
    chatColours,
    css`
      :host {
        display: block;
        min-block-size: 0;
        background: var(--dm-chat-page, var(--dm-page));
      }
      .scroll {
        block-size: 100%;
        overflow: hidden auto;
        overscroll-behavior: contain;
      }
      .list {
        display: flex;
        flex-direction: column;
        gap: 3px;
        min-block-size: 100%;
        max-inline-size: 860px;
        margin: 0 auto;
        padding: var(--dm-space-4);
      }
      .list > :first-child {
        margin-block-start: auto;
      }
      .turn {
        margin-block-start: 9px;
      }
      .day {
        align-self: center;
        margin-block: 10px 6px;
        padding: 3px 11px;
        border-radius: var(--dm-radius-full);
        background: var(--dm-chat-chip, var(--dm-sunken));
        color: var(--dm-chat-chip-text, var(--dm-text));
        font-size: var(--dm-size-xs);
        font-weight: 550;
      }
      dm-typing {
        align-self: flex-start;
        margin-block-start: 6px;
      }
      @media (max-width: 620px) {
        .list {
          padding: var(--dm-space-3) 10px;
        }
      }
    `,
  ];

  constructor() {
    super();
    this.messages = [];
    this.channel = '';
    this.language = 'en';
    this.typing = false;
    this.loading = false;
    this.quiet = false;
  }

  protected override firstUpdated(): void {
    const list = this.renderRoot.querySelector('.list');
    const scroll = this.renderRoot.querySelector('.scroll');
    if (list) this.#grown.observe(list);
    if (scroll) this.#grown.observe(scroll);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#grown.disconnect();
  }

  /** Shows the end, now and while it grows. */
  toEnd(): void {
    this.#follow = true;
    this.#scroll();
  }

  #scroll(): void {
    const scroll = this.renderRoot.querySelector('.scroll');
    if (scroll && this.#follow) scroll.scrollTop = scroll.scrollHeight;
  }

  /** Only a way up is the reader's wish: the end also moves away by itself while bubbles grow. */
  #scrolled({ scrollHeight, scrollTop, clientHeight }: HTMLElement): void {
    if (scrollHeight - scrollTop - clientHeight < NEAR) this.#follow = true;
    else if (scrollTop < this.#lastTop) this.#follow = false;
    this.#lastTop = scrollTop;
  }

  override render() {
    return html`<div
      class="scroll"
      tabindex="0"
      role="log"
      aria-label=${this.labels.log}
      aria-live=${this.quiet ? 'off' : nothing}
      aria-busy=${this.loading}
      @scroll=${(e: Event) => {
        this.#scrolled(e.currentTarget as HTMLElement);
      }}
    >
      <div class="list">
        ${this.messages.length === 0 && !this.loading && !this.typing ? html`<slot></slot>` : nothing}
        ${repeat(
          this.messages,
          ({ id }) => id,
          (message, i) => this.#row(message, this.messages[i - 1]),
        )}
        ${this.typing ? html`<dm-typing label=${this.labels.typing}></dm-typing>` : nothing}
      </div>
    </div>`;
  }

  #row(message: ChatMessage, previous: ChatMessage | undefined) {
    const day = this.#day(message.at);
    const newDay = !previous || this.#day(previous.at) !== day;
    return html`${newDay ? html`<div class="day">${day}</div>` : nothing}
      <dm-bubble
        class=${previous?.from === message.from && !previous.buttons?.length ? '' : 'turn'}
        channel=${this.channel}
        .message=${message}
        .labels=${this.labels}
        .language=${this.language}
      ></dm-bubble>`;
  }

  #day(at: number): string {
    return new Date(at).toLocaleDateString(this.language, { weekday: 'long', day: 'numeric', month: 'long' });
  }
}

define('dm-chat', DmChat);
