/**
 * A process that is killed, or stands still, in the middle of one step on MongoDB: `node mongo-cut.ts <url> <module> <function> <n> <signal>`. The
 * function gets the store and works; when its n-th write has been answered, the process gets the signal. It tells `done` where it comes to the end.
 */
import { pathToFileURL } from 'node:url';
import { MongoClient } from 'mongodb';
import type { Store } from '../../core/ports.ts';
import { openTestMongo } from './mongo-store.ts';

const [, , url, module, name, count, signal] = process.argv;
let left = Number.POSITIVE_INFINITY;

const connect = MongoClient.prototype.connect;
MongoClient.prototype.connect = function (this: MongoClient) {
  Object.assign(this.options, { monitorCommands: true });
  // What only looks changes nothing.
  const writes = ['insert', 'update', 'delete', 'bulkWrite'];
  this.on('commandSucceeded', ({ commandName }) => {
    if (writes.includes(commandName) && --left === 0) process.kill(process.pid, signal);
  });
  return connect.call(this);
};

const works = (await import(pathToFileURL(module!).href)) as Record<string, (store: Store) => Promise<unknown>>;
const store = await openTestMongo(url!);
left = Number(count);
await works[name!]!(store);
left = Number.POSITIVE_INFINITY;
await store.close();
process.stdout.write('done\n');
