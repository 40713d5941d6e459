import { html, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import { appOf, channelIcon, icon } from '../../components/icons.ts';
import type { Detail, SavedAnswer } from './api.ts';
import * as api from './api.ts';
import { limitsInWords } from './attached.ts';
import type { Begun, InboxComposer, Written } from './composer.ts';
import { oneLooks } from './one-looks.ts';
import type { InboxThread } from './thread.ts';
import { clock, t } from './words.ts';
import '../../components/badge.ts';
import '../../components/button.ts';
import './composer.ts';
import './thread.ts';
import './wish.ts';

/** What a message's buttons do. */
const DEEDS = { approve: api.approve, discard: api.discard, resend: api.resend };

/** What is taken back until then. */
interface Undo {
  message: string;
  until: number;
  files: Written['files'];
}

const HOLDING = ['dragover', 'dragleave', 'drop'] as const;
const NOTHING: Begun = { text: '', files: [] };

/** One conversation: its head with who answers, what was said, who else types, and where one writes. Tells `act`, `problem`, `answered-meanwhile`, `back`, `panel`. */
export class InboxOne extends DmElement {
  static override properties = {
    detail: { attribute: false },
    answers: { attribute: false },
    typing: { attribute: false },
    may: { type: Boolean },
    more: { type: Boolean },
    now: { state: true },
    undo: { state: true },
    held: { state: true },
    uploading: { state: true },
    isOver: { state: true },
  };
  declare detail: Detail;
  declare answers: readonly SavedAnswer[];
  /** Who else writes here. */
  declare typing: readonly string[];
  declare may: boolean;
  declare more: boolean;
  declare private now: number;
  declare private undo: Undo | undefined;
  /** Words that were not sent, because somebody had answered. */
  declare private held: Written | undefined;
  /** Files that are on their way to the server. */
  declare private uploading: number;
  /** Files are held over it. */
  declare private isOver: boolean;
  #tick: ReturnType<typeof setInterval> | undefined;
  /** What was begun in other conversations. */
  #begun = new Map<string, Begun>();
  /** One after the other: each has seen the one before. */
  #sending: Promise<void> = Promise.resolve();
  /** `seq` of the newest of ours, which the page may not show yet. */
  #sent = 0;

  static override styles = [base, oneLooks];

  constructor() {
    super();
    this.answers = [];
    this.typing = [];
    this.may = false;
    this.more = false;
    this.now = Date.now();
    this.uploading = 0;
    this.isOver = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    for (const event of HOLDING) this.addEventListener(event, this.#held);
    this.#tick = setInterval(() => {
      this.now = Date.now();
      if (this.undo && this.undo.until <= this.now) this.undo = undefined;
    }, 500);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    clearInterval(this.#tick);
  }

  #composer = () => this.renderRoot.querySelector<InboxComposer>('inbox-composer');

  protected override updated(changed: Map<PropertyKey, unknown>): void {
    const before = changed.get('detail') as Detail | undefined;
    if (!before || before.row.id === this.detail.row.id) return;
    this.#begun.set(before.row.id, this.#composer()?.swap(this.#begun.get(this.detail.row.id) ?? NOTHING) ?? NOTHING);
    this.undo = undefined;
    this.held = undefined;
    this.#sent = 0;
  }

  /** Ready to write. */
  write(note: boolean): void {
    this.#composer()?.write(note);
  }

  #written(written: Written): Promise<void> {
    this.#sending = this.#sending.then(() => this.#send(written));
    return this.#sending;
  }

  async #send(written: Written): Promise<void> {
    const { id } = this.detail.row;
    this.emit('typing', false);
    this.held = undefined;
    this.renderRoot.querySelector<InboxThread>('inbox-thread')?.toEnd();
    const { note, text, files, buttons } = written;
    try {
      if (note) await api.note(id, text);
      else {
        const seen = this.#seen();
        const drafts = this.detail.messages.filter(({ state }) => state === 'draft').map((draft) => draft.id);
        const sent = await api.reply(id, {
          ...{ text, seen, drafts },
          ...(files.length > 0 && { uploads: await this.#upload(id, files) }),
          ...(buttons.length > 0 && { buttons }),
        });
        this.#sent = sent.seq;
        if (sent.undoUntil) this.undo = { message: sent.id, until: sent.undoUntil, files };
      }
    } catch (error) {
      if ((error as { code?: string }).code === 'ANSWERED') this.held = written;
      else {
        this.#composer()?.restore(written);
        this.emit('problem', error);
      }
    }
    this.emit('changed');
  }

  #seen = () => Math.max(this.#sent, this.detail.messages.at(-1)?.seq ?? 0);

  /** One after the other. What the server has already, because a try before failed or was taken back, is not sent again. @returns their ids */
  async #upload(id: string, files: Written['files']): Promise<string[]> {
    this.uploading = files.length;
    try {
      for (const one of files) one.upload ??= (await api.upload(id, one.name, one.file)).id;
    } finally {
      this.uploading = 0;
    }
    return files.flatMap(({ upload }) => upload ?? []);
  }

  undoLast(): void {
    if (this.undo) void this.#undo(this.undo);
  }

  async #undo({ message, files }: Undo): Promise<void> {
    this.undo = undefined;
    try {
      this.#composer()?.restore({ text: (await api.undo(message)).text, files });
    } catch (error) {
      this.emit('problem', error);
    }
    this.emit('changed');
  }

  #held = (event: DragEvent) => {
    const isFile = event.dataTransfer?.types.includes('Files');
    if (!isFile || !this.#composer()) return;
    event.preventDefault();
    if (event.type === 'dragover') this.isOver = true;
    // Not where it goes on to something inside.
    else if (event.type === 'drop' || !this.contains(event.relatedTarget as Node | null)) this.isOver = false;
    if (event.type === 'drop' && !this.detail.takes.why) void this.#composer()?.add(event.dataTransfer?.files ?? []);
  };

  #act(call: () => Promise<unknown>): void {
    this.emit('act', call);
  }

  override render() {
    const { detail, may } = this;
    const { row } = detail;
    return html`<header>
        <dm-button class="back" variant="ghost" icon="back" label=${t('one.back')} @click=${() => this.emit('back')}></dm-button>
        <div class="who">
          <h1 tabindex="-1">${icon(channelIcon(row.channel))}<bdi>${row.name ?? t('row.nobody')}</bdi></h1>
          <div class="sub">${this.#answers()}<bdi>${row.account.name}</bdi></div>
        </div>
        ${may ? this.#hand() : nothing}
        <dm-button variant="ghost" icon="user" label=${t('one.panel')} @click=${() => this.emit('panel')}></dm-button>
      </header>
      <inbox-wish .detail=${detail}></inbox-wish>
      <inbox-thread
        .detail=${detail}
        channel=${appOf(row.channel)}
        ?may=${may}
        ?more=${this.more}
        @remove-note=${(e: CustomEvent<string>) => this.#act(() => api.removeNote(e.detail))}
        @deed=${(e: CustomEvent<{ do: keyof typeof DEEDS; message: string; text?: string }>) => {
          const { do: deed, message, text } = e.detail;
          const seen = this.#seen();
          this.#act(() => DEEDS[deed](message, text, seen));
        }}
      ></inbox-thread>
      <div role="status">${this.#bars()}</div>
      ${may ? nothing : html`<p class="read-only">${icon('eye')}${t('one.readOnly')}</p>`}
      ${may && row.kind === 'private' ? html`<inbox-composer .answers=${this.answers} .name=${row.name ?? ''} .takes=${detail.takes} @written=${(e: CustomEvent<Written>) => this.#written(e.detail)}></inbox-composer>` : nothing}
      ${this.isOver ? html`<div class="drop">${icon('clip')}<strong>${t(detail.takes.why ? `file.${detail.takes.why}` : 'file.drop')}</strong>${detail.takes.why ? nothing : html`<span>${limitsInWords(detail.takes)}</span>`}</div>` : nothing}`;
  }

  /** Who answers, and how long people do. */
  #answers() {
    const { status, humanUntil, assignee } = this.detail.row;
    const left = humanUntil - this.now;
    const who = assignee
      ? html`<span class="assignee" title=${t('one.assigned', { name: assignee })}>${icon('user')}<bdi aria-hidden="true">${assignee}</bdi><span class="sr">${t('one.assigned', { name: assignee })}</span></span>`
      : nothing;
    if (status !== 'active')
      return html`<dm-badge tone=${status === 'closed' ? 'neutral' : 'warn'}>${t(`status.${status}`)}</dm-badge>${who}`;
    if (left > 0) return html`<dm-badge tone="warn">${t('one.people', { time: clock(left) })}</dm-badge>${who}`;
    return html`<dm-badge tone="ok">${t('one.bot')}</dm-badge>${who}`;
  }

  #hand() {
    const { id, status, humanUntil } = this.detail.row;
    const isPeoples = status !== 'active' || humanUntil > this.now;
    const close = html`<dm-button icon="check" @click=${() => this.#act(() => api.setStatus(id, 'closed'))}>${t('do.close')}</dm-button>`;
    return html`<div class="deeds">${status === 'closed' ? nothing : close}
      ${
        isPeoples
          ? html`<dm-button icon="reply" @click=${() => this.#act(() => api.handBack(id))}>${t('do.handBack')}</dm-button>`
          : html`<dm-button variant="primary" icon="operator" @click=${() => this.#act(() => api.takeOver(id))}>${t('do.takeOver')}</dm-button>`
      }</div>`;
  }

  #bars() {
    const { undo, held, typing } = this;
    const bars = [];
    if (typing.length > 0)
      bars.push(
        html`<div class="bar typing">${icon('operator')}<span>${t('one.typing', { name: typing.join(', ') })}</span></div>`,
      );
    if (this.uploading)
      bars.push(
        html`<div class="bar sending">${icon('clip')}<span>${t('file.sending', { n: this.uploading })}</span></div>`,
      );
    if (undo) {
      const seconds = Math.max(1, Math.ceil((undo.until - this.now) / 1_000));
      bars.push(
        html`<div class="bar undo">${icon('clock')}<span>${t('undo.soon', { n: seconds })}</span><dm-button @click=${() => this.#undo(undo)}>${t('undo.do')}</dm-button></div>`,
      );
    }
    if (held)
      bars.push(html`<div class="bar held">${icon('alert')}<span>${t('held.text')}</span>
        <dm-button @click=${() => {
          this.held = undefined;
          this.#composer()?.restore(held);
        }}>${t('held.back')}</dm-button>
        <dm-button variant="primary" @click=${() => this.#written(held)}>${t('held.send')}</dm-button>
        <blockquote dir="auto">${held.text}</blockquote></div>`);
    return bars;
  }
}

define('inbox-one', InboxOne);
