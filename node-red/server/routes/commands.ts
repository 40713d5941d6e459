/** What the commands ask of the running server beside conversations, orders and people: accounts, webhooks, turns, the catalogue. */
import { refuseWherePolled } from '../../../app/account/connection.ts';
import type { Engine } from '../../../app/engine.ts';
import { replay } from '../../../app/replay.ts';
import type { Account } from '../../../core/accounts.ts';
import type { ApiAccount, ApiSelf, ApiTrouble, Retried } from '../../../core/api.ts';
import { DragomanError } from '../../../core/errors.ts';
import type { WebhookInfo, WebhookSetup } from '../../../core/ports.ts';
import { TURN_DEADLINE_MS } from '../../../core/turns/lanes.ts';
import { retryTurn } from '../../../core/turns/plans.ts';
import { engine } from '../../current.ts';
import type { Route } from '../routes.ts';

export const commandRoutes: Route[] = [
  {
    method: 'get',
    path: '',
    need: 'dragoman.read',
    summary: 'Which process answers, and how long one attempt of a turn may take at most.',
    async handle(): Promise<ApiSelf> {
      const limits = engine()
        .registry.accounts()
        .map(({ timeoutMs }) => timeoutMs);
      return { pid: process.pid, longestTurnMs: Math.max(TURN_DEADLINE_MS, ...limits) };
    },
  },
  {
    method: 'get',
    path: '/accounts',
    need: 'dragoman.read',
    summary: 'The accounts of the flows.',
    handle: async () => engine().registry.accounts().map(toApi),
  },
  {
    method: 'get',
    path: '/troubles',
    need: 'dragoman.read',
    summary: 'Accounts that cannot work now, and why.',
    handle: async (): Promise<ApiTrouble[]> => engine().registry.troubles(),
  },
  {
    method: 'get',
    path: '/accounts/:id/webhook',
    need: 'dragoman.manage',
    summary: 'Where the platform delivers, as it says itself.',
    async handle({ params }) {
      const { account, setup } = webhookOf(params.id!);
      return setup.info(account.settings, engine().http);
    },
  },
  {
    method: 'post',
    path: '/accounts/:id/webhook',
    need: 'dragoman.manage',
    summary: 'Tells the platform where to deliver.',
    body: { type: 'object', required: ['url'], properties: { url: { type: 'string' } } },
    async handle({ params, body }): Promise<WebhookInfo> {
      const { account, setup } = webhookOf(params.id!);
      refuseWherePolled(account.channel, account.settings);
      await setup.set(body.url, account.settings, engine().http);
      return setup.info(account.settings, engine().http);
    },
  },
  {
    method: 'post',
    path: '/catalogue',
    need: 'dragoman.manage',
    summary: "Writes the catalogue of the pharmacies' backend into a knowledge base.",
    body: { type: 'object', properties: { base: { type: 'string' } } },
    handle: ({ body }) => engine().catalogue.export(body.base ?? ''),
  },
  {
    method: 'post',
    path: '/messages/:id/replay',
    need: 'dragoman.manage',
    summary: "Answers a stored customer's message once more, and really sends it.",
    handle: ({ params }) => replay(engine(), params.id!),
  },
  {
    method: 'post',
    path: '/turns/:id/retry',
    need: 'dragoman.manage',
    summary: 'Tries a turn that was given up once more.',
    handle: ({ params }) => retry(engine(), params.id!),
  },
];

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
