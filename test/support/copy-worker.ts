/** A process that copies a store until it is killed: `node copy-worker.ts <from> <to>`, each a file or an address. It tells each batch, a line each. */
import { copy } from '../../stores/copy/copy.ts';
import { openCopied as openMongo } from '../../stores/mongodb/copied.ts';
import { openCopied as openFile } from '../../stores/sqlite/copied.ts';

const KEY = Buffer.alloc(32, 7);

const [, , from, to] = process.argv;
const open = (place: string, make: boolean) =>
  place.startsWith('mongodb:') ? openMongo(place, KEY) : openFile(place, make);
const [source, target] = [await open(from!, false), await open(to!, true)];
await copy(source, target, {
  batch: 2,
  // Whoever reads it may kill this process before it goes on.
  tell: (kind, count) =>
    new Promise((resolve) => process.stdout.write(`${kind} ${count}\n`, () => setTimeout(resolve, 5))),
});
await target.close();
await source.close();
