/** What a caller says: sound becomes stretches of speech, and those become words, in order. */
import { createCutter, FRAME, HEARING_RATE } from '../../core/calls/stretches.ts';
import { describe } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Clock, Transcribe, VoiceActivity } from '../../core/ports.ts';
import { createResampler, type Resampler } from '../../core/sound/resample.ts';
import { bytesOf, samplesIn } from '../../core/sound/samples.ts';
import { wavOf } from '../../core/sound/wav.ts';

/** One stretch is put into words within this time. */
const LONGEST_WAIT_MS = 20_000;

/** Times are milliseconds of the sound that came. */
export interface EarEvents {
  /** Speech began, or ended; `stretch` names it. */
  speech(on: boolean, stretch: string, atMs: number): void;
  guess(stretch: string, text: string): void;
  /** `text` is empty where there were no words. `ms`: how long it took to find them. */
  words(stretch: string, text: string, language: string | undefined, ms: number): void;
  failed(stretch: string, why: string): void;
  /** Each frame of what came, 20 ms at 16 kHz. */
  frame?(frame: Int16Array): void;
}

export interface Ear {
  /** Bytes of 16-bit samples in the line's rate. */
  hear(pcm: Uint8Array): void;
  /** Of what follows, in Hz. */
  rate(hz: number): void;
  /** Sound that came so far. */
  at(): number;
  /** What is being said is not said. */
  forget(): void;
  close(): void;
}

export interface EarOptions {
  clock: Clock;
  activity: VoiceActivity;
  /** Undefined where nothing hears: then nothing is cut. */
  transcribe(): Transcribe | undefined;
  /** ISO 639-1; undefined: it is found out. */
  language(): string | undefined;
  hints(): readonly string[];
  events: EarEvents;
}

export function createEar({ clock, activity, transcribe, language, hints, events }: EarOptions): Ear {
  let cutter = createCutter();
  let resampler: Resampler | undefined;
  let rest = new Int16Array(0);
  let stretch = '';
  const closing = new AbortController();
  /** Frames whose activity is being told; after another, never side by side. */
  let telling: Promise<void> | undefined;

  function feed(frame: Int16Array): void {
    events.frame?.(frame);
    if (telling) {
      telling = telling.then(() => tell(frame));
      return;
    }
    const speech = activity.isSpeech(frame);
    if (typeof speech === 'boolean') push(frame, speech);
    else telling = speech.then((is) => push(frame, is)).catch(() => push(frame, false));
  }

  async function tell(frame: Int16Array): Promise<void> {
    try {
      push(frame, await activity.isSpeech(frame));
    } catch {
      push(frame, false);
    }
  }

  function push(frame: Int16Array, speech: boolean): void {
    if (closing.signal.aborted) return;
    const cut = cutter.push(frame, speech);
    if (cut?.kind === 'start') {
      stretch = newId(clock.now());
      events.speech(true, stretch, cut.atMs);
    } else if (cut) {
      events.speech(false, stretch, cut.atMs);
      if (cut.kind === 'noise') events.words(stretch, '', undefined, 0);
      else void understand(stretch, cut.sound);
    }
  }

  async function understand(id: string, sound: Int16Array): Promise<void> {
    const engine = transcribe();
    if (!engine) return events.words(id, '', undefined, 0);
    const begun = clock.now();
    const late = new AbortController();
    const cancel = clock.at(begun + LONGEST_WAIT_MS, () => late.abort());
    try {
      const heard = await engine(wavOf(bytesOf(sound), HEARING_RATE), {
        type: 'wav',
        language: language(),
        hints: hints(),
        signal: AbortSignal.any([late.signal, closing.signal]),
        onPartial: (text) => events.guess(id, text),
      });
      if (!closing.signal.aborted) events.words(id, heard.text, heard.language, clock.now() - begun);
    } catch (error) {
      if (closing.signal.aborted) return;
      events.failed(id, describe(error));
      events.words(id, '', undefined, clock.now() - begun);
    } finally {
      cancel();
    }
  }

  return {
    hear(pcm) {
      const samples = samplesIn(pcm);
      const heard = resampler ? resampler.push(samples) : samples;
      const all = new Int16Array(rest.length + heard.length);
      all.set(rest);
      all.set(heard, rest.length);
      let at = 0;
      for (; at + FRAME <= all.length; at += FRAME) feed(all.slice(at, at + FRAME));
      rest = all.slice(at);
    },
    rate(hz) {
      resampler = hz === HEARING_RATE ? undefined : createResampler(hz, HEARING_RATE);
      rest = new Int16Array(0);
    },
    at: () => cutter.at(),
    forget() {
      cutter = createCutter(cutter.at());
    },
    close: () => closing.abort(),
  };
}
