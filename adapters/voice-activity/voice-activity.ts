/** Speech in calls: by Silero's weights where they are installed, by loudness elsewhere. Nothing is loaded before the first sound of a call. */
import { createEnergyActivity } from '../../core/calls/energy.ts';
import { describe } from '../../core/errors.ts';
import type { Logger, VoiceActivity } from '../../core/ports.ts';
import { type Judge, loadSilero, WINDOW } from './silero.ts';

/** So sure that it is speech, and so sure that it still is: what Silero's authors found best. */
const BEGINS = 0.5;
const GOES_ON = 0.35;
/** One over the loudest sample. */
const SCALE = 1 / 32_768;

/** @returns makes the activity of each line; all share the weights. */
export function createVoiceActivity(log: Logger, load: typeof loadSilero = loadSilero): () => VoiceActivity {
  let loading: Promise<(() => Judge) | undefined> | undefined;
  let hasFailed = false;

  function failed(error: unknown): undefined {
    const line = `Silero's weights do not work: ${describe(error)} Calls tell speech by its loudness.`;
    if (hasFailed) log.debug(line);
    else log.warn(`${line} (Told once.)`);
    hasFailed = true;
  }

  async function loadOnce(): Promise<(() => Judge) | undefined> {
    const found = await load().catch(failed);
    if (found) log.debug("Calls tell speech by Silero's weights.");
    else log.debug('Calls tell speech by its loudness: @ricky0123/vad-web is not installed, or does not work.');
    return found;
  }

  return () => {
    const energy = createEnergyActivity();
    const window = new Float32Array(WINDOW);
    let filled = 0;
    let speaks = false;
    /** Null: nobody can judge this line. */
    let judge: Judge | null | undefined;

    async function judged(frame: Int16Array, isLoud: boolean | Promise<boolean>): Promise<boolean> {
      try {
        loading ??= loadOnce();
        judge ??= (await loading)?.() ?? null;
        if (!judge) return isLoud;
        for (const sample of frame) {
          window[filled++] = sample * SCALE;
          if (filled < WINDOW) continue;
          filled = 0;
          speaks = (await judge(window)) >= (speaks ? GOES_ON : BEGINS);
        }
        return speaks;
      } catch (error) {
        judge = null;
        failed(error);
        return isLoud;
      }
    }

    return {
      isSpeech(frame) {
        // Asked all along, so that it knows the room when it is needed.
        const isLoud = energy.isSpeech(frame);
        return judge === null ? isLoud : judged(frame, isLoud);
      },
    };
  };
}
