/** A person's data, and leads: behind the same door as the operator's interface. */
import type { Request, Router } from 'express';
import type { Named } from '../../app/people/people.ts';
import { DragomanError } from '../../core/errors.ts';
import { leadsCsv } from '../../core/people/leads.ts';
import { engine } from '../current.ts';
import { pageOf } from './operator.ts';
import { answerJson, readBody, sendError, textField } from './respond.ts';

/** @param root path of the API, whose door is in front already. */
export function servePeople(root: string, app: Router): void {
  app.post(
    `${root}/people/forget`,
    answerJson(async (request) => engine().people.forget(namedIn(await readBody(request)))),
  );
  app.post(
    `${root}/people/export`,
    answerJson(async (request) => engine().people.export(namedIn(await readBody(request)))),
  );
  app.get(`${root}/leads`, (request, response) => {
    const read = async () => engine().store.leads({ ...pageOf(request), since: sinceOf(request) });
    read()
      .then((leads) => {
        if (request.query.format !== 'csv') return void response.json(leads);
        response
          .type('text/csv; charset=utf-8')
          .attachment('leads.csv')
          .send(leadsCsv(leads, request.query.bom === '1'));
      })
      .catch((error) => sendError(response, error));
  });
}

/** Not in an address, which proxies and logs keep. @throws DragomanError BAD_REQUEST */
export function namedIn(body: object): Named {
  const [contact, account, address] = ['contact', 'account', 'address'].map((name) => textField(body, name).trim());
  if (contact && !account && !address) return { contact };
  if (account && address && !contact) return { account, address };
  throw new DragomanError(
    'BAD_REQUEST',
    'It is not said who is meant.',
    'Send {"contact": "<id>"}, or {"account": "<id>", "address": "<phone or username>"}.',
  );
}

const sinceOf = ({ query }: Request) => {
  const since = Number(query.since);
  return Number.isFinite(since) && since > 0 ? since : undefined;
};
