/** What a line is told first: what kind of call this is, and the words that it has not seen. */
import type { Account } from '../../core/accounts.ts';
import { HEARING_RATE } from '../../core/calls/stretches.ts';
import type { DragomanError } from '../../core/errors.ts';
import { isObject } from '../../core/model/json.ts';
import type { Call, Message } from '../../core/model.ts';
import type { LineOpening, LineOutput } from '../../core/ports.ts';
import { SPEECH_RATE } from '../../core/sound/wav.ts';
import type { Speech } from '../speech.ts';

/** A line that is away may come back for so long. */
export const RESUME_MS = 30_000;
export const LONGEST_MS = 30 * 60_000;
export const HEARTBEAT_MS = 15_000;

export function openingOf(
  call: Call,
  { name, settings }: Account,
  speech: Pick<Speech, 'missing'>,
  more: Pick<LineOpening, 'language' | 'cursor' | 'soundFrom'>,
): LineOpening {
  const { stt, tts } = speech.missing();
  const words = ({ message, action }: DragomanError) => `${message} ${action}`;
  return {
    ...{ call: call.id, account: name, recording: settings.recording === 'on', ...more },
    missing: { ...(stt && { stt: words(stt) }), ...(tts && { tts: words(tts) }) },
    missingCodes: { ...(stt && { stt: stt.code }), ...(tts && { tts: tts.code }) },
    rates: { in: HEARING_RATE, out: SPEECH_RATE },
    ...{ resumeMs: RESUME_MS, heartbeatMs: HEARTBEAT_MS, longestMs: LONGEST_MS },
  };
}

/** Words after those that a line saw last. */
export function wordsAfter(messages: Message[], cursor: number): LineOutput[] {
  return messages.flatMap((message) => {
    const { id, seq, author, text, platformId, direction } = message;
    if (seq <= cursor || !text) return [];
    const item = direction === 'in' ? (platformId ?? id) : id;
    return { kind: 'words', item, speaker: author, text: shownOf(message), cursor: seq } as const;
  });
}

/** A message as its channel renders it; of one that was cut, what was heard. */
export function shownOf({ text, parts = [], unheard }: Message): string {
  const rendered = parts.flatMap(({ request }) => (isObject(request) ? [String(request.text ?? '')] : []));
  return unheard === undefined && rendered.length > 0 ? rendered.join('\n') : text;
}
