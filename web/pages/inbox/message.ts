import { css, html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import type { ChatLabels, ChatMessage, MessageState } from '../../components/bubble.ts';
import { appOf } from '../../components/icons.ts';
import type { Message } from './api.ts';
import * as api from './api.ts';
import { diffWords } from './diff.ts';
import { comma, language, t, type Word } from './words.ts';
import '../../components/bubble.ts';
import '../../components/button.ts';

const STATES: MessageState[] = [
  'draft',
  'queued',
  'sending',
  'sent',
  'delivered',
  'read',
  'failed',
  'unknown',
  'discarded',
];
const KINDS = ['image', 'audio', 'voice', 'video', 'document', 'sticker', 'location', 'contact'];
const byName = <Name extends string>(names: readonly Name[], prefix: string) =>
  Object.fromEntries(names.map((name) => [name, t(`${prefix}.${name}` as Word)])) as Record<Name, string>;

export const labels: ChatLabels = {
  log: t('thread.log'),
  typing: '',
  human: t('who.human'),
  open: t('media.open'),
  chosen: t('thread.chosen'),
  state: byName(STATES, 'state'),
  media: byName(KINDS, 'media'),
};

/** One message with what a colleague knows of it and may do with it. Tells `deed` ({ do, message, text? }). */
export class InboxMessage extends DmElement {
  static override properties = {
    message: { attribute: false },
    channel: {},
    name: {},
    may: { type: Boolean },
    changing: { state: true },
  };
  declare message: Message;
  declare channel: string;
  /** Of the customer. */
  declare name: string;
  /** Whether the reader may act. */
  declare may: boolean;
  /** The draft's words are being changed. */
  declare private changing: boolean;

  static override styles = [
    base,
    css`
      :host {
        display: block;
      }
      .beside {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 2px 10px;
        max-inline-size: min(78%, 560px);
        margin-block-start: 3px;
        color: var(--dm-chat-chip-text, var(--dm-muted));
        font-size: var(--dm-size-xs);
      }
      .beside > * {
        padding: 1px 9px;
        border-radius: var(--dm-radius-full);
        background: var(--dm-chat-chip, var(--dm-sunken));
      }
      .ours {
        justify-content: flex-end;
        margin-inline-start: auto;
      }
      a {
        color: inherit;
      }
      .deeds {
        display: flex;
        flex-wrap: wrap;
        justify-content: flex-end;
        gap: 6px;
        margin-block-start: 6px;
      }
      textarea {
        display: block;
        inline-size: min(100%, 560px);
        min-block-size: 96px;
        margin-inline-start: auto;
        padding: 10px 12px;
        border: 1px solid var(--dm-line-strong);
        border-radius: var(--dm-radius-m);
        background: var(--dm-surface);
        field-sizing: content;
      }
      details {
        inline-size: fit-content;
        max-inline-size: min(78%, 560px);
        margin-block-start: 4px;
        margin-inline-start: auto;
        padding: 3px 10px;
        border-radius: var(--dm-radius-m);
        background: var(--dm-raised);
        color: var(--dm-text);
        font-size: var(--dm-size-xs);
      }
      .diff {
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        unicode-bidi: plaintext;
      }
      del {
        background: var(--dm-bad-soft);
        color: var(--dm-bad);
      }
      ins {
        background: var(--dm-ok-soft);
        color: var(--dm-ok);
        text-decoration: none;
      }
      audio {
        display: block;
        inline-size: min(100%, 320px);
        margin-block-end: 4px;
      }
    `,
  ];

  constructor() {
    super();
    this.channel = '';
    this.name = '';
    this.may = false;
    this.changing = false;
  }

  #do(deed: string, text?: string): void {
    this.changing = false;
    this.emit('deed', { do: deed, message: this.message.id, text });
  }

  override render() {
    const { message } = this;
    const { direction, reaction, editedAt, drafted, media, id } = message;
    const ours = direction === 'out' ? 'ours' : '';
    const sounds = media.flatMap(({ kind, file }, place) =>
      file && (kind === 'voice' || kind === 'audio') ? api.fileOf(id, place) : [],
    );
    return html`${sounds.map((src) => html`<audio controls preload="none" src=${src}></audio>`)}
      ${this.changing ? this.#change() : html`<dm-bubble desk channel=${appOf(this.channel)} .message=${this.#shown()} .labels=${labels} .language=${language}></dm-bubble>`}
      <div class="beside ${ours}">
        ${reaction ? html`<span aria-label=${t('thread.reaction')}>${reaction}</span>` : nothing}
        ${editedAt ? html`<span>${t('thread.edited')}</span>` : nothing} ${this.#source()}
        ${(direction === 'in' ? !message.answered : message.turnId) ? html`<a href="timeline?message=${id}">${t('thread.why')}</a>` : nothing}
      </div>
      ${drafted === undefined ? nothing : this.#diff(drafted)} ${this.may ? this.#deeds() : nothing}`;
  }

  #shown(): ChatMessage {
    const { id, author, direction, text, at, state, error, media, buttons, choice, writer, deletedAt } = this.message;
    const action = error && [error.message, error.action].filter(Boolean).join(' ');
    return {
      ...{ id, at, state, from: author, format: direction === 'out' ? 'markdown' : 'plain' },
      text: deletedAt ? t('thread.deleted') : text,
      error: action,
      who:
        author === 'human'
          ? (writer ?? t('who.human'))
          : author === 'bot' && writer
            ? t('thread.approvedBy', { name: writer })
            : '',
      media: media
        .map(({ kind, name, file, url }, place) => ({ kind, name, url: file ? api.fileOf(id, place) : url }))
        .filter(({ kind, url }) => !(url && (kind === 'voice' || kind === 'audio'))),
      buttons: (choice ? [choice.title] : buttons).map((title, place) => ({ id: String(place), title })),
      spent: true,
    };
  }

  /** What the answer was made of. */
  #source() {
    const { source } = this.message;
    if (!source) return nothing;
    const { kind, model, passages = [], tools = [] } = source;
    return html`<span>${t(`source.${kind}` as Word)}${model ? html` · <bdi>${model}</bdi>` : nothing}</span>
      ${passages.length > 0 ? html`<span title=${passages.join('\n')}>${t('source.passages', { n: passages.length })}: <bdi>${shortNames(passages)}</bdi></span>` : nothing}
      ${tools.length > 0 ? html`<span>${t('source.tools')}: <bdi>${tools.join(comma)}</bdi></span>` : nothing}`;
  }

  #diff(drafted: string) {
    const pieces = diffWords(drafted, this.message.text);
    return html`<details>
      <summary>${t('thread.changed')}</summary>
      <div class="diff">${pieces.map(({ text, kind }) => (kind === 'same' ? text : kind === 'gone' ? html`<del>${text}</del>` : html`<ins>${text}</ins>`))}</div>
    </details>`;
  }

  #change() {
    return html`<textarea dir="auto" aria-label=${t('draft.change')} .value=${this.message.text} @keydown=${(
      e: KeyboardEvent,
    ) => {
      if (e.key === 'Escape') this.changing = false;
    }}></textarea>`;
  }

  #deeds() {
    const { state } = this.message;
    if (state === 'failed' || state === 'unknown')
      return html`<div class="deeds"><dm-button icon="reply" @click=${() => this.#do('resend')}>${t('do.resend')}</dm-button></div>`;
    if (state !== 'draft') return nothing;
    if (this.changing)
      return html`<div class="deeds">
        <dm-button @click=${() => (this.changing = false)}>${t('draft.keep')}</dm-button>
        <dm-button variant="primary" icon="send" @click=${() => this.#do('approve', this.renderRoot.querySelector('textarea')?.value.trim())}>${t('draft.sendChanged')}</dm-button>
      </div>`;
    return html`<div class="deeds">
      <dm-button icon="trash" @click=${() => this.#do('discard')}>${t('draft.discard')}</dm-button>
      <dm-button @click=${this.#begin}>${t('draft.change')}</dm-button>
      <dm-button variant="primary" icon="check" @click=${() => this.#do('approve')}>${t('draft.approve')}</dm-button>
    </div>`;
  }

  #begin = async () => {
    this.changing = true;
    await this.updateComplete;
    this.renderRoot.querySelector('textarea')?.focus();
  };
}

/** Of each file its name, without folders and the place in it. */
const shortNames = (passages: readonly string[]) =>
  [...new Set(passages.map((passage) => passage.split('/').at(-1)!.split('#')[0]!))].slice(0, 3).join(comma);

define('inbox-message', InboxMessage);
