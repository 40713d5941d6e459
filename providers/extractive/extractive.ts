/** Answers without a model: quotes the passage that covers the question, or says nothing. */
import type { Passage } from '../../core/model.ts';
import type { Provider } from '../../core/ports.ts';
import { contentWords, likeness, normalise } from '../../core/text/words.ts';

/** A passage's `score` from which it is quoted; measured over six languages in docs/adr/0004-knowledge-index.md. */
const ENOUGH = 0.4;
/** Longest quotation in UTF-16 units; a shorter passage is quoted whole, so that steps and conditions stay together. */
const QUOTE_LENGTH = 600;

/** How much of the question's words a piece of text has. */
function overlap(asked: string[], text: string): number {
  const words = new Set(normalise(text).split(' '));
  return asked.reduce((sum, word) => sum + Math.max(...[...words].map((other) => likeness(word, other))), 0);
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

/**
 * Answers the last user message from `request.passages` only, with their own words; the caller adds the label that says so.
 * `null` when no passage covers enough of the question: greetings, other topics, instructions to the bot. Needs no network.
 */
export function createExtractive(): Provider {
  return {
    async answer({ history, passages, language }) {
      const asked = contentWords(history.findLast((message) => message.role === 'user')?.text ?? '');
      if (asked.length === 0) return null;
      const fitting = passages.filter(
        ({ score, title, text }) => score >= ENOUGH && overlap(asked, `${title} ${text}`) > 0,
      );
      const passage = fitting.find((each) => language !== undefined && each.language === language) ?? fitting[0];
      const text = passage && quote(passage, asked);
      return text ? { text, source: { kind: 'extractive', passages: [passage.id] } } : null;
    },
  };
}
