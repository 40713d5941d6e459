/** How a call looks: begun, spoken, typed, ended. */
import { html, nothing, type TemplateResult } from 'lit';
import { repeat } from 'lit/directives/repeat.js';
import type { TranscriptItem } from '../call/transcript.ts';
import type { CallView } from '../call/view.ts';
import { icon } from '../components/icons.ts';
import { composer } from './composer.ts';
import type { WidgetWords } from './words.ts';

export interface CallDeeds {
  /** @param microphone wanted */
  start(microphone: boolean): void;
  skip(): void;
  listen(): void;
  mute(on: boolean): void;
  say(text: string): void;
  interrupt(): void;
  unblock(): void;
  end(): void;
}

/** @param trouble why it could not be begun. @param now UTC milliseconds */
export function callView(
  view: CallView,
  words: WidgetWords,
  deeds: CallDeeds,
  { trouble, now }: { trouble: boolean; now: number },
): TemplateResult {
  const { t } = words;
  if (view.state === 'idle')
    return html`<div class="idle">
      ${trouble ? html`<p class="bad" role="alert">${t('call.noTicket')}</p>` : nothing} ${beginnings(t('call.start'), words, deeds)}
    </div>`;
  const name = view.session?.dragoman.account ?? '';
  const isGoing = view.state !== 'ended';
  return html`
    <div class="status" role="status">${status(view, words, now)}${notices(view, words, deeds)}</div>
    <div class="log" tabindex="0" role="log" aria-live="polite" aria-label=${t('call.log', { name })}>
      <ol>
        ${repeat(
          view.items,
          ({ id }) => id,
          (item) => said(item, words),
        )}
      </ol>
    </div>
    ${isGoing ? controls(view, words, deeds) : html`<div class="controls">${beginnings(t('call.again'), words, deeds)}</div>`}
    ${isGoing && view.session ? composer(words, { limit: 4_000, hint: t('call.hint'), send: deeds.say }) : nothing}
  `;
}

function beginnings(label: string, { t }: WidgetWords, deeds: CallDeeds) {
  return html`<button class="action main" @click=${() => deeds.start(true)}>${label}</button>
    <button class="action" @click=${() => deeds.start(false)}>${t('call.typed')}</button>`;
}

function status({ state, microphone, doing, mode, ended, liveAt }: CallView, words: WidgetWords, now: number) {
  const { t, maybe, clock } = words;
  if (state === 'starting' && microphone === 'asking')
    return html`<strong>${t('call.asking')}</strong> ${t('call.askingText')}`;
  if (state === 'starting') return t('call.starting');
  if (state === 'connecting') return t('state.connecting');
  if (state === 'reconnecting') return t('call.reconnecting');
  if (state === 'ended') {
    const { reason = '', durationMs } = ended ?? {};
    const told = maybe(`end.${reason}`) ?? t('end.ended');
    return durationMs === undefined ? told : `${told} ${t('call.duration', { time: clock(durationMs) })}`;
  }
  const quiet = microphone === 'on' ? 'nothing' : 'typed';
  const does = mode === 'human' && doing === 'nothing' ? 'human' : doing === 'nothing' ? quiet : doing;
  return html`${t(`doing.${does}`)}<span aria-hidden="true"> · ${clock(liveAt === undefined ? 0 : now - liveAt)}</span>`;
}

function notices({ state, session, microphone, blocked }: CallView, { t }: WidgetWords, deeds: CallDeeds) {
  if (state === 'ended' || state === 'starting') return nothing;
  const { missing, recording } = session?.dragoman ?? {};
  const silent = microphone !== 'off' && microphone !== 'asking' && microphone !== 'on';
  return html`${recording ? html`<p>${t('call.recorded')}</p>` : nothing}
    ${missing?.stt ? html`<p>${t('missing.stt')}</p>` : nothing} ${missing?.tts ? html`<p>${t('missing.tts')}</p>` : nothing}
    ${silent && !missing?.stt ? html`<p>${t(`microphone.${microphone}`)}</p>` : nothing}
    ${
      blocked
        ? html`<p>${t('blocked.text')} <button class="link" @click=${deeds.unblock}>${t('blocked.allow')}</button></p>`
        : nothing
    }`;
}

function controls({ state, microphone, muted, doing, session }: CallView, { t }: WidgetWords, deeds: CallDeeds) {
  const isOn = microphone === 'on';
  return html`<div class="controls">
    ${
      isOn
        ? html`<button
              class="bare"
              aria-label=${t('call.mute')}
              aria-pressed=${muted ? 'true' : 'false'}
              @click=${() => deeds.mute(!muted)}
            >
              ${icon(muted ? 'mic-off' : 'mic')}
            </button>
            <meter min="0" max="1" aria-label=${t('call.level')}></meter>`
        : nothing
    }
    ${
      state === 'starting' && microphone === 'asking'
        ? html`<button class="action" @click=${deeds.skip}>${t('call.skip')}</button>`
        : nothing
    }
    ${
      state === 'live' && !isOn && microphone !== 'asking' && !session?.dragoman.missing.stt
        ? html`<button class="action" @click=${deeds.listen}>${t('call.use')}</button>`
        : nothing
    }
    ${doing === 'speaking' ? html`<button class="action" @click=${deeds.interrupt}>${t('call.interrupt')}</button>` : nothing}
    <button class="action danger" @click=${deeds.end}>${t('call.end')}</button>
  </div>`;
}

const NOTES = { guess: 'item.guess', sending: 'item.sending', lost: 'item.lost', cut: 'item.cut' } as const;

function said({ author, text, state, at }: TranscriptItem, words: WidgetWords) {
  const { t } = words;
  const note = state === 'spoken' || state === 'said' ? undefined : t(NOTES[state]);
  const isMine = author === 'customer';
  return html`<li class=${isMine ? 'mine' : ''}>
    ${author === 'human' ? html`<span class="who">${t('author.human')}</span>` : html`<span class="sr">${isMine ? t('you') : t(`author.${author}`)}</span>`}
    <div class="bubble ${state}">${text}</div>
    <span class="meta">${note ?? words.time(at)}</span>
  </li>`;
}
