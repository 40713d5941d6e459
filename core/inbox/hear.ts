/** A voice note in words: from then on the message says them, as if they had been typed. */
import type { Media } from '../model.ts';
import { noteAnswer } from '../orders/answers.ts';
import type { Plan } from '../ports.ts';
import { cutText, LONGEST_MESSAGE } from '../text/lengths.ts';

/** A repeat changes nothing. @param handle the note's `ref`, else its `url`. @returns what the message says now, and whether people are to be told. */
export const hearMessage =
  (id: string, handle: string, words: string): Plan<{ text: string; noticed: boolean }> =>
  (records) => {
    const message = records.message(id);
    if (!message || message.deletedAt) return { text: '', noticed: false };
    const isIt = ({ ref, url }: Media) => (ref ?? url) === handle;
    if (message.media.some((medium) => isIt(medium) && medium.heard)) return { text: message.text, noticed: false };
    const text = cutText([message.text.trim(), words.trim()].filter(Boolean).join('\n'), LONGEST_MESSAGE);
    const media = message.media.map((medium) => (isIt(medium) ? { ...medium, heard: true } : medium));
    records.updateMessage(id, { text, media });
    const conversation = records.conversation(message.conversationId);
    if (conversation?.kind !== 'private') return { text, noticed: false };
    // Whether it changed his consent was told when it came.
    const { patch, noticed } = noteAnswer(records, conversation, { ...message, text, consent: undefined });
    if (noticed) records.updateConversation(conversation.id, patch);
    return { text, noticed };
  };
