/** What is said in a call, in its order, each once: guesses give way to words, and words to what was heard of them. Pure. */
import { type Author, type ServerEvent, textOf } from './frames.ts';

export interface TranscriptItem {
  id: string;
  author: Author;
  text: string;
  /** UTC milliseconds, of the first that was known of it. */
  at: number;
  /**
   * `guess`: may still become other words; `sending`: typed, and not stored yet; `spoken`: sentences of an answer that is still being written; `said`: stored;
   * `cut`: interrupted, the text is what was heard; `lost`: typed, and the call ended before it was stored.
   */
  state: 'guess' | 'sending' | 'spoken' | 'said' | 'cut' | 'lost';
  typed?: true;
}

export type Transcript = readonly TranscriptItem[];

/** @param at UTC milliseconds, now */
export function typed(items: Transcript, id: string, text: string, at: number): Transcript {
  return [...items, { id, author: 'customer', text, at, state: 'sending', typed: true }];
}

/** The same list where the event says nothing that was said. */
export function merge(items: Transcript, event: ServerEvent, at: number): Transcript {
  switch (event.type) {
    case 'conversation.item.input_audio_transcription.delta':
      return put(items, event.item_id, 'customer', at, (old) =>
        old.state === 'said' ? {} : { text: event.delta, state: 'guess' },
      );
    case 'conversation.item.input_audio_transcription.completed':
      if (event.transcript.trim() === '') return without(items, event.item_id);
      return put(items, event.item_id, 'customer', at, () => ({ text: event.transcript, state: 'said' }));
    case 'conversation.item.input_audio_transcription.failed':
      return without(items, event.item_id);
    case 'conversation.item.done': {
      const { id, dragoman } = event.item;
      const { author } = dragoman;
      const text = textOf(event.item);
      return put(items, id, author, at, ({ state }) => (state === 'cut' ? {} : { author, text, state: 'said' }));
    }
    case 'response.output_audio_transcript.delta':
      return put(items, event.item_id, 'bot', at, (old) => spoken(old, event.delta));
    case 'conversation.item.truncated':
      return put(items, event.item_id, 'bot', at, () => ({ text: event.transcript, state: 'cut' }));
    default:
      return items;
  }
}

/** The call is over: what was a guess is not known, what was typed and not stored is lost. */
export function settle(items: Transcript): Transcript {
  return items
    .filter(({ state }) => state !== 'guess')
    .map((item) => (item.state === 'sending' ? { ...item, state: 'lost' as const } : item));
}

/** The sentences of an answer that is spoken while it is written, one behind the other; of one that is stored, all words are there. */
function spoken({ text, state }: TranscriptItem, sentence: string): Partial<TranscriptItem> {
  if (state === 'said' || state === 'cut') return {};
  const gap = text === '' || /\s$/.test(text) || /^\s/.test(sentence) ? '' : ' ';
  return { text: text + gap + sentence, state: 'spoken' };
}

function put(
  items: Transcript,
  id: string,
  author: Author,
  at: number,
  change: (old: TranscriptItem) => Partial<TranscriptItem>,
): Transcript {
  const old = items.find((item) => item.id === id);
  if (old) return items.map((item) => (item === old ? { ...old, ...change(old) } : item));
  const item: TranscriptItem = { id, author, text: '', at, state: 'guess' };
  return [...items, { ...item, ...change(item) }];
}

const without = (items: Transcript, id: string): Transcript => items.filter((item) => item.id !== id);
