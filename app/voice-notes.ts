/** An answer as a voice note: whether it is to be one, and its sound. */
import { voiceLanguage } from '../core/calls/voice-language.ts';
import { DragomanError } from '../core/errors.ts';
import type { Logger, MakeVoice, Outgoing } from '../core/ports.ts';
import type { Speech } from './speech.ts';
import type { LiveTurn } from './turn.ts';

/** Letters; half a minute of speech. What is longer is better read. */
const LONGEST = 600;
/** What nobody can tap in a sound, or write down from it. */
const ADDRESS = /https?:\/\/|www\.|[\w.+-]@[\w-]/i;

/** Whether the customer's newest words were said, and this account answers such with a voice note where it can. */
export const isAskedAloud = (live: Asked): boolean => wantsVoice(live) && live.account.channel.sendVoice !== undefined;

type Asked = Pick<LiveTurn, 'account' | 'view'>;

const wantsVoice = ({ account, view }: Asked): boolean =>
  account.voiceReplies === true &&
  (view.messages.at(-1)?.media ?? []).some(({ kind, heard }) => heard && (kind === 'voice' || kind === 'audio'));

/**
 * Asked of each answer: the language in which it is to be said; undefined: it is to be written.
 * @param parts messages that it would be, written
 */
export type SayIn = (live: LiveTurn, content: Outgoing, parts: number) => string | undefined;

export function createSayIn(speech: Pick<Speech, 'speak' | 'missing'>, log: Pick<Logger, 'info'>): SayIn {
  const told = new Set<string>();

  function whyNot({ account: { channel } }: LiveTurn, content: Outgoing, parts: number): string | undefined {
    if (!channel.sendVoice) return `customers on ${channel.id} cannot be sent one.`;
    if (!speech.speak) return `nothing is set up that speaks. ${speech.missing().tts?.action ?? ''}`.trim();
    return unsayable(content, parts);
  }

  return (live, content, parts) => {
    if (!wantsVoice(live)) return undefined;
    const why = whyNot(live, content, parts);
    if (why === undefined) return live.answerIn ?? live.view.language;
    const { id, name } = live.account;
    const key = `${id} ${why}`;
    if (!told.has(key)) log.info(`Account "${name}" answers a voice note in words: ${why} (Told once.)`);
    told.add(key);
    return undefined;
  };
}

function unsayable({ text, buttons, media }: Outgoing, parts: number): string | undefined {
  if (buttons?.length) return 'the answer has buttons.';
  if (media?.length) return 'the answer has a file or a picture.';
  if (ADDRESS.test(text)) return 'the answer has an address.';
  if (!/[\p{L}\p{N}]/u.test(text)) return 'the answer has no words.';
  return text.length > LONGEST || parts !== 1 ? `the answer has more than ${LONGEST} letters.` : undefined;
}

/** @param encode samples as `Speak` gives them → Opus in an Ogg file */
export function createMakeVoice(
  speech: Pick<Speech, 'speak' | 'missing'>,
  encode: (pcm: Uint8Array, signal: AbortSignal) => Promise<Uint8Array>,
): MakeVoice {
  return async (text, { language, signal }) => {
    const { speak } = speech;
    if (!speak) throw speech.missing().tts;
    const spoken = voiceLanguage(text, language);
    const pieces: Uint8Array[] = [];
    for await (const piece of speak(text, { language: spoken, signal })) pieces.push(piece);
    if (pieces.length === 0)
      throw new DragomanError(
        'PROVIDER_FAILED',
        'What speaks made no sound of an answer.',
        'Nothing needs to be done.',
      );
    return encode(Buffer.concat(pieces), signal);
  };
}
