/**
 * A plan becomes a step: it runs on what is loaded until nothing is missing, then its changes are written on condition that nobody wrote
 * meanwhile; else it runs again. Steps of one conversation wait for each other in this process, so that only other processes get in the way.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { MongoServerSelectionError } from 'mongodb';
import { createRecent } from '../../core/recent.ts';
import { type Arranged, arrange, deciding, doneWith, updateOf, withStep } from './arrange.ts';
import type { Kept, Name, Step } from './collections.ts';
import { type Connection, guarded, isDuplicate, isOfLine, unavailable } from './connection.ts';
import { createLoader } from './load.ts';
import type { Memory } from './memory.ts';
import { changeOf, type Draft, type Steps } from './steps.ts';
import { BREAK, createView, type View } from './view.ts';
import { createWaits } from './waits.ts';

/** A step that others get before, again and again, is given up after so long. */
const LIMIT_MS = 20_000;
/** What is left to make of a step is tried so often, and so far apart. */
const AGAIN = 20;
const AGAIN_MS = 250;

export interface Committer {
  /** Rejects with what the rule throws; nothing of it is stored then. */
  run<T>(rule: (view: View) => T, lazy?: boolean): Promise<T>;
  /** Until what was lazy is there; undefined when nothing is on its way. Never rejects. */
  written(): Promise<unknown> | undefined;
  /** To be called at the end: resolves when nothing is on its way any more. */
  settled(): Promise<void>;
}

