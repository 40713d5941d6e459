/** Notes how the knowledge served each turn: questions that it had no answer to, masked, and which passages answers were made of. */
import { isFitting, lackOf, quoteId } from '../../core/answering/lacks.ts';
import { describe } from '../../core/errors.ts';
import type { Passage, Quoted } from '../../core/model.ts';
import type { Clock, KnowledgeRecords, Logger } from '../../core/ports.ts';
import { cutText } from '../../core/text/lengths.ts';
import type { TurnEnd } from '../../core/turns/lanes.ts';
import type { Masking } from '../masking.ts';
import type { LiveTurn } from '../turn.ts';

/** Counts are written together so long after the first of them; a crash loses no more than these. Milliseconds. */
const TOGETHER_MS = 5_000;
/** UTF-16 units of a question that are kept. */
const LONGEST = 600;

export interface Lacks {
  turnEnded(live: LiveTurn, end: TurnEnd): void;
  /** Writes what was not written yet. */
  stop(): Promise<void>;
}

export interface LacksOptions {
  store: KnowledgeRecords;
  clock: Clock;
  log: Logger;
  masking: Pick<Masking, 'of'>;
  /** Passages are found by meaning too. */
  byMeaning: boolean;
}

export function createLacks({ store, clock, log, masking, byMeaning }: LacksOptions): Lacks {
  const counts = new Map<string, Quoted>();
  const under = new Set<Promise<void>>();
  let cancel: (() => void) | undefined;

  function keep(work: Promise<unknown>, what: string): void {
    const kept = work
      .then(() => {})
      .catch((error: unknown) => log.warn(`${what} could not be noted: ${describe(error)}`))
      .finally(() => under.delete(kept));
    under.add(kept);
  }

  function write(): void {
    cancel?.();
    cancel = undefined;
    if (counts.size === 0) return;
    const all = [...counts.values()];
    counts.clear();
    keep(store.addQuotes(all), 'What answers were made of');
  }

  function count({ base, source, title }: Passage, at: number): void {
    const quoted = { base, source, title, count: 1, at };
    const id = quoteId(quoted);
    const known = counts.get(id);
    counts.set(id, known ? { ...quoted, count: known.count + 1 } : quoted);
    cancel ??= clock.at(clock.now() + TOGETHER_MS, write);
  }

  async function note(live: LiveTurn, base: string, words: string, passages: Passage[]): Promise<void> {
    const { turn, conversation, account, view, source, goodbye } = live;
    const why = lackOf({ words, source, passages, person: goodbye !== undefined, byMeaning });
    if (!why) return;
    const mask = await masking.of(live);
    await store.noteQuestion({
      ...{ id: turn.id, conversationId: conversation.id, accountId: account.id, base, why },
      ...{ text: cutText(mask.mask(words), LONGEST), language: view.language, at: clock.now() },
    });
  }

  return {
    turnEnded(live, end) {
      const { base, view, source } = live;
      if (base === undefined || end.kind !== 'end' || !['answered', 'drafted'].includes(end.outcome)) return;
      // A flow may have put passages of its own there.
      const passages = view.passages.filter((passage) => passage?.base === base && typeof passage.title === 'string');
      for (const passage of passages)
        if (source?.passages?.includes(passage.id) && (source.kind === 'extractive' || isFitting(passage, byMeaning)))
          count(passage, clock.now());
      const words = view.messages
        .map(({ text }) => text)
        .join('\n')
        .trim();
      keep(note(live, base, words, passages), `The question of turn ${live.turn.id}`);
    },
    async stop() {
      write();
      await Promise.all(under);
    },
  };
}
