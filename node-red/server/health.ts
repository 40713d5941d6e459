/** Whether the process lives, and whether it can be sent work: for a supervisor and for a balancer. */
import type { Router } from 'express';
import type { NodeAPI } from 'node-red';
import type { Engine } from '../../app/engine.ts';
import { describe } from '../../core/errors.ts';
import type { Duties } from '../../core/role.ts';
import { engineOrReason } from '../current.ts';
import type { FlowsState } from '../rollout/flows.ts';

/** What this process is among others. */
export interface Standing {
  duties: Duties;
  /** It is about to end. */
  draining(): boolean;
  /** Undefined where flows are neither handed out nor taken. */
  flows(): FlowsState | undefined;
}

/** Why a process is not to be sent anything, by a word for programs. */
type Reason = 'starting' | 'draining' | 'flows' | 'store' | 'dependencies';

/**
 * The page itself: the process answers, with how many accounts cannot work now. `/ready` below it: the flows run, the store answers, and so does all
 * that was set up to be asked, whatever the accounts do. Among many processes what all of them lack takes none of them out of the balancer.
 */
export function serveHealth(RED: NodeAPI, app: Router, pages: string[], standing: Standing): void {
  let started = false;
  // How many, for anybody; which and why is in the log, at the nodes and for the commands. A number only where it is not 0.
  const failing = (current: ReturnType<typeof engineOrReason>) => {
    const count = 'engine' in current ? current.engine.registry.troubles().length : 0;
    return count > 0 ? { failingAccounts: count } : {};
  };
  RED.events.on('flows:started', () => (started = true));
  RED.events.on('flows:stopping', () => (started = false));

  app.get(pages, (_request, response) => {
    response.json({ status: 'ok', ...failing(engineOrReason()) });
  });
  app.get(
    pages.map((page) => `${page}/ready`),
    (_request, response) => {
      const current = engineOrReason();
      const place = placeOf(standing, current);
      const notReady = (code: Reason, reason: string, more: object = {}) =>
        void response.status(503).json({ status: 'not ready', code, reason, ...more, ...place });
      if ('reason' in current) return notReady('starting', current.reason);
      if (standing.draining()) return notReady('draining', 'This process is about to end.');
      if (!started) return notReady('flows', 'The flows do not run yet.');
      const flows = standing.flows();
      if (flows && !standing.duties.editor && !flows.revision)
        return notReady('flows', flows.failed ? 'The flows cannot run here.' : 'No flows have been handed out yet.');
      const { engine } = current;
      // A line that is frozen would keep whoever asks waiting.
      const store = engine.fleet.state().away.find(({ part }) => part === 'store');
      if (store) return notReady('store', store.reason);
      const look = async () => {
        await engine.store.webhooks({ limit: 1 });
        const found = await engine.dependencies();
        const away = Object.keys(found).filter((name) => found[name] !== 'ok');
        const told = Object.keys(found).length > 0 ? { dependencies: found } : {};
        if (away.length > 0 && !flows) return notReady('dependencies', `No answer from: ${away.join(', ')}.`, told);
        const degraded = lacks(engine, flows, away);
        response.json({
          status: 'ready',
          accounts: engine.registry.accounts().length,
          ...told,
          ...failing(current),
          ...(degraded.length > 0 && { degraded }),
          ...place,
        });
      };
      look().catch((error) => notReady('store', describe(error)));
    },
  );
}

/** Nothing for a process that is the only one. */
function placeOf({ duties, flows }: Standing, current: ReturnType<typeof engineOrReason>): object {
  const state = flows();
  if (!state) return {};
  const worker = 'engine' in current ? { worker: current.engine.fleet.id } : {};
  return { role: duties.role, ...worker, revision: state.revision ?? null };
}

/** What it can do without, for a while: by a word for programs, and a sentence. */
function lacks({ fleet }: Engine, flows: FlowsState | undefined, away: string[]): { code: string; reason: string }[] {
  const { failed } = flows ?? {};
  const hints = fleet.state().away.some(({ part }) => part === 'hints');
  return [
    ...(hints ? [{ code: 'redis', reason: 'Redis is away: replies may come a second later.' }] : []),
    // Why is in the log, for it may name nodes.
    ...(failed ? [{ code: 'flows', reason: `The flows ${failed.revision} could not be taken.` }] : []),
    ...(away.length > 0 ? [{ code: 'dependencies', reason: `No answer from: ${away.join(', ')}.` }] : []),
  ];
}
