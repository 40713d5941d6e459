/** People who write to a bot on several workers: each one word after the other, and some of it comes twice. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '../../simulator/index.ts';
import { deliver, delivery } from '../support/chaos.ts';

export interface Plan {
  events: number;
  people: number;
  /** No more than so many events a second. */
  perSecond: number;
  /** Share of the events whose webhook comes twice. */
  duplicates: number;
  random: () => number;
}

/** So many webhooks are on their way at once, and so many words wait for an answer: a slow machine makes it longer, not harder. */
const AT_ONCE = 24;
const UNANSWERED = 48;
/** Who waits longer for an answer is waited for no more. */
const PATIENCE_MS = 10_000;

export interface Talk {
  /** What was said, by thread, in its order. Resolves when every webhook was taken, also the second ones. */
  said: Promise<Map<string, string[]>>;
  /** The words whose webhook was taken, with when, in `performance.now()`. */
  taken: ReadonlyMap<string, number>;
  /** Resolves when this share of the events is on its way. */
  reached(share: number): Promise<void>;
}

export function talk(
  { events, people, perSecond, duplicates, random }: Plan,
  platforms: Simulator,
  server: () => string,
  answered: ReadonlyMap<string, number>,
): Talk {
  const words = Array.from({ length: events }, (_, index) => ({
    token: `w${index}`,
    person: Math.floor(random() * people),
    // Half of the second ones come at once, at another worker; the others later.
    again: random() < duplicates ? (random() < 0.5 ? 0 : 1000 + random() * 7000) : undefined,
  }));
  const begun = performance.now();
  const said = new Map<string, string[]>();
  const second: Promise<void>[] = [];
  const busy = new Map<number, Promise<void>>();
  const taken = new Map<string, number>();
  const waiting = new Set<string>();
  let next = 0;

  const unanswered = () => {
    for (const token of waiting)
      if (answered.has(token) || performance.now() - taken.get(token)! > PATIENCE_MS) waiting.delete(token);
    return waiting.size;
  };

  async function speak(): Promise<void> {
    while (next < events) {
      const index = next++;
      const { token, person, again } = words[index]!;
      const one = delivery(platforms, person, token);
      said.set(one.thread, [...(said.get(one.thread) ?? []), token]);
      // A platform tells a person's words in their order where the earlier one is taken first.
      const before = busy.get(person);
      const posted = (async () => {
        await before;
        await sleep(Math.max(0, begun + (index / perSecond) * 1000 - performance.now()));
        if (again !== undefined) second.push(sleep(again).then(() => deliver(one, server)));
        await deliver(one, server);
      })();
      busy.set(person, posted);
      await posted;
      taken.set(token, performance.now());
      waiting.add(token);
      while (unanswered() > UNANSWERED) await sleep(50);
    }
  }

  const spoken = Promise.all(Array.from({ length: AT_ONCE }, speak)).then(() => Promise.all(second));
  return {
    said: spoken.then(() => said),
    taken,
    async reached(share) {
      while (next < share * events) await Promise.race([sleep(50), spoken]);
    },
  };
}
