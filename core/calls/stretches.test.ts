import { describe, expect, it } from 'vitest';
import { createEnergyActivity } from './energy.ts';
import { type Cut, createCutter, FRAME } from './stretches.ts';

/** Frames of 20 ms: `s` is speech, `.` is not. */
function cuts(script: string, from = 0): Cut[] {
  const cutter = createCutter(from);
  return [...script].flatMap((letter) => cutter.push(new Int16Array(FRAME), letter === 's') ?? []);
}
const times = (all: Cut[]) => all.map(({ kind, atMs }) => [kind, atMs]);
const rest = '.'.repeat(15);

describe('stretches of speech', () => {
  it('begin with four frames of six, and end after 300 ms of silence', () => {
    const all = cuts(`${'.'.repeat(30)}${'s'.repeat(20)}${rest}`);
    expect(times(all)).toEqual([
      ['start', 560],
      ['end', 1_000],
    ]);
  });

  it('have the sound before their first frame, for a word begins softly', () => {
    const [, end] = cuts(`${'.'.repeat(30)}${'s'.repeat(20)}${rest}`);
    // 300 ms before and with the beginning, what is left of the speech, and the pause.
    expect(end).toMatchObject({ kind: 'end' });
    expect((end as { sound: Int16Array }).sound.length / FRAME).toBe(15 + 16 + 15);
  });

  it('go on over short pauses', () => {
    expect(cuts(`${'s'.repeat(10)}${'.'.repeat(14)}${'s'.repeat(10)}${rest}`).map(({ kind }) => kind)).toEqual([
      'start',
      'end',
    ]);
  });

  it('are noise where they are too short', () => {
    expect(cuts(`ssss.${rest}`).map(({ kind }) => kind)).toEqual(['start', 'noise']);
    expect(cuts(`s..s..s..s..${rest}`)).toEqual([]);
  });

  it('are cut where nobody could put so much into words', () => {
    const all = cuts('s'.repeat(2_100));
    expect(all.filter(({ kind }) => kind === 'end')).toHaveLength(2);
  });

  it('count from where a line says that its sound begins', () => {
    expect(times(cuts(`${'s'.repeat(20)}${rest}`, 60_000))[0]).toEqual(['start', 60_000]);
  });
});

describe('speech by its loudness', () => {
  const tone = (loud: number) => Int16Array.from({ length: FRAME }, (_, at) => loud * Math.sin(at / 5));
  const share = (frames: Int16Array[]) => {
    const activity = createEnergyActivity();
    return frames.filter((frame) => activity.isSpeech(frame)).length / frames.length;
  };
  const times = (count: number, frame: Int16Array) => Array.from({ length: count }, () => frame);

  it('is what is louder than the room', () => {
    expect(share(times(100, new Int16Array(FRAME)))).toBe(0);
    expect(share(times(50, tone(3_000)))).toBe(1);
  });

  it('is not a room that hums, once it is known', () => {
    const activity = createEnergyActivity();
    const hum = tone(600);
    for (let frame = 0; frame < 1_500; frame++) activity.isSpeech(hum);
    expect(activity.isSpeech(hum)).toBe(false);
    expect(activity.isSpeech(tone(6_000))).toBe(true);
  });
});
