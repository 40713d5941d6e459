/**
 * What a model's template leaves in its words where a server does not take it out: thoughts, channels, the marks of turns, calls of tools
 * written as text. Nothing of it is for the customer.
 */
import { callsIn, type TextCall } from './text-calls.ts';

/** What is left for the customer, and the calls of `tools` that were written among it. */
export function spokenWords(text: string, tools: readonly string[]): { words: string; calls: TextCall[] } {
  const { words, calls } = callsIn(withoutThoughts(withoutChannels(text)), tools);
  return { words: withoutTurns(words).trim(), calls };
}

const THOUGHT = '(?:seed:)?(?:think|thinking|thoughts?|reasoning|reflection|scratchpad)';
const OPEN = `<${THOUGHT}(?:\\s[^<>]{0,80})?>|\\[THINK\\]|<\\|(?:begin_of_thought|START_THINKING)\\|>|◁think▷|<unused94>|<\\|channel>(?:thought|analysis)`;
const CLOSE = `</${THOUGHT}>|\\[/THINK\\]|<\\|(?:end_of_thought|END_THINKING)\\|>|◁/think▷|<unused95>|<channel\\|>`;
const PAIR = new RegExp(`(?:${OPEN})[\\s\\S]*?(?:${CLOSE})`, 'gi');
const UP_TO_CLOSE = new RegExp(`^[\\s\\S]*(?:${CLOSE})`, 'i');
const FROM_OPEN = new RegExp(`(?:${OPEN})[\\s\\S]*$`, 'i');

/** A template that writes the opening tag itself leaves an answer that begins in the middle of the thoughts. */
export const withoutThoughts = (text: string): string =>
  text.replace(PAIR, '').replace(UP_TO_CLOSE, '').replace(FROM_OPEN, '');

/** One message of a text in channels. The recipient of a call stands before or behind the channel's name. */
const CHANNEL =
  /(?:to=([\w.-]+)\s*)?<\|channel\|>\s*(\w+)([^<]*)(?:<\|constrain\|>[^<]*)?<\|message\|>([\s\S]*?)(?=<\|(?:end|return|call|start|channel)\|>|$)/g;
/** The same where the server took out the marks and left their words. */
const PLAIN_CHANNELS = /^\s*(?:analysis|commentary)[\s\S]*assistant\s*final/;

/** A text in channels as its final words, and the calls among it in the form that others write them. */
export function withoutChannels(text: string): string {
  if (!text.includes('<|channel|>')) return text.replace(PLAIN_CHANNELS, '');
  const messages = Array.from(text.matchAll(CHANNEL), ([, before, channel, behind = '', body = '']) => {
    const recipient = before ?? /to=([\w.-]+)/.exec(behind)?.[1];
    if (recipient) return `<function=${recipient}>${body}</function>`;
    return channel === 'final' ? body : '';
  });
  return messages.filter(Boolean).join('\n');
}

/** Behind one of these a model that was not stopped goes on with the next turn, in the customer's name. */
const TURN_END =
  /<\|(?:im_end|eot_id|eom_id|eot|end_of_text|endoftext|end|return|user|END_OF_TURN_TOKEN|END_RESPONSE)\|>|<\|im_start\|>\s*user|<\|start_header_id\|>\s*user|<end_of_turn>|<start_of_turn>\s*user|<turn\|>|<eos>|<｜(?:end▁of▁sentence|User)｜>|\[INST\]/;
const TURN_OR_TEXT_END = new RegExp(`${TURN_END.source}|</s>`);
const TURN_BEGIN =
  /<\|im_start\|>(?:\s*assistant\b\s*)?|<\|start_header_id\|>[^<]{0,20}<\|end_header_id\|>\s*|<start_of_turn>(?:\s*model\b\s*)?|<\|start\|>(?:\s*assistant\b)?|<｜[^｜<>]{1,40}｜>|<\|[\w:]{1,40}\|>|<(?:bos|eos|pad|unk)>|<unused\d+>|<(?:end_of_turn|turn\||\|turn)>|\[\/?INST\]/g;
const ANSWER_TAGS = /^\s*<(answer|response|final_answer)>([\s\S]*?)(?:<\/\1>\s*)?$/i;

/** Words without the marks of turns. */
export function withoutTurns(text: string): string {
  // Also the tags of a text that is struck through: those come in pairs.
  const begun = text.replace(/^\s*<s>(?![\s\S]*<\/s>\s*\S)/, '');
  const whole = cutAt(begun, /<s>/.test(begun) ? TURN_END : TURN_OR_TEXT_END);
  return whole.replace(TURN_BEGIN, '').replaceAll('<0x0A>', '\n').replace(ANSWER_TAGS, '$2');
}

/** What stands before the first mark that has words before it. */
function cutAt(text: string, mark: RegExp): string {
  const found = mark.exec(text);
  if (!found) return text;
  const before = text.slice(0, found.index);
  const bare = before.replace(TURN_BEGIN, '').trim();
  return bare ? before : cutAt(text.slice(found.index + found[0].length), mark);
}
