/** What only `_data` tells, which is the message as WAHA's engine has it: NOWEB (Baileys), GOWS (whatsmeow) and WEBJS each in a shape of its own. */
import type { Json, JsonObject, MediaKind } from '../../core/model.ts';
import { idOf, list, object, text } from '../shared/json.ts';
import { joined } from '../shared/words.ts';

/** By the name of the content in NOWEB and GOWS, and by `type` in WEBJS. */
const KINDS: Record<string, MediaKind> = {
  imageMessage: 'image',
  videoMessage: 'video',
  ptvMessage: 'video',
  audioMessage: 'audio',
  documentMessage: 'document',
  documentWithCaptionMessage: 'document',
  stickerMessage: 'sticker',
  image: 'image',
  video: 'video',
  ptv: 'video',
  audio: 'audio',
  ptt: 'voice',
  document: 'document',
  sticker: 'sticker',
};

/** The ids of who is on the other side, beside `from` and `to`: of the customer, or of a message's author in a group. */
export function otherIds(data: JsonObject | undefined, { fromMe, group }: { fromMe: boolean; group: boolean }): Json[] {
  const key = object(data?.key);
  const info = object(data?.Info);
  const ids = group
    ? [
        ...[key?.participant, key?.participantAlt, key?.participantPn, key?.participantLid],
        ...[info?.Sender, info?.SenderAlt],
        ...[data?.author, object(data?.id)?.participant],
      ]
    : [
        ...[key?.remoteJid, key?.remoteJidAlt, info?.Chat, object(data?.id)?.remote],
        // Of a message of ours the sender is us.
        ...(fromMe
          ? [info?.RecipientAlt, data?.to]
          : [key?.senderPn, key?.senderLid, info?.Sender, info?.SenderAlt, data?.from]),
      ];
  return ids.filter((id) => id !== undefined);
}

/** What the sender calls himself. */
export function pushName(data: JsonObject | undefined): string | undefined {
  return idOf(data?.notifyName) ?? idOf(data?.pushName) ?? idOf(object(data?.Info)?.PushName);
}

/** The content by its name in WhatsApp's protocol. */
const contentOf = (data: JsonObject | undefined): JsonObject => object(data?.message) ?? object(data?.Message) ?? {};

/** Changes of another message, and what tells programs: WhatsApp sends them as messages, and WAHA has events of their own for what matters. */
const ASIDES = [
  'protocolMessage',
  'editedMessage',
  'reactionMessage',
  'encReactionMessage',
  'pollUpdateMessage',
  'senderKeyDistributionMessage',
];

/** Whether the message says nothing but such a thing. */
export function isAside(data: JsonObject | undefined): boolean {
  const names = Object.keys(contentOf(data)).filter((name) => name !== 'messageContextInfo');
  return names.length > 0 && names.every((name) => ASIDES.includes(name));
}

export function mediaKind(data: JsonObject | undefined): MediaKind | undefined {
  const content = contentOf(data);
  const name = Object.keys(content).find((key) => Object.hasOwn(KINDS, key));
  if (name) {
    const { ptt, PTT } = object(content[name]) ?? {};
    return ptt === true || PTT === true ? 'voice' : KINDS[name];
  }
  const type = text(data?.type) ?? '';
  return Object.hasOwn(KINDS, type) ? KINDS[type] : undefined;
}

/** A tapped button or a chosen row. WAHA's own fields show it as text at best. */
export function choiceOf(data: JsonObject | undefined): { id: string; title?: string } | undefined {
  const content = contentOf(data);
  const button = object(content.buttonsResponseMessage) ?? object(content.templateButtonReplyMessage);
  const row = object(content.listResponseMessage) ?? object(data?.listResponse);
  const reply = object(row?.singleSelectReply);
  const id =
    idOf(button?.selectedButtonId) ??
    idOf(button?.selectedButtonID) ??
    idOf(button?.selectedId) ??
    idOf(button?.selectedID) ??
    idOf(reply?.selectedRowId) ??
    idOf(reply?.selectedRowID) ??
    idOf(data?.selectedButtonId) ??
    idOf(data?.selectedId);
  return id ? { id, title: idOf(button?.selectedDisplayText) ?? idOf(row?.title) } : undefined;
}

/** A poll that somebody asks: the question, then a line an option. */
export function pollWords(data: JsonObject | undefined): string {
  const content = contentOf(data);
  const name = Object.keys(content).find((key) => /^pollCreationMessage(?:V\d)?$/.test(key));
  const poll = object(name ? content[name] : undefined);
  const options = [...list(poll?.options), ...list(data?.pollOptions)].map((option) => {
    const { optionName, name: own } = object(option) ?? {};
    return optionName ?? own;
  });
  return joined([poll?.name ?? data?.pollName, ...options], '\n');
}
