/** After a person is forgotten no byte of the files tells of him, and no table can be added without saying whether it holds somebody. */
import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ACCOUNT, callOf, ending, log, PASS } from '../../contracts/store/events.ts';
import * as verbs from '../../contracts/store/verbs.ts';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Identity } from '../../core/model.ts';
import { PLACES } from '../../core/people/places.ts';
import { beginForgetting, samePerson } from '../../core/people/plans.ts';
import type { Cursor, Store } from '../../core/ports.ts';
import { wordsOf } from '../../core/text/search.ts';
import { noteAfterwards } from '../../core/turns/afterwards.ts';
import { IMPERSONAL, TABLES } from './person.ts';
import { openStore } from './store.ts';

const T0 = Date.UTC(2026, 10, 20, 10);
const DAY = 86_400_000;

let folder: string;
let file: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'person-'));
  file = path.join(folder, 'x.db');
  store = openStore(file);
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

it('every table of the database is a place of a person, or is said to hold nobody', () => {
  const db = new DatabaseSync(file);
  const tables = db.prepare("select name from sqlite_master where type = 'table'").all() as { name: string }[];
  db.close();
  const known = [...Object.values(TABLES).flat(), ...Object.keys(IMPERSONAL)];
  expect(tables.map(({ name }) => name).sort()).toEqual(known.sort());
});

interface Somebody {
  who: string;
  identities: Identity[];
  name: string;
  username?: string;
  says: string[];
  hears: string;
  /** Why a person was asked for: it stands in the conversation's status note and in the notice. */
  wants: string;
}

const PEOPLE: Somebody[] = [
  {
    who: 'a phone and a Spanish name',
    identities: [{ kind: 'phone', value: '34655443322' }],
    name: 'Begoña Úbeda',
    says: ['¿Cuándo vienen a la calle Sagasta?', 'Llámeme al 655 44 33 22'],
    hears: 'Mañana a las nueve en Sagasta.',
    wants: 'Reclama la factura de Úbeda con un perito',
  },
  {
    who: 'a Persian name and an id of the platform',
    identities: [{ kind: 'telegram', value: '871239904' }],
    name: 'نیلوفر رستگار',
    username: 'nilufar_rst',
    says: ['سفارش من کجاست؟', 'خیابان ولیعصر'],
    hears: 'فردا به خیابان ولیعصر می‌رسد.',
    wants: 'می‌خواهد با مدیر فروشگاه حرف بزند',
  },
  {
    who: 'two identities',
    identities: [
      { kind: 'bsuid', value: 'IT.88776655443322' },
      { kind: 'phone', value: '393471112223' },
    ],
    name: 'Ermenegilda Pautasso',
    says: ['Vorrei disdire tutto quanto', 'mail ermenegilda@pautasso.example'],
    hears: 'Disdetta di Ermenegilda presa in carico.',
    wants: 'Pretende il direttore per la disdetta',
  },
  {
    who: 'letters beyond the first plane, and much to say',
    identities: [{ kind: 'igsid', value: '17841400998877' }],
    name: '𝓠𝓾𝓲𝓻𝓸𝓰𝓪 🦜',
    username: 'quiroga.parrot',
    says: Array.from({ length: 40 }, (_, index) => `Papagayo ${index} ${'sin fin '.repeat(60 + index)}`),
    hears: 'Entendido, papagayo.',
    wants: '𝓠𝓾𝓲𝓮𝓻𝓮 un veterinario humano 🦜',
  },
  {
    who: 'a Russian name, and words of opting out',
    identities: [{ kind: 'phone', value: '79161234567' }],
    name: 'Ефросинья Крестовоздвиженская',
    says: ['Пожалуйста, не звоните на дачу', 'STOP'],
    hears: 'Больше не позвоним.',
    wants: 'Требует бухгалтера по дачному счёту',
  },
  {
    who: 'quotes and line breaks in everything',
    identities: [{ kind: 'telegram', value: '550011228833' }],
    name: 'Bobby "Tables" O\'Hara\nJr',
    says: ["'); drop table message;--", 'a "quoted" thing\nand a second line'],
    hears: 'You said: "quoted" thing.',
    wants: 'Asks \'"; for a "human"\nwith a second line',
  },
];

/** The database itself has these words. */
const OTHERS = ['example', 'message', 'tables'];

/** The words by which his messages and his name are found. */
const indexed = ({ name, username, says, hears }: Somebody) =>
  wordsOf([name, username, hears, ...says].join(' ')).filter((word) => word.length > 5 && !OTHERS.includes(word));

