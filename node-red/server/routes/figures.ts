/** Figures: what happened, by time and account, for the page, spreadsheets and other systems. */
import type { Response } from 'express';
import type { NodeAPI } from 'node-red';
import { figuresOf, periodOf } from '../../../app/figures/figures.ts';
import { STEPS, type Step } from '../../../app/figures/steps.ts';
import { modelTable, stepTable } from '../../../app/figures/table.ts';
import { csvOf } from '../../../core/text/csv.ts';
import { engine } from '../../current.ts';
import type { JsonSchema, Route } from '../routes.ts';
import { setupHost } from '../setup-host.ts';

const PERIOD: JsonSchema = {
  type: 'object',
  properties: {
    from: { type: 'integer', description: 'A whole hour, UTC milliseconds; absent: seven days before `until`' },
    until: { type: 'integer', description: 'A whole hour, UTC milliseconds; absent: the end of this hour' },
    step: { type: 'string', enum: [...STEPS], description: 'Absent: day' },
    zone: { type: 'string', maxLength: 64, description: 'IANA time zone by which days begin; absent: UTC' },
    account: { type: 'string', maxLength: 200, description: 'Its id; absent: all' },
  },
};

const NUMBERS: JsonSchema = { type: 'object', additionalProperties: { type: 'number' } };
const TIMES: JsonSchema = {
  type: 'object',
  description: 'Milliseconds; null: there were none',
  properties: {
    count: { type: 'integer' },
    p50: { type: ['integer', 'null'] },
    p95: { type: ['integer', 'null'] },
  },
};
const HAPPENED: JsonSchema = {
  type: 'object',
  properties: {
    at: { type: 'integer', description: 'Of a step: when it begins, UTC milliseconds' },
    in: { type: 'integer', description: 'Messages that came' },
    out: { ...NUMBERS, description: 'Messages that left, by who wrote them' },
    turns: { ...NUMBERS, description: 'Turns by what became of them' },
    blocked: { ...NUMBERS, description: 'Turns that were held back, by rule' },
    failed: { type: 'integer', description: 'Messages that failed for good' },
    unknown: { type: 'integer', description: 'Messages of which nobody knows whether they arrived' },
    optOuts: { type: 'integer' },
    optIns: { type: 'integer' },
    reply: { ...TIMES, description: 'From a customer’s words to the answer at the platform' },
    firstHuman: { ...TIMES, description: 'From the wish for a person to that one’s first words' },
    humanDone: { ...TIMES, description: 'From that wish until the conversation was given back or closed' },
    models: {
      type: 'object',
      description: 'By model: answers, tokens, and the cost in the currency of the configured prices',
      additionalProperties: NUMBERS,
    },
    queue: { type: 'integer', description: 'The most conversations that waited for an answer at one time' },
    lag: { type: ['integer', 'null'], description: 'The longest that the event loop was held up; milliseconds' },
  },
};

export const figuresRoutes = (RED: NodeAPI): Route[] => [
  {
    method: 'get',
    path: '/figures',
    need: 'dragoman.read',
    summary: 'What happened in a period, by steps of it, with the same of as long a time before.',
    query: PERIOD,
    answer: {
      type: 'object',
      properties: {
        from: { type: 'integer' },
        until: { type: 'integer' },
        step: { type: 'string' },
        zone: { type: 'string' },
        account: { type: 'string' },
        accounts: {
          type: 'array',
          items: { type: 'object', properties: { id: { type: 'string' }, name: { type: 'string' } } },
        },
        total: HAPPENED,
        before: HAPPENED,
        points: { type: 'array', items: HAPPENED },
        currencies: {
          type: 'array',
          items: { type: 'string' },
          description: 'Of the prices of models, as people wrote them, each once',
        },
      },
    },
    handle: ({ query }) => figures(RED, query),
  },
  {
    method: 'get',
    path: '/figures.csv',
    need: 'dragoman.read',
    summary: 'The same as a table, a row a step; with `table=models` a row for each model of a step.',
    query: {
      ...PERIOD,
      properties: {
        ...(PERIOD.properties as JsonSchema),
        table: { type: 'string', enum: ['steps', 'models'], description: 'Absent: steps' },
      },
    },
    async handle({ query, response }) {
      const rows = (query.table === 'models' ? modelTable : stepTable)(await figures(RED, query));
      sendTable(response, rows, query.table === 'models' ? 'models' : 'figures');
    },
  },
];

function figures(RED: NodeAPI, { from, until, step = 'day', zone = 'UTC', account }: Record<string, string>) {
  const { counting, store, registry, clock } = engine();
  const number = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  const period = periodOf(clock.now(), { from: number(from), until: number(until) });
  return figuresOf(
    {
      store,
      registry,
      tallying: counting.tallying,
      currencies: setupHost(RED)
        .providers()
        .map(({ currency }) => currency),
    },
    { ...period, step: step as Step, zone, ...(account && { account }) },
  );
}

function sendTable(response: Response, rows: string[][], name: string): void {
  response
    .type('text/csv; charset=utf-8')
    .attachment(`dragoman-${name}.csv`)
    // With the mark by which Excel knows UTF-8; other programs leave it out.
    .send(csvOf(rows, true));
}
