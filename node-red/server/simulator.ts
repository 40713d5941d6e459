/** The simulator page and its interface, behind its door; never for accounts on real hosts. */
import type { Response, Router } from 'express';
import type { NodeAPI } from 'node-red';
import { testing } from '../../app/orders/board.ts';
import { nameOn } from '../../app/simulator/history.ts';
import { PAGE_ACTIONS, type PageAction, type PageCustomer } from '../../app/simulator/say.ts';
import { createSession, DEEDS, type Deed, type Session, secretOf } from '../../app/simulator/session.ts';
import type { Account } from '../../core/accounts.ts';
import { DragomanError } from '../../core/errors.ts';
import type { Fault, PlatformId } from '../../simulator/index.ts';
import { engine } from '../current.ts';
import { nodesOfType, type Red } from '../red.ts';
import { noteServed } from './closed-page.ts';
import { editorPath, policies, servePage } from './page.ts';
import { answerJson, readBody, sendError, textField } from './respond.ts';
import { simulatorDoor } from './simulator-door.ts';
import { webhookOf } from './webhook-of.ts';

const FAULTS = ['duplicate', 'rate-limit', 'server-error', 'timeout', 'blocked', 'window-closed'] as const;

/** @param pages the page's paths, without a slash at the end. */
export function serveSimulator(RED: NodeAPI, app: Router, pages: string[], webFolder: string): void {
  const under = (path: string) => pages.map((page) => page + path);
  let session: Promise<Session> | undefined;
  const open = () => {
    const current = engine();
    if (!current.simulator)
      throw new DragomanError('NOT_FOUND', 'The simulator is switched off.', 'Set DRAGOMAN_SIMULATOR to "local".');
    session ??= current.simulator.ready.then((simulator) => createSession(current, simulator));
    return session;
  };

  app.use(pages, policies, simulatorDoor(RED));
  noteServed(RED, 'simulator', 'dragoman.manage');
  servePage(app, pages, 'simulator', webFolder);

  app.get(
    under('/api/accounts'),
    answerJson(async () => {
      await open();
      return { accounts: accountsInOrder(RED), editor: editorPath(RED), testing: testing(engine().registry) };
    }),
  );
  app.post(
    under('/api/say'),
    answerJson(async (request) => {
      const body = await readBody(request);
      const account = usable(RED, textField(body, 'account'));
      const customer: PageCustomer = {
        name: '',
        ...textsOf(body.customer, 'name', 'username', 'language'),
        ...personIn(body.customer),
      };
      const action = textsOf(body.action, 'kind', 'text', 'id', 'title', 'messageId', 'style') as unknown as PageAction;
      if (!action.kind)
        throw new DragomanError(
          'BAD_REQUEST',
          'The action is missing.',
          'Send { account, customer: { id, name }, action: { kind } }.',
        );
      oneOf('action', action.kind, PAGE_ACTIONS);
      const needed = action.kind === 'choice' ? ['id', 'title'] : /^(text|human)$/.test(action.kind) ? ['text'] : [];
      const missing = needed.find((name) => !Reflect.get(action, name));
      if (missing)
        throw new DragomanError('BAD_REQUEST', `The action's "${missing}" is missing.`, 'Send it as a text.');
      const { path: webhook } = webhookOf(RED, account.id)!;
      return (await open()).say(
        account,
        `http://127.0.0.1:${(request.socket as { localPort?: number }).localPort}${webhook}`,
        customer,
        action,
      );
    }),
  );
  app.get(
    under('/api/faults'),
    answerJson(async (request) => {
      const account = usable(RED, textField(request.query, 'account'));
      const simulator = await engine().simulator!.ready;
      const on = simulator.faults
        .list()
        .filter(({ target }) => target.platform === account.channel.id && target.account === nameOn(account));
      return { faults: FAULTS.map((id) => ({ id, on: on.some(({ fault }) => fault.kind === id) })) };
    }),
  );
  app.put(
    under('/api/faults'),
    answerJson(async (request) => {
      const body = await readBody(request);
      const [kind, { on }] = [textField(body, 'id'), body];
      const account = usable(RED, textField(body, 'account'));
      oneOf('fault', kind, FAULTS);
      const simulator = await engine().simulator!.ready;
      const target = { platform: account.channel.id as PlatformId, account: nameOn(account) };
      if (on) simulator.faults.set(target, { kind } as Fault);
      else simulator.faults.clear(target, kind as Fault['kind']);
      return undefined;
    }),
  );
  app.post(
    under('/api/conversation'),
    answerJson(async (request) => {
      const body = await readBody(request);
      const account = usable(RED, textField(body, 'account'));
      const deed = { do: '', status: '', ...textsOf(body.deed, 'do', 'status') };
      oneOf('deed', deed.do, DEEDS);
      return (await open()).act(account, personIn(body.customer), deed as Deed);
    }),
  );
  app.get(under('/api/events'), (request, response) => {
    const { query } = request;
    Promise.resolve()
      .then(open)
      .then((current) => {
        const person = personIn({ id: query.customer, topic: query.topic });
        stream(response, current, usable(RED, textField(query, 'account')), person);
      })
      .catch((error) => sendError(response, error, DragomanError.is(error) ? undefined : 503));
  });
}

