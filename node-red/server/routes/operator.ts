/** What a person of the business does with conversations and drafts. */
import { CONVERSATION_STATUSES, type ConversationStatus } from '../../../core/model.ts';
import { engine } from '../../current.ts';
import type { Route } from '../routes.ts';
import { PAGE_QUERY, pageIn } from './paging.ts';

const operator = () => engine().operator;
const account = { type: 'string', description: 'Only of this account, by its id.' };

export const operatorRoutes: Route[] = [
  {
    method: 'get',
    path: '/conversations',
    need: 'dragoman.read',
    summary: 'Conversations, the last changed first.',
    query: { type: 'object', properties: { ...PAGE_QUERY, status: { type: 'string' }, account } },
    handle: ({ query }) =>
      operator().list({
        ...pageIn(query),
        status: (query.status || undefined) as ConversationStatus | undefined,
        accountId: query.account || undefined,
      }),
  },
  {
    method: 'get',
    path: '/search',
    need: 'dragoman.read',
    summary: 'Conversations in which a word was said, or whose customer is called so.',
    query: { type: 'object', properties: { ...PAGE_QUERY, text: { type: 'string' }, account } },
    handle({ query }) {
      const { limit, before } = pageIn(query);
      return operator().search({ text: query.text ?? '', accountId: query.account || undefined, limit, before });
    },
  },
  {
    method: 'get',
    path: '/conversations/:id',
    need: 'dragoman.read',
    summary: 'One conversation with its messages, its turns and what was decided of them.',
    query: { type: 'object', properties: PAGE_QUERY },
    handle: ({ params, query }) => operator().read(params.id!, pageIn(query)),
  },
  {
    method: 'post',
    path: '/conversations/:id/reply',
    need: 'dragoman.reply',
    summary: "Sends a person's words to the customer; the bot is silent from then on.",
    body: { type: 'object', properties: { text: { type: ['string', 'number'] } } },
    handle: ({ params, body }) => operator().reply(params.id!, String(body.text ?? '')),
  },
  {
    method: 'post',
    path: '/conversations/:id/takeover',
    need: 'dragoman.reply',
    summary: "Silences the bot, for so many seconds or for the account's cool-down.",
    body: { type: 'object', properties: { seconds: { type: 'number' } } },
    handle: ({ params, body }) => operator().takeOver(params.id!, body.seconds),
  },
  {
    method: 'post',
    path: '/conversations/:id/handback',
    need: 'dragoman.reply',
    summary: 'Lets the bot answer again at once.',
    handle: ({ params }) => operator().handBack(params.id!),
  },
  {
    method: 'post',
    path: '/conversations/:id/status',
    need: 'dragoman.reply',
    summary: 'Sets who answers a conversation.',
    body: { type: 'object', required: ['status'], properties: { status: { enum: [...CONVERSATION_STATUSES] } } },
    handle: ({ params, body }) => operator().setStatus(params.id!, body.status),
  },
  {
    method: 'get',
    path: '/drafts',
    need: 'dragoman.read',
    summary: 'Replies of the bot that wait for a person, the oldest first.',
    query: { type: 'object', properties: PAGE_QUERY },
    handle: ({ query }) => operator().drafts(pageIn(query)),
  },
  {
    method: 'post',
    path: '/drafts/:id/approve',
    need: 'dragoman.reply',
    summary: 'Sends a draft.',
    handle: ({ params }) => operator().approve(params.id!),
  },
  {
    method: 'post',
    path: '/drafts/:id/discard',
    need: 'dragoman.reply',
    summary: 'Keeps a draft from ever being sent.',
    handle: ({ params }) => operator().discard(params.id!),
  },
  {
    method: 'post',
    path: '/messages/:id/resend',
    need: 'dragoman.reply',
    summary: 'Sends a message again that failed, or of which it is not known whether it arrived.',
    handle: ({ params }) => engine().gateway.resend(params.id!),
  },
];
