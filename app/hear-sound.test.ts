import { expect, it } from 'vitest';
import { wavOf } from '../core/sound/wav.ts';
import { soundIn } from './hear-sound.ts';

const WAV = wavOf(new Uint8Array(4_800));

it('finds a sound where it may be, a file of a form first', () => {
  const base64 = Buffer.from(WAV).toString('base64');
  const req = { files: [{ buffer: Buffer.from(WAV) }, { buffer: Buffer.from('second') }] };
  expect(soundIn({ payload: { language: 'es' }, req })).toMatchObject({ type: 'wav', language: 'es' });
  expect(soundIn({ payload: WAV, language: 'it' })).toEqual({ sound: WAV, type: 'wav', language: 'it' });
  expect(soundIn({ payload: { audio_base64: base64, language: '' } }).sound.length).toBe(WAV.length);
  expect(soundIn({ payload: { audio_base64: `${base64.slice(0, 76)}\n${base64.slice(76)}` } }).sound.length).toBe(
    WAV.length,
  );
  expect(soundIn({ payload: { audio_base64: base64.replaceAll('+', '-').replaceAll('/', '_') } }).type).toBe('wav');
});

it.each<[string, object]>([
  ['nothing', {}],
  ['a text', { payload: 'x' }],
  ['an empty file', { payload: Buffer.alloc(0) }],
  ['no text of base64', { payload: { audio_base64: 5 } }],
  ['files that are none', { req: { files: ['x'] } }],
  ['an empty list of files', { req: { files: [] } }],
  ['an odd language', { payload: WAV, language: { a: 1 } }],
])('refuses %s', (_what, msg) => {
  expect(() => soundIn(msg)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});

it('refuses what is too large', () => {
  const large = Buffer.concat([WAV, Buffer.alloc(16 * 1024 * 1024)]);
  expect(() => soundIn({ payload: large })).toThrow(expect.objectContaining({ code: 'TOO_LARGE' }));
});
