/** Where a person writes: Enter sends, Shift+Enter makes a new line. */
import { html } from 'lit';
import { icon } from '../components/icons.ts';
import type { WidgetWords } from './words.ts';

interface Options {
  /** UTF-16 units. */
  limit: number;
  hint: string;
  send(text: string): void;
}

export function composer({ t }: WidgetWords, { limit, hint, send }: Options) {
  const submit = (form: HTMLFormElement) => {
    const area = form.querySelector('textarea')!;
    const text = area.value.trim();
    if (!text) return;
    area.value = '';
    send(text);
  };
  return html`<form
    @submit=${(event: SubmitEvent) => {
      event.preventDefault();
      submit(event.currentTarget as HTMLFormElement);
    }}
  >
    <label>
      <span class="sr">${t('composer')}</span>
      <textarea
        rows="1"
        maxlength=${limit}
        placeholder=${hint}
        enterkeyhint="send"
        @keydown=${(event: KeyboardEvent) => {
          // What an input method still composes is not sent.
          if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
          event.preventDefault();
          submit((event.target as HTMLTextAreaElement).form!);
        }}
      ></textarea>
    </label>
    <button class="bare send" aria-label=${t('composer.send')}>${icon('send')}</button>
  </form>`;
}
