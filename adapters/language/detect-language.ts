/** The statistical detector behind `core/language.ts`: tinyld, loaded when the first message needs it, for its tables take some 50 MB. */
import type { Detect, DetectAny } from '../../core/text/language.ts';

/** tinyld is this sure only of words and letters that one language alone has. */
const FOREIGN = 0.9;

let loading: Promise<Detect> | undefined;

/** The detector; the same one for every caller. The first call takes some 100 ms. */
export function loadDetector(): Promise<Detect> {
  loading ??= import('tinyld').then(({ detectAll }) => (text, candidates) => {
    const [first, second] = detectAll(text, { only: [...candidates] });
    if (!first) return undefined;
    const lead = 1 - (second?.accuracy ?? 0) / first.accuracy;
    // Told to choose among a few, it takes Portuguese for Spanish; asked openly, it knows better.
    const [open] = detectAll(text);
    const foreign = open !== undefined && open.accuracy >= FOREIGN && !candidates.includes(open.lang);
    return { language: first.lang, confidence: foreign ? 0 : lead };
  });
  return loading;
}

/** The detector that chooses among all languages it has. */
export const loadOpenDetector = (): Promise<DetectAny> =>
  import('tinyld').then(({ detectAll }) => (text) => {
    const [first] = detectAll(text);
    return first && { language: first.lang, confidence: first.accuracy };
  });