export function createCommitter({ c }: Connection, steps: Steps, memory: Memory): Committer {
  const done = createRecent<true>(10_000);
  const load = createLoader({ c }, steps, { has: (step) => done.get(step) === true });
  const waits = createWaits();
  const going = new Set<Promise<void>>();
  const lazily = new Set<Promise<void>>();
  let closing = false;

  /** Runs the rule until all that it asks for is loaded. */
  async function attempt<T>(view: View, rule: (view: View) => T): Promise<{ value?: T; error?: unknown }> {
    for (;;) {
      view.begin();
      let result: { value?: T; error?: unknown } | undefined;
      try {
        result = { value: rule(view) };
      } catch (error) {
        if (error !== BREAK) result = { error };
      }
      if (result) return result;
      const loaded = await load(view.needs());
      if (loaded) view.take(loaded);
      else view.reset();
    }
  }

  /** Whether what the result was made of, and does not change, is so. */
  async function isSure(view: View): Promise<boolean> {
    const { recalled, believed } = view.unsure();
    if (recalled.length === 0 && believed.length === 0) return true;
    const documents = new Map<Name, Set<string>>();
    for (const [name, id] of [...believed, ...recalled.map((id): [Name, string] => ['conversations', id])])
      documents.set(name, (documents.get(name) ?? new Set()).add(id));
    const loaded = await load({ documents, queries: new Map() });
    if (!loaded) return false;
    if (believed.some(([name, id]) => loaded.documents.get(name)?.get(id))) return false;
    return recalled.every((id) => loaded.documents.get('conversations')?.get(id)?.v === view.version(id));
  }

  async function run<T>(rule: (view: View) => T): Promise<T> {
    const view = createView(memory);
    const until = performance.now() + LIMIT_MS;
    let release: (() => void) | undefined;
    let mine: string | undefined;
    try {
      for (let tries = 0; ; tries++) {
        const { value, error } = await attempt(view, rule);
        const drafts = error === undefined ? view.drafts() : [];
        const step = arrange(drafts);
        if (!(await isSure(view))) {
          again(view, drafts);
          continue;
        }
        if (error !== undefined) throw error;
        if (drafts.length > 0 && mine !== step.name) {
          release?.();
          mine = step.name;
          const turn = waits.enter(mine);
          release = turn.leave;
          if (turn.wait) {
            await turn.wait;
            view.renew();
            continue;
          }
        }
        if (await write(view, step, drafts)) return value as T;
        again(view, drafts);
        if (performance.now() > until) throw unavailable(undefined, 'others always were faster');
        await sleep(Math.random() * Math.min(2 ** tries, 50));
      }
    } finally {
      release?.();
    }
  }

  function again(view: View, drafts: Draft[]): void {
    for (const { c: name, id } of drafts) if (name === 'conversations') memory.forget(id);
    for (const id of view.unsure().recalled) memory.forget(id);
    view.reset();
  }

  /** @returns false where somebody else was faster; nothing of it is there then. */
  async function write(view: View, step: Arranged, drafts: Draft[]): Promise<boolean> {
    const beside = Promise.all(
      [...Map.groupBy(view.besides(), ({ c: name }) => name)].map(([name, some]) =>
        c(name).bulkWrite(
          some.map(({ document }) => ({
            replaceOne: { filter: { _id: document._id }, replacement: document, upsert: true },
          })),
          { ordered: false },
        ),
      ),
    );
    beside.catch(() => {});
    const isWritten = drafts.length === 0 || (await (step.alone ? writeOne(drafts[0]!) : writeAll(view, step)));
    await beside;
    return isWritten;
  }

  async function writeOne(draft: Draft): Promise<boolean> {
    const { c: name, id, before, after } = draft;
    try {
      if (!before) {
        await c(name).insertOne(after!);
        return true;
      }
      const asRead = { _id: id, v: before.v, hold: { $exists: false } };
      if (!after) return (await c(name).deleteOne(asRead)).deletedCount === 1;
      return (await c(name).updateOne(asRead, updateOf(draft))).matchedCount === 1;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  async function writeAll(view: View, arranged: Arranged): Promise<boolean> {
    const { decider, taken } = arranged;
    const id = randomBytes(9).toString('base64url');
    const on = deciding(arranged, id);
    const begun = performance.now();
    if (taken.length > 0 && !(await steps.take(taken, id, on))) return false;
    const step: Step = { id, at: Date.now(), changes: [...taken, ...arranged.rest].map(changeOf) };
    // This process stood still: what it took was let go, and that its step is dead is not known for ever.
    const isLate = !decider && performance.now() - begun > LIMIT_MS;
    if (isLate || !(await decide(step, decider).catch((error) => findOut(step, on, error)))) {
      await Promise.all(taken.map((draft) => steps.release(draft.c, draft.id, id)));
      return false;
    }
    // It stood still after that: others made it long since, and may have changed all of it again.
    if (performance.now() - begun > LIMIT_MS)
      await steps.finishIfOpen(on, id).finally(() => decider && memory.forget(decider.id));
    else await makeChanges(view, step, arranged);
    return true;
  }

  async function decide(step: Step, decider: Draft | undefined): Promise<boolean> {
    if (decider) {
      const { matchedCount } = await c('conversations').updateOne(
        { _id: decider.id, v: decider.before!.v, hold: { $exists: false } },
        withStep(decider, step),
      );
      return matchedCount === 1;
    }
    try {
      await c('steps').insertOne({ _id: step.id, v: 1, at: step.at, open: step });
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  /** The answer was lost: whether the step is decided, or that it never will be. Rejects with the error where nobody can tell. */
  async function findOut(step: Step, on: [Name, string], error: unknown): Promise<boolean> {
    // It never left.
    if (error instanceof MongoServerSelectionError || !isOfLine(error)) throw error;
    const until = performance.now() + LIMIT_MS;
    while (performance.now() < until) {
      await sleep(200);
      try {
        const found = await c(on[0]).findOne({ _id: on[1] });
        if (found?.open?.id === step.id || found?.done?.includes(step.id)) return true;
        if (await steps.forbid(on, step.id, found)) return false;
      } catch {
        // The line is still broken.
      }
    }
    throw error;
  }

  /** It has happened; where the line breaks now, whoever comes by makes the rest of it. */
  async function makeChanges(view: View, step: Step, arranged: Arranged): Promise<void> {
    for (const { c: name, id } of arranged.taken) if (name === 'conversations') memory.forget(id);
    try {
      if (step.changes.length > 0) {
        const { rest } = await steps.apply(step);
        later(rest.then(() => closed(step.id, deciding(arranged, step.id))));
      }
      if (arranged.decider) remember(view, arranged.decider, arranged.rest, step.id);
    } catch {
      if (arranged.decider) memory.forget(arranged.decider.id);
      later(finish(step, deciding(arranged, step.id)));
    }
  }

  /** The line broke in the middle of it; where it stays broken, whoever meets it or sweeps does it. */
  async function finish(step: Step, on: [Name, string]): Promise<void> {
    for (let tries = 0; tries < AGAIN && !closing; tries++) {
      await sleep(AGAIN_MS);
      const isDone = await steps.finish(on, step).then(
        () => true,
        () => false,
      );
      if (isDone) return;
    }
  }

  function remember(view: View, decider: Draft, rest: Draft[], step: string): void {
    const { id, before, after } = decider;
    const members: [Name, string, Kept | null][] = [
      ...view.members(id).map(([name, member]): [Name, string, Kept] => [name, member._id, member]),
      ...rest.map((draft): [Name, string, Kept | null] => [
        draft.c,
        draft.id,
        draft.after?.conversationId === id ? draft.after : null,
      ]),
    ];
    memory.keep({ ...after!, done: doneWith(decider, step) }, members, before!.v);
    view.talksIn(id);
  }

  /** All of it is made: in this process nobody needs to look. */
  async function closed(step: string, on: [Name, string]): Promise<void> {
    done.set(step, true);
    await steps.close(on, step);
  }

  function later(work: Promise<unknown>, among = going): void {
    const end = work.then(
      () => {},
      () => {},
    );
    among.add(end);
    end.then(() => among.delete(end));
  }

  return {
    run(rule, lazy) {
      const done = guarded(() => run(rule));
      if (lazy) later(done, lazily);
      return done;
    },
    written: () => (lazily.size > 0 ? Promise.all(lazily) : undefined),
    async settled() {
      closing = true;
      await Promise.all(going);
    },
  };
}
