import { css, html } from 'lit';
import { keyOfAnswer, nameOfAnswer } from '../../../core/desk/answers.ts';
import { wordsOf } from '../../ask.ts';
import { base, DmElement, define } from '../../components/base.ts';
import { dialogLook } from '../../components/dialog-look.ts';
import * as api from './api.ts';
import { said, t } from './words.ts';
import '../../components/button.ts';

/** Asks under which name words are kept as a saved answer. Tells `saved`. */
export class InboxSaveAnswer extends DmElement {
  static override properties = {
    answers: { attribute: false },
    text: { state: true },
    problem: { state: true },
    isSaving: { state: true },
  };
  /** Those that there are. */
  declare answers: readonly api.SavedAnswer[];
  declare private text: string;
  declare private problem: string;
  declare private isSaving: boolean;

  static override styles = [
    base,
    dialogLook,
    css`
      form {
        display: grid;
        gap: var(--dm-space-2);
      }
      blockquote {
        max-block-size: 9.5em;
        overflow: auto;
        margin: 0 0 var(--dm-space-2);
        padding: 8px 12px;
        border-inline-start: 3px solid var(--dm-line-strong);
        background: var(--dm-sunken);
        font-size: var(--dm-size-s);
        white-space: pre-wrap;
        overflow-wrap: anywhere;
        unicode-bidi: plaintext;
      }
      label {
        font-size: var(--dm-size-s);
        font-weight: 550;
      }
      .field {
        display: flex;
        align-items: center;
        border: 1px solid var(--dm-line-strong);
        border-radius: var(--dm-radius-m);
        background: var(--dm-surface);
      }
      .field:focus-within {
        border-color: var(--dm-accent);
        outline: 2px solid var(--dm-accent);
        outline-offset: 1px;
      }
      input:focus-visible {
        outline: none;
      }
      .slash {
        padding-inline-start: 12px;
        color: var(--dm-muted);
      }
      input {
        flex: 1;
        min-inline-size: 0;
        min-block-size: 38px;
        padding: 4px 12px 4px 2px;
        border: 0;
        border-radius: var(--dm-radius-m);
        background: none;
      }
      .hint,
      .problem {
        margin: 0;
        color: var(--dm-muted);
        font-size: var(--dm-size-xs);
      }
      .problem {
        color: var(--dm-bad);
        font-size: var(--dm-size-s);
      }
      .deeds {
        display: flex;
        justify-content: flex-end;
        gap: var(--dm-space-2);
        margin-block-start: var(--dm-space-2);
      }
    `,
  ];

  constructor() {
    super();
    this.answers = [];
    this.text = '';
    this.problem = '';
    this.isSaving = false;
  }

  #dialog = () => this.renderRoot.querySelector('dialog');
  #field = () => this.renderRoot.querySelector('input');

  /** @param text that is to be kept */
  async ask(text: string): Promise<void> {
    this.text = text;
    this.problem = '';
    await this.updateComplete;
    const field = this.#field();
    if (field) field.value = '';
    this.#dialog()?.showModal();
    field?.focus();
  }

  async #save(event: Event): Promise<void> {
    event.preventDefault();
    const name = this.#field()?.value.trim() ?? '';
    if (!name || this.isSaving) return;
    if (this.answers.some((one) => keyOfAnswer(one.name) === keyOfAnswer(name))) {
      this.problem = t('answer.taken', { name: nameOfAnswer(name) });
      this.#field()?.focus();
      return;
    }
    this.isSaving = true;
    try {
      await api.saveAnswer({ name, text: this.text });
      this.#dialog()?.close();
      this.emit('saved');
    } catch (error) {
      const { text, action } = wordsOf(error, said, t);
      this.problem = [text, action].filter(Boolean).join(' ');
      this.#field()?.focus();
    }
    this.isSaving = false;
  }

  override render() {
    const { problem } = this;
    return html`<dialog aria-labelledby="heading">
      <form @submit=${this.#save}>
        <h2 id="heading">${t('answer.save')}</h2>
        <blockquote dir="auto">${this.text}</blockquote>
        <label for="name">${t('answer.name')}</label>
        <div class="field">
          <span class="slash" aria-hidden="true">/</span>
          <input
            id="name"
            dir="auto"
            autocomplete="off"
            required
            maxlength="40"
            aria-describedby=${problem ? 'problem' : 'hint'}
            aria-invalid=${problem ? 'true' : 'false'}
            @input=${() => {
              this.problem = '';
            }}
          />
        </div>
        ${problem ? html`<p class="problem" id="problem" role="alert">${problem}</p>` : html`<p class="hint" id="hint">${t('answer.hint', { name: '{name}' })}</p>`}
        <div class="deeds">
          <dm-button @click=${() => this.#dialog()?.close()}>${t('answer.cancel')}</dm-button>
          <dm-button variant="primary" ?disabled=${this.isSaving} @click=${this.#save}>${t('answer.keep')}</dm-button>
        </div>
        <button hidden type="submit"></button>
      </form>
    </dialog>`;
  }
}

define('inbox-save-answer', InboxSaveAnswer);
