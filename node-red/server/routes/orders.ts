/** Orders of shops, and what is written about them without being asked. */
import type { NodeAPI } from 'node-red';
import { boardOf, SHOWS, testing } from '../../../app/orders/board.ts';
import { DragomanError } from '../../../core/errors.ts';
import { FOLLOW_UP_STATES, type FollowUpState } from '../../../core/model.ts';
import { engine } from '../../current.ts';
import type { Route } from '../routes.ts';
import { PAGE_QUERY, pageIn } from './paging.ts';
import { demoShop } from './session.ts';

/** What the page of orders shows. */
export const orderBoardRoutes = (RED: NodeAPI): Route[] => [
  {
    method: 'get',
    path: '/orders/board',
    need: 'dragoman.read',
    summary:
      'Orders, the last changed first, with what was written about each, or why nothing was. Holds no number of a customer.',
    query: { type: 'object', properties: { ...PAGE_QUERY, show: { enum: Object.keys(SHOWS), default: 'all' } } },
    handle: async ({ query }) => ({ orders: await boardOf(engine(), query.show || 'all', pageIn(query)) }),
  },
  {
    method: 'get',
    path: '/orders/state',
    need: 'dragoman.read',
    summary: 'What was written about orders, in figures, and the accounts in test mode.',
    handle: async ({ caller }) => ({
      figures: await engine().desk.counts(),
      testing: testing(engine().registry),
      demoShop: caller.may('dragoman.manage') ? demoShop(RED) : undefined,
    }),
  },
];

export const orderRoutes: Route[] = [
  {
    method: 'get',
    path: '/orders',
    need: 'dragoman.manage',
    summary: 'Orders as shops told them, the last changed first.',
    query: { type: 'object', properties: { ...PAGE_QUERY, faulty: { enum: ['0', '1'] } } },
    handle: ({ query }) => engine().store.orders({ ...pageIn(query), faulty: query.faulty === '1' }),
  },
  {
    method: 'get',
    path: '/follow-ups',
    need: 'dragoman.manage',
    summary: 'What was written about orders, or is going to be, newest first.',
    query: {
      type: 'object',
      properties: { ...PAGE_QUERY, state: { type: 'string', description: 'One or more states, by commas.' } },
    },
    handle: ({ query }) => engine().store.followUps({ ...pageIn(query), states: statesIn(query.state) }),
  },
  {
    method: 'get',
    path: '/outreach',
    need: 'dragoman.read',
    summary: 'What was written without being asked, in figures.',
    handle: () => engine().desk.figures(),
  },
  {
    method: 'post',
    path: '/outreach/switch',
    need: 'dragoman.manage',
    summary: 'Stops everything that nobody asked for, or lets it go on.',
    body: { type: 'object', required: ['off'], properties: { off: { type: 'boolean' } } },
    async handle({ body }) {
      await engine().desk.switch(body.off);
      return engine().desk.figures();
    },
  },
  {
    method: 'post',
    path: '/outreach/reset',
    need: 'dragoman.manage',
    summary: 'Counts from now on.',
    async handle() {
      await engine().desk.reset();
      return engine().desk.figures();
    },
  },
];

/** @throws DragomanError BAD_REQUEST */
function statesIn(given: string | undefined): FollowUpState[] | undefined {
  if (!given) return undefined;
  const states = given.split(',').map((state) => FOLLOW_UP_STATES.find((known) => known === state));
  if (states.every((state) => state !== undefined)) return states;
  throw new DragomanError('BAD_REQUEST', `"${given}" is no state.`, `Take one of ${FOLLOW_UP_STATES.join(', ')}.`);
}
