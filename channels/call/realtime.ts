/** Frames by the names of OpenAI's Realtime API, as far as it has them; docs/calls.md lists them. */
import { isObject } from '../../core/model/json.ts';
import type { JsonObject } from '../../core/model.ts';
import type { LineInput, LineOpening, LineOutput, Speaker } from '../../core/ports.ts';

/** Of typed words, in UTF-16 units. */
const LONGEST_TEXT = 4_000;
const LONGEST_ID = 100;

const wrong = (message: string): LineInput => ({ kind: 'wrong', message });

/** Never throws. */
export function read(frame: string): LineInput {
  let event: unknown;
  try {
    event = JSON.parse(frame);
  } catch {
    return wrong('The frame is not JSON.');
  }
  if (!isObject(event) || typeof event.type !== 'string') return wrong("The 'type' field is missing.");
  const reader = Object.hasOwn(READERS, event.type) ? READERS[event.type] : undefined;
  return reader ? reader(event) : wrong(`There is no event '${event.type.slice(0, LONGEST_ID)}' here.`);
}

const READERS: Record<string, (event: JsonObject) => LineInput> = {
  'session.update': ({ session }) => {
    const rate = within(within(within(within(session, 'audio'), 'input'), 'format'), 'rate');
    if (rate === undefined) return { kind: 'nothing' };
    return rate === 16_000 || rate === 24_000
      ? { kind: 'rate', rate }
      : wrong('Sound is taken at 16000 or 24000 Hz, as audio/pcm.');
  },
  'input_audio_buffer.append': ({ audio }) =>
    typeof audio === 'string' ? { kind: 'sound', pcm: Buffer.from(audio, 'base64') } : wrong("'audio' is missing."),
  'input_audio_buffer.clear': () => ({ kind: 'forget' }),
  'input_audio_buffer.commit': () => ({ kind: 'nothing' }),
  'conversation.item.create': ({ item }) => typed(item),
  'conversation.item.truncate': (event) => position('stopped', event),
  'dragoman.played': (event) => position('played', event),
  'response.cancel': () => ({ kind: 'cancel' }),
  'output_audio_buffer.clear': () => ({ kind: 'cancel' }),
  'response.create': () => ({ kind: 'nothing' }),
  'dragoman.mute': ({ on }) => ({ kind: 'mute', on: on === true }),
  'dragoman.ping': ({ n }) => ({ kind: 'ping', n: Number.isFinite(n) ? Number(n) : 0 }),
  'dragoman.end': () => ({ kind: 'end' }),
};

function typed(item: unknown): LineInput {
  const content = within(item, 'content');
  const texts = (Array.isArray(content) ? content : []).map((part) => within(part, 'text'));
  const text = texts
    .filter((part) => typeof part === 'string')
    .join('\n')
    .trim();
  const id = within(item, 'id');
  if (within(item, 'role') !== 'user') return wrong("Only items of the role 'user' are taken.");
  if (!text) return wrong('The item has no text.');
  if (text.length > LONGEST_TEXT) return wrong(`The text is longer than ${LONGEST_TEXT} characters.`);
  return { kind: 'typed', text, ...(typeof id === 'string' && id && { id: id.slice(0, LONGEST_ID) }) };
}

function position(kind: 'played' | 'stopped', event: JsonObject): LineInput {
  const { item_id: item, audio_end_ms: ms } = event;
  // JSON has numbers that are too large for one.
  if (typeof item !== 'string' || typeof ms !== 'number' || !Number.isFinite(ms) || ms < 0)
    return wrong("'item_id' or 'audio_end_ms' is missing.");
  return { kind, item: item.slice(0, LONGEST_ID), ms };
}

const within = (value: unknown, key: string): unknown =>
  isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;

export const write = (output: LineOutput): string => JSON.stringify(eventOf(output));

const ROLES: Record<Speaker, string> = { customer: 'user', bot: 'assistant', human: 'assistant', system: 'assistant' };

