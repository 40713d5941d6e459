/** Signing in and out, and what surrounds the pages. */
import type { NodeAPI } from 'node-red';
import { signIn, signOut, signOutEverywhere } from '../../../app/door.ts';
import { PERMISSIONS } from '../../../core/door/permissions.ts';
import { DragomanError } from '../../../core/errors.ts';
import { plural } from '../../../core/text/plural.ts';
import { engine } from '../../current.ts';
import { isAlone } from '../../host.ts';
import { pathUnder } from '../announce.ts';
import { servedPages } from '../closed-page.ts';
import { keepSession, sessionIn } from '../door.ts';
import { hasPasswords, isPassword } from '../login.ts';
import { editorPath, isTaken } from '../page.ts';
import { type Route, refuseUnless } from '../routes.ts';
import { strategyOf } from '../strategy.ts';

/** The path of the shipped shop. */
const DEMO_SHOP = '/demo-shop';

/** Where it is; undefined where there is none. */
export const demoShop = (RED: NodeAPI): string | undefined =>
  isAlone(RED) && isTaken(RED, DEMO_SHOP) ? pathUnder(RED.settings.httpNodeRoot, DEMO_SHOP) : undefined;

const text = (maxLength: number) => ({ type: 'string', minLength: 1, maxLength });

export const sessionRoutes = (RED: NodeAPI): Route[] => [
  {
    method: 'get',
    path: '/session',
    need: 'anyone',
    summary: 'Who asks, what they may do, and which pages there are for them.',
    // Pages that are open to all ask so: a browser writes each refusal into its console.
    query: {
      type: 'object',
      properties: { optional: { type: 'boolean', description: 'Answer 204 where nobody is signed in, not 401.' } },
    },
    answer: {
      type: 'object',
      required: ['name', 'kind', 'may', 'pages'],
      properties: {
        name: { type: 'string' },
        kind: { enum: ['user', 'token', 'local'] },
        may: { type: 'array', items: { enum: [...PERMISSIONS] } },
        pages: { type: 'array', items: { type: 'string' } },
        editor: { type: 'string' },
        demoShop: { type: 'string' },
      },
    },
    async handle({ caller, query }) {
      if (!caller.may('dragoman.read')) {
        if (query.optional === 'true' && caller.kind === 'nobody') return undefined;
        refuseUnless(caller.kind === 'nobody' ? undefined : caller, 'dragoman.read');
      }
      const may = PERMISSIONS.filter((one) => caller.may(one));
      const pages = servedPages(RED).filter(({ need }) => caller.may(need));
      const isManager = caller.may('dragoman.manage');
      return {
        ...{ name: caller.name, kind: caller.kind, may, pages: pages.map(({ name }) => name) },
        editor: isManager ? editorPath(RED) : undefined,
        demoShop: isManager ? demoShop(RED) : undefined,
      };
    },
  },
  {
    method: 'post',
    path: '/session',
    need: 'anyone',
    summary: "Signs in with the name and password of a user of Node-RED's adminAuth; the session is in the cookie.",
    body: {
      type: 'object',
      required: ['name', 'password'],
      additionalProperties: false,
      properties: { name: text(200), password: text(1_000) },
    },
    async handle({ body: { name, password }, request, response }) {
      const signed = await signIn(engine(), {
        name,
        address: request.ip ?? '',
        check: () => isPassword(RED, name, password),
      });
      if ('secret' in signed) return keepSession(request, response, signed.secret);
      const seconds = Math.ceil(signed.waitMs / 1_000);
      response.setHeader('retry-after', String(seconds));
      throw new DragomanError(
        'TOO_MANY_TRIES',
        'There were too many wrong passwords.',
        `Try again in ${plural(Math.ceil(seconds / 60), 'minute')}.`,
      );
    },
  },
  {
    method: 'get',
    path: '/session/way',
    need: 'anyone',
    summary:
      'How one signs in here: with a password, by another page (of which the button says `label`), at the process that has the editor, or not at all.',
    answer: {
      type: 'object',
      required: ['by'],
      properties: { by: { enum: ['password', 'page', 'elsewhere', 'nothing'] }, label: { type: 'string' } },
    },
    async handle() {
      const strategy = strategyOf(RED);
      if (strategy) return strategy.path ? { by: 'page', label: strategy.label } : { by: 'elsewhere' };
      return { by: hasPasswords(RED) ? 'password' : 'nothing' };
    },
  },
  {
    method: 'delete',
    path: '/session',
    need: 'anyone',
    summary: 'Signs out of this browser.',
    async handle({ request, response }) {
      const secret = sessionIn(request);
      if (secret) await signOut(engine(), secret);
      keepSession(request, response, '');
    },
  },
  {
    method: 'delete',
    path: '/sessions',
    need: 'dragoman.read',
    summary: 'Signs a user out wherever they are signed in: oneself, or for who manages, whom the query names.',
    query: { type: 'object', additionalProperties: false, properties: { user: text(200) } },
    async handle({ query: { user }, caller, request, response }) {
      const isOwn = user === undefined || (caller.kind === 'user' && user === caller.name);
      if (!isOwn && !caller.may('dragoman.manage'))
        throw new DragomanError('FORBIDDEN', 'Only who manages signs others out.', 'Leave "user" out.');
      if (isOwn && caller.kind !== 'user')
        throw new DragomanError('BAD_REQUEST', 'It is not said who is signed out.', 'Name the user in "user".');
      const ended = await signOutEverywhere(engine(), user ?? caller.name);
      if (isOwn) keepSession(request, response, '');
      return { ended };
    },
  },
];
