/** The interface of the commands that act: on this server, for who has its token (a file in the data folder that only its user reads). */
import { renameSync, writeFileSync } from 'node:fs';
import type { Server } from 'node:http';
import path from 'node:path';
import type { NextFunction, Request, Response, Router } from 'express';
import type { NodeAPI } from 'node-red';
import { refuseWherePolled } from '../../app/account/connection.ts';
import type { Engine } from '../../app/engine.ts';
import { replay } from '../../app/replay.ts';
import type { Account } from '../../core/accounts.ts';
import {
  API_FILE,
  type ApiAccount,
  type ApiFile,
  type ApiSelf,
  type ApiTrouble,
  type Retried,
} from '../../core/api.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import type { WebhookInfo, WebhookSetup } from '../../core/ports.ts';
import { TURN_DEADLINE_MS } from '../../core/turns/lanes.ts';
import { retryTurn } from '../../core/turns/plans.ts';
import { engine, engineOrReason } from '../current.ts';
import { httpServer, type Red } from '../red.ts';
import { addressOf } from './address.ts';
import { apiToken, bringsToken } from './api-token.ts';
import { serveChats } from './chats.ts';
import type { Standing } from './health.ts';
import { serveMetrics } from './metrics.ts';
import { simulatorKey } from './near.ts';
import { serveOperator } from './operator.ts';
import { serveOrders } from './orders.ts';
import { servePeople } from './people.ts';
import { answerJson, readBody, sendError, textField } from './respond.ts';

const ROOT = '/dragoman/api';

/** What it needs of Node-RED. */
export type ApiHost = Pick<NodeAPI, 'settings' | 'server' | 'nodes'>;

/**
 * @param metrics where the figures for Prometheus are served, behind the same door
 * @param linesRoot what stands before `/chat` in a socket's address
 */
export function serveApi(RED: ApiHost, app: Router, metrics: string[], linesRoot: string, standing: Standing): void {
  const current = engineOrReason();
  if (!('engine' in current)) return;
  announceTo(current.engine, RED, apiToken());

  app.use([ROOT, ...metrics], (request: Request, response: Response, next: NextFunction) => {
    if (bringsToken(request.headers)) next();
    else
      sendError(
        response,
        new DragomanError('UNAUTHORIZED', 'The token is missing or wrong.', 'Use the command on the server itself.'),
      );
  });
  app.get(
    ROOT,
    answerJson(async (): Promise<ApiSelf> => {
      const limits = engine()
        .registry.accounts()
        .map(({ timeoutMs }) => timeoutMs);
      return { pid: process.pid, longestTurnMs: Math.max(TURN_DEADLINE_MS, ...limits) };
    }),
  );
  app.get(
    `${ROOT}/accounts`,
    answerJson(async () => engine().registry.accounts().map(toApi)),
  );
  app.get(
    `${ROOT}/troubles`,
    answerJson(async (): Promise<ApiTrouble[]> => engine().registry.troubles()),
  );
  app.get(
    `${ROOT}/accounts/:id/webhook`,
    answerJson(async (request) => {
      const { account, setup } = webhookOf(request.params.id!);
      return setup.info(account.settings, engine().http);
    }),
  );
  app.post(
    `${ROOT}/accounts/:id/webhook`,
    answerJson(async (request): Promise<WebhookInfo> => {
      const { account, setup } = webhookOf(request.params.id!);
      refuseWherePolled(account.channel, account.settings);
      await setup.set(textField(await readBody(request), 'url'), account.settings, engine().http);
      return setup.info(account.settings, engine().http);
    }),
  );
  serveOperator(ROOT, app);
  servePeople(ROOT, app);
  serveOrders(ROOT, app);
  serveChats(ROOT, app, linesRoot);
  serveMetrics(RED, app, metrics, standing);
  app.post(
    `${ROOT}/catalogue`,
    answerJson(async (request) => engine().catalogue.export(textField(await readBody(request), 'base'))),
  );
  app.post(
    `${ROOT}/messages/:id/replay`,
    answerJson((request) => replay(engine(), request.params.id!)),
  );
  app.post(
    `${ROOT}/messages/:id/resend`,
    answerJson((request) => engine().gateway.resend(request.params.id!)),
  );
  app.post(
    `${ROOT}/turns/:id/retry`,
    answerJson((request) => retry(engine(), request.params.id!)),
  );
}

/** Writes the `ApiFile` once the server listens, which is after the flows' start where Node-RED is embedded. */
function announceTo({ dataFolder, log }: Engine, RED: ApiHost, token: string): void {
  const server = httpServer(RED as unknown as Red) as Server | undefined;
  const write = () => {
    const address = server?.address();
    const url = addressOf(RED);
    if (typeof address !== 'object' || address === null || url === undefined) return;
    const { port } = address;
    const simulator = `${url}/dragoman/simulator?key=${simulatorKey}`;
    const content: ApiFile = { pid: process.pid, port, url, token, simulator };
    const file = path.join(dataFolder, API_FILE);
    try {
      writeFileSync(`${file}.new`, JSON.stringify(content), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    } catch (error) {
      log.warn(`Commands that act will not find this server: ${describe(error)}`);
    }
  };
  if (server?.listening) write();
  else server?.on('listening', write);
}

const toApi = ({ id, name, channel, enabled, simulated, envPrefix }: Account): ApiAccount => ({
  id,
  name,
  channel: channel.id,
  enabled,
  simulated,
  envPrefix,
});

/** @throws DragomanError NOT_FOUND, BAD_REQUEST */
function webhookOf(id: string): { account: Account; setup: WebhookSetup } {
  const account = engine().registry.account(id);
  if (!account)
    throw new DragomanError(
      'NOT_FOUND',
      `The flows have no account ${id}.`,
      'Take an id of an account config node that is deployed.',
    );
  const setup = account.channel.webhook;
  if (!setup)
    throw new DragomanError(
      'BAD_REQUEST',
      `Webhooks of ${account.channel.id} cannot be set from here.`,
      "Set them on the platform's own pages.",
    );
  return { account, setup };
}

/** @throws DragomanError NOT_FOUND, BAD_REQUEST where the turn is no dead letter. */
async function retry({ store, lanes, dispatch, clock }: Engine, turnId: string): Promise<Retried> {
  const { id, accountId } = await store.run(retryTurn(turnId, clock.now()));
  lanes.wake(id, accountId, clock.now());
  // One about an order begins as its follow-up does.
  dispatch.wake();
  return { conversationId: id };
}
