/** What customers send without words: pictures for a model that may see them, and voice notes in words. */
import { pictureType, soundType } from '../core/answering/files.ts';
import { describe } from '../core/errors.ts';
import { hearMessage } from '../core/inbox/hear.ts';
import type { Media } from '../core/model.ts';
import type { Clock, Hearing, Http, Logger, Picture, Store, Transcribe } from '../core/ports.ts';
import type { Speech } from './speech.ts';
import type { LiveTurn } from './turn.ts';

/** Platforms make photos smaller than this; a larger file is no photo from a phone. */
const LARGEST_PICTURE = 5 * 1024 * 1024;
const MOST_PICTURES = 4;
/** WhatsApp's own limit, an hour of speech; bytes. */
export const LARGEST_SOUND = 16 * 1024 * 1024;
const MOST_SOUNDS = 5;
const TRANSCRIPTION_MS = 30_000;

interface Parts {
  http: Http;
  log: Logger;
}

/** The turn's photos as they are, the newest few; those that cannot be had are left out, and told in the log. */
export async function picturesOf({ http, log }: Parts, { account, view }: LiveTurn): Promise<Picture[]> {
  const { channel, settings } = account;
  if (!channel.download) return [];
  const photos = view.messages
    .flatMap(({ media }) => media)
    .filter(({ kind }) => kind === 'image' || kind === 'sticker');
  const fetched = await Promise.all(
    photos.slice(-MOST_PICTURES).map(async (medium): Promise<Picture[]> => {
      try {
        const bytes = await channel.download!(medium, settings, http, LARGEST_PICTURE);
        const type = pictureType(bytes);
        if (type) return [{ type, data: Buffer.from(bytes).toString('base64') }];
        log.info(`Turn ${view.id}: a ${medium.kind} is no picture that models take, and is told in words.`);
      } catch (error) {
        log.warn(`Turn ${view.id}: ${describe(error)}`);
      }
      return [];
    }),
  );
  return fetched.flat();
}

/** What is known of a sound before it is heard. */
export type Wishes = Pick<Hearing, 'language' | 'hints'>;

/**
 * Puts the turn's voice notes into words, in its messages and in the store, so that a repeated attempt has them. One that cannot be
 * understood stays a voice note, and is told in the log.
 * @returns how many became words; never rejects
 */
export type HearTurn = (live: LiveTurn, wishes?: Wishes) => Promise<number>;

export function createHearing({
  store,
  clock,
  http,
  log,
  speech,
  onNotice = () => {},
}: Parts & {
  store: Pick<Store, 'run'>;
  clock: Clock;
  /** Asked at each turn what hears; nothing is heard where nothing does. */
  speech: Pick<Speech, 'transcribe'>;
  /** People are to be told what a voice note says. */
  onNotice?(): void;
}): HearTurn {
  async function wordsOf(medium: Media, live: LiveTurn, transcribe: Transcribe, wishes: Wishes): Promise<string> {
    const { channel, settings } = live.account;
    const bytes = await channel.download!(medium, settings, http, LARGEST_SOUND);
    const type = soundType(bytes);
    if (!type) {
      log.info(`Turn ${live.view.id}: a voice note is in no format that is known.`);
      return '';
    }
    const late = new AbortController();
    const cancel = clock.at(clock.now() + TRANSCRIPTION_MS, () => late.abort());
    return (await transcribe(bytes, { ...wishes, type, signal: late.signal }).finally(cancel)).text;
  }

  return async (live, wishes = {}) => {
    const { transcribe } = speech;
    let heardNow = 0;
    if (!transcribe || !live.account.channel.download) return heardNow;
    const notes = live.view.messages.flatMap((message) =>
      message.media.filter(isUnheard).map((medium) => ({ message, medium })),
    );
    for (const { message, medium } of notes.slice(-MOST_SOUNDS)) {
      try {
        const words = await wordsOf(medium, live, transcribe, wishes);
        if (!words.trim()) continue;
        const handle = medium.ref ?? medium.url!;
        const heard = await store.run(hearMessage(message.id, handle, words));
        message.text = heard.text;
        medium.heard = true;
        heardNow++;
        if (heard.noticed) onNotice();
      } catch (error) {
        log.warn(`Turn ${live.view.id}: ${describe(error)}`);
      }
    }
    return heardNow;
  };
}

const isUnheard = ({ kind, heard, ref, url }: Media) =>
  (kind === 'voice' || kind === 'audio') && !heard && (ref ?? url) !== undefined;
