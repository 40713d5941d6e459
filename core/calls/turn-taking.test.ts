import { describe, expect, it } from 'vitest';
import { type Deed, type Floor, type Happening, openFloor, PACE, take } from './turn-taking.ts';

/** Plays happenings at their times and asks again when it is due, as a call does; tells what was done when. */
function play(script: [at: number, happening: Happening][], until: number, begun: Partial<Floor> = {}) {
  let floor: Floor = { ...openFloor(0, 'en'), ...begun };
  let wakeAt: number | undefined;
  const done: [number, Deed][] = [];
  const step = (happening: Happening, now: number) => {
    const after = take(floor, happening, now);
    floor = after.floor;
    wakeAt = after.wakeAt;
    for (const deed of after.deeds) done.push([now, deed]);
  };
  const time: Happening = { kind: 'time' };
  for (const [at, happening] of [[0, time], ...script, [until, time]] as [number, Happening][]) {
    for (let due = wakeAt; due !== undefined && due < at; due = wakeAt) step({ kind: 'time' }, due);
    step(happening, at);
  }
  return { done, floor };
}

const begins: Happening = { kind: 'speech', on: true };
const ends = (stretch: string): Happening => ({ kind: 'speech', on: false, stretch });
const words = (stretch: string, text: string): Happening => ({ kind: 'words', stretch, text });
const saying = (on: boolean): Happening => ({ kind: 'saying', on });
const thinking = (on: boolean): Happening => ({ kind: 'thinking', on });
const commits = (done: [number, Deed][]) =>
  done.flatMap(([at, deed]) => (deed.kind === 'commit' ? [[at, deed.text] as const] : []));
const kinds = (done: [number, Deed][]) => done.map(([at, { kind }]) => [at, kind]);

describe('the end of a turn', () => {
  it('is a silence after words', () => {
    const { done } = play(
      [
        [100, begins],
        [900, ends('a')],
        [1_000, words('a', 'Is aspirin there?')],
      ],
      3_000,
    );
    expect(commits(done)).toEqual([[900 + PACE.end, 'Is aspirin there?']]);
  });

  it('waits for words that come late', () => {
    const { done } = play(
      [
        [100, begins],
        [900, ends('a')],
        [2_500, words('a', 'Is aspirin there?')],
      ],
      3_000,
    );
    expect(commits(done)).toEqual([[2_500, 'Is aspirin there?']]);
  });

  it('waits longer where the words cannot be the end', () => {
    const { done } = play(
      [
        [100, begins],
        [900, ends('a')],
        [1_000, words('a', 'my number is')],
      ],
      5_000,
    );
    expect(commits(done)).toEqual([[900 + PACE.unfinished, 'my number is']]);
  });

  it('is not where the caller goes on speaking: one turn that grows', () => {
    const { done } = play(
      [
        [100, begins],
        [900, ends('a')],
        [1_000, words('a', 'I want five boxes')],
        [1_200, begins],
        [2_000, ends('b')],
        [2_100, words('b', 'of aspirin')],
      ],
      5_000,
    );
    expect(commits(done)).toEqual([[2_000 + PACE.end, 'I want five boxes of aspirin']]);
  });

  it('is nothing where there were no words', () => {
    const { done } = play(
      [
        [100, begins],
        [300, ends('a')],
        [400, words('a', '')],
      ],
      2_000,
    );
    expect(kinds(done)).toEqual([[400, 'drop']]);
  });
});

