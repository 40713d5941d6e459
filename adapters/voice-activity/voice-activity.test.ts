/** With the real weights; what is heard is made here, so that no program is needed. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { createEnergyActivity } from '../../core/calls/energy.ts';
import { createCutter, FRAME, HEARING_RATE } from '../../core/calls/stretches.ts';
import type { VoiceActivity } from '../../core/ports.ts';
import { babble } from '../../test/support/formants.ts';
import { loadSilero } from './silero.ts';
import { createVoiceActivity } from './voice-activity.ts';

const silence = (seconds: number) => new Int16Array(seconds * HEARING_RATE);
const noise = (seconds: number) => silence(seconds).map(() => (Math.random() * 2 - 1) * 9_000);
const wave = (at: number, hertz: number) => Math.sin((2 * Math.PI * hertz * at) / HEARING_RATE);
/** As of the mains, with what comes with it. */
const hum = (seconds: number) =>
  silence(seconds).map((_, at) => 6_000 * wave(at, 50) + 3_000 * wave(at, 150) + 1_500 * wave(at, 250));
/** Something falls, again and again. */
const bangs = (seconds: number) => noise(seconds).map((sample, at) => (at % 16_000 < 6_400 ? sample : sample / 90));
const joined = (...sounds: Int16Array[]) => Int16Array.from(sounds.flatMap((sound) => [...sound]));
const framesOf = (sound: Int16Array) =>
  Array.from({ length: Math.floor(sound.length / FRAME) }, (_, at) => sound.slice(at * FRAME, (at + 1) * FRAME));

function lines(load?: typeof loadSilero) {
  const told: string[] = [];
  const tell = (level: string) => (line: string) => void told.push(`${level}: ${line}`);
  const log = { debug: tell('debug'), info: tell('info'), warn: tell('warn'), error: tell('error') };
  return { make: createVoiceActivity(log, load), told };
}

async function heard(activity: VoiceActivity, sound: Int16Array): Promise<boolean[]> {
  const all: boolean[] = [];
  for (const frame of framesOf(sound)) all.push(await activity.isSpeech(frame));
  return all;
}
const share = (all: boolean[]) => all.filter(Boolean).length / all.length;

describe("Silero's weights", () => {
  const { make, told } = lines();

  it('know a voice, and where it begins and ends', async () => {
    const sound = joined(silence(1), babble(2), silence(1));
    const all = await heard(make(), sound);
    const cutter = createCutter();
    const cuts = framesOf(sound).flatMap((frame, at) => cutter.push(frame, all[at]!) ?? []);
    expect([cuts[0]!.kind, cuts.at(-1)!.kind]).toEqual(['start', 'end']);
    expect(cuts[0]!.atMs).toBeGreaterThan(900);
    expect(cuts[0]!.atMs).toBeLessThan(1_300);
    expect(cuts.at(-1)!.atMs).toBeGreaterThan(2_500);
    expect(cuts.at(-1)!.atMs).toBeLessThan(3_400);
    expect(told).toEqual(["debug: Calls tell speech by Silero's weights."]);
  });

  it.each([
    ['silence', silence(2), 0],
    ['loud noise', noise(3), 1],
    ['a hum', hum(3), 1],
    ['bangs', bangs(3), 0.3],
  ] as const)('take %s for no speech, whatever its loudness says', async (_name, sound, loud) => {
    expect(share(await heard(make(), sound))).toBe(0);
    expect(share(await heard(createEnergyActivity(), sound))).toBeGreaterThanOrEqual(loud);
  });

  it('know a voice in the noise', async () => {
    const voice = babble(3).map((sample) => sample + (Math.random() * 2 - 1) * 1_500);
    const all = await heard(
      make(),
      joined(
        noise(2).map((sample) => sample / 6),
        voice,
      ),
    );
    expect(share(all.slice(0, 100))).toBe(0);
    expect(share(all.slice(100))).toBeGreaterThan(0.4);
  });

  it('keep twenty lines apart', async () => {
    const sounds = Array.from({ length: 20 }, (_, at) => (at % 2 === 0 ? babble(1) : noise(1)));
    const together = await Promise.all(sounds.map((sound) => heard(make(), sound)));
    const alone = await heard(make(), babble(1));
    for (const [at, all] of together.entries()) expect(all).toEqual(at % 2 === 0 ? alone : all.map(() => false));
  });
});

describe('without them', () => {
  const byLoudness = async (sound: Int16Array) => heard(createEnergyActivity(), sound);

  it('loudness tells, and only the log at level debug says so', async () => {
    const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-no-silero-'));
    try {
      const { make, told } = lines(() => loadSilero(pathToFileURL(path.join(folder, 'module.js')).href));
      const sound = joined(silence(1), noise(1));
      expect(await heard(make(), sound)).toEqual(await byLoudness(sound));
      await heard(make(), sound);
      expect(told).toEqual([expect.stringMatching(/^debug: .*loudness: @ricky0123\/vad-web is not installed/)]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('loudness tells where they cannot be loaded, and a warning says why, once', async () => {
    const { make, told } = lines(() => Promise.reject(new Error('The file is half there.')));
    const sound = joined(silence(1), noise(1));
    for (const activity of [make(), make()]) expect(await heard(activity, sound)).toEqual(await byLoudness(sound));
    expect(told.filter((line) => line.startsWith('warn'))).toEqual([
      expect.stringContaining('The file is half there.'),
    ]);
  });

  it('loudness tells for the rest of a call in which they fail, and of no other', async () => {
    const weights = (await loadSilero())!;
    let made = 0;
    const { make, told } = lines(async () => () => {
      const judge = weights();
      const isFirst = made++ === 0;
      let windows = 0;
      return async (window) => {
        if (isFirst && ++windows > 20) throw new Error('There is no memory.');
        return judge(window);
      };
    });
    const first = await heard(make(), joined(silence(1), noise(1)));
    expect([share(first.slice(0, 30)), share(first.slice(-45))]).toEqual([0, 1]);
    expect(share(await heard(make(), noise(1)))).toBe(0);
    expect(told.filter((line) => line.startsWith('warn'))).toEqual([expect.stringContaining('There is no memory.')]);
  });
});
