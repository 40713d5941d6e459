/** Attempts of turns that this process knows: those that run, and for late replies those that ended a short while ago. */
import { createRecent } from '../core/recent.ts';
import type { LiveTurn } from './turn.ts';

/** Ended attempts that are remembered, of each kind. */
const MAX_ENDED = 2_000;

export type KnownTurns = ReturnType<typeof createKnownTurns>;

export function createKnownTurns() {
  /** Running attempts by turn: one each. */
  const live = new Map<string, LiveTurn>();
  /** Attempts whose turn has ended or waits, and whose flow goes on. */
  const flowing = new Map<string, LiveTurn>();
  /**
   * Attempts whose flow ended a short while ago, for late replies; oldest first. Those that have said something, or were not to, apart: however
   * many they are, they cost none its late answer.
   */
  const ended = { answered: new Map<string, LiveTurn>(), silent: new Map<string, LiveTurn>() };
  /** Why attempts are known no more, by their names. */
  const forgotten = createRecent<string>(1_000);

  function remember(turn: LiveTurn): void {
    const isOver = turn.replied || turn.view.decisions.some(({ result }) => result === 'block');
    const kept = isOver ? ended.answered : ended.silent;
    kept.set(turn.attempt, turn);
    if (kept.size > MAX_ENDED) kept.delete(kept.keys().next().value!);
  }

  return {
    begun(turn: LiveTurn): void {
      live.set(turn.turn.id, turn);
    },
    /** However many turns end meanwhile, one whose flow goes on stays known. @param settled when its flow is over; absent: it is */
    ended(turn: LiveTurn, settled: Promise<unknown> = Promise.resolve()): void {
      live.delete(turn.turn.id);
      if (forgotten.get(turn.attempt)) return;
      flowing.set(turn.attempt, turn);
      const over = () => {
        if (flowing.delete(turn.attempt)) remember(turn);
      };
      settled.then(over, over);
    },
    /** By the turn's id. */
    running: (turnId: string) => live.get(turnId),
    findRunning: (isMeant: (turn: LiveTurn) => boolean) => [...live.values()].find(isMeant),
    /** By the attempt's name. */
    byName(name: string): LiveTurn | undefined {
      const going = live.get(name.slice(0, name.lastIndexOf('#')));
      if (going?.attempt === name) return going;
      return flowing.get(name) ?? ended.silent.get(name) ?? ended.answered.get(name);
    },
    /** Ends and forgets attempts. @param why told to who says something for one of them later */
    forget(isMeant: (turn: LiveTurn) => boolean, why: string): void {
      const { answered, silent } = ended;
      for (const turn of [live, flowing, answered, silent].flatMap((turns) => [...turns.values()])) {
        if (!isMeant(turn)) continue;
        forgotten.set(turn.attempt, why);
        flowing.delete(turn.attempt);
        answered.delete(turn.attempt);
        silent.delete(turn.attempt);
        turn.onForgotten();
      }
    },
    /** Undefined where it is not forgotten. */
    whyForgotten: (name: string) => forgotten.get(name),
  };
}
