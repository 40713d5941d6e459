/**
 * Loaded before a subject (`--import`): counts what it asks of SQLite and samples what it allocates. On SIGWINCH (Node-RED has a use of its own for SIGUSR2) it writes
 * `{ steps, statements, allocated }` since the last time to the file in BENCH_COUNTS.
 */
import { writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { DatabaseSync, StatementSync } from 'node:sqlite';

let steps = 0;
let statements = 0;

/** A commit is a durable step; `begin` and settings of the connection are no statements of a turn. */
function count(sql) {
  if (/^\s*commit/i.test(sql)) steps++;
  else if (!/^\s*(begin|pragma|rollback)/i.test(sql)) statements++;
}
for (const name of ['run', 'get', 'all', 'iterate']) {
  const original = StatementSync.prototype[name];
  StatementSync.prototype[name] = function counted(...given) {
    count(this.sourceSQL);
    return original.apply(this, given);
  };
}
const { exec } = DatabaseSync.prototype;
DatabaseSync.prototype.exec = function counted(sql) {
  count(sql);
  return exec.call(this, sql);
};

const session = new Session();
session.connect();
const sample = () =>
  session.post('HeapProfiler.startSampling', {
    samplingInterval: 32_768,
    includeObjectsCollectedByMajorGC: true,
    includeObjectsCollectedByMinorGC: true,
  });
const sizeOf = ({ selfSize, children }) => children.reduce((sum, child) => sum + sizeOf(child), selfSize);
await sample();

process.on('SIGWINCH', async () => {
  const { profile } = await session.post('HeapProfiler.stopSampling');
  writeFileSync(process.env.BENCH_COUNTS, JSON.stringify({ steps, statements, allocated: sizeOf(profile.head) }));
  steps = 0;
  statements = 0;
  await sample();
});
