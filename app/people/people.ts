/** A person's own data: all of it given, or all of it erased. */
import { readdirSync } from 'node:fs';
import { setImmediate as pause } from 'node:timers/promises';
import { DragomanError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import { PLACES, type Place, type Who } from '../../core/people/places.ts';
import { beginForgetting, contactsAt, samePerson, whoAre } from '../../core/people/plans.ts';
import type { Clock, Cursor, Scrubbed, Store } from '../../core/ports.ts';
import type { Gateway } from '../../core/sending/gateway.ts';
import type { Calls } from '../calls/calls.ts';
import { deleteRecordings, recordingName, recordingsOf } from '../calls/recordings.ts';
import type { Chats } from '../chats/chats.ts';
import type { TraceRecorder } from '../timeline/recorder.ts';
import type { Turns } from '../turns.ts';
import type { DeletedResponses, Responses } from './responses.ts';

/** Rows in one step; others have their turn between two. */
const STEP = 200;

/** A contact's id, or a conversation's; or an address as an account has it: a phone, a username, the platform's id. */
export type Named = { contact: string } | { account: string; address: string };

/** What was erased, and where what. */
export interface Receipt {
  /** When it was done; UTC milliseconds. */
  at: number;
  /** Contacts that were this person, on all accounts; none: nothing is known of him. */
  contacts: string[];
  /** Rows by place. Of calls only what was in them goes. */
  erased: Record<Place, number>;
  /** Files with what was recorded of his calls. */
  recordings: number;
  /** At LLM providers. */
  responses: DeletedResponses;
  /** He had said STOP: that much is remembered, by a hash of his address. */
  optOutKept: boolean;
  /** When nothing of it is in the database's file any more: now, or once the server has started anew. */
  file: Scrubbed;
  /** Copies of the database that earlier upgrades left beside it: they hold what they held. */
  copies: string[];
}

type Erased = Pick<Receipt, 'erased' | 'recordings' | 'responses' | 'optOutKept'>;

/** `place` → rows, each as plain JSON. `docs/people.md` tells what they are. */
export interface Exported {
  at: number;
  contacts: string[];
  data: Record<Place, JsonObject[]>;
  /** What was recorded of his calls: files, from the data folder. */
  recordings: string[];
}

export interface People {
  /** Harmless where there is nothing (any more). @throws DragomanError NOT_FOUND for an address that nobody has. */
  forget(named: Named): Promise<Receipt>;
  /** @throws DragomanError NOT_FOUND */
  export(named: Named): Promise<Exported>;
  /** Goes on with what a crash cut off. */
  resume(contacts: string[]): Promise<void>;
  /** Erases contacts that are past their retention, and no others that may be the same person. */
  expire(contacts: string[]): Promise<void>;
  /** Another process forgets somebody: nothing of him runs here any more, and no recording is left. */
  letGo(conversations: string[], callIds: string[]): Promise<unknown>;
}

export interface PeopleOptions {
  store: Store;
  clock: Clock;
  turns: Pick<Turns, 'forget'>;
  recorder?: Pick<TraceRecorder, 'forget' | 'flush'>;
  gateway: Pick<Gateway, 'drop'>;
  /** Hangs up, and closes what is recorded. */
  calls: Pick<Calls, 'drop'>;
  /** Lets go of his pages. */
  chats: Pick<Chats, 'drop'>;
  responses: Responses;
  dataFolder: string;
  /** Other processes have something of him in memory, and recordings in their folders. */
  tellOthers?(forgotten: { conversations: string[]; calls: string[] }): void;
}

export function createPeople(options: PeopleOptions): People {
  const { store, clock, turns, recorder, gateway, calls, chats, responses, dataFolder } = options;

  async function contactsOf(named: Named): Promise<string[]> {
    if ('account' in named) {
      const found = await store.run(contactsAt(named.account, named.address));
      const all = await Promise.all(found.map((id) => store.run(samePerson(id))));
      return [...new Set(all.flat())];
    }
    const own = await store.run(samePerson(named.contact));
    if (own.length > 0) return own;
    const contactId = (await store.conversation(named.contact))?.contactId;
    return contactId ? store.run(samePerson(contactId)) : [];
  }

  async function everywhere(work: (place: Place, after: Cursor) => Promise<Cursor>): Promise<void> {
    for (const place of PLACES) {
      let next: Cursor = null;
      do {
        next = await work(place, next);
        await pause();
      } while (next !== null);
    }
  }

  async function callsOf(who: Who): Promise<string[]> {
    const ids: string[] = [];
    let next: Cursor = null;
    do {
      const step = await store.held('call', who, next, STEP);
      ids.push(...step.rows.map(({ id }) => String(id)));
      next = step.next;
    } while (next !== null);
    return ids;
  }

  /** @returns how many recordings there were */
  async function letGo(conversations: string[], callIds: string[]): Promise<number> {
    turns.forget(conversations);
    recorder?.forget(conversations);
    await Promise.all([gateway, calls, chats].map((each) => each.drop(conversations)));
    return deleteRecordings(dataFolder, callIds);
  }

  /** Ends what runs, deletes what is kept elsewhere while it is known what that is, then erases row by row. */
  async function eraseAll(contacts: string[]): Promise<Erased> {
    const who = await store.run(beginForgetting(contacts, clock.now()));
    const theirCalls = await callsOf(who);
    options.tellOthers?.({ conversations: who.conversations, calls: theirCalls });
    const recordings = await letGo(who.conversations, theirCalls);
    const deleted = await responses.forget(who.conversations);
    const erased = nothing();
    await everywhere(async (place, after) => {
      const step = await store.erase(place, who, after, STEP);
      erased[place] += step.erased;
      return step.next;
    });
    return { erased, recordings, responses: deleted, optOutKept: who.optedOut };
  }

  return {
    async forget(named) {
      const contacts = await contactsOf(named);
      if (contacts.length === 0 && 'account' in named) throw nobody();
      const done =
        contacts.length > 0
          ? await eraseAll(contacts)
          : { erased: nothing(), recordings: 0, responses: { deleted: 0, gone: 0, waiting: 0 }, optOutKept: false };
      const file = contacts.length > 0 ? await store.scrub() : 'now';
      return { at: clock.now(), contacts, ...done, file, copies: copiesIn(dataFolder) };
    },
    async export(named) {
      const contacts = await contactsOf(named);
      if (contacts.length === 0) throw nobody();
      // What happened in the last moment is not stored yet.
      await recorder?.flush();
      const who = await store.run((records) => whoAre(records, contacts));
      const data = Object.fromEntries(PLACES.map((place): [Place, JsonObject[]] => [place, []])) as Exported['data'];
      await everywhere(async (place, after) => {
        const { rows, next } = await store.held(place, who, after, STEP);
        data[place].push(...rows);
        return next;
      });
      const recorded = await recordingsOf(
        dataFolder,
        data.call.map(({ id }) => String(id)),
      );
      return { at: clock.now(), contacts, data, recordings: recorded.map(recordingName) };
    },
    async resume(contacts) {
      await eraseAll(contacts);
      await store.scrub();
    },
    async expire(contacts) {
      await eraseAll(contacts);
    },
    letGo,
  };
}

const nothing = () => Object.fromEntries(PLACES.map((place) => [place, 0])) as Record<Place, number>;

const nobody = () =>
  new DragomanError(
    'NOT_FOUND',
    'Nobody is known by that.',
    'Give the id of a contact or a conversation ("dragoman conversations --json"), or an account and an address.',
  );

/** The copies that upgrades kept of the database. */
const copiesIn = (folder: string) => readdirSync(folder).filter((file) => /\.db\.before-\d+$/.test(file));
