import { css, html } from 'lit';
import { base, DmElement, define } from '../../components/base.ts';
import type { DmField } from '../../components/field.ts';
import * as api from './api.ts';
import { looks } from './looks.ts';
import { languageName, t } from './words.ts';
import '../../components/button.ts';
import '../../components/field.ts';
import '../../components/select.ts';

/** Languages of answers; any other is a word in the file's name. */
const LANGUAGES = ['en', 'es', 'it', 'fa', 'ar', 'ru', 'de', 'fr', 'pt', 'tr'];
const LONGEST_TITLE = 300;

/** Where an answer is written, that becomes a file. Tells `kept` ({ file, place }), `cancel`, `problem`. */
export class KnowledgeAnswer extends DmElement {
  static override properties = {
    bases: { attribute: false },
    given: { attribute: false },
    isSaving: { state: true },
  };
  declare bases: readonly string[];
  /** What it begins with. */
  declare given: Omit<api.Answer, 'text'>;
  declare private isSaving: boolean;
  #answer: api.Answer | undefined;

  static override styles = [
    base,
    looks,
    css`
      dm-select {
        min-inline-size: 9rem;
      }
    `,
  ];

  constructor() {
    super();
    this.isSaving = false;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.#answer ??= { ...this.given, text: '' };
  }

  protected override firstUpdated(): void {
    this.renderRoot.querySelector('textarea')?.focus();
  }

  async #save(): Promise<void> {
    const answer = this.#answer;
    if (!answer?.text.trim() || this.isSaving) return void this.renderRoot.querySelector('textarea')?.focus();
    if (!answer.title.trim()) return void this.renderRoot.querySelector<DmField>('dm-field')?.focus();
    this.isSaving = true;
    try {
      this.emit('kept', await api.answer(answer));
    } catch (error) {
      this.emit('problem', error);
    }
    this.isSaving = false;
  }

  #take(change: Partial<api.Answer>): void {
    this.#answer = { ...this.#answer!, ...change };
    this.requestUpdate();
  }

  override render() {
    const { base, title, language, text } = this.#answer!;
    const languages = LANGUAGES.includes(language) || !language ? LANGUAGES : [language, ...LANGUAGES];
    return html`<h2>${t('answer.heading')}</h2>
      <dm-field
        label=${t('answer.title')}
        note=${t('answer.titleNote')}
        .limit=${LONGEST_TITLE}
        .value=${title}
        @dm-change=${(e: CustomEvent<string>) => this.#take({ title: e.detail })}
      ></dm-field>
      <label class="field">
        <span>${t('answer.text')}</span>
        <textarea
          rows="5"
          dir="auto"
          maxlength="20000"
          .value=${text}
          @input=${(e: Event) => this.#take({ text: (e.target as HTMLTextAreaElement).value })}
        ></textarea>
        <span class="quiet">${t('answer.textNote')}</span>
      </label>
      <div class="row">
        <dm-select
          .label=${t('base.label')}
          .value=${base}
          .options=${[...new Set([base, ...this.bases])].filter(Boolean).map((name) => ({ value: name, label: name }))}
          @dm-change=${(e: CustomEvent<string>) => this.#take({ base: e.detail })}
        ></dm-select>
        <dm-select
          .label=${t('answer.language')}
          .value=${language}
          .options=${[
            { value: '', label: t('answer.languageNone') },
            ...languages.map((value) => ({ value, label: languageName(value) })),
          ]}
          @dm-change=${(e: CustomEvent<string>) => this.#take({ language: e.detail })}
        ></dm-select>
        <dm-button variant="primary" ?disabled=${this.isSaving} @click=${this.#save}>${t('answer.save')}</dm-button>
        <dm-button @click=${() => this.emit('cancel')}>${t('answer.cancel')}</dm-button>
      </div>`;
  }
}

define('knowledge-answer', KnowledgeAnswer);
