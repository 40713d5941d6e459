import { html, LitElement, nothing } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import { icon } from '../../components/icons.ts';
import type { SavedAnswer } from './api.ts';
import { composerLooks } from './composer-looks.ts';
import { t } from './words.ts';
import '../../components/button.ts';
import '../../components/segments.ts';

/** So often it is told that somebody writes; milliseconds. */
const TYPING_MS = 3_000;
const MOST_PICKED = 8;

export interface Written {
  note: boolean;
  text: string;
  media: { kind: string; url: string }[];
  buttons: { id: string; title: string }[];
}

/** Where a colleague writes: an answer or a note, with a saved answer after `/`. Tells `written` (Written), `typing` (boolean), `save-answer`, `remove-answer` (id). */
export class InboxComposer extends DmElement {
  static override shadowRootOptions: ShadowRootInit = { ...LitElement.shadowRootOptions, delegatesFocus: true };
  static override properties = {
    answers: { attribute: false },
    name: {},
    note: { state: true },
    text: { state: true },
    picked: { state: true },
    extra: { state: true },
  };
  declare answers: readonly SavedAnswer[];
  /** The customer's, for `{name}` in a saved answer. */
  declare name: string;
  declare private note: boolean;
  declare private text: string;
  /** Which saved answer Enter would take. */
  declare private picked: number;
  /** Which line beside the words is open. */
  declare private extra: 'media' | 'buttons' | '';
  #toldAt = 0;

  static override styles = [base, composerLooks];

  constructor() {
    super();
    this.answers = [];
    this.name = '';
    this.note = false;
    this.text = '';
    this.picked = 0;
    this.extra = '';
  }

  /** Ready to write. @param note to colleagues, not to the customer */
  write(note: boolean): void {
    this.note = note;
    void this.updateComplete.then(() => this.#area()?.focus());
  }

  /** Puts words back, unless new ones were begun. */
  restore(text: string): void {
    if (this.text.trim()) return;
    this.#set(text);
    this.#area()?.focus();
  }

  /** Another conversation: what was begun is put away by its owner. @returns what was written so far */
  swap(text: string): string {
    const before = this.text;
    this.#set(text);
    this.extra = '';
    return before;
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

  #line(name: string): string {
    return this.renderRoot.querySelector<HTMLInputElement>(`input.${name}`)?.value.trim() ?? '';
  }

  #send(): void {
    const text = this.text.trim();
    const url = this.extra === 'media' ? this.#line('media') : '';
    const titles = this.extra === 'buttons' ? this.#line('buttons').split(/[,،|]/) : [];
    if (!text && !url) return;
    const buttons = titles.map((title) => title.trim()).filter(Boolean);
    const written: Written = {
      ...{ note: this.note, text },
      media: url && !this.note ? [{ kind: kindOf(url), url }] : [],
      buttons: this.note ? [] : buttons.map((title, place) => ({ id: `${place + 1}`, title })),
    };
    this.#set('');
    this.extra = '';
    this.note = false;
    this.#toldAt = 0;
    this.emit('written', written);
  }

  override render() {
    const { note, text, extra } = this;
    const hint = t(note ? 'write.note' : 'write.hint');
    return html`${this.#pick()}
      <div class="inner ${note ? 'isNote' : ''}">
        ${
          extra
            ? html`<input class=${extra} type="text" dir=${extra === 'media' ? 'ltr' : 'auto'} aria-label=${t(`write.${extra}`)} placeholder=${t(`write.${extra}Hint`)} />`
            : nothing
        }
        <div class="write">
          <textarea rows="1" dir=${text ? 'auto' : nothing} maxlength="4000" aria-label=${hint} placeholder=${hint} @input=${this.#input} @keydown=${this.#key}></textarea>
          <button class="send" type="button" aria-label=${t('write.send')} title=${t('write.send')} ?disabled=${!text.trim() && extra !== 'media'} @click=${this.#send}>${icon(note ? 'check' : 'send')}</button>
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
              : html`${this.#tool('media', 'image')}${this.#tool('buttons', 'list')}
          <dm-button variant="ghost" icon="plus" label=${t('answer.save')} ?disabled=${!text.trim()} @click=${() => this.emit('save-answer', text.trim())}></dm-button>`
          }
        </div>
      </div>`;
  }

  #tool(which: 'media' | 'buttons', sign: 'image' | 'list') {
    return html`<dm-button
      variant="ghost"
      icon=${sign}
      label=${t(`write.${which}`)}
      .pressed=${this.extra === which}
      @click=${async () => {
        this.extra = this.extra === which ? '' : which;
        await this.updateComplete;
        this.renderRoot.querySelector<HTMLInputElement>(`input.${which}`)?.focus();
      }}
    ></dm-button>`;
  }

  #pick() {
    const found = this.#found();
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

/** What is behind an address, by its ending. */
function kindOf(url: string): string {
  const ending = /\.(\w+)(?:[?#]|$)/.exec(url)?.[1]?.toLowerCase() ?? '';
  if (['jpg', 'jpeg', 'png', 'webp', 'gif'].includes(ending)) return 'image';
  if (['mp4', 'mov', 'webm', '3gp'].includes(ending)) return 'video';
  return ['mp3', 'ogg', 'm4a', 'wav', 'opus'].includes(ending) ? 'audio' : 'document';
}

define('inbox-composer', InboxComposer);
