/** Calls of other systems that begin calls by voice and web chats, end calls and read of them: who may, and what they are told. */
import type { Socket } from 'node:net';
import type { NodeAPI } from 'node-red';
import type { Kind } from '../../app/calls/kinds.ts';
import { actionsOf, callDetail, callRow } from '../../app/calls/told.ts';
import { DragomanError } from '../../core/errors.ts';
import { isObject } from '../../core/model/json.ts';
import type { CallState, JsonObject } from '../../core/model.ts';
import { engine } from '../current.ts';
import { isAlone } from '../host.ts';
import { isSecure } from './address.ts';
import { pathUnder } from './announce.ts';
import { bringsToken } from './api-token.ts';
import { startedCall } from './call-page.ts';
import { startedChat, visitorIn } from './chats.ts';
import type { Answer, Call } from './order-figures.ts';
import { type Sent, sendRecording } from './recording.ts';
import { errorAnswer, textField } from './respond.ts';

/** What the node is set up with. */
export interface CallsApiConfig {
  what: Kind;
  /** Id of the account that calls, or chats, are begun on. */
  account: string;
  /** The knowledge that is searched. */
  base: string;
}

export interface Request extends Call {
  /** The body as the `http in` gave it: parsed, or the bytes. */
  body?: unknown;
  socket?: Socket & { encrypted?: boolean };
}

/** `sent`: takes the response instead of a body. */
export type CallsAnswer = Answer & { sent?: Sent };

const PAGE = 20;
/** Rows that are read at once on the way to a page. */
const STEP = 200;
const STATES: readonly CallState[] = ['active', 'completed', 'failed'];
const LONGEST_QUERY = 4_000;
/** Of ids that callers choose: they stand in addresses. */
const ID = /^[\w-]{1,80}$/;
const PASSAGES = { usual: 5, most: 20 };

const wrong = (message: string, action: string) => new DragomanError('BAD_REQUEST', message, action);

/** Answers a call, also where it asks for what it must not have or what there is not. */
export async function answerCallsApi(RED: NodeAPI, request: Request, config: CallsApiConfig): Promise<CallsAnswer> {
  const answer = await answerTo(RED, request, config).catch((error: unknown): CallsAnswer => {
    const told = errorAnswer(error);
    return told.status >= 500 ? { ...told, failure: error } : told;
  });
  return { ...answer, headers: { 'cache-control': 'no-store', ...answer.headers } };
}

/** Those that do something: no link and no page that loads ahead shall. */
const ACTS: readonly Kind[] = ['start', 'end', 'process', 'chat'];

/** @throws DragomanError of what is asked for */
async function answerTo(RED: NodeAPI, request: Request, config: CallsApiConfig): Promise<CallsAnswer> {
  if (!bringsToken(request.headers))
    return {
      ...errorAnswer(
        new DragomanError(
          'UNAUTHORIZED',
          'The token is missing or wrong.',
          'Send "Authorization: Bearer <token>" or "X-API-Key: <token>"; it is what DRAGOMAN_API_TOKEN says.',
        ),
      ),
      headers: { 'www-authenticate': 'Bearer' },
    };
  if (ACTS.includes(config.what) && request.method !== 'POST')
    return {
      ...errorAnswer(wrong('This changes something.', 'Call it by POST.')),
      ...{ status: 405, headers: { allow: 'POST' } },
    };
  if (config.what === 'audio') {
    const { store, dataFolder } = engine();
    const id = idIn(request);
    if (!(await store.call(id))) throw new DragomanError('NOT_FOUND', 'There is no such call.', 'List them first.');
    return { status: 200, body: null, sent: await sendRecording(dataFolder, id, request) };
  }
  return { status: 200, body: await TELL[config.what](request, config, RED) };
}

type Tell = (request: Request, config: CallsApiConfig, RED: NodeAPI) => Promise<unknown>;

