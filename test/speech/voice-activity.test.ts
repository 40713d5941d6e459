/** Silero's weights and voices of programs: flite and espeak-ng speak, also into a room that is not quiet. */
import { spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { createVoiceActivity } from '../../adapters/voice-activity/voice-activity.ts';
import { type Cut, createCutter, FRAME } from '../../core/calls/stretches.ts';
import { samplesIn } from '../../core/sound/samples.ts';
import { createEspeakSpeaker } from '../../providers/espeak/espeak.ts';
import { atMicrophone } from '../support/microphone.ts';
import { flite, silence } from '../support/whisper.ts';

const isInstalled = (program: string) => spawnSync(program, ['--version']).error === undefined;
const SENTENCE = 'Where is the nearest pharmacy, please?';
const quiet = { debug() {}, info() {}, warn() {}, error() {} };

async function espeak(text: string): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  for await (const piece of createEspeakSpeaker()(text, { language: 'en', signal: new AbortController().signal }))
    pieces.push(piece);
  return Buffer.concat(pieces);
}

/** @param noise of 32,767 */
async function cutsOf(pcm: Uint8Array, noise: number): Promise<Cut[]> {
  const around = Buffer.concat([silence(1), pcm, silence(1)]);
  const sound = samplesIn(atMicrophone(around)).map((sample) => sample + (Math.random() * 2 - 1) * noise);
  const activity = createVoiceActivity(quiet)();
  const cutter = createCutter();
  const cuts: Cut[] = [];
  for (let at = 0; at + FRAME <= sound.length; at += FRAME) {
    const frame = sound.slice(at, at + FRAME);
    const cut = cutter.push(frame, await activity.isSpeech(frame));
    if (cut) cuts.push(cut);
  }
  return cuts;
}

describe.each([
  ['flite', flite],
  ['espeak-ng', espeak],
] as const)('%s', (program, say) => {
  const missing = isInstalled(program) ? undefined : `not run: ${program} is not installed`;

  it.for([0, 500])('is heard as speech, begun and ended (noise %i)', async (noise, { skip }) => {
    if (missing) return skip(missing);
    const cuts = await cutsOf(await say(SENTENCE), noise);
    expect([cuts[0]?.kind, cuts.at(-1)?.kind]).toEqual(['start', 'end']);
    const spoken = cuts.flatMap((cut) => (cut.kind === 'end' ? [cut.sound.length / 16_000] : []));
    expect(spoken.reduce((sum, seconds) => sum + seconds, 0)).toBeGreaterThan(1);
  });
});