function eventOf(output: LineOutput): object {
  switch (output.kind) {
    case 'open':
      return { type: 'session.created', session: sessionOf(output.opening) };
    case 'changed': {
      const audio = { input: { format: { type: 'audio/pcm', rate: output.rate } } };
      return { type: 'session.updated', session: { type: 'realtime', audio } };
    }
    case 'speech':
      return output.on
        ? { type: 'input_audio_buffer.speech_started', item_id: output.item, audio_start_ms: output.atMs }
        : { type: 'input_audio_buffer.speech_stopped', item_id: output.item, audio_end_ms: output.atMs };
    case 'stored':
      return { type: 'input_audio_buffer.committed', item_id: output.item, audio_end_ms: output.atMs };
    case 'guess':
      return heard('delta', output.item, { delta: output.text });
    case 'heard':
      return heard('completed', output.item, { transcript: output.text });
    case 'unheard':
      return heard('failed', output.item, { error: { type: 'transcription_error', message: output.message } });
    case 'words':
      return { type: 'conversation.item.done', item: itemOf(output) };
    case 'answer-begins':
      return { type: 'response.created', response: responseOf(output.item, 'in_progress') };
    case 'sentence':
      return said('response.output_audio_transcript.delta', output.item, { delta: output.text });
    case 'sound':
      return said('response.output_audio.delta', output.item, { delta: base64(output.pcm) });
    case 'sound-ends':
      return said('response.output_audio.done', output.item);
    case 'answer-ends':
      return { type: 'response.done', response: responseOf(output.item, output.whole ? 'completed' : 'cancelled') };
    case 'stop':
      return { type: 'output_audio_buffer.cleared', item_id: output.item, response_id: output.item };
    case 'cut': {
      const { item, ms, text } = output;
      const cut = { item_id: item, content_index: 0, audio_end_ms: ms, transcript: text };
      return { type: 'conversation.item.truncated', ...cut };
    }
    case 'hold':
      return { type: 'dragoman.hold', on: output.on };
    case 'state':
      return { type: 'dragoman.state', mode: output.mode };
    case 'stages': {
      const { endOfTurn, stt, answer, tts, firstSound } = output.stages;
      const told = { end_of_turn_ms: endOfTurn, stt_ms: stt, answer_ms: answer, tts_ms: tts };
      return { type: 'dragoman.stages', item_id: output.item, ...told, first_sound_ms: firstSound };
    }
    case 'pong':
      return { type: 'dragoman.pong', n: output.n };
    case 'ended':
      return { type: 'dragoman.ended', reason: output.reason, duration_ms: output.ms };
    case 'error':
      return { type: 'error', error: { type: 'invalid_request_error', code: output.code, message: output.message } };
  }
}

function sessionOf(opening: LineOpening): object {
  const { call, account, language, recording, missing, rates, soundFrom, cursor } = opening;
  const format = (rate: number) => ({ format: { type: 'audio/pcm', rate } });
  return {
    ...{ id: call, object: 'realtime.session', type: 'realtime' },
    audio: { input: format(rates.in), output: format(rates.out) },
    dragoman: {
      ...{ call, account, language, recording, missing, cursor, audio_from_ms: soundFrom },
      missing_codes: opening.missingCodes,
      ...{ resume_ms: opening.resumeMs, heartbeat_ms: opening.heartbeatMs, longest_ms: opening.longestMs },
    },
  };
}

function itemOf({ item, speaker, text, cursor }: LineOutput & { kind: 'words' }): object {
  const role = ROLES[speaker];
  const content = [{ type: role === 'user' ? 'input_text' : 'output_text', text }];
  const dragoman = { author: speaker, cursor };
  return { id: item, object: 'realtime.item', type: 'message', status: 'completed', role, content, dragoman };
}

const responseOf = (id: string, status: string) => ({ id, object: 'realtime.response', status });

const heard = (how: string, item: string, more: object) => ({
  type: `conversation.item.input_audio_transcription.${how}`,
  ...{ item_id: item, content_index: 0, ...more },
});

const said = (type: string, item: string, more: object = {}) => ({
  ...{ type, response_id: item, item_id: item, output_index: 0, content_index: 0 },
  ...more,
});

const base64 = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
