/** What the inbox's page stands on. */
import type { Viewer } from '../../../app/desk/inbox.ts';
import { LARGEST_UPLOAD, MOST_UPLOADS } from '../../../core/desk/files.ts';
import { QUEUES, type Queue } from '../../../core/desk/queues.ts';
import { CONVERSATION_STATUSES, type ConversationStatus } from '../../../core/model.ts';
import { engine } from '../../current.ts';
import { readBytes } from '../respond.ts';
import type { Caller, JsonSchema, Route } from '../routes.ts';
import { sendFile } from '../send-file.ts';

const MOST = 200;

const viewerOf = (caller: Caller): Viewer => ({ name: caller.name, numbers: caller.may('dragoman.manage') });
const text = { type: 'string' };
const object = (properties: JsonSchema, ...required: string[]): JsonSchema => ({
  ...{ type: 'object', properties, required },
  additionalProperties: false,
});
const page = { limit: { type: 'integer', minimum: 1, maximum: MOST }, offset: { type: 'integer', minimum: 0 } };
const filter = { account: text, status: { enum: [...CONVERSATION_STATUSES] }, label: text, language: text };
const OK: JsonSchema = { type: 'object' };

const filterOf = ({ account, status, label, language }: Record<string, string>, caller: Caller) => ({
  user: caller.name,
  accountId: account || undefined,
  status: (status || undefined) as ConversationStatus | undefined,
  label: label || undefined,
  language: language || undefined,
});
const number = (value: string | undefined) => (value ? Number(value) : undefined);

const inbox = () => engine().inbox;
const operator = () => engine().operator;

