/** Where requests wait while a deploy replaces the nodes that would take them. */
import type { ServerResponse } from 'node:http';
import type { Red } from '../red.ts';
import { refuseLater } from './edge-refusals.ts';
import type { EdgeRoutes } from './edge-routes.ts';

/**
 * `booting`: nothing is known of the flows yet. `changing`: between `flows:stopping` and `flows:started`.
 * `down`: flows do not run and will not by themselves (stopped, safe mode, missing nodes), or the process is about to end.
 */
export type FlowState = 'booting' | 'changing' | 'running' | 'down';

export interface WaitingOptions {
  /** How many requests may wait for a deploy at a time; more are answered 503. */
  maxHeld?: number | undefined;
  /** How long one may wait, in milliseconds, before it is answered 503. */
  holdMs?: number | undefined;
}

export interface Waiting {
  state(): FlowState;
  /** Lets a request go on: now, when the flows run again, or never, with 503. */
  enter(response: ServerResponse, go: () => void): void;
  /** Calls `listener` each time it is known whether the flows run. */
  onSettled(listener: () => void): void;
  /** From now on everything is answered 503. */
  refuse(): void;
  /** Takes it out; requests that wait go on. */
  close(): void;
}

interface Held {
  go(): void;
  giveUp(): void;
}

/** Keeps `routes` up to date as well. Call it while plugins load. */
export function createWaiting(
  RED: Pick<Red, 'events'>,
  routes: EdgeRoutes,
  { maxHeld = 1000, holdMs = 15_000 }: WaitingOptions,
): Waiting {
  const held = new Set<Held>();
  const listeners: (() => void)[] = [];
  // Installed from the palette into flows that run already, the first connection is long past.
  routes.replace();
  let state: FlowState = routes.alive() ? 'running' : 'booting';
  let leaving = false;

  function hold(response: ServerResponse, go: () => void): void {
    const entry: Held = {
      go() {
        leave();
        if (!response.destroyed && !response.headersSent) go();
      },
      giveUp() {
        leave();
        refuseLater(response);
      },
    };
    const leave = () => {
      clearTimeout(timer);
      held.delete(entry);
      response.off('close', leave);
    };
    const timer = setTimeout(entry.giveUp, holdMs);
    response.on('close', leave);
    held.add(entry);
  }

  function changing(): void {
    // Where nothing waits any more, what was there before is of no use.
    if (leaving) routes.replace();
    else {
      routes.add();
      state = 'changing';
    }
  }

  function running(): void {
    if (leaving) return;
    routes.replace();
    state = 'running';
    for (const entry of [...held]) entry.go();
    for (const listener of listeners) listener();
  }

  function down(): void {
    routes.add();
    state = 'down';
    for (const entry of [...held]) entry.giveUp();
    for (const listener of listeners) listener();
  }

  /** Node-RED tells in this way only that flows will not start: `stop` without a deploy, or with an error. */
  function runtimeEvent(event: { id?: string; payload?: { state?: string; error?: unknown; deploy?: boolean } }): void {
    if (event.id !== 'runtime-state' || !event.payload) return;
    const { state: flows, error, deploy } = event.payload;
    if ((flows === 'stop' || flows === 'safe') && (error || !deploy)) down();
  }

  RED.events.on('flows:starting', changing);
  RED.events.on('flows:stopping', changing);
  RED.events.on('flows:started', running);
  RED.events.on('runtime-event', runtimeEvent);

  return {
    state: () => state,
    enter(response, go) {
      if (state === 'running') go();
      else if (state === 'down' || held.size >= maxHeld) refuseLater(response);
      else hold(response, go);
    },
    onSettled: (listener) => void listeners.push(listener),
    refuse() {
      leaving = true;
      down();
    },
    close() {
      RED.events.off('flows:starting', changing);
      RED.events.off('flows:stopping', changing);
      RED.events.off('flows:started', running);
      RED.events.off('runtime-event', runtimeEvent);
      for (const entry of [...held]) entry.go();
    },
  };
}
