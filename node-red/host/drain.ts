/**
 * Lets running turns end before the process does. Node-RED's own signal handlers close all nodes at once, which drops what is on its
 * way, and a node's `close` comes too late to wait. So its handlers are put off, not replaced: they run when the turns have ended.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Red } from '../red.ts';

export interface DrainOptions {
  /**
   * Called first, while all is still taken: who asks whether this process is ready shall hear that it is not.
   * @returns how long to wait until they have asked, in milliseconds; it is a part of `graceMs`
   */
  leave?(): number;
  /** No new work from here on. */
  stopIntake(): void;
  /** Resolves when what runs has ended. */
  idle(): Promise<unknown>;
  /** How long to wait for `idle`, in milliseconds; less than what the supervisor grants before it kills (Docker: 10 s). */
  graceMs: number;
}

const SIGNALS = { SIGINT: 2, SIGTERM: 15 } as const;
type Signal = keyof typeof SIGNALS;

/**
 * Takes effect when the flows run: the host has put its handlers in place by then, and there is nothing to wait for before. The first
 * signal drains; a second one ends the process at once, with 128 + its number as shells expect.
 */
export function installDrain(RED: Pick<Red, 'events' | 'log'>, options: DrainOptions): { close(): void } {
  const hosts = new Map<Signal, NodeJS.SignalsListener[]>();
  let draining = false;

  function take(): void {
    for (const signal of Object.keys(SIGNALS) as Signal[]) {
      hosts.set(signal, process.listeners(signal) as NodeJS.SignalsListener[]);
      process.removeAllListeners(signal);
      process.on(signal, onSignal);
    }
  }

  function close(): void {
    RED.events.off('flows:started', take);
    for (const [signal, listeners] of hosts) {
      process.off(signal, onSignal);
      for (const listener of listeners) process.on(signal, listener);
    }
    hosts.clear();
  }

  function onSignal(name: NodeJS.Signals): void {
    const signal = name as Signal;
    if (draining) process.exit(128 + SIGNALS[signal]);
    draining = true;
    drain().then(() => hand(signal));
  }

  async function drain(): Promise<void> {
    RED.log.info(`Stopping: running turns have ${options.graceMs / 1000} s to end. A second signal stops at once.`);
    try {
      const over = sleep(options.graceMs, false);
      const leaving = options.leave?.() ?? 0;
      if (leaving > 0) await sleep(leaving);
      options.stopIntake();
      const ended = await Promise.race([options.idle().then(() => true), over]);
      if (!ended) RED.log.warn('Stopping although turns still run; they are repeated at the next start.');
    } catch (error) {
      RED.log.error(`Stopping without waiting: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Gives the signal to whoever had it before us; to the system where nobody had. */
  function hand(signal: Signal): void {
    const listeners = hosts.get(signal) ?? [];
    for (const listener of listeners) listener.call(process, signal);
    if (listeners.length > 0) return;
    process.off(signal, onSignal);
    process.kill(process.pid, signal);
  }

  RED.events.once('flows:started', take);
  return { close };
}
