/** The statistical detectors behind `core/text/language.ts`: tinyld, loaded when the first message needs it, for its tables take some 50 MB. */
import { createRecent } from '../../core/recent.ts';
import type { Detect, DetectAny, Detectors } from '../../core/text/language.ts';

/** tinyld is this sure only of words and letters that one language alone has. */
const FOREIGN = 0.9;
/** Texts whose language is remembered: both detectors ask of the same one, and people say the same. */
const REMEMBERED = 500;

let loading: Promise<Detectors> | undefined;

/** The same ones for every caller. The first call takes some 100 ms. */
export function loadDetectors(): Promise<Detectors> {
  loading ??= import('tinyld').then(({ detectAll }) => {
    const recent = createRecent<{ language: string; confidence: number } | null>(REMEMBERED);
    const open: DetectAny = (text) => {
      let guess = recent.get(text);
      if (guess === undefined) {
        const [first] = detectAll(text);
        guess = first ? { language: first.lang, confidence: first.accuracy } : null;
        recent.set(text, guess);
      }
      return guess ?? undefined;
    };
    const among: Detect = (text, candidates) => {
      const [first, second] = detectAll(text, { only: [...candidates] });
      if (!first) return undefined;
      const lead = 1 - (second?.accuracy ?? 0) / first.accuracy;
      // Told to choose among a few, it takes Portuguese for Spanish; asked openly, it knows better.
      const other = open(text);
      const foreign = other !== undefined && other.confidence >= FOREIGN && !candidates.includes(other.language);
      return { language: first.lang, confidence: foreign ? 0 : lead };
    };
    return { among, open };
  });
  return loading;
}
