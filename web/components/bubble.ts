import { html, nothing, type TemplateResult } from 'lit';
import { base, DmElement, define } from './base.ts';
import { bubbleLooks } from './bubble-looks.ts';
import { type IconName, icon } from './icons.ts';
import { type MarkupFormat, type MarkupNode, parseMarkup } from './markup.ts';

/** `draft`: words that are still being written, or wait for a person. */
export type MessageState =
  | 'draft'
  | 'queued'
  | 'sending'
  | 'sent'
  | 'delivered'
  | 'read'
  | 'failed'
  | 'unknown'
  | 'discarded';

/** One message of a conversation, as its platform shows it. */
export interface ChatMessage {
  id: string;
  from: 'customer' | 'bot' | 'human' | 'system';
  text: string;
  format: MarkupFormat;
  /** UTC milliseconds. */
  at: number;
  state?: MessageState;
  error?: string;
  buttons?: { id: string; title: string }[];
  /** The buttons are rows of a list. */
  list?: boolean;
  /** Id of the button that was tapped. */
  chosen?: string;
  /** The buttons have done their work: they are shown and cannot be tapped. */
  spent?: boolean;
  /** `name`: of a file, where it has one. */
  media?: { kind: string; name?: string; url?: string }[];
  /** What is to be known of it beside its state. */
  note?: string;
  /** Who of us wrote it, above its words; absent: as its `from` says. */
  who?: string;
}

/** The words of chat components, in the reader's language. */
export interface ChatLabels {
  log: string;
  typing: string;
  human: string;
  open: string;
  /** Of a button that was tapped. */
  chosen: string;
  state: Record<MessageState, string>;
  /** Unknown kinds are shown by their own name. */
  media: Record<string, string>;
}

/** What was tapped, and under which message. */
export interface Tap {
  id: string;
  title: string;
  messageId: string;
  style?: 'list';
}

const STATE_ICONS: Record<MessageState, IconName> = {
  draft: 'clock',
  queued: 'clock',
  sending: 'clock',
  sent: 'check',
  delivered: 'checks',
  read: 'checks',
  failed: 'alert',
  unknown: 'question',
  discarded: 'block',
};
const MEDIA_ICONS: Record<string, IconName> = {
  photo: 'image',
  image: 'image',
  sticker: 'image',
  voice: 'mic',
  audio: 'mic',
  video: 'play',
  location: 'pin',
  contact: 'user',
};

/** One bubble in its channel's look. `dm-tap` tells which button was tapped (`Tap`). */
export class DmBubble extends DmElement {
  static override properties = {
    message: { attribute: false },
    channel: { reflect: true },
    desk: { type: Boolean, reflect: true },
    labels: { attribute: false },
    language: {},
    broken: { state: true },
  };
  declare message: ChatMessage;
  declare channel: string;
  /** Seen by the business: its own words are at the end of the line, not the customer's. */
  declare desk: boolean;
  declare labels: ChatLabels;
  /** BCP 47, for the time of day. */
  declare language: string;
  /** Pictures that could not be loaded. */
  declare private broken: ReadonlySet<string>;

  static override styles = [base, bubbleLooks];

  constructor() {
    super();
    this.channel = '';
    this.desk = false;
    this.language = 'en';
    this.broken = new Set();
  }

  override render() {
    const { message } = this;
    if (message.from === 'system') return html`<div class="system" dir="auto">${message.text}</div>`;
    const trouble = message.state === 'failed' || message.state === 'unknown' || message.state === 'discarded';
    const inside = this.channel === 'whatsapp';
    const isOwn = (message.from === 'customer') !== this.desk;
    const who = message.who ?? (message.from === 'human' ? this.labels.human : '');
    return html`<div class="row ${message.from} ${isOwn ? 'own' : ''} ${message.state ?? ''}">
      <div class="bubble">
        ${who ? html`<div class="who">${icon(message.from === 'human' ? 'operator' : 'chat')}<bdi>${who}</bdi></div>` : nothing}
        ${message.media?.map((medium) => this.#medium(medium))}
        <div class="text" dir="auto">${markup(parseMarkup(message.text, message.format))}${this.#meta()}</div>
        ${inside ? this.#buttons() : nothing}
      </div>
      ${inside ? nothing : this.#buttons()}
      ${
        trouble && message.state
          ? html`<div class="trouble">
              ${icon(STATE_ICONS[message.state])}
              <span><strong>${this.labels.state[message.state]}</strong>${message.error ? html` <bdi>${message.error}</bdi>` : nothing}</span>
            </div>`
          : nothing
      }
      ${message.note ? html`<div class="trouble">${icon('block')}<span>${message.note}</span></div>` : nothing}
    </div>`;
  }

