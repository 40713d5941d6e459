/** What is counted of messages and turns. Counted where it happens, once: what a platform sends again, and what an attempt repeats, is not. */
import type { Message } from '../../core/model.ts';
import type { AcceptResult, Clock, Incoming } from '../../core/ports.ts';
import { createRecent } from '../../core/recent.ts';
import type { TurnEnd } from '../../core/turns/lanes.ts';
import type { LiveTurn } from '../turn.ts';
import type { Tallying } from './tallying.ts';

/** Who wrote a message that left. `static`: fixed texts; `flow`: a node of the flow itself; `unasked`: what nobody asked for, whoever wrote it. */
export const WRITERS = ['llm', 'knowledge', 'static', 'flow', 'person', 'unasked', 'system'] as const;
export type Writer = (typeof WRITERS)[number];

export interface Feed {
  /** An event is stored. */
  accepted(incoming: Incoming, result: AcceptResult): void;
  /** A message's try ended. */
  tried(message: Message): void;
  /** A turn, or an attempt of it, ended. */
  turnEnded(live: LiveTurn, end: TurnEnd): void;
}

export interface FeedParts {
  tallying: Tallying;
  clock: Pick<Clock, 'now'>;
  /** When the first message of a turn came that runs, or ended a short while ago; undefined: it is not known, or there was none. */
  cameAt(turnId: string): number | undefined;
}

export function createFeed({ tallying, clock, cameAt }: FeedParts): Feed {
  const { count } = tallying;
  /** Turns whose first answer has been timed. */
  const timed = createRecent<true>(1_000);

  return {
    accepted({ accountId, event }, { duplicate, own, consent }) {
      if (duplicate) return;
      if (event.kind === 'message') count(accountId, 'in');
      if (event.kind === 'echo' && !own) count(accountId, 'out', event.automated ? 'system' : 'person');
      if (consent) count(accountId, 'consent', consent);
    },
    tried(message) {
      const { accountId, state, turnId, purpose } = message;
      if (state === 'failed' || state === 'unknown') count(accountId, 'lost', state);
      if (state !== 'sent' && state !== 'delivered' && state !== 'read') return;
      count(accountId, 'out', writerOf(message));
      if (purpose !== 'reply' || !turnId || timed.get(turnId)) return;
      const at = cameAt(turnId);
      if (at === undefined) return;
      timed.set(turnId, true);
      tallying.time(accountId, 'reply', clock.now() - at);
    },
    turnEnded(live, end) {
      const { id } = live.account;
      count(id, 'turn', end.kind === 'end' ? end.outcome : 'failed');
      if (end.kind === 'end' && end.outcome === 'blocked')
        count(id, 'blocked', end.decisions.findLast(({ result }) => result === 'block')?.rule || 'other');
      const { model, usage } = spentBy(live) ?? {};
      if (!model || !usage) return;
      count(id, 'input', model, usage.input);
      count(id, 'output', model, usage.output);
      if (usage.cached) count(id, 'cached', model, usage.cached);
      if (usage.cost) count(id, 'cost', model, usage.cost);
    },
  };
}

/** What a turn's answer was paid for; what was known from before was not. The model's name, or that of who runs it. */
export function spentBy({ source }: Pick<LiveTurn, 'source'>) {
  if (!source?.provider) return undefined;
  const wrote = source.kind === 'llm' || source.kind === 'fallback-llm';
  // What is not said, because it changed an order's facts, is paid for as well.
  if (!wrote && !source.usage) return undefined;
  return { provider: source.provider, model: source.model || source.provider, wrote, usage: source.usage };
}

function writerOf({ author, purpose, source }: Message): Writer {
  if (author === 'human') return 'person';
  if (author === 'system') return 'system';
  if (purpose === 'proactive') return 'unasked';
  if (source?.kind === 'llm' || source?.kind === 'fallback-llm') return 'llm';
  if (source?.kind === 'extractive') return 'knowledge';
  return source?.kind === 'static' ? 'static' : 'flow';
}
