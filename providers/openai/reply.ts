/** Reads what came back: a text a customer may see, or the reason why there is none. */
import type { ChatCompletion } from 'openai/resources/chat/completions';
import type { Response } from 'openai/resources/responses/responses';
import type { AnswerSource } from '../../core/model.ts';
import { providerFailed } from './errors.ts';

export interface Reply {
  text: string;
  usage?: NonNullable<AnswerSource['usage']>;
}

/** What both APIs say in their own words. */
interface Raw {
  text: string;
  refused: boolean;
  /** The server stopped in the middle. */
  stopped: 'length' | 'filter' | null;
  usage?: { input: number | undefined; output: number | undefined };
}

/** @throws DragomanError PROVIDER_FAILED; a TypeError where the body has another shape. */
export function readResponse(response: Response): Reply {
  if (response.status === 'failed') {
    const temporary = response.error?.code === 'server_error' || response.error?.code === 'rate_limit_exceeded';
    throw providerFailed('The model broke off its answer.', 'If this stays, choose another model.', temporary);
  }
  // What is marked as commentary is the model talking to itself.
  const parts = response.output.flatMap((item) =>
    item.type === 'message' && item.phase !== 'commentary' ? item.content : [],
  );
  const reason = response.incomplete_details?.reason;
  return toReply({
    text: parts.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
    refused: parts.some((part) => part.type === 'refusal'),
    stopped: reason === 'content_filter' ? 'filter' : response.status === 'incomplete' ? 'length' : null,
    usage: { input: response.usage?.input_tokens, output: response.usage?.output_tokens },
  });
}

/** As `readResponse`, for chat completions. */
export function readCompletion(completion: ChatCompletion): Reply {
  const choice = completion.choices[0];
  const finish = choice?.finish_reason;
  return toReply({
    text: choice?.message.content ?? '',
    refused: Boolean(choice?.message.refusal),
    stopped: finish === 'content_filter' ? 'filter' : finish === 'length' ? 'length' : null,
    usage: { input: completion.usage?.prompt_tokens, output: completion.usage?.completion_tokens },
  });
}

function toReply({ text: raw, refused, stopped, usage }: Raw): Reply {
  if (stopped === 'filter')
    throw providerFailed(
      "The provider's content filter stopped the answer.",
      'If harmless questions are stopped, look at the filter settings at the provider.',
      false,
    );
  const said = withoutThoughts(raw).trim();
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
  if (!said) throw providerFailed('The model gave an empty answer.', 'If this stays, choose another model.', true);
  const { input, output } = usage ?? {};
  return {
    text: stopped ? wholeSentences(said) : said,
    ...(typeof input === 'number' && typeof output === 'number' ? { usage: { input, output } } : {}),
  };
}

/** Some local servers put a model's reasoning in front of its answer. */
const withoutThoughts = (text: string) => text.replace(/^\s*<think>[\s\S]*?(<\/think>|$)/, '');

const sentences = new Intl.Segmenter(undefined, { granularity: 'sentence' });

/** A text that was cut off, up to its last whole sentence; with dots where there is none. */
function wholeSentences(text: string): string {
  const pieces = Array.from(sentences.segment(text), ({ segment }) => segment);
  return pieces.length > 1 ? pieces.slice(0, -1).join('').trim() : `${text}…`;
}
