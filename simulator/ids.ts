/** Ids as the platforms make them. */
import { createHash } from 'node:crypto';

/** Telegram's message ids grow by less than ten a second in any chat, so that a restart never takes one twice; 32 bits last until 2030. */
const MESSAGE_ID_STEP_MS = 100;
/** Before any time the simulator ran; keeps the numbers short. */
const ORIGIN_MS = 1_700_000_000_000;

export interface Ids {
  /** A number never given before, also not by an earlier process on the same data (as long as fewer than 1,000 a second are taken). */
  next(): number;
  /** The next message id of a Telegram chat. */
  chatMessage(chat: string): number;
  /** A WhatsApp message id, which names the business number's partner and the direction. */
  wamid(partner: string, direction: 'in' | 'out'): string;
  /** An Instagram message id. */
  mid(account: string): string;
  /** Hexadecimal digits, unique. */
  hex(digits: number): string;
}

/** @param now UTC milliseconds; read once, for where to begin. */
export function createIds(now: () => number): Ids {
  const born = Math.max(1, now() - ORIGIN_MS);
  let last = born;
  const chats = new Map<string, number>();
  const next = (): number => ++last;
  const hex = (digits: number): string => createHash('sha256').update(String(next())).digest('hex').slice(0, digits);
  return {
    next,
    hex,
    chatMessage(chat) {
      const id = (chats.get(chat) ?? Math.floor(born / MESSAGE_ID_STEP_MS)) + 1;
      chats.set(chat, id);
      return id;
    },
    wamid(partner, direction) {
      const name = Buffer.from(partner.slice(0, 200), 'ascii');
      const token = Buffer.from(hex(direction === 'in' ? 20 : 18).toUpperCase(), 'ascii');
      const bytes = [
        Buffer.from([0x1c, 0x18, name.length]),
        name,
        Buffer.from([0x15, 0x02, 0x00, direction === 'in' ? 0x12 : 0x11, 0x18, token.length]),
        token,
        Buffer.from([0]),
      ];
      return `wamid.${Buffer.concat(bytes).toString('base64')}`;
    },
    mid(account) {
      const name = Buffer.from(`ig_dm_item:1:IGMessageID:${account}:${next()}`).toString('base64url');
      return `aWdfZAG1${name}`;
    },
  };
}
