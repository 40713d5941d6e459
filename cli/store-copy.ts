/** All records go into another store: from a file to MongoDB, and back. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { DragomanError } from '../core/errors.ts';
import { STORE_FILE } from '../core/folders.ts';
import { keyOfSecret } from '../core/privacy/remembering.ts';
import { setting } from '../core/settings.ts';
import { type Compared, copy } from '../stores/copy/copy.ts';
import type { Copyable } from '../stores/copy/kinds.ts';
import { type Command, type Given, UsageError } from './command.ts';
import { dataFolder } from './project.ts';
import { table } from './text.ts';

/** The word for whatever `MONGODB_URL` names, so that no password stands in a command line. */
const MONGODB = 'mongodb';
const isMongo = (place: string) => /^mongodb(\+srv)?:\/\//.test(place);
/** Of one kind it is told now and again how far it is. */
const TOLD_EACH = 10_000;

export const store: Command = {
  usage: 'copy --from <place> --to <place> [--key <file>]',
  summary:
    'Copies all records into a new store; a place is a data folder, a database file, a mongodb:// address or "mongodb" (MONGODB_URL). Given again after a stop, it goes on',
  takes: ['copy'],
  options: { from: { type: 'string' }, to: { type: 'string' }, key: { type: 'string' } },
  async run(given) {
    if (given.words[0] !== 'copy') throw new UsageError('It takes "copy".');
    const [from, to] = [placeOf(given, 'from'), placeOf(given, 'to')];
    const key = keyOf(given);
    const source = await open(from, key, false);
    try {
      const target = await open(to, key, true);
      try {
        return told(await copy(source, target, { tell: telling() }), source, target);
      } finally {
        await target.close();
      }
    } finally {
      await source.close();
    }
  },
};

/** @throws UsageError; DragomanError SETTING_INVALID */
function placeOf({ options }: Given, name: 'from' | 'to'): string {
  const place = options[name];
  if (typeof place !== 'string' || !place.trim()) throw new UsageError(`It needs --${name}.`);
  if (place !== MONGODB) return place;
  const url = setting('mongoUrl');
  if (!url)
    throw new DragomanError('SETTING_INVALID', 'MONGODB_URL is not set.', 'Set it, or give the address itself.');
  return url;
}

/** By which MongoDB's processes remember who said STOP: it is not in the database. */
function keyOf({ options }: Given): Buffer | null {
  const named = options.key;
  const file = typeof named === 'string' ? path.resolve(named) : path.join(dataFolder(), `${STORE_FILE}.key`);
  if (existsSync(file)) return readFileSync(file);
  if (named !== undefined)
    throw new DragomanError('NOT_FOUND', `There is no file ${file}.`, 'Name dragoman.db.key of a data folder.');
  const secret = setting('credentialSecret');
  return secret ? keyOfSecret(secret) : null;
}

async function open(place: string, key: Buffer | null, make: boolean): Promise<Copyable> {
  if (isMongo(place)) return (await import('../stores/mongodb/copied.ts')).openCopied(place, key);
  const { openCopied } = await import('../stores/sqlite/copied.ts');
  const named = path.resolve(place);
  const isFile = existsSync(named) ? statSync(named).isFile() : named.endsWith('.db');
  return openCopied(isFile ? named : path.join(named, STORE_FILE), make);
}

/** Lines for whoever waits. */
function telling(): (kind: string, count: number) => void {
  let last = '';
  let next = 0;
  return (kind, count) => {
    if (kind === last && count < next) return;
    next = kind === last ? next + TOLD_EACH : TOLD_EACH;
    last = kind;
    process.stderr.write(`${kind}: ${count}\n`);
  };
}

function told(compared: Compared[], source: Copyable, target: Copyable) {
  const rows = compared.map((one) => [one.kind, String(one.source.count), String(one.copy.count), one.copy.checksum]);
  return {
    data: { from: source.name, to: target.name, kinds: compared },
    lines: [
      ...table(['records', 'source', 'copy', 'checksum of both'], rows, ''),
      `${target.name} holds what ${source.name} holds.`,
      'Not in it: recordings of calls and knowledge (folders in the data folder), flow files, secrets.json, users.json, flows_cred.json, and dragoman.db.key where the copy is in MongoDB. Copy those as files.',
    ],
  };
}
