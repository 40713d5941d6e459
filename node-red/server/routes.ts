/** The interface of our pages, of the commands and of other systems: one table of routes, behind one door (docs/operator-api.md). */
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import type { Request, Response, Router } from 'express';
import type { NodeAPI } from 'node-red';
import type { Permission } from '../../core/door/permissions.ts';
import { DragomanError } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model/json.ts';
import { type Caller, callerOf, NOBODY, proveIntent, refuseOtherSites } from './door.ts';
import { unkept } from './page.ts';
import { readBody, sendError } from './respond.ts';

export type { Permission } from '../../core/door/permissions.ts';
export type { Caller } from './door.ts';

export type JsonSchema = JsonObject;

export interface Asked {
  params: Record<string, string>;
  /** Texts, as they stood in the address; the schema sees numbers and booleans where it asks for them. */
  query: Record<string, string>;
  // biome-ignore lint/suspicious/noExplicitAny: a schema has checked it, which TypeScript does not see
  body: any;
  caller: Caller;
  request: Request;
  response: Response;
}

export interface Route {
  method: 'get' | 'post' | 'put' | 'delete';
  /** Under the root, e.g. `/conversations/:id/notes`. */
  path: string;
  /** `anyone`: also who is not signed in. */
  need: Permission | 'anyone';
  /** One sentence; goes into docs/openapi.json. */
  summary: string;
  /** JSON schemas of the query's fields, of the body and of the answer. The first two are checked before `handle`; absent: nothing is read. */
  query?: JsonSchema;
  body?: JsonSchema;
  answer?: JsonSchema;
  /** @returns what is answered as JSON; undefined: nothing (204), or it has used `response` itself */
  handle(asked: Asked): Promise<unknown>;
}

// Made once a route needs it: a start does not wait for it.
let ajv: Ajv | undefined;
let ajvOfQueries: Ajv | undefined;
const options = { strict: false, allErrors: false };

/** @param root path under the flows' root, without a slash at the end. The first of two routes that fit answers. */
export function serveRoutes(RED: NodeAPI, app: Router, root: string, routes: readonly Route[]): void {
  for (const route of routes) {
    const { method, path, need } = route;
    const checkQuery = checked(
      route.query,
      () => (ajvOfQueries ??= new Ajv({ ...options, coerceTypes: true })),
      'query',
    );
    const checkBody = checked(route.body, () => (ajv ??= new Ajv(options)), 'body');

    const work = async (request: Request, response: Response): Promise<void> => {
      const caller = await callerOf(RED, request);
      refuseOtherSites(request, caller ?? NOBODY);
      if (need !== 'anyone') refuseUnless(caller, need);
      if (method !== 'get') proveIntent(request, caller ?? NOBODY);
      const query = plainQuery(request);
      checkQuery?.({ ...query });
      const body = checkBody && (await readBody(request));
      checkBody?.(body);
      const params = request.params as Record<string, string>;
      const answer = await route.handle({ params, query, body, caller: caller ?? NOBODY, request, response });
      if (response.headersSent) return need === 'anyone' ? undefined : watch(RED, request, response, need);
      if (answer === undefined) response.status(204).end();
      else response.json(answer);
    };
    app[method](root + path, unkept, (request: Request, response: Response) => {
      work(request, response).catch((error: unknown) => {
        if (response.headersSent) response.destroy();
        else sendError(response, error);
      });
    });
  }
}

/** Answers what has no route. */
export function serveNothingElse(app: Router, root: string): void {
  app.use(root, (_request: Request, response: Response) => {
    sendError(response, new DragomanError('NOT_FOUND', 'There is no such route.', 'Look into docs/openapi.json.'));
  });
}

/** How long somebody who was signed out goes on hearing; milliseconds. */
const LOOK_MS = 30_000;

/** What is streamed ends when its listener is not signed in any more. */
function watch(RED: NodeAPI, request: Request, response: Response, need: Permission): void {
  if (response.writableEnded) return;
  const timer = setInterval(() => {
    callerOf(RED, request).then(
      (caller) => {
        if (!caller?.may(need)) response.destroy();
      },
      () => {},
    );
  }, LOOK_MS).unref();
  response.on('close', () => clearInterval(timer));
}

/** @throws DragomanError UNAUTHORIZED, FORBIDDEN */
export function refuseUnless(caller: Caller | undefined, need: Permission): void {
  if (!caller) throw new DragomanError('UNAUTHORIZED', 'Nobody is signed in.', 'Sign in, or send the token.');
  if (caller.may(need)) return;
  throw new DragomanError(
    'FORBIDDEN',
    `"${caller.name}" may not do this.`,
    `Give this user the permission ${need} (see docs/operator-api.md).`,
  );
}

/** Without what is empty. @throws DragomanError BAD_REQUEST where a field is there twice, or is no text */
function plainQuery({ query }: Request): Record<string, string> {
  const given = Object.entries(query).filter(([, value]) => value !== '');
  for (const [name, value] of given)
    if (typeof value !== 'string')
      throw new DragomanError('BAD_REQUEST', `The field "${name}" must be a text.`, 'Send it once.');
  return Object.fromEntries(given) as Record<string, string>;
}

/** @returns a check that throws DragomanError BAD_REQUEST; undefined where there is no schema */
function checked(schema: JsonSchema | undefined, compiler: () => Ajv, what: string) {
  if (!schema) return undefined;
  let validate: ValidateFunction | undefined;
  return (value: unknown): void => {
    validate ??= compiler().compile(schema);
    if (validate(value)) return;
    throw new DragomanError(
      'BAD_REQUEST',
      `The ${what} does not fit: ${inWords(validate.errors?.[0])}.`,
      'Send it as docs/openapi.json says.',
    );
  };
}

function inWords(error: ErrorObject | undefined): string {
  const { instancePath = '', message = 'it is none', params } = error ?? {};
  const more = (params as { additionalProperty?: string } | undefined)?.additionalProperty;
  return `${instancePath ? `"${instancePath.slice(1)}" ` : ''}${message}${more ? ` (${more})` : ''}`;
}