const TELL: Record<Exclude<Kind, 'audio'>, Tell> = {
  async start(request, { account }, RED) {
    const { language, ...about } = bodyOf(request);
    const told = Object.fromEntries(Object.entries(about).filter(([, value]) => value !== null)) as JsonObject;
    const started = await engine().calls.start(account, told, textField({ language }, 'language') || undefined);
    return startedCall(started, linesAt(RED, request));
  },
  async end(request) {
    const { id } = await engine().calls.end(idIn(request));
    return detailOf(id);
  },
  read: (request) => detailOf(idIn(request)),
  list: async ({ query }) => listed(query),
  async process(request, { account }) {
    const body = bodyOf(request);
    const query = textField(body, 'query').trim();
    const id = textField(body, 'session_id').trim() || undefined;
    if (!query || query.length > LONGEST_QUERY)
      throw wrong(`"query" must be a text of 1 to ${LONGEST_QUERY} characters.`, 'Send {"query": "…"}.');
    if (id !== undefined && !ID.test(id))
      throw wrong('"session_id" is none.', 'Send up to 80 letters, digits, "-" or "_", or leave it out.');
    const { calls, store, registry } = engine();
    const { call, replies, actions } = await calls.process(account, query, id);
    const language =
      (await store.contact(call.contactId))?.language ?? call.language ?? registry.account(account)?.language ?? null;
    return {
      ...{ response: replies.join('\n'), session_id: call.id },
      ...{ actions: actionsOf(actions, call.startedAt), language },
    };
  },
  async search({ query: fields }, { base }) {
    const query = textField(fields, 'q').trim();
    if (!query || query.length > LONGEST_QUERY) throw wrong('"q" must be a question.', 'Send ?q=…');
    const most = wholeIn(fields, 'top_k', PASSAGES.usual, PASSAGES.most);
    const passages = await engine().knowledge.search(base, query, most);
    return { query, results: passages.map(({ title, text, source, score }) => ({ title, text, source, score })) };
  },
  async chat(request, { account }, RED) {
    const started = await engine().chats.start(account, visitorIn(bodyOf(request)));
    return startedChat(started, linesAt(RED, request));
  },
};

async function detailOf(id: string) {
  const { calls, clock } = engine();
  return callDetail(await calls.read(id), clock.now());
}

async function listed(fields: Request['query']) {
  const { store, clock } = engine();
  const asked = textField(fields, 'status');
  const state = STATES.find((one) => one === asked);
  if (asked && !state) throw wrong(`"status" is none of ${STATES.join(', ')}.`, 'Send one of them, or leave it out.');
  const page = wholeIn(fields, 'page', 1, 1_000_000);
  const counts = await store.callCounts();
  const count = state ? counts[state] : STATES.reduce((sum, one) => sum + counts[one], 0);
  const pages = Math.max(1, Math.ceil(count / PAGE));
  if (page > pages)
    throw new DragomanError('NOT_FOUND', `There is no page ${page}.`, `The last one is ${pages}: ask for that.`);
  const rows = await rowsFrom((page - 1) * PAGE, state);
  const results = rows.map((call) => callRow(call, clock.now()));
  return { count, page, pages, results };
}

/** In steps, so that nobody waits for a far page. */
async function rowsFrom(from: number, state: CallState | undefined) {
  const { store } = engine();
  let skip = from;
  let last: { before: number; beforeId: string } | undefined;
  for (;;) {
    const limit = Math.min(STEP, skip || PAGE);
    const rows = await store.calls({ ...(state && { state }), ...last, limit });
    if (skip === 0 || rows.length < limit) return skip === 0 ? rows : [];
    skip -= rows.length;
    const { startedAt, id } = rows.at(-1)!;
    last = { before: startedAt, beforeId: id };
  }
}

/** @throws DragomanError BAD_REQUEST */
function wholeIn(fields: object, name: string, usual: number, most: number): number {
  const given = textField(fields, name);
  const number = given === '' ? usual : Number(given);
  if (Number.isInteger(number) && number >= 1 && number <= most) return number;
  throw wrong(`"${name}" must be a whole number from 1 to ${most}.`, 'Leave it out for the usual.');
}

/** @throws DragomanError BAD_REQUEST, NOT_FOUND */
function idIn({ params = {} }: Request): string {
  const id = textField(params, 'id');
  if (!id) throw wrong('The path has no "id".', 'Put ":id" into the path of the http in.');
  if (ID.test(id)) return id;
  throw new DragomanError('NOT_FOUND', 'That is no id of a call.', 'Look the id up in the list of calls.');
}

/** @throws DragomanError BAD_REQUEST */
function bodyOf({ body }: Request): Record<string, unknown> {
  const given = Buffer.isBuffer(body) || typeof body === 'string' ? parsed(String(body)) : (body ?? {});
  if (isObject(given)) return given;
  throw wrong('The body is not a JSON object.', 'Send application/json.');
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text.trim() || '{}');
  } catch {
    return undefined;
  }
}

/** Where this server's lines are, as whoever calls reaches it: `wss://bot.example.com`. */
function linesAt(RED: NodeAPI, { headers, socket }: Request): string {
  const path = pathUnder(RED.settings.httpNodeRoot, isAlone(RED) ? '' : '/dragoman');
  const { host = '' } = headers;
  if (!/^[\w.:[\]-]{1,255}$/.test(host)) return path;
  return `${isSecure(headers, socket) ? 'wss' : 'ws'}://${host}${path}`;
}
