/** What a person says or does. */
import { type Act, KEYS, MEDIA, type Said, SIGNATURES } from './format.ts';
import type { Value } from './reading.ts';

type Keys = { [key in (typeof KEYS.says)[number]]?: Value };

/** A step of a person. */
export interface Saying extends Omit<Said, 'person'> {
  deliveries: number;
  signature: (typeof SIGNATURES)[number];
  /** HTTP status that the webhook must answer. */
  status: number;
  repeat: number;
  everyMs: number;
}

const ALONE = ['deliveries', 'signature', 'status', 'repeat', 'every'] as const;

export function readSaying(value: Value): Saying {
  const keys = keysOf(value);
  return {
    ...saidOf(value, keys),
    deliveries: keys.deliveries?.number() ?? 1,
    signature: keys.signature?.oneOf(SIGNATURES) ?? 'right',
    status: keys.status?.number() ?? 200,
    repeat: keys.repeat?.number() ?? 1,
    everyMs: keys.every?.duration() ?? 0,
  };
}

/** One line of a batch, which is delivered and signed as a whole. */
export function readSaid(value: Value): Omit<Said, 'person'> {
  const keys = keysOf(value);
  for (const key of ALONE) keys[key]?.fail(`"${key}" is for a message alone, not in a batch.`);
  return saidOf(value, keys);
}

const keysOf = (value: Value): Keys => (value.isText ? { text: value } : value.map(KEYS.says));

const saidOf = (value: Value, keys: Keys): Omit<Said, 'person'> => ({
  act: actOf(value, keys),
  as: keys.as?.text(),
  group: keys.group?.text(),
});

function actOf(value: Value, keys: Keys): Act {
  const { text, send, caption, tap, edit, react, to, receipt, reach } = keys;
  const verbs = [send, tap, edit, keys.delete, react, receipt, reach].filter(Boolean).length;
  if (verbs > 1 || (verbs === 1 && text && !edit)) return value.fail('A step does one thing.');
  if (caption && !send) caption.fail('A caption belongs to something that is sent.');
  if (to && !react) to.fail('"to" says which message a reaction is for.');
  if (send) return { do: 'send', medium: send.oneOf(MEDIA), caption: caption?.text() };
  if (tap) return { do: 'tap', title: tap.text() };
  if (edit) return { do: 'edit', message: edit.text(), text: (text ?? value.fail('Give the new "text".')).text() };
  if (keys.delete) return { do: 'delete', message: keys.delete.text() };
  if (react) return { do: 'react', emoji: react.text(), message: to?.text() };
  if (receipt) return { do: 'receipt', state: receipt.oneOf(['delivered', 'read', 'failed'] as const) };
  if (reach) return { do: 'reach', blocked: reach.oneOf(['blocked', 'unblocked'] as const) === 'blocked' };
  return { do: 'text', text: (text ?? value.fail('What does the person say? Give "text".')).text() };
}