/** What the search has of these words. */
function searched(words: string[]): string[] {
  const db = new DatabaseSync(file);
  db.exec('create virtual table temp.terms using fts5vocab(main, said_words, row)');
  const terms = db.prepare('select term as word from terms union select word from name_words').all();
  db.close();
  const known = new Set(terms.map((row) => (row as { word: string }).word));
  return words.filter((word) => known.has(word));
}

/** Needles as they may stand in a file: as they are, as JSON escapes them, and as the search has them. */
const needles = (person: Somebody) => {
  const { identities, name, username, says, hears, wants } = person;
  const all = [
    ...identities.map(({ value }) => value),
    name,
    username ?? '',
    ...says.map((text) => text.slice(0, 60)),
    hears,
    wants,
  ];
  const written = all.flatMap((text) => [text, JSON.stringify(text).slice(1, -1)]);
  return [...new Set([...written, ...indexed(person)])].filter((text) => text.length > 5 || text === 'x');
};

/** The reasons in the conversations' status notes and in the notices. */
function asked(): { notes: string[]; notices: string[] } {
  const db = new DatabaseSync(file);
  const texts = (sql: string) => (db.prepare(sql).all() as { text: string }[]).map(({ text }) => text);
  const notes = texts("select status_note ->> 'reason' as text from conversation where status_note is not null");
  const notices = texts('select reason as text from notice');
  db.close();
  return { notes, notices };
}

/** What of these stands somewhere in the folder's files. */
function found(texts: string[]): string[] {
  const contents = readdirSync(folder).map((name) => readFileSync(path.join(folder, name)));
  return [...new Set(texts)].filter((text) => contents.some((content) => content.includes(text)));
}

/** A conversation with all that comes of one. @returns the contact's id */
async function live(person: Somebody, at: number): Promise<string> {
  const { identities, name, username } = person;
  let contactId = '';
  for (const [index, text] of person.says.entries()) {
    const key = `${identities[0]!.value}:${at}:${index}`;
    const event = {
      kind: 'message' as const,
      type: 'message.text',
      ...{
        key,
        platformId: key,
        text,
        media: [{ kind: 'document' as const, ref: `file-${key}`, name: `${name}.pdf` }],
      },
      thread: { kind: 'private' as const, identities, name, username, address: { to: identities[0]!.value } },
    };
    const time = at + index * 10_000;
    const payload = JSON.stringify({ from: identities[0]!.value, name, text });
    const [result] = await store.run(verbs.delivery([toIncoming(event, ACCOUNT, time)], time));
    await store.run((records) => records.insertWebhook({ ...log(time), payload }));
    const id = result!.conversationId!;
    contactId = (await store.conversation(id))!.contactId!;
    const begun = await verbs.begin(store, id, {
      now: time + 5_000,
      leaseUntil: time,
      owner: verbs.ME,
      turnId: newId(time),
    });
    if (begun.kind !== 'turn') throw new Error(begun.kind);
    const request = { to: identities[0]!.value, text: person.hears };
    const reply = {
      ...{
        id: newId(time),
        conversationId: id,
        accountId: 'acc',
        turnId: begun.turn.id,
        slot: `${begun.turn.id}:o:x:0`,
      },
      ...({ author: 'bot', purpose: 'reply', text: person.hears, at: time } as const),
      media: [],
      parts: [
        { request, state: 'queued' as const },
        { request, state: 'queued' as const },
      ],
    };
    const { message } = await verbs.add(store, reply, PASS);
    await verbs.sent(store, message.id, `${key}:reply`);
    const wish = { status: 'support_active', reason: `${person.wants} ${index}`, handover: 'words' } as const;
    await store.run(noteAfterwards(begun.turn, wish, time + 6_000));
    await verbs.end(store, begun.turn, { ...ending(true), vars: { name, [`n${index}`]: text.slice(0, 50) } });
    const edit = { kind: 'edit' as const, type: 'edit', key: `e${key}`, platformId: key, text: `${text} edited` };
    await store.run(verbs.delivery([toIncoming(edit, ACCOUNT, time)], time));
    await store.changeToolRun(`run-${key}`, () => ({
      ...{ id: `run-${key}`, conversationId: id, accountId: 'acc', occasion: 'm', turnId: begun.turn.id, tool: 'book' },
      ...{ args: { name }, state: 'done' as const, result: text, at: time },
    }));
    await store.addLead({
      id: `lead-${key}`,
      contactId,
      conversationId: id,
      accountId: 'acc',
      firstName: name,
      notes: text,
      at: time,
    });
    const about = { user: identities[0]!.value };
    await store.run((records) =>
      records.insertCall(callOf(`call-${key}`, { conversationId: id, contactId, about, summary: `${name}: ${text}` })),
    );
    await store.addToVault(contactId, { tokens: { [`NAME:${name}`]: '[NAME_1]' }, originals: { '[NAME_1]': name } });
    await store.updateProfile(contactId, { firstName: name, email: `${identities[0]!.value}@mail.example` });
  }
  return contactId;
}

