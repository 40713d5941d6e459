/** A message that is to be said: as a voice note, and as the words that are sent where that cannot be. */
import type { Message, SendPart } from '../model.ts';

/** How it may leave. */
export type Form = 'voice' | 'words';

type Sent = Pick<Message, 'parts' | 'media'>;

/** The language in which it is to be said; undefined: it is written. */
export const saidIn = ({ parts = [] }: Pick<Message, 'parts'>): string | undefined =>
  parts.find(({ sayIn, state }) => sayIn !== undefined && state === 'queued')?.sayIn;

/** What its customer gets: something to hear, whose words are the message's text. */
export const asVoice = <T extends Sent>(message: T): T => ({ ...message, media: [{ kind: 'voice', heard: true }] });

export const asWords = <T extends Sent>(message: T): T => ({
  ...message,
  parts: message.parts?.map(written),
  media: [],
});

const written = ({ sayIn: _said, ...part }: SendPart): SendPart => part;
