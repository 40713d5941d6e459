/** What was learned of a server, for some time: it may be updated meanwhile. One for all providers of the process. */
import type { DialectTrait } from './traits.ts';

const KEPT_MS = 10 * 60_000;
/** A refusal costs the customer a request's time. */
const DIALECT_KEPT_MS = 24 * 60 * 60_000;
/** Conversations lost in a row, after which a server is taken for one that keeps none. */
const LOSSES_TO_GIVE_UP = 2;

/** `thinks-first`: its template opens the thoughts, so that an answer begins in the middle of them. */
type Trait = 'chat-only' | 'stateless' | 'no-stream' | 'no-tool-choice' | 'thinks-first';
/** `letters` of a whole request, `output` in tokens, `least`: the shortest bound of an output, in tokens. */
type Bound = 'letters' | 'output' | 'least';

interface Known {
  until: Map<Trait, number>;
  dialect: Map<DialectTrait, number>;
  bounds: Map<Bound, { value: number; until: number }>;
  losses: number;
}

const servers = new Map<string, Memory>();

export interface Memory {
  is(trait: Trait): boolean;
  learn(trait: Trait): void;
  /** What it refused, and how it wants to be asked. */
  dialect(): ReadonlySet<DialectTrait>;
  speaks(trait: DialectTrait): void;
  /** How much it takes; undefined while nothing was refused. */
  bound(name: Bound): number | undefined;
  bind(name: Bound, value: number): void;
  /** A response that the server had kept was gone. */
  lost(): void;
  /** The server went on from a response it had kept. */
  kept(): void;
}

/** @param endpoint base URL and model. */
export function memoryOf(endpoint: string): Memory {
  const memory = servers.get(endpoint) ?? createMemory();
  servers.set(endpoint, memory);
  return memory;
}

function createMemory(): Memory {
  const known: Known = { until: new Map(), dialect: new Map(), bounds: new Map(), losses: 0 };
  const learn = (trait: Trait) => void known.until.set(trait, Date.now() + KEPT_MS);
  return {
    is: (trait) => Date.now() < (known.until.get(trait) ?? 0),
    learn,
    dialect: () => new Set([...known.dialect].flatMap(([trait, until]) => (Date.now() < until ? [trait] : []))),
    speaks: (trait) => void known.dialect.set(trait, Date.now() + DIALECT_KEPT_MS),
    bound(name) {
      const bound = known.bounds.get(name);
      return bound && Date.now() < bound.until ? bound.value : undefined;
    },
    bind: (name, value) => void known.bounds.set(name, { value, until: Date.now() + DIALECT_KEPT_MS }),
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