export const inboxRoutes: Route[] = [
  {
    method: 'get',
    path: '/inbox',
    need: 'dragoman.read',
    summary: 'Conversations of a queue, from any place in it on.',
    query: { type: 'object', properties: { queue: { enum: [...QUEUES] }, ...filter, ...page }, required: ['queue'] },
    answer: OK,
    handle: ({ query, caller }) =>
      inbox().list(
        { queue: query.queue as Queue, ...filterOf(query, caller) },
        { offset: number(query.offset) ?? 0, limit: number(query.limit) ?? 50 },
        viewerOf(caller),
      ),
  },
  {
    method: 'get',
    path: '/inbox/counts',
    need: 'dragoman.read',
    summary: 'How many conversations each queue has.',
    query: { type: 'object', properties: filter },
    answer: OK,
    handle: ({ query, caller }) => inbox().counts(filterOf(query, caller)),
  },
  {
    method: 'get',
    path: '/inbox/words',
    need: 'dragoman.read',
    summary: 'By what conversations can be chosen: accounts, labels, languages, and who looks after any.',
    answer: OK,
    handle: () => inbox().words(),
  },
  {
    method: 'get',
    path: '/inbox/search',
    need: 'dragoman.read',
    summary: 'Conversations in which something was said, or whose person is called so.',
    query: {
      type: 'object',
      properties: { text, account: text, before: { type: 'number' }, limit: page.limit },
      required: ['text'],
    },
    answer: OK,
    handle: ({ query, caller }) =>
      inbox().search(
        {
          text: query.text!,
          accountId: query.account || undefined,
          before: number(query.before),
          limit: number(query.limit) ?? 30,
        },
        viewerOf(caller),
      ),
  },
  {
    method: 'get',
    path: '/inbox/conversations/:id',
    need: 'dragoman.read',
    summary: 'One conversation: what was said, notes, and who the person is. Numbers only for dragoman.manage.',
    query: { type: 'object', properties: { before: { type: 'number' }, limit: page.limit } },
    answer: OK,
    handle: ({ params, query, caller }) =>
      inbox().read(params.id!, { limit: number(query.limit) ?? 60, before: number(query.before) }, viewerOf(caller)),
  },
  {
    method: 'post',
    path: '/inbox/conversations/:id/uploads',
    need: 'dragoman.reply',
    summary:
      'Keeps a file that is to be sent: the body is the file itself, of 10 MiB at most. What may be sent is in `takes` of the conversation.',
    query: { type: 'object', required: ['name'], properties: { name: { type: 'string', maxLength: 1_000 } } },
    answer: OK,
    async handle({ params, query, request }) {
      const bytes = await readBytes(request, LARGEST_UPLOAD);
      return engine().uploads.put(params.id!, query.name!, bytes);
    },
  },
  {
    method: 'post',
    path: '/inbox/conversations/:id/reply',
    need: 'dragoman.reply',
    summary:
      'Sends a person’s words. Refused with ANSWERED where somebody answered after `seen`, or one of `drafts` went out; with `undo` it waits five seconds. `uploads` are ids of files that were kept for it.',
    body: object(
      {
        text,
        seen: { type: 'integer' },
        drafts: { type: 'array', maxItems: MOST, items: text },
        undo: { type: 'boolean' },
        uploads: { type: 'array', maxItems: MOST_UPLOADS, uniqueItems: true, items: text },
        buttons: { type: 'array', maxItems: 10, items: object({ id: text, title: text }, 'id', 'title') },
        media: {
          type: 'array',
          maxItems: 10,
          items: object(
            {
              kind: { enum: ['image', 'audio', 'video', 'document'] },
              url: { type: 'string', pattern: '^https://\\S+$' },
              caption: text,
              name: text,
            },
            'kind',
            'url',
          ),
        },
      },
      'text',
    ),
    answer: OK,
    handle: ({ params, body: { text: words, undo = false, ...by }, caller }) =>
      inbox().reply(params.id!, words, { ...by, writer: caller.name, undo }),
  },
  {
    method: 'post',
    path: '/inbox/conversations/:id/takeover',
    need: 'dragoman.reply',
    summary: 'The bot is silent for `seconds`, or for the account’s cool-down.',
    body: object({ seconds: { type: 'number' } }),
    async handle({ params, body, caller }) {
      await inbox().takeOver(params.id!, caller.name, body.seconds);
    },
  },
  {
    method: 'post',
    path: '/inbox/conversations/:id/handback',
    need: 'dragoman.reply',
    summary: 'The bot may answer again.',
    body: object({}),
    async handle({ params }) {
      await operator().handBack(params.id!);
    },
  },
  {
    method: 'post',
    path: '/inbox/conversations/:id/status',
    need: 'dragoman.reply',
    summary: 'Whose the conversation is.',
    body: object({ status: { enum: [...CONVERSATION_STATUSES] } }, 'status'),
    async handle({ params, body }) {
      await operator().setStatus(params.id!, body.status);
    },
  },
  {
    method: 'post',
    path: '/inbox/conversations/:id/assignee',
    need: 'dragoman.reply',
    summary: 'Who looks after it; null: nobody.',
    body: object({ assignee: { type: ['string', 'null'], minLength: 1, maxLength: 100 } }, 'assignee'),
    handle: ({ params, body }) => inbox().assign(params.id!, body.assignee),
  },
  {
    method: 'post',
    path: '/inbox/conversations/:id/labels',
    need: 'dragoman.reply',
    summary: 'The labels that it has from now on.',
    body: object({ labels: { type: 'array', items: text } }, 'labels'),
    handle: ({ params, body }) => inbox().label(params.id!, body.labels),
  },
  {
    method: 'post',
    path: '/inbox/conversations/:id/notes',
    need: 'dragoman.reply',
    summary: 'A note that the customer never sees.',
    body: object({ text }, 'text'),
    answer: OK,
    handle: ({ params, body, caller }) => inbox().note(params.id!, caller.name, body.text),
  },
  {
    method: 'delete',
    path: '/inbox/notes/:id',
    need: 'dragoman.reply',
    summary: 'Takes a note away.',
    handle: ({ params }) => inbox().removeNote(params.id!),
  },
  {
    method: 'post',
    path: '/inbox/conversations/:id/typing',
    need: 'dragoman.reply',
    summary: 'Tells colleagues that somebody writes here, or no more.',
    body: object({ tab: text, on: { type: 'boolean' } }, 'tab', 'on'),
    async handle({ params, body, caller }) {
      inbox().typing(params.id!, caller.name, body.tab, body.on);
    },
  },
  {
    method: 'post',
    path: '/inbox/messages/:id/undo',
    need: 'dragoman.reply',
    summary: 'Takes back what waits to be sent.',
    body: object({}),
    answer: OK,
    async handle({ params }) {
      return { text: (await engine().gateway.takeBack(params.id!)).text };
    },
  },
  {
    method: 'post',
    path: '/inbox/messages/:id/approve',
    need: 'dragoman.reply',
    summary:
      'Sends a draft, in other words where `text` is there; what the bot had written is kept. Refused as a reply is, by `seen`.',
    body: object({ text, seen: { type: 'integer' } }),
    async handle({ params, body, caller }) {
      await operator().approve(params.id!, { ...body, writer: caller.name });
    },
  },
  {
    method: 'post',
    path: '/inbox/messages/:id/discard',
    need: 'dragoman.reply',
    summary: 'Drops a draft.',
    body: object({}),
    async handle({ params }) {
      await operator().discard(params.id!);
    },
  },
  {
    method: 'post',
    path: '/inbox/messages/:id/resend',
    need: 'dragoman.reply',
    summary: 'Sends once more what failed.',
    body: object({}),
    async handle({ params }) {
      await engine().gateway.resend(params.id!);
    },
  },
  {
    method: 'get',
    path: '/inbox/messages/:id/files/:place',
    need: 'dragoman.read',
    summary: 'A file that a customer sent, or a colleague.',
    async handle({ params, response }) {
      sendFile(response, await inbox().file(params.id!, Number(params.place)));
      return undefined;
    },
  },
  {
    method: 'get',
    path: '/inbox/answers',
    need: 'dragoman.read',
    summary: 'Saved answers.',
    answer: { type: 'array' },
    handle: () => inbox().answers(),
  },
  {
    method: 'post',
    path: '/inbox/answers',
    need: 'dragoman.reply',
    summary: 'Saves an answer, or changes the one with this id.',
    body: object({ id: text, name: text, text }, 'name', 'text'),
    answer: OK,
    handle: ({ body }) => inbox().saveAnswer(body),
  },
  {
    method: 'delete',
    path: '/inbox/answers/:id',
    need: 'dragoman.reply',
    summary: 'Takes a saved answer away.',
    handle: ({ params }) => inbox().removeAnswer(params.id!),
  },
];
