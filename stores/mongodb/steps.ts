/**
 * Several documents become one atomic step. One of them decides it: the conversation that it is about, or a document in `steps`. The changes of
 * all others stand in the deciding document, in the same write, until they are made. So there are three writes in a row at most:
 *
 * 1. what others may change as well is taken, each on condition that it is as it was read; what is new is there from now on, and seen by nobody
 * 2. the deciding document is changed, on condition that it is as it was read: from here on the step has happened
 * 3. the changes are made, each on condition that it was not yet
 *
 * Whoever meets a taken document, or a decided step of which something is left, finishes it or lets it go. What belongs to a conversation is
 * not taken: nobody changes it but with that conversation.
 */
import type { AnyBulkWriteOperation } from 'mongodb';
import { MongoBulkWriteError } from 'mongodb';
import { type Change, type Kept, NAMES, type Name, type Step, shapeOf } from './collections.ts';
import { type Connection, guarded, isDuplicate } from './connection.ts';

/** What is taken and not decided after so long belongs to a process that is gone, or will have to begin anew. */
const PATIENCE_MS = 1_500;
/** The same, of what nobody met: by clocks that may differ. */
const LEFT_MS = 30_000;
/** A step that nobody may decide any more is known so long: longer than any process stands still. */
const DEAD_MS = 7 * 86_400_000;

/** A document as it was read and as it is to be; `after` null: it goes. */
export interface Draft {
  c: Name;
  id: string;
  before: Kept | null;
  after: Kept | null;
}

export type Steps = ReturnType<typeof createSteps>;

/** Of the version after this one, whose steps may change more than this one knows. */
const isUnknown = ({ c }: { c: Name }) => !NAMES.includes(c);
const isHeld = ({ c }: { c: Name }) => !isUnknown({ c }) && shapeOf(c).kept === 'held';
/** In a filter: as it was read, and taken by nobody. */
const asRead = ({ id, before }: Draft) => ({ _id: id, v: before!.v, hold: { $exists: false } });

