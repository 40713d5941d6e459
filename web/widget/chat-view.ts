/** How a chat looks. What it knows is in its view; what is done in it, it tells its owner. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { ChatView } from '../chat/chat.ts';
import type { Button, Medium } from '../chat/frames.ts';
import type { Item } from '../chat/log.ts';
import { icon } from '../components/icons.ts';
import { composer } from './composer.ts';
import { marked } from './marked.ts';
import type { WidgetWords } from './words.ts';

export interface ChatDeeds {
  say(text: string): void;
  tap(of: string, button: Button): void;
  retry(id: string): void;
  /** Tries to open what is closed. */
  open(): void;
}

const LONGEST_TEXT = 4_000;

export function chatView(view: ChatView, words: WidgetWords, deeds: ChatDeeds): TemplateResult {
  const { t } = words;
  const name = view.about?.title ?? '';
  return html`
    <div class="status" role="status">${status(view, words, deeds)}</div>
    <div class="log" tabindex="0" role="log" aria-live="polite" aria-label=${t('log', { name })}>
      <ol>
        ${view.more ? html`<li class="meta">${t('more')}</li>` : nothing}
        ${repeat(
          view.log,
          ({ id }) => id,
          (item) => said(item, words, deeds),
        )}
        ${view.isTyping || view.draft ? written(view, words) : nothing}
      </ol>
    </div>
    ${composer(words, { limit: view.about?.longest_text ?? LONGEST_TEXT, hint: t('composer.hint'), send: deeds.say })}
  `;
}

function status({ state, why, mode, trouble }: ChatView, { t, maybe }: WidgetWords, deeds: ChatDeeds) {
  if (state === 'closed' && why)
    return html`<span class="bad">${t(`closed.${why}`)}</span>
      ${why === 'gone' ? nothing : html`<button class="link" @click=${deeds.open}>${t('retry')}</button>`}`;
  if (state === 'connecting' || state === 'reconnecting') return t(`state.${state}`);
  const refused = maybe(`error.${trouble}`);
  if (refused) return html`<span class="bad">${t(`error.${trouble}` as 'error.off', { n: LONGEST_TEXT })}</span>`;
  return mode === 'human' ? t('human') : nothing;
}

function said(item: Item, words: WidgetWords, deeds: ChatDeeds) {
  const { id, author, text, runs, media, buttons, state, at } = item;
  const { t } = words;
  const isMine = author === 'customer';
  return html`<li class=${isMine ? 'mine' : ''}>
    ${author === 'human' ? html`<span class="who">${t('author.human')}</span>` : html`<span class="sr">${who(author, words)}</span>`}
    ${media?.length ? html`<div class="media">${media.map((medium) => shown(medium, words))}</div>` : nothing}
    ${text ? html`<div class="bubble ${state}">${runs ? marked(runs) : text}</div>` : nothing}
    ${buttons?.length ? choices(item, buttons, deeds) : nothing}
    ${
      state === 'failed'
        ? html`<span class="meta bad">${t('state.failed')} <button class="link" @click=${() => deeds.retry(id)}>${t('retry')}</button></span>`
        : html`<span class="meta">${state === 'sending' ? t('state.sending') : words.time(at)}</span>`
    }
  </li>`;
}

const who = (author: Item['author'], { t }: WidgetWords) => (author === 'customer' ? t('you') : t(`author.${author}`));

function choices({ id, tapped }: Item, buttons: readonly Button[], deeds: ChatDeeds) {
  return html`<div class="choices" role="group">
    ${buttons.map(
      (button) =>
        html`<button
          class="choice"
          aria-pressed=${tapped === button.id ? 'true' : 'false'}
          @click=${() => deeds.tap(id, button)}
        >
          ${button.title}
        </button>`,
    )}
  </div>`;
}

function shown({ kind, url, name }: Medium, { t }: WidgetWords) {
  // The server sends no other; a page trusts nobody.
  if (!url.startsWith('https://')) return nothing;
  const label = name || t(`media.${kind}`);
  const inside =
    kind === 'image'
      ? html`<img src=${url} alt=${label} loading="lazy" referrerpolicy="no-referrer" />`
      : html`${icon('file')}<bdi>${label}</bdi>`;
  return html`<a class=${kind === 'image' ? '' : 'file'} href=${url} target="_blank" rel="noopener noreferrer">${inside}</a>`;
}

/** Not read out word by word: the answer itself is. */
function written({ draft }: ChatView, { t }: WidgetWords) {
  return html`<li>
    <div class="bubble" aria-hidden="true">${draft || html`<span class="dots"><i></i><i></i><i></i></span>`}</div>
    <span class="sr">${t('typing')}</span>
  </li>`;
}
