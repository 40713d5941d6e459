/** The operator's interface, behind the same door as the commands': what an inbox stands on. Paged by `limit`, `before` and `beforeId`. */
import type { Request, Router } from 'express';
import { DragomanError } from '../../core/errors.ts';
import type { ConversationStatus } from '../../core/model.ts';
import type { Page } from '../../core/ports.ts';
import { engine } from '../current.ts';
import { answerJson, readBody, textField } from './respond.ts';

const MOST = 200;

/** @param root path of the API, whose door is in front already. */
export function serveOperator(root: string, app: Router): void {
  const operator = () => engine().operator;
  const id = (request: Request) => String(request.params.id);

  app.get(
    `${root}/conversations`,
    answerJson((request) =>
      operator().list({
        ...pageOf(request),
        status: (textField(request.query, 'status') || undefined) as ConversationStatus | undefined,
        accountId: textField(request.query, 'account') || undefined,
      }),
    ),
  );
  app.get(
    `${root}/search`,
    answerJson((request) => {
      const { limit, before } = pageOf(request);
      const accountId = textField(request.query, 'account') || undefined;
      return operator().search({ text: textField(request.query, 'text'), accountId, limit, before });
    }),
  );
  app.get(
    `${root}/conversations/:id`,
    answerJson((request) => operator().read(id(request), pageOf(request))),
  );
  app.post(
    `${root}/conversations/:id/reply`,
    answerJson(async (request) => operator().reply(id(request), textField(await readBody(request), 'text'))),
  );
  app.post(
    `${root}/conversations/:id/takeover`,
    answerJson(async (request) => {
      const { seconds } = await readBody(request);
      if (seconds === undefined || typeof seconds === 'number') return operator().takeOver(id(request), seconds);
      throw new DragomanError('BAD_REQUEST', 'The field "seconds" must be a number.', 'Send it without quotes.');
    }),
  );
  app.post(
    `${root}/conversations/:id/handback`,
    answerJson((request) => operator().handBack(id(request))),
  );
  app.post(
    `${root}/conversations/:id/status`,
    answerJson(async (request) =>
      operator().setStatus(id(request), textField(await readBody(request), 'status') as ConversationStatus),
    ),
  );
  app.get(
    `${root}/drafts`,
    answerJson((request) => operator().drafts(pageOf(request))),
  );
  app.post(
    `${root}/drafts/:id/approve`,
    answerJson((request) => operator().approve(id(request))),
  );
  app.post(
    `${root}/drafts/:id/discard`,
    answerJson((request) => operator().discard(id(request))),
  );
}

/** `limit`, and from where on: `before` a time or a number, and `beforeId` the item that has it. */
export function pageOf(request: Request): Page {
  const limit = Math.trunc(Number(textField(request.query, 'limit')));
  const before = textField(request.query, 'before');
  return {
    limit: Number.isFinite(limit) && limit > 0 ? Math.min(limit, MOST) : 50,
    before: before !== '' && Number.isFinite(Number(before)) ? Number(before) : undefined,
    beforeId: textField(request.query, 'beforeId') || undefined,
  };
}
