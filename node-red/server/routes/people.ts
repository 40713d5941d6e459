/** A person's data, and leads. */
import type { Response } from 'express';
import type { Lead } from '../../../core/model.ts';
import { leadsCsv } from '../../../core/people/leads.ts';
import { engine } from '../../current.ts';
import { namedIn } from '../named.ts';
import type { Route } from '../routes.ts';
import { PAGE_QUERY, pageIn } from './paging.ts';

/** Not in an address, which proxies and logs keep. */
const NAMED = {
  type: 'object',
  properties: {
    contact: { type: 'string', description: 'An id; or else the two others.' },
    account: { type: 'string' },
    address: { type: 'string', description: 'A phone number or username on the account.' },
  },
};

export const peopleRoutes: Route[] = [
  {
    method: 'post',
    path: '/people/forget',
    need: 'dragoman.manage',
    summary: 'Erases everything that is held of a person.',
    body: NAMED,
    handle: async ({ body }) => engine().people.forget(namedIn(body)),
  },
  {
    method: 'post',
    path: '/people/export',
    need: 'dragoman.manage',
    summary: 'Everything that is held of a person.',
    body: NAMED,
    handle: async ({ body }) => engine().people.export(namedIn(body)),
  },
  {
    method: 'get',
    path: '/leads',
    need: 'dragoman.manage',
    summary: 'Leads, newest first, as JSON or as CSV (with `bom=1` as Excel reads it).',
    query: {
      type: 'object',
      properties: { ...PAGE_QUERY, since: { type: 'number' }, format: { type: 'string' }, bom: { type: 'string' } },
    },
    async handle({ query, response }) {
      const since = Number(query.since) > 0 ? Number(query.since) : undefined;
      const leads = await engine().store.leads({ ...pageIn(query), since });
      return query.format === 'csv' ? asCsv(response, leads, query.bom === '1') : leads;
    },
  },
];

function asCsv(response: Response, leads: Lead[], bom: boolean): void {
  response.type('text/csv; charset=utf-8').attachment('leads.csv').send(leadsCsv(leads, bom));
}
