/** What a customer may see of the words that came back, or the reason why there is nothing. */
import { providerFailed } from './errors.ts';
import type { Round } from './items.ts';

/**
 * @param before what was said before tools were called.
 * @throws DragomanError PROVIDER_FAILED.
 */
export function textOf({ text, stopped, refused, calls }: Round, before: string[]): string {
  if (stopped === 'filter')
    throw providerFailed(
      "The provider's content filter stopped the answer.",
      'If harmless questions are stopped, look at the filter settings at the provider.',
      false,
    );
  const said = text.trim();
  if (refused)
    throw providerFailed(
      'The model refused to answer.',
      'If harmless questions are refused, change the prompt or choose another model.',
      false,
    );
  if (!said && stopped)
    throw providerFailed(
      'The model used up its limit of words before it began the answer.',
      'Choose a model that reasons less, or shorten the prompt.',
      false,
    );
  if (!said && calls.length)
    throw providerFailed(
      'The model went on calling tools and said nothing.',
      'Choose a model that is better with tools, or offer fewer of them.',
      false,
    );
  const ending = stopped ? wholeSentences(said) : said;
  const whole = [...before, ending].filter(Boolean).join('\n\n');
  if (!whole) throw providerFailed('The model gave an empty answer.', 'If this stays, choose another model.', true);
  return whole;
}

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/** A text that was cut off, up to its last whole sentence; with dots where there is none. */
function wholeSentences(text: string): string {
  const pieces = Array.from(sentences.segment(text), ({ segment }) => segment);
  return pieces.length > 1 ? pieces.slice(0, -1).join('').trim() : `${text}…`;
}