async function forget(contactId: string): Promise<void> {
  const who = await store.run(beginForgetting(await store.run(samePerson(contactId)), T0 + DAY));
  for (const place of PLACES) {
    let next: Cursor = null;
    do next = (await store.erase(place, who, next, 50)).next;
    while (next !== null);
  }
}

const STAYS: Somebody = {
  who: 'the one who stays',
  identities: [{ kind: 'phone', value: '34699887766' }],
  name: 'Wenceslao Tejedor',
  says: ['Yo me quedo aquí'],
  hears: 'Claro que sí, quédese.',
  wants: 'Pregunta por el encargado de Tejedor',
};

describe('who is forgotten is in no byte of the files any more', () => {
  it.each(PEOPLE)('$who', async (person) => {
    for (const [index, other] of PEOPLE.entries()) if (other !== person) await live(other, T0 + index);
    const contactId = await live(person, T0 + 100);
    await live(STAYS, T0 + 200);
    expect(found(needles(person)).length).toBeGreaterThan(3);
    const { notes, notices } = asked();
    for (const { wants } of [...PEOPLE, STAYS])
      expect(
        [notes, notices].map((all) => all.some((text) => text.startsWith(wants))),
        wants,
      ).toEqual([true, true]);
    // Whoever searches has all of it read.
    await store.search({ text: 'x', limit: 1 });
    expect(searched(indexed(person))).toEqual(indexed(person));
    await forget(contactId);
    expect(await store.scrub()).toBe('now');
    expect(found(needles(person))).toEqual([]);
    expect(searched(indexed(person))).toEqual([]);
    expect(searched(indexed(STAYS))).toEqual(indexed(STAYS));
    expect(
      Object.values(asked())
        .flat()
        .filter((text) => text.startsWith(person.wants)),
    ).toEqual([]);
    expect(found(needles(STAYS))).toContain('Yo me quedo aquí');
    await store.close();
    expect(found(needles(person))).toEqual([]);
    store = openStore(file);
    await live({ ...person, says: ['Back again'] }, T0 + 2 * DAY);
    expect(found([person.says[0]!.slice(0, 60)])).toEqual([]);
  });
});

it('what a scrub put off is done at the next start', async () => {
  const person = PEOPLE[3];
  await forget(await live(person!, T0));
  await store.close();
  const db = new DatabaseSync(file);
  db.exec('insert into scrub(due) values(1)');
  const pages = () => Number(Object.values(db.prepare('pragma freelist_count').get() as object)[0]);
  const before = pages();
  db.close();
  store = openStore(file);
  const after = new DatabaseSync(file);
  expect([before > 0, Object.values(after.prepare('pragma freelist_count').get() as object)[0]]).toEqual([true, 0]);
  expect(after.prepare('select * from scrub').all()).toEqual([]);
  after.close();
  expect(found(needles(person!))).toEqual([]);
});

it('what is remembered of an opt-out tells no address, not even to who has the database alone', async () => {
  const person = PEOPLE[4]!;
  await forget(await live(person, T0));
  await store.scrub();
  const db = new DatabaseSync(file);
  const rows = db.prepare("select hash, at from remembered where kind = 'opt-out'").all() as { hash: string }[];
  db.close();
  expect(rows.map(({ hash }) => hash)).toEqual([expect.stringMatching(/^[\w-]{43}$/)]);
  expect(readFileSync(`${file}.key`)).toHaveLength(32);
});

it('a database that is restored without its key says so, while somebody’s opt-out is remembered', async () => {
  const warned: string[] = [];
  const again = async () => {
    await store.close();
    store = openStore(file, { warn: (sentence) => warned.push(sentence) });
  };
  await again();
  await forget(await live(PEOPLE[4]!, T0));
  await store.scrub();
  await again();
  expect(warned).toEqual([]);
  renameSync(`${file}.key`, `${file}.elsewhere`);
  await again();
  expect(warned).toEqual([expect.stringContaining(`${file}.key is missing`)]);
  renameSync(`${file}.elsewhere`, `${file}.key`);
  await again();
  expect(warned).toHaveLength(1);
});
