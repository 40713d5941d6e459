/** What a call costs in CPU, said so that a slow or busy machine says the same as a quick one. */

/** CPU of this thread while `work` runs, in ms; what it waits for is not counted. */
export function cpuOf(work: () => unknown): number {
  const start = process.threadCpuUsage();
  work();
  const { user, system } = process.threadCpuUsage(start);
  return (user + system) / 1_000;
}

const WORDS = 'Привет, the quick brown fox: +34 600 11 22 33 — کلمه! '.repeat(20_000);
/** What the same work costs on the machine that the limits were set on, with nothing else to do. */
const REFERENCE = 100;

/** How long a measure of this machine holds, in ms: others come and go on it. */
const HOLDS = 3_000;
let measured: { at: number; slowness: number } | undefined;

/** How many times slower than that machine this one is now; never less than 1. */
export function slowness(): number {
  if (measured && performance.now() - measured.at < HOLDS) return measured.slowness;
  const times = Array.from({ length: 3 }, () => cpuOf(work));
  measured = { at: performance.now(), slowness: Math.max(1, Math.min(...times) / REFERENCE) };
  return measured.slowness;
}

/** Of the kind that is measured: patterns, pieces, small objects. */
function work(): number {
  const words = [...WORDS.matchAll(/[\p{L}\p{M}]+|\d+/gu)].map(({ 0: word, index }) => ({ word, index }));
  const counts = Map.groupBy(words, ({ word }) => word.normalize('NFKD').toLowerCase());
  return WORDS.replace(/\p{P}|\p{S}/gu, ' ').split(' ').length + counts.size;
}
