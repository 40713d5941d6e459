/**
 * How long things may be that strangers, models and platforms write, in UTF-16 units: nobody needs more, and whatever reads them takes
 * time that others wait for.
 */

/** What a person says in one message. The platforms take 4,096 at most. */
export const LONGEST_MESSAGE = 16_384;
/** What a model says at once, without its thoughts: eight of the longest messages that a platform takes. */
export const LONGEST_ANSWER = 32_768;
/** Names of people, buttons, files; captions have the length of messages. */
export const LONGEST_NAME = 256;
/** What a platform calls a person, a message, an account: what is longer is none of its ids. */
export const LONGEST_ID = 512;
/** One line of the log. */
export const LONGEST_LINE = 2_000;
/** The name of a tool's argument. */
export const LONGEST_KEY = 256;
/** Marks on one letter. Unicode's own texts are said to need no more than thirty. */
export const MOST_MARKS = 30;

/** The beginning of a text; a letter is never cut in half. */
export function cutText(text: string, limit: number): string {
  if (text.length <= limit) return text;
  const last = text.charCodeAt(limit - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? limit - 1 : limit);
}
