/** The line of a chat: text frames both ways. */
import { HEARTBEAT_MS } from '../../app/chats/chat.ts';
import { engineOrReason } from '../current.ts';
import { createBudget, type Door } from './line-door.ts';

/** In a second, and at once: a page that comes back sends again what was not answered. */
const FRAMES = { perSecond: 20, atOnce: 60 };

export const chatDoor: Door = {
  ...{ kind: 'chat', what: 'line', protocol: 'dragoman-chat', deadMs: 3 * HEARTBEAT_MS },
  async admit({ id, number, ...asking }) {
    const current = engineOrReason();
    if ('reason' in current) return { status: 503, reason: current.reason };
    const found = await current.engine.chats.admit({ chat: id, ...asking });
    if ('status' in found) return found;
    const { channel, attach } = found;
    return (wire) => {
      const frames = createBudget(FRAMES.perSecond / 1_000, FRAMES.atOnce);
      const chat = attach(wire, number('cursor'));
      return {
        take(data, isBinary) {
          if (isBinary || !frames(1)) return false;
          chat.take(wire, channel.read(data.toString('utf8')));
          return true;
        },
        gone: () => chat.detach(wire),
      };
    };
  },
};
