/** A voice note in words: from then on the message says them, as if they had been typed. */
import type { Media } from '../model.ts';
import type { Plan } from '../ports.ts';
import { cutText, LONGEST_MESSAGE } from '../text/lengths.ts';

/** A repeat changes nothing. @param handle the note's `ref`, else its `url`. @returns what the message says now. */
export const hearMessage =
  (id: string, handle: string, words: string): Plan<string> =>
  (records) => {
    const message = records.message(id);
    if (!message || message.deletedAt) return '';
    const isIt = ({ ref, url }: Media) => (ref ?? url) === handle;
    if (message.media.some((medium) => isIt(medium) && medium.heard)) return message.text;
    const text = cutText([message.text.trim(), words.trim()].filter(Boolean).join('\n'), LONGEST_MESSAGE);
    const media = message.media.map((medium) => (isIt(medium) ? { ...medium, heard: true } : medium));
    records.updateMessage(id, { text, media });
    return text;
  };
