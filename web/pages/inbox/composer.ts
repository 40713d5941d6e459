import { html, LitElement, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import { icon } from '../../components/icons.ts';
import type { SavedAnswer } from './api.ts';
import { type Attached, attach, limitsInWords, type Takes } from './attached.ts';
import { composerLooks } from './composer-looks.ts';
import { t } from './words.ts';
import '../../components/button.ts';
import '../../components/segments.ts';
import './tray.ts';

/** So often it is told that somebody writes; milliseconds. */
const TYPING_MS = 3_000;
const MOST_PICKED = 8;

/** What is not sent yet. */
export interface Begun {
  text: string;
  files: readonly Attached[];
}

export interface Written {
  note: boolean;
  text: string;
  files: readonly Attached[];
  buttons: { id: string; title: string }[];
}

/** Where a colleague writes: an answer or a note, with a saved answer after `/`. Tells `written` (Written), `typing` (boolean), `save-answer`, `remove-answer` (id). */
export class InboxComposer extends DmElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override properties = {
    answers: { attribute: false },
    name: {},
    takes: { attribute: false },
    note: { state: true },
    text: { state: true },
    picked: { state: true },
    files: { state: true },
    hasButtons: { state: true },
  };
  declare answers: readonly SavedAnswer[];
  /** The customer's, for `{name}` in a saved answer. */
  declare name: string;
  /** Which files may be sent here. */
  declare takes: Takes;
  declare private note: boolean;
  declare private text: string;
  /** Which saved answer Enter would take. */
  declare private picked: number;
  declare private files: readonly Attached[];
  /** The line for buttons is open. */
  declare private hasButtons: boolean;
  #toldAt = 0;

  static override styles = [base, composerLooks];

  constructor() {
    super();
    this.answers = [];
    this.name = '';
    this.note = false;
    this.text = '';
    this.picked = 0;
    this.files = [];
    this.hasButtons = false;
  }

  /** Ready to write. @param note to colleagues, not to the customer */
  write(note: boolean): void {
    this.note = note;
    void this.updateComplete.then(() => this.#area()?.focus());
  }

  /** Puts words and files back, unless new ones were begun. */
  restore({ text, files }: Begun): void {
    if (this.text.trim() || this.files.length > 0) return;
    this.#set(text);
    this.files = files;
    this.#area()?.focus();
  }

  /** Another conversation: what was begun is put away by its owner. @returns what was begun so far */
  swap({ text, files }: Begun): Begun {
    const before = { text: this.text, files: this.files };
    this.#set(text);
    this.files = files;
    this.hasButtons = false;
    return before;
  }

  /** Files that were dropped, pasted or picked. They are for the customer: a note has none. */
  async add(files: Iterable<File>): Promise<void> {
    this.note = false;
    const { takes } = this;
    const first = this.files.length;
    const added = await Promise.all([...files].map((file, place) => attach(file, takes, first + place)));
    this.files = [...this.files, ...added];
    this.#area()?.focus();
  }

  #area = () => this.renderRoot.querySelector('textarea');

  #set(text: string): void {
    this.text = text;
    this.picked = 0;
    const area = this.#area();
    if (area) area.value = text;
  }

  #found(): readonly SavedAnswer[] {
    if (this.note || !this.text.startsWith('/') || this.text.includes('\n')) return [];
    const sought = this.text.slice(1).toLowerCase();
    const fits = ({ name, text }: SavedAnswer) => `${name} ${text}`.toLowerCase().includes(sought);
    return this.answers.filter(fits).slice(0, MOST_PICKED);
  }

  #take({ text }: SavedAnswer): void {
    this.#set(text.replaceAll('{name}', this.name));
    this.#area()?.focus();
  }

  #input(event: Event): void {
    this.text = (event.target as HTMLTextAreaElement).value;
    this.picked = 0;
    if (this.note || this.text.startsWith('/') || Date.now() - this.#toldAt < TYPING_MS) return;
    this.#toldAt = Date.now();
    this.emit('typing', true);
  }

  #key(event: KeyboardEvent): void {
    const found = this.#found();
    // An input method uses Enter to accept a word.
    if (event.isComposing) return;
    if (found.length > 0 && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
      event.preventDefault();
      this.picked = (this.picked + (event.key === 'ArrowDown' ? 1 : found.length - 1)) % found.length;
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      const answer = found[this.picked];
      if (answer) this.#take(answer);
      else this.#send();
    } else if (event.key === 'Escape') this.#area()?.blur();
  }

  /** There is something, and nothing that cannot be sent. */
  #canSend(): boolean {
    if (this.note) return this.text.trim() !== '';
    return (this.text.trim() !== '' || this.files.length > 0) && this.files.every(({ problem }) => !problem);
  }

  #send(): void {
    if (!this.#canSend()) return;
    const { note } = this;
    const line = this.renderRoot.querySelector<HTMLInputElement>('input.buttons')?.value ?? '';
    const titles = line
      .split(/[,،|]/)
      .map((title) => title.trim())
      .filter(Boolean);
    const written: Written = {
      ...{ note, text: this.text.trim(), files: note ? [] : this.files },
      buttons: note ? [] : titles.map((title, place) => ({ id: `${place + 1}`, title })),
    };
    this.#set('');
    if (!note) this.files = [];
    this.hasButtons = false;
    this.note = false;
    this.#toldAt = 0;
    this.emit('written', written);
  }

  override render() {
    const { note, text } = this;
    const hint = t(note ? 'write.note' : 'write.hint');
    return html`${this.#pick()}
      <div class="inner ${note ? 'isNote' : ''}">
        ${
          note
            ? nothing
            : html`<inbox-tray .files=${this.files} .limits=${limitsInWords(this.takes)} @take-away=${(
                e: CustomEvent<Attached>,
              ) => {
                this.files = this.files.filter((one) => one !== e.detail);
                this.#area()?.focus();
              }}></inbox-tray>`
        }
        ${
          this.hasButtons && !note
            ? html`<input class="buttons" type="text" dir="auto" aria-label=${t('write.buttons')} placeholder=${t('write.buttonsHint')} />`
            : nothing
        }
        <div class="write">
          <textarea rows="1" dir=${text ? 'auto' : nothing} maxlength="4000" aria-label=${hint} placeholder=${hint} @input=${this.#input} @keydown=${this.#key} @paste=${this.#paste}></textarea>
          <button class="send" type="button" aria-label=${t('write.send')} title=${t('write.send')} ?disabled=${!this.#canSend()} @click=${this.#send}>${icon(note ? 'check' : 'send')}</button>
        </div>
        <div class="tools">
          <dm-segments
            .label=${t('write.as')}
            .value=${note ? 'note' : 'reply'}
            .segments=${[
              { value: 'reply', label: t('write.reply'), icon: 'reply' },
              { value: 'note', label: t('write.asNote'), icon: 'file' },
            ]}
            @dm-change=${(e: CustomEvent<string>) => this.write(e.detail === 'note')}
          ></dm-segments>
          <span class="space"></span>
          ${
            note
              ? nothing
              : html`${this.#attach()}${this.#buttons()}
          <dm-button variant="ghost" icon="plus" label=${t('answer.save')} ?disabled=${!text.trim()} @click=${() => this.emit('save-answer', text.trim())}></dm-button>`
          }
        </div>
      </div>`;
  }

  #paste(event: ClipboardEvent): void {
    const files = event.clipboardData?.files;
    if (!files?.length) return;
    event.preventDefault();
    void this.add(files);
  }

  #attach() {
    const { takes } = this;
    const label = takes.why ? t(`file.${takes.why}`) : `${t('write.media')}: ${limitsInWords(takes)}`;
    return html`<input class="pick-files" type="file" multiple hidden @change=${(e: Event) => {
      const field = e.currentTarget as HTMLInputElement;
      void this.add(field.files ?? []);
      // The same file may be picked again.
      field.value = '';
    }} />
      <dm-button variant="ghost" icon="clip" label=${label} ?disabled=${takes.why !== undefined} @click=${() =>
        this.renderRoot.querySelector<HTMLInputElement>('.pick-files')?.click()}></dm-button>`;
  }

  #buttons() {
    return html`<dm-button
      variant="ghost"
      icon="list"
      label=${t('write.buttons')}
      .pressed=${this.hasButtons}
      @click=${async () => {
        this.hasButtons = !this.hasButtons;
        await this.updateComplete;
        this.renderRoot.querySelector<HTMLInputElement>('input.buttons')?.focus();
      }}
    ></dm-button>`;
  }

  #pick() {
    const found = this.#found();
    if (this.text === '/' && !this.note && this.answers.length === 0)
      return html`<p class="pick" role="status">${t('answer.none')}</p>`;
    if (found.length === 0) return nothing;
    return html`<ul class="pick" role="listbox" aria-label=${t('answer.pick')}>
      ${found.map(
        (answer, place) =>
          html`<li role="option" aria-selected=${place === this.picked} @pointerdown=${(e: Event) => {
            e.preventDefault();
            this.#take(answer);
          }}>
            <span><bdi>/${answer.name}</bdi></span><span class="text" dir="auto">${answer.text}</span>
            <button type="button" tabindex="-1" aria-label=${t('answer.remove')} title=${t('answer.remove')} @pointerdown=${(
              e: Event,
            ) => {
              e.stopPropagation();
              this.emit('remove-answer', answer.id);
            }}>${icon('trash')}</button>
          </li>`,
      )}
    </ul>`;
  }
}

define('inbox-composer', InboxComposer);
