/** The line of a call: sound and frames both ways. */
import { HEARTBEAT_MS } from '../../app/calls/opening.ts';
import { engineOrReason } from '../current.ts';
import { createBudget, type Door } from './line-door.ts';

/** Text frames in a second, and at once. */
const FRAMES = { perSecond: 100, atOnce: 300 };
/** Sound may come so much faster than time goes by; milliseconds of it at once. */
const SOUND = { faster: 2, atOnce: 65_000 };
/** Of 16-bit samples at the highest rate. */
const BYTES_PER_MS = 48;

export const callDoor: Door = {
  ...{ kind: 'calls', what: 'audio', protocol: 'realtime', deadMs: 3 * HEARTBEAT_MS },
  async admit({ id, number, ...asking }) {
    const current = engineOrReason();
    if ('reason' in current) return { status: 503, reason: current.reason };
    const { calls, registry } = current.engine;
    const found = await calls.admit({ call: id, ...asking });
    if ('status' in found) return found;
    const { talk } = found;
    const live = registry.account(talk.call.accountId)!.channel.live!;
    return (wire) => {
      const frames = createBudget(FRAMES.perSecond / 1_000, FRAMES.atOnce);
      const sound = createBudget(SOUND.faster * BYTES_PER_MS, SOUND.atOnce * BYTES_PER_MS);
      talk.attach(wire, number('cursor'));
      return {
        take(data, isBinary) {
          const input = isBinary ? { kind: 'sound' as const, pcm: data } : live.read(data.toString('utf8'));
          const isIn = input.kind === 'sound' ? sound(input.pcm.length) : frames(1);
          if (isIn) talk.take(input);
          return isIn;
        },
        gone: () => talk.detach(wire),
      };
    };
  },
};
