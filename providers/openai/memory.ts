/** What was learned of a server, for ten minutes: it may be updated meanwhile. One for all providers of the process. */

const KEPT_MS = 10 * 60_000;
/** Conversations lost in a row, after which a server is taken for one that keeps none. */
const LOSSES_TO_GIVE_UP = 2;

type Trait = 'chat-only' | 'stateless' | 'no-stream' | 'no-tool-choice';

interface Known {
  until: Map<Trait, number>;
  losses: number;
}

const servers = new Map<string, Known>();

export interface Memory {
  is(trait: Trait): boolean;
  learn(trait: Trait): void;
  /** A response that the server had kept was gone. */
  lost(): void;
  /** The server went on from a response it had kept. */
  kept(): void;
}

/** @param endpoint base URL and model. */
export function memoryOf(endpoint: string): Memory {
  const known = servers.get(endpoint) ?? { until: new Map(), losses: 0 };
  servers.set(endpoint, known);
  const learn = (trait: Trait) => void known.until.set(trait, Date.now() + KEPT_MS);
  return {
    is: (trait) => Date.now() < (known.until.get(trait) ?? 0),
    learn,
    lost() {
      if (++known.losses < LOSSES_TO_GIVE_UP) return;
      known.losses = 0;
      learn('stateless');
    },
    kept() {
      known.losses = 0;
    },
  };
}
