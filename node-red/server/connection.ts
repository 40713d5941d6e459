/** The account's dialog tries a connection out with what is typed into it, and what is stored where nothing is. No secret goes back. */
import type { NodeAPI } from 'node-red';
import {
  type ConnectionAnswer,
  type ConnectionTold,
  registerWebhook,
  type Tried,
  tryConnection,
} from '../../app/account/connection.ts';
import { DragomanError } from '../../core/errors.ts';
import { engine } from '../current.ts';
import { installedChannel } from '../plugins.ts';
import { answerJson, errorAnswer, textField } from './respond.ts';

/** `POST /dragoman/connection`: who is it. `POST /dragoman/connection/webhook`: deliver to `url`. For who may change flows. */
export function serveConnection(RED: NodeAPI): void {
  const allowed = RED.auth.needsPermission('flows.write');
  RED.httpAdmin.post(
    '/dragoman/connection',
    allowed,
    answerJson(({ body }) => answered(triedOf(RED, body), (tried) => tryConnection(tried, engine().http))),
  );
  RED.httpAdmin.post(
    '/dragoman/connection/webhook',
    allowed,
    answerJson(({ body }) =>
      answered(triedOf(RED, body), (tried) => registerWebhook(tried, textField(body, 'url'), engine().http)),
    ),
  );
}

/** A platform that is away is no failure of this server, and none for the browser's console. @throws what is wrong with the call itself */
async function answered(
  call: Promise<Tried>,
  work: (tried: Tried) => Promise<ConnectionTold>,
): Promise<ConnectionAnswer> {
  const tried = await call;
  return work(tried).catch((error: unknown) => errorAnswer(error).body);
}

/** @throws DragomanError BAD_REQUEST, CHANNEL_MISSING */
async function triedOf(RED: NodeAPI, body: object): Promise<Tried> {
  const id = textField(body, 'id');
  const typed = textsIn(body, 'credentials');
  const { simulator } = engine();
  await simulator?.ready;
  return {
    id,
    channel: installedChannel(RED as never, textField(body, 'channel')),
    config: { settings: textsIn(body, 'settings'), envPrefix: textField(body, 'envPrefix') },
    credentials: { ...storedOf(RED, id), ...typed },
    simulator,
  };
}

/** Of the deployed account, with variables in it resolved; nothing of other nodes. */
function storedOf(RED: NodeAPI, id: string): Record<string, string> {
  const node = RED.nodes.getNode(id) as { type: string; credentials?: Record<string, string> } | null;
  return node?.type === 'dragoman-account' ? (node.credentials ?? {}) : {};
}

/** @throws DragomanError BAD_REQUEST */
function textsIn(body: object, name: string): Record<string, string> {
  const part: unknown = Reflect.get(body, name) ?? {};
  if (typeof part !== 'object' || part === null || Array.isArray(part))
    throw new DragomanError('BAD_REQUEST', `The field "${name}" must be an object of texts.`, 'Send it as one.');
  return Object.fromEntries(Object.keys(part).map((key) => [key, named(textField(part, key))]));
}

/** A typed value: Node-RED's own way to name a variable is followed; an unset one stays, for others to complain about. */
export function named(value: string): string {
  const [, name] = /^\$\{([^}]{1,200})\}$/.exec(value.trim()) ?? [];
  return (name && process.env[name]) || value;
}
