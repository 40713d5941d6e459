/**
 * Loaded before a subject (`--import`): watches how long its event loop does one thing, as others see it and in CPU of its thread, which a busy machine
 * makes no longer. On SIGWINCH (Node-RED has a use of its own for SIGUSR2) it writes `{ longest, cpu }` in milliseconds since the last time to the file in
 * BENCH_DELAYS.
 */
import { writeFileSync } from 'node:fs';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const delays = monitorEventLoopDelay({ resolution: 1 });
delays.enable();
let cpu = 0;
let before = process.threadCpuUsage();
setInterval(() => {
  const { user, system } = process.threadCpuUsage(before);
  cpu = Math.max(cpu, (user + system) / 1_000);
  before = process.threadCpuUsage();
}, 1).unref();

process.on('SIGWINCH', () => {
  writeFileSync(process.env.BENCH_DELAYS, JSON.stringify({ longest: delays.max / 1e6, cpu }));
  delays.reset();
  cpu = 0;
});