  #meta(): TemplateResult {
    const { state, at } = this.message;
    const time = new Date(at).toLocaleTimeString(this.language, { hour: 'numeric', minute: '2-digit' });
    const label = state && this.labels.state[state];
    return html`<span class="meta">
      <time datetime=${new Date(at).toISOString()}>${time}</time>
      ${
        state
          ? html`<span class="tick ${state}" role="img" aria-label=${label} title=${label}>${icon(STATE_ICONS[state])}</span>
              <span class="word" aria-hidden="true">${label}</span>`
          : nothing
      }
    </span>`;
  }

  #buttons() {
    const { buttons, id: messageId, list, chosen, spent } = this.message;
    if (!buttons?.length) return nothing;
    const style = list ? ('list' as const) : undefined;
    return html`<div class="buttons">
      ${buttons.map(({ id, title }) => {
        const tapped = id === chosen;
        const tap: Tap = { id, title, messageId, style };
        return html`<button
          type="button"
          dir="auto"
          class=${tapped ? 'chosen' : ''}
          ?disabled=${spent ?? false}
          @click=${() => this.emit('dm-tap', tap)}
        >
          ${tapped ? icon('check') : this.channel === 'whatsapp' ? icon(list ? 'list' : 'reply') : nothing}
          <span>${title}</span>${tapped ? html`<span class="sr">, ${this.labels.chosen}</span>` : nothing}
        </button>`;
      })}
    </div>`;
  }

  #medium({ kind, name, url }: { kind: string; name?: string; url?: string }) {
    const label = name || (this.labels.media[kind] ?? kind);
    const picture = kind === 'image' || kind === 'photo' || kind === 'sticker';
    if (picture && url && !this.broken.has(url))
      return html`<img
        src=${url}
        alt=${label}
        loading="lazy"
        referrerpolicy="no-referrer"
        @error=${() => {
          this.broken = new Set([...this.broken, url]);
        }}
      />`;
    const tall = picture || kind === 'location' || kind === 'video';
    return html`<div class="medium ${tall ? 'tall' : ''} ${kind}">
      ${icon(MEDIA_ICONS[kind] ?? 'file')}<span><bdi>${label}</bdi></span>
      ${/^(?:https:|\/(?!\/))/.test(url ?? '') ? html`<a href=${url} target="_blank" rel="noopener noreferrer">${this.labels.open}</a>` : nothing}
    </div>`;
  }
}

function markup(nodes: MarkupNode[]): unknown[] {
  return nodes.map((node) => {
    if (typeof node === 'string') return node;
    const inner = markup(node.children);
    switch (node.tag) {
      case 'b':
        return html`<strong>${inner}</strong>`;
      case 'i':
        return html`<em>${inner}</em>`;
      case 'u':
        return html`<u>${inner}</u>`;
      case 's':
        return html`<s>${inner}</s>`;
      case 'code':
        return html`<code>${inner}</code>`;
      case 'pre':
        return html`<pre>${inner}</pre>`;
      case 'quote':
        return html`<blockquote>${inner}</blockquote>`;
      case 'spoiler':
        return html`<details class="spoiler"><summary>•••</summary>${inner}</details>`;
      default:
        return html`<a href=${node.href} target="_blank" rel="noopener noreferrer">${inner}</a>`;
    }
  });
}

define('dm-bubble', DmBubble);