/** Who writes, and in which topic. @throws DragomanError BAD_REQUEST */
function personIn(value: unknown): { id: string; topic?: number } {
  const { id = '', topic = '' } = textsOf(value, 'id', 'topic');
  if (!/^\d{1,20}$/.test(id) || !/^\d{0,9}$/.test(topic))
    throw new DragomanError(
      'BAD_REQUEST',
      'The customer is missing or is no number.',
      'Send { id, topic? } of a customer, in digits.',
    );
  return topic === '' ? { id } : { id, topic: Number(topic) };
}

/** @throws DragomanError BAD_REQUEST */
function oneOf(what: string, given: string, known: readonly string[]): void {
  if (!known.includes(given))
    throw new DragomanError('BAD_REQUEST', `There is no ${what} "${given}".`, `Use one of ${known.join(', ')}.`);
}

/** Fields of a part of a body, absent ones left out. @throws DragomanError BAD_REQUEST */
function textsOf(value: unknown, ...names: string[]): Record<string, string> {
  const part = typeof value === 'object' && value !== null ? value : {};
  return Object.fromEntries(names.filter((name) => name in part).map((name) => [name, textField(part, name)]));
}

/** Server-sent events of one conversation, until the page goes. */
function stream(response: Response, session: Session, account: Account, person: { id: string; topic?: number }): void {
  response.writeHead(200, {
    'content-type': 'text/event-stream',
    'cache-control': 'no-store',
    connection: 'keep-alive',
  });
  const end = session.follow(
    account,
    person,
    (name, data) => void response.write(`event: ${name}\ndata: ${JSON.stringify(data)}\n\n`),
  );
  response.on('close', end);
}

/** As the editor shows their flows, tab by tab: so the page opens on the first flow. */
function accountsInOrder(RED: NodeAPI) {
  const tabs: string[] = nodesOfType(RED as unknown as Red, 'tab').map(({ id }) => id);
  const place = ({ flowId }: { flowId: string }) => (tabs.includes(flowId) ? tabs.indexOf(flowId) : tabs.length);
  return engine()
    .registry.accounts()
    .map((account) => describeAccount(RED, account))
    .sort((one, other) => place(one) - place(other));
}

/** @throws DragomanError NOT_FOUND, ACCOUNT_DISABLED */
function usable(RED: NodeAPI, id: string | undefined): Account {
  const account = engine().registry.account(id ?? '');
  if (!account) throw new DragomanError('NOT_FOUND', 'There is no such account.', 'Reload the page.');
  const { why } = describeAccount(RED, account);
  if (why) throw new DragomanError('ACCOUNT_DISABLED', UNUSABLE[why], 'Choose another account.');
  return account;
}

/** The page has its own words for each. */
const UNUSABLE = {
  line: 'The customers of this account call or chat on pages of their own.',
  real: 'This account is connected to a real platform; the simulator does not touch it.',
  off: 'This account is switched off.',
  unreached: 'No http in node leads to this account.',
};

function whyNot({ channel, simulated, enabled }: Account, reached: boolean): keyof typeof UNUSABLE | undefined {
  if (channel.live ?? channel.chat) return 'line';
  if (!simulated) return 'real';
  if (!enabled) return 'off';
  return reached ? undefined : 'unreached';
}

function describeAccount(RED: NodeAPI, account: Account) {
  const webhook = webhookOf(RED, account.id);
  const why = whyNot(account, webhook !== undefined);
  return {
    id: account.id,
    name: account.name,
    channel: account.channel.id,
    flow: webhook?.flow ?? '',
    flowId: webhook?.flowId ?? '',
    usable: why === undefined,
    why,
    suggestions: account.suggestions,
    language: account.language,
    signed: secretOf(account) !== undefined,
  };
}
