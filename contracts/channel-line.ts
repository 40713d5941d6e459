/** The part of the channel contract for those whose customers hold a line to this process: no webhook is signed, and nothing is sent by HTTP. */
import type { Json } from '../core/model.ts';
import type {
  Channel,
  ChannelSettings,
  InboundRequest,
  LineInput,
  LineOutput,
  Live,
  SendResult,
} from '../core/ports.ts';
import { mutants } from './channel-tools.ts';

interface Kit {
  it(name: string, body: () => void | Promise<void>): unknown;
  expect(value: unknown, message?: string): { toBe(expected: unknown): void; toEqual(expected: unknown): void };
}

/** What the contract must know of a line. */
export interface LineSamples {
  settings: ChannelSettings;
  /** `LineWords`, as they are handed to the channel, by name. */
  bodies: Record<string, Json>;
  address: Json;
  /** By which `open` is told whom that address reaches. */
  key: string;
  /** One of each that a caller's program may send. */
  frames: Json[];
}

const INPUTS: Record<LineInput['kind'], true> = {
  ...{ sound: true, rate: true, forget: true, typed: true, played: true, stopped: true, cancel: true, mute: true },
  ...{ ping: true, end: true, nothing: true, wrong: true },
};
const ITEM = 'item-1';
const WORDS = 'مرحبًا «Ana»\n"5" 🎉';
const OUTPUTS: { [Kind in LineOutput['kind']]: Omit<LineOutput & { kind: Kind }, 'kind'> } = {
  open: {
    opening: {
      ...{ call: 'call-1', account: WORDS, language: 'ar', recording: true, missing: { stt: WORDS } },
      missingCodes: { stt: 'SPEECH_MISSING' },
      ...{ rates: { in: 16_000, out: 24_000 }, resumeMs: 1, heartbeatMs: 2, longestMs: 3, soundFrom: 4, cursor: 5 },
    },
  },
  changed: { rate: 24_000 },
  speech: { on: true, item: ITEM, atMs: 20 },
  stored: { item: ITEM, atMs: 20 },
  guess: { item: ITEM, text: WORDS },
  heard: { item: ITEM, text: WORDS },
  unheard: { item: ITEM, message: WORDS },
  words: { item: ITEM, speaker: 'human', text: WORDS, cursor: 7 },
  'answer-begins': { item: ITEM },
  sentence: { item: ITEM, text: WORDS },
  sound: { item: ITEM, pcm: Uint8Array.of(1, 0, 2, 0) },
  'sound-ends': { item: ITEM },
  'answer-ends': { item: ITEM, whole: false },
  stop: { item: ITEM },
  cut: { item: ITEM, ms: 20, text: WORDS },
  hold: { on: true },
  state: { mode: 'human' },
  stages: { item: ITEM, stages: { endOfTurn: 1, stt: 2, answer: 3, tts: 4, firstSound: 5 } },
  pong: { n: 7 },
  ended: { reason: 'silence', ms: 20 },
  error: { code: 'failed', message: WORDS },
};

/** @param live the channel's */
export function heldLines(channel: Channel, live: Live, samples: LineSamples, { it, expect }: Kit): void {
  const { settings, address, key, frames } = samples;

  it('takes words from its own lines only, whatever a request says', () => {
    const request = (method: string): InboundRequest => ({
      ...{ method, path: '/', query: {}, headers: {}, body: new TextEncoder().encode('{}') },
    });
    expect(channel.verify(request(live.method), settings)).toEqual({ ok: true, signed: true });
    for (const method of ['GET', 'POST', 'PUT', live.method.toLowerCase(), ''])
      expect(channel.verify(request(method), settings).ok, method).toBe(false);
  });

  it('reads each of its frames', () => {
    for (const frame of frames) expect(kindOf(live, frame) === 'wrong', JSON.stringify(frame)).toBe(false);
  });

  it('never throws on a frame with anything missing or of another type, nor on what is no frame', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const texts = ['', '{', 'null', '[]', '7', '"type"', deep, '{"__proto__":{"type":"x"}}', '{"type":"__proto__"}'];
    const all = [...texts, ...frames.flatMap((frame) => [...mutants(frame)].map((mutant) => JSON.stringify(mutant)))];
    for (const frame of all) {
      let kind = 'threw';
      try {
        kind = live.read(frame).kind;
      } catch {}
      expect(Object.hasOwn(INPUTS, kind), `${kind} ${frame.slice(0, 200)}`).toBe(true);
    }
  });

  it('writes each thing that a caller is told as a frame of JSON', () => {
    for (const [kind, rest] of Object.entries(OUTPUTS)) {
      const text = live.write({ kind, ...rest } as LineOutput);
      expect(typeof JSON.parse(text), kind).toBe('object');
    }
  });

  it('says to whoever holds the line what is sent to his address, and that he is gone once he is', async () => {
    const part = channel.render({ text: 'Hola' })[0]!;
    const heard: [string, Json][] = [];
    const say = (who: string) => async (said: Json) => {
      heard.push([who, said]);
      return { ok: true as const, platformId: who };
    };
    const send = () => channel.send(part, address, settings, noHttp);
    const gone = (result: SendResult) => !result.ok && result.failure;
    expect(gone(await send())).toBe('recipient');
    const closeFirst = live.open(key, say('first'));
    expect(await send()).toEqual({ ok: true, platformId: 'first' });
    const closeSecond = live.open(key, say('second'));
    closeFirst();
    expect(await send()).toEqual({ ok: true, platformId: 'second' });
    closeSecond();
    expect(gone(await send())).toBe('recipient');
    expect(heard).toEqual([
      ['first', part],
      ['second', part],
    ]);
    const elsewhere: Json[] = [null, 7, [], {}, { call: { id: key } }];
    for (const other of elsewhere)
      expect(gone(await channel.send(part, other, settings, noHttp)), JSON.stringify(other)).toBe('recipient');
  });
}

const kindOf = (live: Live, frame: Json) => live.read(JSON.stringify(frame)).kind;

const noHttp = () => Promise.reject(new Error('A line needs no HTTP.'));
