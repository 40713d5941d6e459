import { expect, it } from 'vitest';
import { instagram } from '../channels/instagram/instagram.ts';
import { telegram } from '../channels/telegram/telegram.ts';
import { DragomanError } from '../core/errors.ts';
import type { Media } from '../core/model.ts';
import type { Channel, Outgoing, Speak } from '../core/ports.ts';
import type { Speech } from './speech.ts';
import type { LiveTurn } from './turn.ts';
import { createMakeVoice, createSayIn, isAskedAloud } from './voice-notes.ts';

const heard: Media = { kind: 'voice', ref: 'x', heard: true };
const SPOKEN = Buffer.from([1, 2]);
const speak: Speak = async function* (text, { language }) {
  yield SPOKEN;
  yield Buffer.from(`${language} ${text}`);
};
const speaking: Pick<Speech, 'speak' | 'missing'> = { speak, missing: () => ({}) };
const mute: Pick<Speech, 'speak' | 'missing'> = {
  speak: undefined,
  missing: () => ({ tts: new DragomanError('SPEECH_MISSING', 'It is mute.', 'Install a mouth.') }),
};

/** @param media of each message of the turn */
function turn(media: Media[][], { voiceReplies = true, channel = telegram as Channel, answerIn = '' } = {}): LiveTurn {
  const account = { id: 'shop', name: 'Shop', voiceReplies, channel };
  const messages = media.map((own, index) => ({ id: String(index), text: 'x', at: index, media: own }));
  return { account, view: { messages, language: 'es' }, ...(answerIn && { answerIn }) } as unknown as LiveTurn;
}

function asked(live: LiveTurn, content: Outgoing = { text: 'Hola' }, speech = speaking) {
  const log: string[] = [];
  const sayIn = createSayIn(speech, { info: (line) => void log.push(line) });
  const language = sayIn(live, content, 1);
  sayIn(live, content, 1);
  return { language, log };
}

it.each<[string, Media[][], boolean]>([
  ['a voice note that was heard', [[heard]], true],
  ['one behind what was typed', [[], [heard]], true],
  ['a recording', [[{ kind: 'audio', ref: 'x', heard: true }]], true],
  ['words behind a voice note', [[heard], []], false],
  ['one that nobody could hear', [[{ kind: 'voice', ref: 'x' }]], false],
  ['a picture', [[{ kind: 'image', ref: 'x' }]], false],
  ['nothing', [], false],
])('answers %s aloud: %#', (_what, media, aloud) => {
  expect(asked(turn(media)).language).toBe(aloud ? 'es' : undefined);
  expect(isAskedAloud(turn(media))).toBe(aloud);
  expect(asked(turn(media, { voiceReplies: false }))).toEqual({ language: undefined, log: [] });
});

it('says it in the language that the answer was told to be in', () => {
  expect(asked(turn([[heard]], { answerIn: 'ar' })).language).toBe('ar');
});

it.each<[string, LiveTurn, Outgoing, typeof speaking, RegExp]>([
  ['Instagram', turn([[heard]], { channel: instagram }), { text: 'Hola' }, speaking, /customers on instagram/],
  ['a machine that is mute', turn([[heard]]), { text: 'Hola' }, mute, /nothing is set up that speaks. Install a mouth/],
  ['a long answer', turn([[heard]]), { text: 'a'.repeat(601) }, speaking, /more than 600 letters/],
  ['a link', turn([[heard]]), { text: 'www.example.com' }, speaking, /address/],
  ['a sign', turn([[heard]]), { text: '👍' }, speaking, /no words/],
  ['an e-mail address', turn([[heard]]), { text: 'Write to shop@example.com' }, speaking, /address/],
])('writes, and tells once why: %s', (_what, live, content, speech, why) => {
  const { language, log } = asked(live, content, speech);
  expect([language, log]).toEqual([undefined, [expect.stringMatching(why)]]);
});

it('makes a sound of the words, in the language of their letters', async () => {
  const make = createMakeVoice(speaking, async (pcm) => pcm);
  const signal = new AbortController().signal;
  expect(String(await make('hola', { language: 'es', signal }))).toContain('es hola');
  expect(String(await make('нет', { language: 'es', signal }))).toContain('ru нет');
});

it('makes no note where nothing was said', async () => {
  const signal = new AbortController().signal;
  await expect(createMakeVoice(mute, async (pcm) => pcm)('x', { language: 'es', signal })).rejects.toMatchObject({
    code: 'SPEECH_MISSING',
  });
  const silent = { ...speaking, speak: async function* () {} as Speak };
  await expect(createMakeVoice(silent, async (pcm) => pcm)('x', { language: 'es', signal })).rejects.toMatchObject({
    code: 'PROVIDER_FAILED',
  });
});
