/** People who write to a bot on several workers: each one word after the other, at times of their own, and some of it twice. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Simulator } from '../../simulator/index.ts';
import { deliver, delivery } from '../support/chaos.ts';

export interface Plan {
  events: number;
  people: number;
  /** Over which the events are spread. */
  seconds: number;
  /** Share of the events whose webhook comes twice. */
  duplicates: number;
  random: () => number;
}

/** What was said, by thread, in its order. Resolves when every webhook was taken, also the second ones. */
export async function talk(
  { events, people, seconds, duplicates, random }: Plan,
  platforms: Simulator,
  server: () => string,
): Promise<Map<string, string[]>> {
  const said = new Map<string, string[]>();
  const words = Array.from({ length: events }, (_, index) => ({
    token: `w${index}`,
    person: Math.floor(random() * people),
    at: random() * seconds * 1000,
    // Half of the second ones come at once, at another worker; the others later.
    again: random() < duplicates ? (random() < 0.5 ? 0 : 1000 + random() * 7000) : undefined,
  })).sort((one, other) => one.at - other.at);
  const begun = performance.now();
  const second: Promise<void>[] = [];
  const speak = async (person: number) => {
    for (const { token, at, again } of words.filter((word) => word.person === person)) {
      await sleep(Math.max(0, begun + at - performance.now()));
      const one = delivery(platforms, person, token);
      said.set(one.thread, [...(said.get(one.thread) ?? []), token]);
      if (again !== undefined) second.push(sleep(again).then(() => deliver(one, server)));
      // A platform tells a person's words in their order where the earlier one is taken first.
      await deliver(one, server);
    }
  };
  await Promise.all(Array.from({ length: people }, (_, person) => speak(person)));
  await Promise.all(second);
  return said;
}
