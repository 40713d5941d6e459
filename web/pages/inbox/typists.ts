/** Who else types where, as tabs of colleagues tell it. */
import type { LiveEvent } from '../../live.ts';

/** Who said that he types, and then nothing, types no more; milliseconds. */
const TYPES_MS = 7_000;
export interface Typist {
  /** Of one of his tabs. */
  tab: string;
  conversation: string;
  user: string;
  until: number;
}

/** @param changed told who types from now on */
export function createTypists(changed: (typists: readonly Typist[]) => void): { hear(event: LiveEvent): void } {
  let all: readonly Typist[] = [];
  const put = (others: readonly Typist[]) => {
    all = others.filter(({ until }) => until > Date.now());
    changed(all);
  };
  return {
    hear({ tab, conversation, user, on }) {
      const others = all.filter((one) => one.tab !== tab);
      if (!on) return put(others);
      const until = Date.now() + TYPES_MS;
      setTimeout(() => put(all), TYPES_MS + 50);
      put([...others, { tab: String(tab), conversation: String(conversation), user: String(user), until }]);
    },
  };
}
