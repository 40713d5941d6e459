/** What is set up, what runs with stand-ins and what is missing; and what set-up can do about it. */
import type { NodeAPI } from 'node-red';
import { createSetup, type Setup } from '../../../app/setup/setup.ts';
import { STATES } from '../../../core/setup/report.ts';
import { engine } from '../../current.ts';
import type { JsonSchema, Route } from '../routes.ts';
import { setupHost } from '../setup-host.ts';

const text: JsonSchema = { type: 'string' };
const state: JsonSchema = { enum: [...STATES] };
const line: JsonSchema = {
  type: 'object',
  required: ['code', 'state', 'values', 'text'],
  properties: {
    code: { ...text, description: 'What it says, by a word; pages have their own words for each.' },
    state,
    values: { type: 'object', additionalProperties: { type: ['string', 'number'] } },
    text: { ...text, description: 'The sentence, in English.' },
    todo: { ...text, description: 'What to do, in English.' },
    problem: { type: 'object', properties: { code: text, message: text, action: text } },
    node: { ...text, description: 'The node whose dialog mends it.' },
    deed: { enum: ['register', 'try'] },
  },
};
const part: JsonSchema = {
  type: 'object',
  required: ['kind', 'id', 'name', 'state', 'lines'],
  properties: {
    kind: { enum: ['account', 'shop', 'model', 'speech', 'knowledge', 'server'] },
    ...{ id: text, name: text, channel: text, real: { const: true }, prefix: text, state },
    lines: { type: 'array', items: line },
  },
};
const report: JsonSchema = {
  type: 'object',
  required: ['at', 'parts'],
  properties: { at: { type: 'integer' }, parts: { type: 'array', items: part } },
};

export function setupRoutes(RED: NodeAPI): Route[] {
  let made: Setup | undefined;
  const setup = () => (made ??= createSetup(engine(), setupHost(RED)));
  const need = 'dragoman.manage';
  return [
    {
      ...{ method: 'get', path: '/setup', need, answer: report },
      summary: 'What is set up, what runs with stand-ins and what is missing; asks no platform.',
      handle: () => setup().report(),
    },
    {
      ...{ method: 'post', path: '/setup/accounts/:id/check', need, answer: part },
      summary: 'Asks the platform of an account whose its credentials are and where it delivers.',
      handle: ({ params }) => setup().check(params.id!),
    },
    {
      ...{ method: 'post', path: '/setup/accounts/:id/register', need, answer: part },
      summary: 'Tells the platform of an account to deliver to this server.',
      handle: ({ params }) => setup().register(params.id!),
    },
    {
      ...{ method: 'post', path: '/setup/shops/:id/check', need, answer: part },
      summary: 'Asks a shop for one page of its orders, of which nothing is taken in.',
      handle: ({ params }) => setup().askShop(params.id!),
    },
    {
      ...{ method: 'post', path: '/setup/models/:id/try', need, answer: part },
      summary: 'Asks a model one small question, which costs a little.',
      body: { type: 'object', properties: { prefix: text }, additionalProperties: false },
      handle: ({ params, body }) => setup().tryModel(params.id!, body.prefix ?? ''),
    },
  ];
}
