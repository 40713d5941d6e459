import { beforeEach, describe, expect, it } from 'vitest';
import type { LineOutput, Speak } from '../../core/ports.ts';
import { type VirtualClock, virtualClock } from '../../scenarios/clock.ts';
import { type AnswerEnd, createMouth, type Mouth } from './mouth.ts';

/** Each word sounds for 100 ms. */
const PER_WORD = 100 * 48;
const speak: Speak = async function* (text, { signal }) {
  for (const _ of text.split(' ')) {
    if (signal.aborted) return;
    yield new Uint8Array(PER_WORD);
  }
};

let clock: VirtualClock;
let told: LineOutput[];
let ends: AnswerEnd[];
let saying: boolean[];
let mouth: Mouth;
let engine: Speak | undefined;
beforeEach(() => {
  clock = virtualClock(1_000_000);
  [told, ends, saying, engine] = [[], [], [], speak];
  mouth = createMouth({
    clock,
    speak: () => engine,
    send: (output) => told.push(output),
    waiting: () => 0,
    saying: (on) => saying.push(on),
    ended: (end) => ends.push(end),
    failed() {},
  });
});

const answer = (item: string, text: string, important = false) => ({ item, text, language: 'en', important });
const kinds = () => told.map(({ kind }) => kind).filter((kind) => kind !== 'sound');
const texts = () => told.flatMap((output) => (output.kind === 'sentence' ? output.text : []));
const settle = () => clock.advance(0);

describe('an answer', () => {
  it('is said sentence by sentence, and is heard once the player has played it', async () => {
    mouth.say(answer('a', 'One two. Three four five.'));
    await settle();
    expect(texts()).toEqual(['One two.', 'Three four five.']);
    expect(kinds()).toEqual(['answer-begins', 'sentence', 'sentence', 'sound-ends']);
    expect(ends).toEqual([]);
    mouth.played('a', 500, false);
    await settle();
    expect(ends).toEqual([{ item: 'a', whole: true, ms: 500, heard: 'One two. Three four five.' }]);
    expect(saying).toEqual([true, false]);
  });

  it('is taken to be heard where the player tells nothing', async () => {
    mouth.say(answer('a', 'One two.'));
    await settle();
    await clock.advance(200 + 1_500);
    expect(ends).toMatchObject([{ whole: true }]);
  });

  it('waits for the one before, and for who speaks', async () => {
    mouth.wait(true);
    mouth.say(answer('a', 'One.'));
    mouth.say(answer('b', 'Two.'));
    await settle();
    expect(told).toEqual([]);
    mouth.wait(false);
    await settle();
    expect(texts()).toEqual(['One.']);
    mouth.played('a', 100, false);
    await settle();
    expect(texts()).toEqual(['One.', 'Two.']);
  });

  it('is words alone where nothing speaks', async () => {
    engine = undefined;
    mouth.say(answer('a', 'One two.'));
    await settle();
    expect(kinds()).toEqual(['answer-begins', 'sentence', 'sound-ends', 'answer-ends']);
    expect(ends).toMatchObject([{ whole: true }]);
  });
});

describe('an interruption', () => {
  it('stops the sound, and what was heard is what the player says', async () => {
    mouth.say(answer('a', 'One two. Three four five.'));
    await settle();
    mouth.interrupt();
    await settle();
    expect(kinds().at(-1)).toBe('stop');
    mouth.played('a', 300, true);
    await settle();
    expect(told.at(-2)).toMatchObject({ kind: 'answer-ends', whole: false });
    expect(told.at(-1)).toMatchObject({ kind: 'cut', ms: 300, text: 'One two. Three' });
    expect(ends).toEqual([{ item: 'a', whole: false, ms: 300, heard: 'One two. Three' }]);
  });

  it('goes by the clock where the player says nothing', async () => {
    mouth.say(answer('a', 'One two. Three four five.'));
    await settle();
    await clock.advance(200);
    mouth.interrupt();
    await clock.advance(800);
    expect(ends).toMatchObject([{ ms: 200, heard: 'One two.' }]);
  });

  it('drops what waits', async () => {
    mouth.say(answer('a', 'One.'));
    mouth.say(answer('b', 'Two.'));
    await settle();
    mouth.interrupt();
    mouth.played('a', 0, true);
    await settle();
    expect(ends).toMatchObject([
      { item: 'b', heard: '' },
      { item: 'a', heard: '' },
    ]);
    expect(saying.at(-1)).toBe(false);
  });

  it('says what tells of a deed again, from the sentence that it cut, three times at most', async () => {
    mouth.say(answer('a', 'One two. Order four five.', true));
    await settle();
    for (const said of [2, 3]) {
      mouth.interrupt();
      mouth.played('a', said === 2 ? 250 : 0, true);
      await settle();
      expect(texts().at(-1)).toBe('Order four five.');
      expect(ends).toEqual([]);
    }
    mouth.interrupt();
    mouth.played('a', 100, true);
    await settle();
    expect(ends).toMatchObject([{ item: 'a', whole: false }]);
  });
});

it('a line that broke hears the rest when it is there again', async () => {
  mouth.say(answer('a', 'One two. Three four five.'));
  await settle();
  mouth.played('a', 250, false);
  mouth.lost();
  await settle();
  mouth.wait(false);
  await settle();
  expect(texts()).toEqual(['One two.', 'Three four five.', 'Three four five.']);
  expect(ends).toEqual([]);
});
