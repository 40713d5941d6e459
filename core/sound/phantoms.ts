/** What transcribers hear where nobody speaks: the last words of the videos they learned from. */
import { normalise } from '../text/words.ts';
import phantoms from './phantoms.json' with { type: 'json' };

const PHANTOMS = Object.values(phantoms)
  .flat()
  .map(normalise)
  // The longer ones begin as shorter ones do.
  .sort((one, other) => other.length - one.length);

/** Noises in words: `[BLANK_AUDIO]`, `(music)`, `*sighs*`, `♪`. */
const NOISE = /\[[^[\]]*\]|\([^()]*\)|\*[^*]*\*|♪/g;

/**
 * What a person said of what a transcriber heard: all of it, or nothing where all of it is made up.
 * @param hints that it was given: some say them back when they hear nothing.
 */
export function spokenPart(text: string, hints: readonly string[] = []): string {
  const said = text.trim();
  const words = normalise(said.replace(NOISE, ' '));
  const echo = hints.length > 1 && words === normalise(hints.join(' '));
  return echo || isMadeUp(words) ? '' : said;
}

/** Nothing, or phantoms one after the other. */
function isMadeUp(words: string): boolean {
  let rest = words;
  while (rest) {
    const phantom = PHANTOMS.find(
      (each) => rest.startsWith(each) && (rest.length === each.length || rest[each.length] === ' '),
    );
    if (phantom === undefined) return false;
    rest = rest.slice(phantom.length + 1);
  }
  return true;
}
