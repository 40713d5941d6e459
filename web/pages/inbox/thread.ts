import { css, html, nothing } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import { base, DmElement, define } from '../../components/base.ts';
import { chatColours } from '../../components/chat-colours.ts';
import { icon } from '../../components/icons.ts';
import type { Detail, Message, Note } from './api.ts';
import { language, t, time } from './words.ts';
import '../../components/button.ts';
import './message.ts';

/** Pixels from the end within which the reader counts as being at the end. */
const NEAR = 80;

const dayOf = (at: number) =>
  new Date(at).toLocaleDateString(language, { weekday: 'long', day: 'numeric', month: 'long' });

type Line = { at: number; id: string } & ({ message: Message } | { note: Note });

/** What was said, in its platform's colours, with colleagues' notes between. Tells `older`, `remove-note` (id), and what its messages tell. */
export class InboxThread extends DmElement {
  static override properties = {
    detail: { attribute: false },
    channel: { reflect: true },
    may: { type: Boolean },
    more: { type: Boolean },
  };
  declare detail: Detail;
  /** As `appOf` gives it. */
  declare channel: string;
  declare may: boolean;
  /** There are older messages. */
  declare more: boolean;
  #isAtEnd = true;
  #shown = '';
  #grown = new ResizeObserver(() => this.#toEnd());

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
        gap: 7px;
        min-block-size: 100%;
        max-inline-size: 860px;
        margin: 0 auto;
        padding: var(--dm-space-4);
      }
      .list > :first-child {
        margin-block-start: auto;
      }
      .day,
      .older {
        align-self: center;
        margin-block: 8px 4px;
      }
      .day {
        padding: 3px 11px;
        border-radius: var(--dm-radius-full);
        background: var(--dm-chat-chip, var(--dm-sunken));
        color: var(--dm-chat-chip-text, var(--dm-text));
        font-size: var(--dm-size-xs);
        font-weight: 550;
      }
      .note {
        display: grid;
        grid-template-columns: auto minmax(0, 1fr) auto;
        gap: 0 var(--dm-space-2);
        align-self: center;
        inline-size: min(92%, 560px);
        padding: 8px 12px;
        border: 1px solid var(--dm-warn);
        border-radius: var(--dm-radius-m);
        background: var(--dm-warn-soft);
        color: var(--dm-text);
        font-size: var(--dm-size-s);
      }
      .note p {
        grid-column: 2;
        margin: 2px 0 0;
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        unicode-bidi: plaintext;
      }
      .note svg,
      .note .who {
        color: var(--dm-warn);
      }
      .note button {
        border: 0;
        background: none;
      }
    `,
  ];

  constructor() {
    super();
    this.channel = '';
    this.may = false;
    this.more = false;
  }

  protected override firstUpdated(): void {
    for (const name of ['.scroll', '.list']) {
      const element = this.renderRoot.querySelector(name);
      if (element) this.#grown.observe(element);
    }
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#grown.disconnect();
  }

  protected override willUpdate(): void {
    const { id } = this.detail.row;
    if (id !== this.#shown) this.#isAtEnd = true;
    this.#shown = id;
  }

  /** Shows the end, now and while it grows. */
  toEnd(): void {
    this.#isAtEnd = true;
    this.#toEnd();
  }

  #toEnd(): void {
    const scroll = this.renderRoot.querySelector('.scroll');
    if (scroll && this.#isAtEnd) scroll.scrollTop = scroll.scrollHeight;
  }

  #lines(): Line[] {
    const { messages, notes } = this.detail;
    const first = this.more ? (messages[0]?.at ?? 0) : 0;
    const said = messages.map((message): Line => ({ at: message.at, id: message.id, message }));
    const noted = notes.filter(({ at }) => at >= first).map((note): Line => ({ at: note.at, id: note.id, note }));
    // What was said keeps its own order.
    return [...said, ...noted].sort((one, other) => ('message' in one && 'message' in other ? 0 : one.at - other.at));
  }

  override render() {
    const lines = this.#lines();
    return html`<div
      class="scroll"
      tabindex="0"
      role="log"
      aria-label=${t('thread.log')}
      @scroll=${({ currentTarget }: Event) => {
        const { scrollHeight, scrollTop, clientHeight } = currentTarget as HTMLElement;
        this.#isAtEnd = scrollHeight - scrollTop - clientHeight < NEAR;
      }}
    >
      <div class="list">
        ${this.more ? html`<dm-button class="older" @click=${() => this.emit('older')}>${t('thread.older')}</dm-button>` : nothing}
        ${repeat(
          lines,
          ({ id }) => id,
          (line, at) => {
            const day = dayOf(line.at);
            const isNew = at === 0 || dayOf(lines[at - 1]!.at) !== day;
            return html`${isNew ? html`<div class="day">${day}</div>` : nothing}${'note' in line ? this.#note(line.note) : this.#message(line.message)}`;
          },
        )}
      </div>
    </div>`;
  }

  #message(message: Message) {
    const { row } = this.detail;
    return html`<inbox-message
      .message=${message}
      .channel=${row.channel}
      .name=${row.name ?? ''}
      ?may=${this.may}
    ></inbox-message>`;
  }

  #note({ id, writer, text, at }: Note) {
    return html`<div class="note" role="note">
      ${icon('file')}
      <span class="who"><strong>${t('note.by', { name: writer })}</strong> · <time>${time(at)}</time></span>
      ${
        this.may
          ? html`<button type="button" aria-label=${t('note.remove')} title=${t('note.remove')} @click=${() => this.emit('remove-note', id)}>${icon('close')}</button>`
          : nothing
      }
      <p>${text}</p>
    </div>`;
  }
}

define('inbox-thread', InboxThread);
