/** The page of calls and its interface: what was said and done in them, and what a colleague does while one goes on. */
import type { Request, Response, Router } from 'express';
import type { NodeAPI } from 'node-red';
import { boardOf, detailOf } from '../../app/calls/board.ts';
import { testing } from '../../app/orders/board.ts';
import { DragomanError } from '../../core/errors.ts';
import type { Call } from '../../core/model.ts';
import { setting } from '../../core/settings.ts';
import { engine } from '../current.ts';
import { serveClosedPage } from './closed-page.ts';
import { pageOf } from './operator.ts';
import { editorPath, unkept } from './page.ts';
import { sendRecording } from './recording.ts';
import { answerJson, readBody, sendError, textField } from './respond.ts';

/** @param pages the page's paths, without a slash at the end; one at which a flow answers is left to it */
export function serveCallsPage(RED: NodeAPI, app: Router, pages: string[], web: string): void {
  const { under, door } = serveClosedPage(RED, app, pages, { name: 'calls', web, real: true });
  const first = [...door, unkept];
  const id = (request: Request) => String(request.params.id);

  app.get(
    under('/board'),
    ...first,
    answerJson((request) =>
      boardOf(
        engine(),
        {
          show: textField(request.query, 'show') || 'all',
          accountId: textField(request.query, 'account') || undefined,
        },
        pageOf(request),
      ),
    ),
  );
  app.get(
    under('/state'),
    ...first,
    answerJson(async () => ({
      accounts: engine()
        .registry.accounts()
        .filter(({ channel }) => channel.live)
        .map(({ id: account, name }) => ({ id: account, name })),
      testing: testing(engine().registry),
      editor: editorPath(RED),
      simulator: setting('simulator') !== 'off',
    })),
  );
  app.get(
    under('/:id'),
    ...first,
    answerJson((request) => detailOf(engine(), id(request))),
  );
  app.get(under('/:id/recording'), ...first, (request, response) => {
    recordingOf(request, response).catch((error) => {
      if (response.headersSent) response.destroy();
      else sendError(response, error);
    });
  });
  app.post(
    under('/:id/reply'),
    ...first,
    answerJson(async (request) => {
      const text = textField(await readBody(request), 'text');
      const { state, error } = await engine().operator.reply(await conversationOf(id(request)), text);
      return { state, error };
    }),
  );
  app.post(
    under('/:id/takeover'),
    ...first,
    answerJson(async (request) => {
      await engine().operator.takeOver(await conversationOf(id(request)));
      return detailOf(engine(), id(request));
    }),
  );
  app.post(
    under('/:id/handback'),
    ...first,
    answerJson(async (request) => {
      await engine().operator.handBack(await conversationOf(id(request)));
      return detailOf(engine(), id(request));
    }),
  );
}

async function recordingOf(request: Request, response: Response): Promise<void> {
  const { id } = await callOf(String(request.params.id));
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
