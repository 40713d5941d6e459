/** What a person of the business does with conversations and drafts. */
import { conversationWithoutNumbers, messageWithoutNumbers } from '../../../app/desk/thread.ts';
import type { ConversationView } from '../../../app/operator.ts';
import { CONVERSATION_STATUSES, type ConversationStatus, type Message } from '../../../core/model.ts';
import { engine } from '../../current.ts';
import type { Caller, Route } from '../routes.ts';
import { PAGE_QUERY, pageIn } from './paging.ts';

const operator = () => engine().operator;
const seesNumbers = (caller: Caller) => caller.may('dragoman.manage');
const conversationFor = <T extends ConversationView>(caller: Caller, conversation: T) =>
  seesNumbers(caller) ? conversation : conversationWithoutNumbers(conversation);
const messageFor = (caller: Caller, message: Message) =>
  seesNumbers(caller) ? message : messageWithoutNumbers(message);
const account = { type: 'string', description: 'Only of this account, by its id.' };

export const operatorRoutes: Route[] = [
  {
    method: 'get',
    path: '/conversations',
    need: 'dragoman.read',
    summary: 'Conversations, the last changed first.',
    query: { type: 'object', properties: { ...PAGE_QUERY, status: { type: 'string' }, account } },
    async handle({ query, caller }) {
      const found = await operator().list({
        ...pageIn(query),
        status: (query.status || undefined) as ConversationStatus | undefined,
        accountId: query.account || undefined,
      });
      return found.map((one) => conversationFor(caller, one));
    },
  },
  {
    method: 'get',
    path: '/search',
    need: 'dragoman.read',
    summary: 'Conversations in which a word was said, or whose customer is called so.',
    query: { type: 'object', properties: { ...PAGE_QUERY, text: { type: 'string' }, account } },
    async handle({ query, caller }) {
      const { limit, before } = pageIn(query);
      const within = { accountId: query.account || undefined, limit, before };
      const { found, ...rest } = await operator().search({ text: query.text ?? '', ...within });
      const shown = found.map((one) => ({ ...one, conversation: conversationFor(caller, one.conversation) }));
      return { found: shown, ...rest };
    },
  },
  {
    method: 'get',
    path: '/conversations/:id',
    need: 'dragoman.read',
    summary: 'One conversation with its messages, its turns and what was decided of them.',
    query: { type: 'object', properties: PAGE_QUERY },
    async handle({ params, query, caller }) {
      const { conversation, messages, ...rest } = await operator().read(params.id!, pageIn(query));
      return {
        conversation: conversationFor(caller, conversation),
        messages: messages.map((one) => messageFor(caller, one)),
        ...rest,
      };
    },
  },
  {
    method: 'post',
    path: '/conversations/:id/reply',
    need: 'dragoman.reply',
    summary: "Sends a person's words to the customer; the bot is silent from then on.",
    body: { type: 'object', properties: { text: { type: ['string', 'number'] } } },
    handle: async ({ params, body, caller }) =>
      messageFor(caller, await operator().reply(params.id!, String(body.text ?? ''))),
  },
  {
    method: 'post',
    path: '/conversations/:id/takeover',
    need: 'dragoman.reply',
    summary: "Silences the bot, for so many seconds or for the account's cool-down.",
    body: { type: 'object', properties: { seconds: { type: 'number' } } },
    handle: async ({ params, body, caller }) =>
      conversationFor(caller, await operator().takeOver(params.id!, body.seconds)),
  },
  {
    method: 'post',
    path: '/conversations/:id/handback',
    need: 'dragoman.reply',
    summary: 'Lets the bot answer again at once.',
    handle: async ({ params, caller }) => conversationFor(caller, await operator().handBack(params.id!)),
  },
  {
    method: 'post',
    path: '/conversations/:id/status',
    need: 'dragoman.reply',
    summary: 'Sets who answers a conversation.',
    body: { type: 'object', required: ['status'], properties: { status: { enum: [...CONVERSATION_STATUSES] } } },
    handle: async ({ params, body, caller }) =>
      conversationFor(caller, await operator().setStatus(params.id!, body.status)),
  },
  {
    method: 'get',
    path: '/drafts',
    need: 'dragoman.read',
    summary: 'Replies of the bot that wait for a person, the oldest first.',
    query: { type: 'object', properties: PAGE_QUERY },
    handle: async ({ query, caller }) => (await operator().drafts(pageIn(query))).map((one) => messageFor(caller, one)),
  },
  {
    method: 'post',
    path: '/drafts/:id/approve',
    need: 'dragoman.reply',
    summary: 'Sends a draft.',
    handle: async ({ params, caller }) => messageFor(caller, await operator().approve(params.id!)),
  },
  {
    method: 'post',
    path: '/drafts/:id/discard',
    need: 'dragoman.reply',
    summary: 'Keeps a draft from ever being sent.',
    handle: async ({ params, caller }) => messageFor(caller, await operator().discard(params.id!)),
  },
  {
    method: 'post',
    path: '/messages/:id/resend',
    need: 'dragoman.reply',
    summary: 'Sends a message again that failed, or of which it is not known whether it arrived.',
    handle: async ({ params, caller }) => messageFor(caller, await engine().gateway.resend(params.id!)),
  },
];