export function createSteps({ c }: Pick<Connection, 'c'>, now: () => number = () => performance.now()) {
  /** When this process first met what somebody had taken. */
  const met = new Map<string, number>();

  /** @returns false where somebody else was faster: nothing is taken then. */
  async function take(drafts: Draft[], step: string, on: [Name, string]): Promise<boolean> {
    const hold = { id: step, on, at: Date.now() };
    const results = await Promise.allSettled(
      drafts.map(async (draft) => {
        if (draft.before) {
          const { modifiedCount } = await c(draft.c).updateOne(asRead(draft), { $set: { hold } });
          return modifiedCount === 1;
        }
        await c(draft.c).insertOne({ ...draft.after!, hold: { ...hold, fresh: true } });
        return true;
      }),
    );
    if (results.every((result) => result.status === 'fulfilled' && result.value)) return true;
    const failed = results.find((result) => result.status === 'rejected' && !isDuplicate(result.reason));
    const letGo = Promise.all(drafts.map((draft) => release(draft.c, draft.id, step)));
    if (failed) {
      letGo.catch(() => {});
      throw (failed as PromiseRejectedResult).reason;
    }
    await letGo;
    return false;
  }

  /** Lets go what a step had taken that is not decided and never will be. */
  async function release(name: Name, id: string, step: string): Promise<void> {
    const { deletedCount } = await c(name).deleteOne({ _id: id, 'hold.id': step, 'hold.fresh': true });
    if (deletedCount === 0) await c(name).updateOne({ _id: id, 'hold.id': step }, { $unset: { hold: '' } });
  }

  /**
   * Makes the changes of a decided step, what was taken last: who sees one of those free sees all the others made. A repeat changes nothing.
   * @returns what is still to be awaited of it by whoever makes another step of it; nobody lists that
   */
  async function apply({ id: step, changes }: Step): Promise<{ rest: Promise<unknown> }> {
    const make = (some: Change[]) =>
      Promise.all([...Map.groupBy(some, ({ c: name }) => name)].map(([name, group]) => write(name, group, step)));
    await make(changes.filter((change) => !isHeld(change)));
    await make(changes.filter((change) => isHeld(change) && !shapeOf(change.c).unlisted));
    const rest = make(changes.filter((change) => isHeld(change) && shapeOf(change.c).unlisted));
    rest.catch(() => {});
    return { rest };
  }

  async function write(name: Name, changes: Change[], step: string): Promise<void> {
    const operations = changes.map((change) => operation(change, step));
    try {
      await c(name).bulkWrite(operations, { ordered: false });
    } catch (error) {
      // It is there already: this was done before, or another conversation has its key. A line that broke comes as the same kind of error, with none.
      const refused = error instanceof MongoBulkWriteError ? [error.writeErrors].flat() : [];
      if (refused.length === 0 || refused.some(({ code }) => code !== 11_000)) throw error;
    }
  }

  /** Makes the changes of a step that was decided in this document, and notes there that nothing is left. */
  async function finish(on: [Name, string], step: Step): Promise<void> {
    await (await apply(step)).rest;
    await close(on, step.id);
  }

  /** The same, for who does not know whether somebody else has done it. */
  async function finishIfOpen(on: [Name, string], step: string): Promise<void> {
    const found = await c(on[0]).findOne({ _id: on[1] });
    if (found?.open?.id === step) await finish(on, found.open);
  }

  async function close([name, id]: [Name, string], step: string): Promise<void> {
    if (name === 'steps') await c('steps').deleteOne({ _id: id });
    else await c(name).updateOne({ _id: id, 'open.id': step }, { $unset: { open: '' } });
  }

  /**
   * A document was met that a step has taken.
   * @returns whether something changed, so that what was read must be read again; false: that step is not decided, the document is as it was
   */
  async function resolve(name: Name, { _id, hold }: Kept, patience = PATIENCE_MS): Promise<boolean> {
    if (!hold) return false;
    const [deciding, key] = hold.on;
    const decider = await c(deciding).findOne({ _id: key });
    if (decider?.open?.id === hold.id) {
      await finish(hold.on, decider.open);
      return true;
    }
    if (decider?.done?.includes(hold.id)) {
      // Its process died before it let go what only plans read, and the conversation went on.
      await c(name).updateOne({ _id, 'hold.id': hold.id }, { $unset: { hold: '' } });
      return true;
    }
    const since = met.get(hold.id) ?? now();
    met.set(hold.id, since);
    if (now() - since < patience) return false;
    met.delete(hold.id);
    if (!(await forbid(hold.on, hold.id, decider))) return true;
    await release(name, _id, hold.id);
    return true;
  }

  /** From now on nobody can decide this step. @returns false where that could not be told. */
  async function forbid([name, id]: [Name, string], step: string, decider: Kept | null): Promise<boolean> {
    if (name !== 'steps') {
      // Whoever is to decide it asks for the version that it was.
      if (!decider) return true;
      const { modifiedCount } = await c(name).updateOne({ _id: id, v: decider.v }, { $inc: { v: 1 } });
      return modifiedCount === 1;
    }
    if (decider) return decider.dead === true;
    try {
      await c('steps').insertOne({ _id: step, v: 1, dead: true, at: Date.now() });
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }

  /** Finishes what was decided, and lets go what was left: at the start, and now and then. */
  async function sweep(): Promise<void> {
    const at = Date.now();
    for (const { _id, open } of await c('conversations')
      .find({ 'open.at': { $exists: true } })
      .toArray())
      if (open) await finish(['conversations', _id], open);
    for (const { _id, open } of await c('steps')
      .find({ dead: { $exists: false } })
      .toArray())
      if (open) await finish(['steps', _id], open);
    await c('steps').deleteMany({ dead: true, at: { $lt: at - DEAD_MS } });
    for (const name of NAMES) {
      if (name === 'steps' || name === 'meta' || shapeOf(name).kept !== 'held') continue;
      for (const document of await c(name)
        .find({ 'hold.at': { $lt: at - LEFT_MS } })
        .toArray())
        await resolve(name, document, 0);
    }
    for (const [step, since] of met) if (now() - since > LEFT_MS) met.delete(step);
  }

  return { take, release, apply, finish, finishIfOpen, close, resolve, forbid, sweep: () => guarded(sweep) };
}

/** A change as a write that does nothing where it was done before. */
function operation({ c, id, v, set, unset = [], gone }: Change, step: string): AnyBulkWriteOperation<Kept> {
  // What was taken and is new is there, with its fields; a version that is read tells all else.
  const held = isUnknown({ c }) ? v === 0 && !set : isHeld({ c });
  if (v === 0 && !held) return { insertOne: { document: { ...set, _id: id, v: 1 } } };
  const filter = held ? { _id: id, 'hold.id': step } : { _id: id, v };
  if (gone) return { deleteOne: { filter } };
  const taken = held || isUnknown({ c });
  const away = Object.fromEntries([...unset, ...(taken ? ['hold'] : [])].map((field) => [field, '']));
  return {
    updateOne: {
      filter,
      update: { $set: { ...set, v: v + 1 }, ...(Object.keys(away).length > 0 && { $unset: away }) },
    },
  };
}

/** What differs between what a document was and is to be. */
export function changeOf({ c, id, before, after }: Draft): Change {
  if (!after) return { c, id, v: before!.v, gone: true };
  const { _id, v: _v, ...fields } = after;
  // What is new and taken has its fields already.
  if (!before) return { c, id, v: 0, ...(!isHeld({ c }) && { set: fields }) };
  const set = Object.fromEntries(
    Object.entries(fields).filter(([field, value]) => !same(value, before[field as keyof Kept])),
  );
  const unset = Object.keys(before).filter((field) => !(field in after) && !KEPT.has(field));
  return { c, id, v: before.v, ...(Object.keys(set).length > 0 && { set }), ...(unset.length > 0 && { unset }) };
}

const KEPT = new Set(['_id', 'v', 'hold', 'open', 'done']);

const same = (one: unknown, other: unknown) =>
  one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other));