describe('speaking into an answer', () => {
  it('holds it, and ends it once it lasts', () => {
    const { done } = play(
      [
        [0, saying(true)],
        [500, begins],
      ],
      2_000,
    );
    expect(kinds(done)).toEqual([
      [500, 'hold'],
      [500 + PACE.interrupt, 'interrupt'],
    ]);
  });

  it('ends it by words, however short', () => {
    const { done } = play(
      [
        [0, saying(true)],
        [500, begins],
        [800, ends('a')],
        [900, words('a', 'no, six')],
      ],
      3_000,
    );
    expect(kinds(done)).toEqual([
      [500, 'hold'],
      [900, 'interrupt'],
      [800 + PACE.end, 'commit'],
    ]);
  });

  it.each([
    ['mm', 'en'],
    ['ok', 'en'],
    ['نعم', 'ar'],
  ])('lets it go on after %s', (sign, language) => {
    const { done, floor } = play(
      [
        [0, saying(true)],
        [500, begins],
        [800, ends('a')],
        [900, words('a', sign)],
      ],
      5_000,
      { language },
    );
    expect(kinds(done)).toEqual([
      [500, 'hold'],
      [900, 'hold'],
      [800 + PACE.overlap, 'drop'],
    ]);
    expect(floor).toMatchObject({ saying: true, held: false, stretches: [], listening: null });
  });

  it('takes a yes into the end of a question for the answer to it', () => {
    const yes: [number, Happening][] = [
      [500, begins],
      [800, ends('a')],
      [900, words('a', 'yes')],
    ];
    const { done } = play([[0, saying(true)], ...yes, [1_600, saying(false)]], 3_000);
    expect(commits(done)).toEqual([[1_600, 'yes']]);
    const late = play([[0, saying(true)], ...yes, [800 + PACE.overlap + 1, saying(false)]], 6_000);
    expect(commits(late.done)).toEqual([]);
  });

  it('lets it go on after a noise', () => {
    const { done } = play(
      [
        [0, saying(true)],
        [500, begins],
        [700, ends('a')],
        [700, words('a', '')],
      ],
      1_500,
    );
    expect(kinds(done)).toEqual([
      [500, 'hold'],
      [700, 'drop'],
      [700, 'hold'],
    ]);
  });

  it('a yes is an answer where nothing is said', () => {
    const { done } = play(
      [
        [500, begins],
        [800, ends('a')],
        [900, words('a', 'نعم')],
      ],
      3_000,
    );
    expect(commits(done)).toEqual([[800 + PACE.end, 'نعم']]);
  });

  it('typed words and a word by hand end it at once', () => {
    expect(
      kinds(
        play(
          [
            [0, saying(true)],
            [500, { kind: 'typed' }],
          ],
          600,
        ).done,
      ),
    ).toEqual([[500, 'interrupt']]);
    expect(
      kinds(
        play(
          [
            [0, saying(true)],
            [500, { kind: 'cancel' }],
          ],
          600,
        ).done,
      ),
    ).toEqual([[500, 'interrupt']]);
  });

  it('an answer that begins while he speaks is held', () => {
    const { done } = play(
      [
        [0, thinking(true)],
        [100, begins],
        [200, saying(true)],
      ],
      300,
    );
    expect(kinds(done)).toEqual([[200, 'hold']]);
  });
});

describe('silence', () => {
  it('asks once, then ends', () => {
    const { done } = play([], 3 * PACE.silence);
    expect(kinds(done)).toEqual([
      [PACE.silence, 'ask'],
      [2 * PACE.silence, 'hang-up'],
      [3 * PACE.silence, 'hang-up'],
    ]);
  });

  it('begins anew with his words', () => {
    const script: [number, Happening][] = [
      [13_000, begins],
      [14_000, ends('a')],
      [14_100, words('a', 'I am here')],
    ];
    const { done } = play([...script, [14_200, thinking(true)], [15_000, thinking(false)]], 30_000);
    expect(kinds(done).filter(([, kind]) => kind !== 'commit')).toEqual([
      [12_000, 'ask'],
      [27_000, 'ask'],
    ]);
  });

  it.each([
    ['an answer is heard', saying(true)],
    ['an answer is made', thinking(true)],
    ['people have the call', { kind: 'people', on: true } as Happening],
    ['the microphone is off', { kind: 'muted', on: true } as Happening],
  ])('is none while %s', (_, happening) => {
    expect(play([[0, happening]], 60_000).done).toEqual([]);
  });
});
