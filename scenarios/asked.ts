/**
 * Tells whether anything is asked of stores that answer over a line, and keeps wake-ups between processes to the clock that a test moves: Redis
 * would let real time pass.
 */
import type { Stores } from '../app/stores.ts';
import type { Clock, Fleet, Hints } from '../core/ports.ts';

export interface Asked {
  /** For `EngineSettings`. */
  watch(opened: Stores): Stores;
  /** Whether an answer is outstanding, or a wake-up on its way. */
  waits(): boolean;
}

export function watchStores(clock: Clock): Asked {
  let asked = 0;
  /** Of each conversation, how many wake-ups were sent; it is gone when the last one was heard. */
  const sent = new Map<string, number>();
  let isThere = () => true;

  function outstanding<T>(answer: T): T {
    if (!(answer instanceof Promise)) return answer;
    asked++;
    const done = () => void asked--;
    answer.then(done, done);
    return answer;
  }

  const counted = <T extends object>(part: T): T =>
    new Proxy(part, {
      get(target, name) {
        const value = Reflect.get(target, name);
        if (typeof value !== 'function') return value;
        return (...given: unknown[]) => outstanding(value.apply(target, given));
      },
    });

  /** A duty is asked for in the background. */
  const watchFleet = (fleet: Fleet): Fleet => {
    const duty: Fleet['duty'] = (name, start) => {
      const { promise: begun, resolve } = Promise.withResolvers<void>();
      outstanding(begun);
      const giveUp = fleet.duty(name, () => {
        resolve();
        return start();
      });
      return () => {
        resolve();
        return outstanding(giveUp());
      };
    };
    return Object.create(counted(fleet), { duty: { value: duty } });
  };

  function watchHints(hints: Hints): Hints {
    const timers = new Map<string, () => void>();
    let seen = false;
    isThere = () => {
      seen ||= hints.away() === undefined;
      return seen;
    };
    const wake: Hints['wake'] = (told) => {
      const { conversationId: id, at } = told;
      timers.get(id)?.();
      timers.delete(id);
      if (at > clock.now()) {
        const cancel = clock.at(at, () => void wake(told));
        timers.set(id, cancel);
        return hints.away() === undefined;
      }
      if (!hints.wake(told)) return false;
      sent.set(id, (sent.get(id) ?? 0) + 1);
      return true;
    };
    return {
      ...hints,
      wake,
      listen(ears, wakes) {
        const heard = async (told: Parameters<typeof ears.wake>[0]) => {
          const count = sent.get(told.conversationId);
          await ears.wake(told);
          if (sent.get(told.conversationId) === count) sent.delete(told.conversationId);
        };
        hints.listen({ ...ears, wake: heard }, wakes);
      },
    };
  }

  return {
    waits: () => asked > 0 || sent.size > 0 || !isThere(),
    watch(opened) {
      const { store, fleet, door, generations, many } = opened;
      if (!many) return opened;
      sent.clear();
      return {
        ...opened,
        ...{ store: counted(store), fleet: watchFleet(fleet), door: counted(door), generations: counted(generations) },
        many: {
          ...many,
          hints: watchHints(many.hints),
          ...(many.limits && { limits: counted(many.limits) }),
        },
      };
    },
  };
}
