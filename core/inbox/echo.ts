/**
 * Whose words came back: platforms tell what left the business side, and a human's own message silences the bot. An echo is our own send only
 * where a part of ours is on its way, or of unknown fate, and has no id yet: a human may type the bot's very words.
 */
import type { Conversation, Json, Media, Message, SendPart } from '../model.ts';
import { noteFate } from '../orders/answers.ts';
import type { ParsedEcho, Records } from '../ports.ts';
import { applyReceipt, goesOn, moved, sooner } from '../sending/send-state.ts';

/** The longest that the echo of a send may take whose fate is unknown; while it is on its way, its echo may come at any time. */
const ECHO_WITHIN_MS = 60_000;

/** The message of ours that bears this id on the platform. */
export const sentAs = (records: Records, accountId: string, platformId: string): Message | undefined =>
  records.byPlatformId(accountId, platformId).find((message) => message.direction === 'out' && message.parts);

/**
 * The id of the message of ours that this echo is, if it is one. What the echo tells of it is noted: its id, so that the same words again are
 * somebody else's, and that it arrived.
 */
export function ownSend(
  records: Records,
  conversation: Conversation,
  event: ParsedEcho,
  now: number,
): string | undefined {
  const { accountId } = conversation;
  const known = event.platformId && sentAs(records, accountId, event.platformId);
  if (known) {
    // Its answer was lost, but the id was ours: it has arrived.
    const patch = known.state === 'unknown' ? applyReceipt(known, event.platformId!, 'sent') : null;
    if (patch) update(records, known, patch, now);
    return known.id;
  }
  for (const sent of records.recentOut(conversation.id)) {
    const open = openPart(sent, event, now);
    if (open < 0) continue;
    if (event.platformId) {
      const parts = sent.parts!.map((part, index) => (index === open ? told(part, event.platformId!) : part));
      const first = open === 0 ? { platformId: event.platformId } : {};
      update(records, sent, { ...first, ...moved(sent, parts) }, now);
      if (open > 0) records.namePart(accountId, event.platformId, sent.id);
    }
    return sent.id;
  }
  return undefined;
}

/** What is told of a message from outside; where more of it is to follow, its conversation's queue is due. */
export function update(records: Records, sent: Message, patch: Partial<Message>, now: number): void {
  records.updateMessage(sent.id, patch);
  noteFate(records, { ...sent, ...patch }, now);
  const conversation = goesOn(sent, patch.state) && records.conversation(sent.conversationId);
  if (conversation) records.updateConversation(conversation.id, { sendAt: sooner(conversation.sendAt, now) });
}

/** What is on its way stays so until the platform answers; what was unknown has arrived. */
const told = (part: SendPart, platformId: string): SendPart =>
  part.state === 'unknown'
    ? { ...part, state: 'sent', platformId, error: undefined, unknownSince: undefined }
    : { ...part, platformId };

/** The first part that may be what the echo shows; -1 when none is. Compared by words and kind of medium: that is all there is by then. */
function openPart(sent: Message, { text, media }: ParsedEcho, now: number): number {
  const mayCome = ({ state, unknownSince = sent.at }: SendPart) =>
    state === 'sending' || (state === 'unknown' && now - unknownSince <= ECHO_WITHIN_MS);
  const isIt = (part: SendPart) => mayCome(part) && !part.platformId && shows(sent, part, text.trim(), media);
  return sent.parts?.findIndex(isIt) ?? -1;
}

function shows(sent: Message, part: SendPart, text: string, media: Media[]): boolean {
  if (media.length > 0) return sent.media.some((own) => media.some((medium) => medium.kind === own.kind));
  return text !== '' && (sent.text.trim() === text || says(part.request, text));
}

/** Whether a rendered request holds these words as one of its values. */
function says(request: Json, text: string): boolean {
  if (typeof request === 'string') return request.trim() === text;
  if (request === null || typeof request !== 'object') return false;
  return Object.values(request).some((value) => says(value, text));
}

/** What looked like a human's echo was this very send, coming back faster than the platform's answer: the takeover is undone. */
export function undoTakeover(records: Records, sent: Message, platformId: string): void {
  const echo = records
    .byPlatformId(sent.accountId, platformId)
    .find((message) => message.author === 'human' && message.takeover);
  if (!echo?.takeover || echo.conversationId !== sent.conversationId) return;
  const conversation = records.conversation(sent.conversationId);
  const later = records.nextHuman(sent.conversationId, echo.seq);
  // A human wrote after it, whose takeover stands, on what was before.
  if (later?.takeover)
    records.updateMessage(later.id, { takeover: { ...later.takeover, before: echo.takeover.before } });
  else if (!later && conversation?.humanUntil === echo.takeover.humanUntil)
    records.updateConversation(conversation.id, echo.takeover.before);
  records.removeMessage(echo.id);
}
