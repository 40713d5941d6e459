/** Answers without a model: quotes the passage that covers the question, or says nothing. */
import { courtesyOf } from '../../core/answering/courtesy.ts';
import { askedFor, isHarm, spokenOf, type Wish } from '../../core/answering/harm.ts';
import type { Passage } from '../../core/model.ts';
import type { Provider } from '../../core/ports.ts';
import { clausesOf, isCommon, meaningsOf, otherWords } from '../../core/text/clauses.ts';
import { cutText } from '../../core/text/lengths.ts';
import { isStopWord, likeness, normalise } from '../../core/text/words.ts';

/** A passage's `score` from which it is quoted; measured over six languages in docs/adr/0004-knowledge-index.md. */
const ENOUGH = 0.4;
/** The same for a passage that is not called what was asked for. */
const ENOUGH_IN_TEXT = 0.45;
/** The same for a passage in another language than the conversation's: words that are alike there are often chance. */
const ENOUGH_FOREIGN = 0.6;
/** What a place further down in the ranking costs, and another language. */
const PLACE = 0.1;
const FOREIGN = 1;
/** What it is worth that a passage is called what was asked for. */
const HEADING = 0.3;
/** How much more than the next one a passage is worth that is not called what was asked for. */
const MARGIN = 0.1;
/** What is read of a question, as the search does. */
const READ_LENGTH = 2_000;
/** Longest quotation in UTF-16 units; a shorter passage is quoted whole, so that steps and conditions stay together. */
const QUOTE_LENGTH = 600;

const wordsOf = (text: string): string[] =>
  [...new Set(normalise(text).split(' '))].filter((word) => !isStopWord(word));

const mostAlike = (word: string, words: string[]): number =>
  Math.max(0, ...words.map((other) => likeness(word, other)));

/** How much of the question's words a piece of text has. */
function overlap(asked: string[], text: string): number {
  const words = wordsOf(text);
  return asked.reduce((sum, word) => sum + mostAlike(word, words), 0);
}

/** The run of whole sentences that says most about the question and fits; the earliest of equal ones. */
function quote({ text, language }: Passage, asked: string[]): string {
  if (text.length <= QUOTE_LENGTH) return text;
  const sentences = [...new Intl.Segmenter(language, { granularity: 'sentence' }).segment(text)].map(({ segment }) => ({
    segment,
    overlap: overlap(asked, segment),
  }));
  let best = { text: '', overlap: -1 };
  for (const from of sentences.keys()) {
    const run = { text: '', overlap: 0 };
    for (const sentence of sentences.slice(from)) {
      if ((run.text + sentence.segment).trimEnd().length > QUOTE_LENGTH) break;
      run.text += sentence.segment;
      run.overlap += sentence.overlap;
    }
    if (run.text && run.overlap > best.overlap) best = run;
  }
  return best.text.trim();
}

/** What a passage is called itself; its siblings share what stands before. */
const headingOf = (title: string) => title.slice(title.lastIndexOf('›') + 1);

/** A word of the question that stands for one of a text. */
const MEANT = 0.6;

/** How many of the things that are asked for these words of a text have, in the same words or others. */
const found = (asked: string[], words: string[]) =>
  meaningsOf(asked.filter((word) => [word, ...otherWords(word)].some((each) => mostAlike(each, words) >= MEANT)))
    .length;

/** A passage with how many of the things that are asked for it has: in its heading, and in all of it. */
interface Looked {
  passage: Passage;
  place: number;
  inHeading: number;
  inAll: number;
}

/** Ending, deleting and setting back cannot be undone. */
const LASTING = ['ends', 'wipes', 'resets'] as const;

/** A heading of two things, of which one may be asked for: "Change or cancel an order". */
const OR = / (?:or|o|u|oder|ou|или|یا|او|أو) /iu;
const isAlternative = (heading: string, topics: string[]) =>
  OR.test(heading) && heading.split(OR).some((part) => spokenOf(part).size === 0 && found(topics, wordsOf(part)) > 0);

/** Whether a passage does no harm to whoever asked. What ends, wipes or pays something is quoted only where that was asked for. */
function isSafe(
  { passage: { title, text }, inHeading }: Looked,
  wish: Wish,
  asked: string[],
  topics: string[],
): boolean {
  const heading = headingOf(title);
  if (isAlternative(heading, topics)) return true;
  const own = spokenOf(heading);
  if ([...own].some((harm) => !wish.harms.has(harm) && (harm !== 'pays' || inHeading === 0))) return false;
  if (LASTING.some((harm) => own.has(harm))) {
    // "Cancel the noise", "cancel that": the word alone says nothing of what it is about.
    const what = asked.filter((word) => !isHarm(word));
    return what.length > 0 ? found(what, wordsOf(title)) > 0 : wish.clear;
  }
  const harmless = topics.filter((word) => !isHarm(word));
  if (inHeading > 0 || found(harmless, wordsOf(text)) > 1) return true;
  const besides = spokenOf(text);
  return !LASTING.some((harm) => besides.has(harm) && !wish.harms.has(harm));
}

/**
 * Answers the last user message from `request.passages` only, with their own words; the caller adds the label that says so.
 * `null` when no passage covers enough of the question: courtesies, other topics, instructions to the bot. Needs no network.
 */
export function createExtractive(): Provider {
  return {
    async answer({ history, passages, language }) {
      const question = cutText(history.findLast((message) => message.role === 'user')?.text ?? '', READ_LENGTH);
      const asked = courtesyOf(question) ? [] : [...new Set(clausesOf(question).flat())];
      const topics = asked.filter((word) => !isCommon(word));
      if (topics.length === 0) return null;
      const wish = askedFor(question);
      const foreign = (passage: Passage) =>
        language !== undefined && passage.language !== undefined && passage.language !== language;
      const enough = ({ passage, inHeading }: Looked) => {
        if (foreign(passage)) return ENOUGH_FOREIGN;
        return inHeading > 0 ? ENOUGH : ENOUGH_IN_TEXT;
      };
      const worthOf = ({ passage, place, inHeading }: Looked) =>
        passage.score - place * PLACE + (HEADING * inHeading) / topics.length - (foreign(passage) ? FOREIGN : 0);
      const fitting = passages
        .map((passage, place) => ({
          passage,
          place,
          inHeading: found(topics, wordsOf(headingOf(passage.title))),
          inAll: found(topics, wordsOf(`${passage.title} ${passage.text}`)),
        }))
        .filter((each) => each.passage.score >= enough(each) && each.inAll > 0 && isSafe(each, wish, asked, topics))
        .sort((a, b) => worthOf(b) - worthOf(a));
      const [best, ...others] = fitting;
      const next = others.find(({ passage }) => passage.language === best?.passage.language);
      // Of two that say as much, neither called what was asked for, one would be a guess; the same in another language is none.
      if (best && next && best.inHeading === 0 && worthOf(best) - worthOf(next) < MARGIN) return null;
      const passage = best?.passage;
      const text = passage && quote(passage, asked);
      return text ? { text, source: { kind: 'extractive', passages: [passage.id] } } : null;
    },
  };
}
