/** The page's language and words, and how it writes times. */
import type { LogLine } from '../../call/view.ts';
import type { ChatLabels } from '../../components/bubble.ts';
import { chooseLanguage, createI18n } from '../../i18n.ts';
import { createSaid } from '../../said.ts';
import { createWriting } from '../../writing.ts';
import ar from './locales/ar.json' with { type: 'json' };
import en from './locales/en.json' with { type: 'json' };
import es from './locales/es.json' with { type: 'json' };
import fa from './locales/fa.json' with { type: 'json' };
import it from './locales/it.json' with { type: 'json' };
import ru from './locales/ru.json' with { type: 'json' };

export const i18n = createI18n<keyof typeof en>(chooseLanguage(location.search, navigator.languages), {
  en,
  es,
  it,
  fa,
  ar,
  ru,
});
export const { t, language } = i18n;

export const { clock, moment } = createWriting(language);

/** What core says by code. */
export const said = createSaid(language);

const ms = new Intl.NumberFormat(language, { style: 'unit', unit: 'millisecond', maximumFractionDigits: 0 });
export const milliseconds = (value: number): string => ms.format(value);

export function chatLabels(account: string): ChatLabels {
  return {
    log: t('transcript', { name: account }),
    typing: '',
    human: t('item.human'),
    open: '',
    chosen: '',
    state: {
      draft: t('item.guess'),
      queued: '',
      sending: t('item.sending'),
      sent: '',
      delivered: '',
      read: '',
      failed: t('item.lost'),
      unknown: '',
      discarded: '',
    },
    media: {},
  };
}

/** What `dragoman.ended` or the line says, as a sentence. */
export function endWords(reason: string): string {
  const key = `end.${reason}`;
  return isKey(key) ? t(key) : t('end.ended');
}

/** A line of the log; stages have figures of their own. */
export function logWords(line: LogLine): string {
  if (line.what === 'microphone') return t(line.on ? 'log.microphoneOn' : 'log.microphoneOff');
  if (line.what !== 'event') return t(`log.${line.what}`);
  const { event } = line;
  switch (event.type) {
    case 'input_audio_buffer.speech_started':
      return t('log.speechStarted', { time: moment(event.audio_start_ms) });
    case 'input_audio_buffer.speech_stopped':
      return t('log.speechStopped', { time: moment(event.audio_end_ms) });
    case 'input_audio_buffer.committed':
      return t('log.committed', { time: moment(event.audio_end_ms) });
    case 'conversation.item.input_audio_transcription.completed':
      return t('log.completed', { text: event.transcript });
    case 'conversation.item.input_audio_transcription.failed':
      return t('log.failed', { text: event.error.message ?? event.error.code ?? '' });
    case 'conversation.item.truncated':
      return t('log.truncated', { time: moment(event.audio_end_ms) });
    case 'response.done':
      return t(event.response.status === 'cancelled' ? 'log.responseCancelled' : 'log.responseDone');
    case 'dragoman.hold':
      return t(event.on ? 'log.holdOn' : 'log.holdOff');
    case 'dragoman.state':
      return t(event.mode === 'human' ? 'log.human' : 'log.bot');
    case 'dragoman.ended':
      return endWords(event.reason);
    case 'error':
      return t('log.error', { text: event.error.message ?? event.error.code ?? '' });
    default: {
      const key = `log.${event.type}`;
      return isKey(key) ? t(key) : '';
    }
  }
}

const isKey = (key: string): key is keyof typeof en => Object.hasOwn(en, key);
