/** Calls by voice: what was said and done in them, and what a colleague does while one goes on. */
import type { Request, Response } from 'express';
import { boardOf, detailOf } from '../../../app/calls/board.ts';
import { testing } from '../../../app/orders/board.ts';
import { DragomanError } from '../../../core/errors.ts';
import type { Call } from '../../../core/model.ts';
import { engine } from '../../current.ts';
import { sendRecording } from '../recording.ts';
import type { Route } from '../routes.ts';
import { PAGE_QUERY, pageIn } from './paging.ts';

/** The account and what holds for all calls. */
const state = async () => {
  const { registry } = engine();
  const live = registry.accounts().filter(({ channel }) => channel.live);
  return { accounts: live.map(({ id, name }) => ({ id, name })), testing: testing(registry) };
};

export const callRoutes: Route[] = [
  {
    method: 'get',
    path: '/calls',
    need: 'dragoman.read',
    summary: 'Calls, newest first; those that go on apart.',
    query: {
      type: 'object',
      properties: {
        ...PAGE_QUERY,
        show: { enum: ['all', 'active', 'completed', 'failed'], default: 'all' },
        account: { type: 'string' },
      },
    },
    handle: ({ query }) =>
      boardOf(engine(), { show: query.show || 'all', accountId: query.account || undefined }, pageIn(query)),
  },
  {
    method: 'get',
    path: '/calls/state',
    need: 'dragoman.read',
    summary: 'The accounts that take calls, and the accounts in test mode.',
    handle: state,
  },
  {
    method: 'get',
    path: '/calls/:id',
    need: 'dragoman.read',
    summary: 'One call with what was said and done in it.',
    handle: ({ params }) => detailOf(engine(), params.id!),
  },
  {
    method: 'get',
    path: '/calls/:id/recording',
    need: 'dragoman.read',
    summary: 'The recording of a call (audio/wav), also in parts.',
    handle: ({ params, request, response }) => recordingOf(params.id!, request, response),
  },
  {
    method: 'post',
    path: '/calls/:id/reply',
    need: 'dragoman.reply',
    summary: "Says a colleague's words to the caller; the call is the colleague's from then on.",
    body: { type: 'object', required: ['text'], properties: { text: { type: 'string' } } },
    async handle({ params, body }) {
      const { state, error } = await engine().operator.reply(await conversationOf(params.id!), body.text);
      return { state, error };
    },
  },
  {
    method: 'post',
    path: '/calls/:id/takeover',
    need: 'dragoman.reply',
    summary: 'Silences the bot in a call.',
    async handle({ params }) {
      await engine().operator.takeOver(await conversationOf(params.id!));
      return detailOf(engine(), params.id!);
    },
  },
  {
    method: 'post',
    path: '/calls/:id/handback',
    need: 'dragoman.reply',
    summary: 'Lets the bot answer the caller again.',
    async handle({ params }) {
      await engine().operator.handBack(await conversationOf(params.id!));
      return detailOf(engine(), params.id!);
    },
  },
];

async function recordingOf(callId: string, request: Request, response: Response): Promise<void> {
  const { id } = await callOf(callId);
  const send = await sendRecording(engine().dataFolder, id, request);
  await send(response);
}

/** The conversation of a call that goes on. @throws DragomanError NOT_FOUND, BAD_REQUEST where it has ended */
async function conversationOf(id: string): Promise<string> {
  const call = await callOf(id);
  if (call.state === 'active') return call.conversationId;
  throw new DragomanError('BAD_REQUEST', 'The call is over.', 'Nobody would hear it.');
}

/** @throws DragomanError NOT_FOUND */
async function callOf(id: string): Promise<Call> {
  const call = await engine().store.call(id);
  if (!call) throw new DragomanError('NOT_FOUND', 'There is no such call.', 'Load the list again.');
  return call;
}
