import type { Router } from 'express';
import type { NodeAPI } from 'node-red';
import { describe } from '../../core/errors.ts';
import { engineOrReason } from '../current.ts';

/**
 * The page itself: the process answers, with how many accounts cannot work now. `/ready` below it: the flows run, the store answers, and so does all
 * that was set up to be asked, whatever the accounts do.
 */
export function serveHealth(RED: NodeAPI, app: Router, pages: string[]): void {
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
      const notReady = (reason: string, more: object = {}) =>
        void response.status(503).json({ status: 'not ready', reason, ...more });
      if ('reason' in current) return notReady(current.reason);
      if (!started) return notReady('The flows do not run yet.');
      const { store, dependencies, registry } = current.engine;
      const look = async () => {
        await store.webhooks({ limit: 1 });
        const found = await dependencies();
        const away = Object.keys(found).filter((name) => found[name] !== 'ok');
        const told = Object.keys(found).length > 0 ? { dependencies: found } : {};
        if (away.length > 0) return notReady(`No answer from: ${away.join(', ')}.`, told);
        response.json({ status: 'ready', accounts: registry.accounts().length, ...told, ...failing(current) });
      };
      look().catch((error) => notReady(describe(error)));
    },
  );
}
