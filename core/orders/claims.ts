/** Days, counts and promises that a text speaks of in words, in the languages of our pipelines. */
import { spokenOf } from '../answering/harm.ts';
import { normalise } from '../text/words.ts';
import claims from './claims.json' with { type: 'json' };

interface Claim {
  name: string;
  stems: string[];
  words: Set<string>;
}

const wordsOf = (list: string | undefined) => (list ? normalise(list).split(' ') : []);

const CLAIMS: Claim[] = Object.entries(claims as Record<string, { stems?: string; words?: string }>).map(
  ([name, { stems, words }]) => ({ name, stems: wordsOf(stems), words: new Set(wordsOf(words)) }),
);

/** Politeness that promises nothing. */
const POLITE = /\b(?:feel free|(?:is|was|seems) off|buenos dias|hasta pronto|a presto|see you soon|good morning)\b/g;
/** "And", "with", "the" are written together with an Arabic word. */
const ARABIC_PREFIX = /^(?:[وفبلک]?ال|[وفبل])(?=\p{L}{3})/u;
/** Persian's weekdays count from Saturday, with or without a space. */
const PERSIAN_DAY = /(?<!\p{L})(یک|دو|سه|چهار|پنج) شنبه/gu;

/** The names of the claims, such as `discount`, `tomorrow`; and of what does damage by mistake, such as `pays`. */
export function claimsIn(text: string): Set<string> {
  const words = normalise(text).replace(POLITE, ' ').replace(PERSIAN_DAY, '$1شنبه').split(' ');
  const forms = new Set(words.flatMap((word) => [word, word.replace(ARABIC_PREFIX, '')]).filter(Boolean));
  const found = new Set<string>(spokenOf(text));
  for (const { name, stems, words: whole } of CLAIMS)
    for (const word of forms)
      if (whole.has(word) || stems.some((stem) => word.startsWith(stem))) {
        found.add(name);
        break;
      }
  return found;
}
