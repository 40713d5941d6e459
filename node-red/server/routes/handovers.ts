/** Customers who asked for a person: who waits, what it is about, and how it went. */
import { handoverFigures } from '../../../app/handovers/figures.ts';
import { engine } from '../../current.ts';
import type { JsonSchema, Route } from '../routes.ts';

const MOST = 200;
const DAY_MS = 86_400_000;
const PERIOD_MS = 30 * DAY_MS;

const text = { type: 'string' };
const time = { type: 'integer', minimum: 0, description: 'UTC milliseconds' };
const orNull = (schema: JsonSchema): JsonSchema => ({ anyOf: [schema, { type: 'null' }] });
const count = { type: 'integer', minimum: 0 };
const spread = orNull({ type: 'object', properties: { p50: count, p95: count } });

const HANDOVER = {
  type: 'object',
  properties: {
    ...{ id: text, accountId: text, conversationId: text, reason: text, language: text, at: time },
    by: { enum: ['words', 'model', 'button'] },
    state: { enum: ['open', 'over'] },
    opensAt: orNull(time),
    summary: orNull({ type: 'array', items: text, maxItems: 5 }),
    summaryBy: { enum: ['llm', 'messages'] },
    ...{ tellAt: orNull(time), toldAt: time, repliedAt: time, endedAt: time },
    end: { enum: ['handed-back', 'closed', 'assistant'] },
  },
};
const LIST = { type: 'object', properties: { handovers: { type: 'array', items: HANDOVER } } };
const PAGE = { limit: { type: 'integer', minimum: 1, maximum: MOST }, before: time, beforeId: text };

type Query = Record<string, string>;
const page = ({ limit, before, beforeId }: Query) => ({
  limit: Number(limit ?? 50),
  ...(before !== undefined && { before: Number(before) }),
  ...(beforeId !== undefined && { beforeId }),
});

export const handoverRoutes: Route[] = [
  {
    method: 'get',
    path: '/handovers',
    need: 'dragoman.read',
    summary: 'Customers who asked for a person, the newest first, with what it is about.',
    query: {
      type: 'object',
      properties: { state: { enum: ['open', 'over'] }, accountId: text, since: time, ...PAGE },
      additionalProperties: false,
    },
    answer: LIST,
    async handle({ query }) {
      const { state, accountId, since } = query;
      const filter = {
        ...(state !== undefined && { state: state as 'open' | 'over' }),
        ...(accountId !== undefined && { accountId }),
        ...(since !== undefined && { since: Number(since) }),
      };
      return { handovers: await engine().store.handovers({ ...filter, ...page(query) }) };
    },
  },
  {
    method: 'get',
    path: '/handovers/figures',
    need: 'dragoman.read',
    summary:
      'How many asked for a person, how long the first words of one took, and how long all of it; of the last 30 days where no time is said.',
    query: {
      type: 'object',
      properties: { since: time, until: time, accountId: text },
      additionalProperties: false,
    },
    answer: {
      type: 'object',
      properties: {
        ...{ asked: count, outOfHours: count, waiting: count, replied: count, late: count, assistant: count },
        ...{ closed: count, firstReplyMs: spread, closeMs: spread },
        by: { type: 'object', properties: { words: count, model: count, button: count } },
      },
    },
    handle({ query: { since, until, accountId } }) {
      const end = until === undefined ? engine().clock.now() + 1 : Number(until);
      return handoverFigures(engine().store, {
        ...{ since: since === undefined ? end - PERIOD_MS : Number(since), until: end },
        ...(accountId !== undefined && { accountId }),
      });
    },
  },
  {
    method: 'get',
    path: '/conversations/:id/handovers',
    need: 'dragoman.read',
    summary: 'The times at which a customer asked for a person in a conversation, the newest first.',
    query: { type: 'object', properties: PAGE, additionalProperties: false },
    answer: LIST,
    async handle({ params, query }) {
      return { handovers: await engine().store.handovers({ conversationId: params.id!, ...page(query) }) };
    },
  },
];
