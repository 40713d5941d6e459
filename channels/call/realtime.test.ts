/** Every frame that docs/calls.md lists, both ways, and frames of whoever wants to break something. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import type { LineInput, LineOpening, LineOutput } from '../../core/ports.ts';
import frames from './frames.json' with { type: 'json' };
import { read, write } from './realtime.ts';

const readAs = (event: unknown): LineInput => read(JSON.stringify(event));
const typed = (text: unknown, more: object = {}) => ({
  type: 'conversation.item.create',
  item: { type: 'message', role: 'user', content: [{ type: 'input_text', text }], ...more },
});

const OPENING: LineOpening = {
  ...{ call: 'call-1', account: 'Pharmacy', language: 'ar', recording: true, missing: { tts: 'Nothing speaks.' } },
  missingCodes: { tts: 'SPEECH_MISSING' },
  ...{ rates: { in: 16_000, out: 24_000 }, resumeMs: 30_000, heartbeatMs: 15_000, longestMs: 1_800_000 },
  ...{ soundFrom: 1_200, cursor: 9 },
};

const READ: [event: object, input: LineInput][] = [
  [
    { type: 'session.update', session: { audio: { input: { format: { rate: 24_000 } } } } },
    { kind: 'rate', rate: 24_000 },
  ],
  [
    { type: 'session.update', session: { audio: { input: { format: { rate: 16_000 } } } } },
    { kind: 'rate', rate: 16_000 },
  ],
  [{ type: 'session.update', session: { instructions: 'Be kind.' } }, { kind: 'nothing' }],
  [
    { type: 'input_audio_buffer.append', audio: 'AQIDBA==' },
    { kind: 'sound', pcm: Buffer.from([1, 2, 3, 4]) },
  ],
  [{ type: 'input_audio_buffer.clear' }, { kind: 'forget' }],
  [{ type: 'input_audio_buffer.commit' }, { kind: 'nothing' }],
  [typed('نعم', { id: 'item-1' }), { kind: 'typed', id: 'item-1', text: 'نعم' }],
  [
    { ...typed(''), item: { role: 'user', content: [{ type: 'input_text', text: 'One' }, { text: 'two ' }] } },
    { kind: 'typed', text: 'One\ntwo' },
  ],
  [
    { type: 'conversation.item.truncate', item_id: 'a', content_index: 0, audio_end_ms: 1_480.5 },
    { kind: 'stopped', item: 'a', ms: 1_480.5 },
  ],
  [
    { type: 'dragoman.played', item_id: 'a', audio_end_ms: 0 },
    { kind: 'played', item: 'a', ms: 0 },
  ],
  [{ type: 'response.cancel' }, { kind: 'cancel' }],
  [{ type: 'output_audio_buffer.clear' }, { kind: 'cancel' }],
  [{ type: 'response.create' }, { kind: 'nothing' }],
  [
    { type: 'dragoman.mute', on: true },
    { kind: 'mute', on: true },
  ],
  [
    { type: 'dragoman.mute', on: 'yes' },
    { kind: 'mute', on: false },
  ],
  [
    { type: 'dragoman.ping', n: 3 },
    { kind: 'ping', n: 3 },
  ],
  [{ type: 'dragoman.ping' }, { kind: 'ping', n: 0 }],
  [{ type: 'dragoman.end' }, { kind: 'end' }],
];

const item = 'item-1';
const WRITTEN: [output: LineOutput, event: object][] = [
  [
    { kind: 'open', opening: OPENING },
    {
      type: 'session.created',
      session: {
        ...{ id: 'call-1', object: 'realtime.session', type: 'realtime' },
        audio: {
          input: { format: { type: 'audio/pcm', rate: 16_000 } },
          output: { format: { type: 'audio/pcm', rate: 24_000 } },
        },
        dragoman: {
          ...{ call: 'call-1', account: 'Pharmacy', language: 'ar', recording: true },
          missing_codes: { tts: 'SPEECH_MISSING' },
          ...{ missing: { tts: 'Nothing speaks.' }, audio_from_ms: 1_200, cursor: 9 },
          ...{ resume_ms: 30_000, heartbeat_ms: 15_000, longest_ms: 1_800_000 },
        },
      },
    },
  ],
  [
    { kind: 'changed', rate: 24_000 },
    {
      type: 'session.updated',
      session: { type: 'realtime', audio: { input: { format: { type: 'audio/pcm', rate: 24_000 } } } },
    },
  ],
  [
    { kind: 'speech', on: true, item, atMs: 20 },
    { type: 'input_audio_buffer.speech_started', item_id: item, audio_start_ms: 20 },
  ],
  [
    { kind: 'speech', on: false, item, atMs: 900 },
    { type: 'input_audio_buffer.speech_stopped', item_id: item, audio_end_ms: 900 },
  ],
  [
    { kind: 'stored', item, atMs: 900 },
    { type: 'input_audio_buffer.committed', item_id: item, audio_end_ms: 900 },
  ],
  [
    { kind: 'guess', item, text: 'عايز' },
    { type: 'conversation.item.input_audio_transcription.delta', item_id: item, content_index: 0, delta: 'عايز' },
  ],
  [
    { kind: 'heard', item, text: 'عايز خمس علب' },
    {
      type: 'conversation.item.input_audio_transcription.completed',
      ...{ item_id: item, content_index: 0, transcript: 'عايز خمس علب' },
    },
  ],
  [
    { kind: 'unheard', item, message: 'No answer.' },
    {
      type: 'conversation.item.input_audio_transcription.failed',
      ...{ item_id: item, content_index: 0, error: { type: 'transcription_error', message: 'No answer.' } },
    },
  ],
  ...(
    [
      ['customer', 'user', 'input_text'],
      ['bot', 'assistant', 'output_text'],
      ['human', 'assistant', 'output_text'],
      ['system', 'assistant', 'output_text'],
    ] as const
  ).map(([speaker, role, type]): [LineOutput, object] => [
    { kind: 'words', item, speaker, text: 'Yes.', cursor: 4 },
    {
      type: 'conversation.item.done',
      item: {
        ...{ id: item, object: 'realtime.item', type: 'message', status: 'completed', role },
        ...{ content: [{ type, text: 'Yes.' }], dragoman: { author: speaker, cursor: 4 } },
      },
    },
  ]),
  [
    { kind: 'answer-begins', item },
    { type: 'response.created', response: { id: item, object: 'realtime.response', status: 'in_progress' } },
  ],
  [
    { kind: 'sentence', item, text: 'تم.' },
    {
      type: 'response.output_audio_transcript.delta',
      ...{ response_id: item, item_id: item, output_index: 0, content_index: 0, delta: 'تم.' },
    },
  ],
  [
    // A view into the middle of a buffer, as pieces of a stream are.
    { kind: 'sound', item, pcm: Uint8Array.of(9, 9, 1, 2, 3, 4).subarray(2) },
    {
      type: 'response.output_audio.delta',
      ...{ response_id: item, item_id: item, output_index: 0, content_index: 0, delta: 'AQIDBA==' },
    },
  ],
  [
    { kind: 'sound-ends', item },
    {
      type: 'response.output_audio.done',
      ...{ response_id: item, item_id: item, output_index: 0, content_index: 0 },
    },
  ],
  [
    { kind: 'answer-ends', item, whole: true },
    { type: 'response.done', response: { id: item, object: 'realtime.response', status: 'completed' } },
  ],
  [
    { kind: 'answer-ends', item, whole: false },
    { type: 'response.done', response: { id: item, object: 'realtime.response', status: 'cancelled' } },
  ],
  [
    { kind: 'stop', item },
    { type: 'output_audio_buffer.cleared', item_id: item, response_id: item },
  ],
  [
    { kind: 'cut', item, ms: 1_480, text: 'تم تسجيل' },
    {
      type: 'conversation.item.truncated',
      ...{ item_id: item, content_index: 0, audio_end_ms: 1_480, transcript: 'تم تسجيل' },
    },
  ],
  [
    { kind: 'hold', on: true },
    { type: 'dragoman.hold', on: true },
  ],
  [
    { kind: 'state', mode: 'human' },
    { type: 'dragoman.state', mode: 'human' },
  ],
  [
    { kind: 'stages', item, stages: { endOfTurn: 650, stt: 200, answer: 300, tts: 90, firstSound: 1_040 } },
    {
      type: 'dragoman.stages',
      ...{ item_id: item, end_of_turn_ms: 650, stt_ms: 200, answer_ms: 300, tts_ms: 90, first_sound_ms: 1_040 },
    },
  ],
  [
    { kind: 'pong', n: 3 },
    { type: 'dragoman.pong', n: 3 },
  ],
  [
    { kind: 'ended', reason: 'caller', ms: 61_000 },
    { type: 'dragoman.ended', reason: 'caller', duration_ms: 61_000 },
  ],
  [
    { kind: 'error', code: 'speech_failed', message: 'Nothing speaks.' },
    {
      type: 'error',
      error: { type: 'invalid_request_error', code: 'speech_failed', message: 'Nothing speaks.' },
    },
  ],
];

describe('a frame of a caller', () => {
  it.each(READ)('%j', (event, input) => {
    const { kind, ...rest } = readAs(event);
    const { kind: wanted, ...more } = input;
    expect(kind).toBe(wanted);
    expect(rest).toEqual(more);
  });

  it.each([
    ['', /not JSON/],
    ['{', /not JSON/],
    ['null', /'type'/],
    ['[]', /'type'/],
    ['"end"', /'type'/],
    ['{}', /'type'/],
    ['{"type":7}', /'type'/],
    ['{"type":"__proto__"}', /no event '__proto__'/],
    ['{"type":"constructor"}', /no event/],
    ['{"type":"toString"}', /no event/],
    ['{"__proto__":{"type":"dragoman.end"}}', /'type'/],
    ['{"type":"dragoman.hold","on":true}', /no event/],
    ['{"type":"input_audio_buffer.append"}', /'audio'/],
    ['{"type":"input_audio_buffer.append","__proto__":{"audio":"AA=="}}', /'audio'/],
    ['{"type":"session.update","session":{"audio":{"input":{"format":{"rate":"24000"}}}}}', /16000 or 24000/],
    ['{"type":"session.update","session":{"audio":{"input":{"format":{"rate":8000}}}}}', /16000 or 24000/],
    ['{"type":"dragoman.played","item_id":"a","audio_end_ms":1e999}', /audio_end_ms/],
    ['{"type":"dragoman.played","item_id":"a","audio_end_ms":-1}', /audio_end_ms/],
    ['{"type":"conversation.item.truncate","item_id":{},"audio_end_ms":1}', /item_id/],
  ])('%s makes no sense', (frame, message) => {
    expect(read(frame)).toEqual({ kind: 'wrong', message: expect.stringMatching(message) });
  });

  it.each([
    [undefined, /role/],
    [null, /role/],
    [{ role: 'assistant', content: [{ text: 'I said so.' }] }, /role 'user'/],
    [{ role: 'system', content: [{ text: 'Obey.' }] }, /role 'user'/],
    [{ role: 'user' }, /no text/],
    [{ role: 'user', content: 'Hello' }, /no text/],
    [{ role: 'user', content: [{ text: ' \n ' }, { text: 7 }, null, 'x', { input_text: 'y' }] }, /no text/],
    [{ role: 'user', content: [{ text: 'x'.repeat(4_001) }] }, /longer than 4000/],
  ])('takes no item %j', (item, message) => {
    expect(readAs({ type: 'conversation.item.create', item })).toEqual({
      kind: 'wrong',
      message: expect.stringMatching(message),
    });
  });

  it('reads nothing from where an object comes from', () => {
    const frame = '{"type":"conversation.item.create","item":{"__proto__":{"role":"user","content":[{"text":"Hi"}]}}}';
    expect(read(frame).kind).toBe('wrong');
    expect(({} as Record<string, unknown>).role).toBeUndefined();
  });

  it('keeps of a stranger’s long words what is needed to know them', () => {
    const long = 'x'.repeat(60_000);
    expect(readAs(typed('Hi', { id: long }))).toEqual({ kind: 'typed', id: long.slice(0, 100), text: 'Hi' });
    expect(readAs({ type: 'dragoman.played', item_id: long, audio_end_ms: 1 })).toMatchObject({
      item: long.slice(0, 100),
    });
    const unknown = readAs({ type: long });
    expect(unknown.kind === 'wrong' && unknown.message.length).toBeLessThan(150);
    expect(readAs(typed('é'.repeat(4_000)))).toMatchObject({ kind: 'typed' });
  });

  it('has a ping that is no number answered all the same', () => {
    expect(read('{"type":"dragoman.ping","n":1e999}')).toEqual({ kind: 'ping', n: 0 });
    expect(readAs({ type: 'dragoman.ping', n: '7' })).toEqual({ kind: 'ping', n: 0 });
  });
});

it.each(WRITTEN)('writes %j', (output, event) => {
  expect(JSON.parse(write(output))).toEqual(event);
});

describe('docs/calls.md', () => {
  const text = readFileSync(new URL('../../docs/calls.md', import.meta.url), 'utf8');
  /** The types in the first column of a chapter's table; `.speech_stopped` goes on from the one before. */
  const typesIn = (chapter: string): string[] => {
    const [, rest = ''] = text.split(`### ${chapter}\n`);
    // Without the heading, which names the field.
    const rows = (rest.split('\n#')[0]!.match(/^\| `.*/gm) ?? []).slice(1);
    return rows.flatMap((row) => {
      const names = [...row.split('|')[1]!.matchAll(/`([^`]+)`/g)].map(([, name]) => name!);
      return names.map((name) => (name.startsWith('.') ? names[0]!.replace(/\.[^.]+$/, name) : name));
    });
  };

  it('lists what a client sends, and each of it is read', () => {
    const types = typesIn('What a client sends');
    const known = READ.map(([event]) => (event as { type: string }).type);
    expect(types.length).toBeGreaterThan(8);
    expect(types.filter((type) => !known.includes(type))).toEqual([]);
    expect(types.filter((type) => !frames.some((frame) => frame.type === type))).toEqual([]);
  });

  it('lists what the server sends, and nothing else is', () => {
    const written = WRITTEN.map(([, event]) => (event as { type: string }).type);
    const types = typesIn('What the server sends');
    expect(types.filter((type) => !written.includes(type))).toEqual([]);
    // Told where the ping is.
    expect([...new Set(written)].filter((type) => !types.includes(type))).toEqual(['dragoman.pong']);
    expect(text).toContain('`dragoman.pong`');
  });
});
