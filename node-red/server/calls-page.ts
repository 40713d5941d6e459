/** The page of calls and its interface: what was said and done in them, and what a colleague does while one goes on. */
import type { NextFunction, Request, RequestHandler, Response, Router } from 'express';
import type { NodeAPI } from 'node-red';
import { boardOf, detailOf } from '../../app/calls/board.ts';
import { testing } from '../../app/orders/board.ts';
import { DragomanError } from '../../core/errors.ts';
import { setting } from '../../core/settings.ts';
import { engine } from '../current.ts';
import { ownFramesOnly } from './framing.ts';
import { pageOf } from './operator.ts';
import { editorPath, isTaken, policies, servePage } from './page.ts';
import { sendRecording } from './recording.ts';
import { answerJson, readBody, sendError, textField } from './respond.ts';
import { simulatorDoor } from './simulator-door.ts';

/** @param pages the page's paths, without a slash at the end; one at which a flow answers is left to it */
export function serveCallsPage(RED: NodeAPI, app: Router, pages: string[], web: string): void {
  const under = (path: string) => pages.map((page) => `${page}/api${path}`);
  const unlessTaken = ({ path }: Request, _response: Response, next: NextFunction) =>
    next(pages.includes(path) && isTaken(RED, path) ? 'route' : undefined);
  const unkept = (_request: Request, response: Response, next: NextFunction) => {
    response.setHeader('cache-control', 'no-store');
    next();
  };
  const door: RequestHandler[] = [unlessTaken, ownFramesOnly, policies, simulatorDoor(RED, true)];
  servePage(app, pages, 'calls', web, ...door);
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
  const { store, dataFolder } = engine();
  const call = await store.call(String(request.params.id));
  if (!call) throw new DragomanError('NOT_FOUND', 'There is no such call.', 'Load the list again.');
  const send = await sendRecording(dataFolder, call.id, request);
  await send(response);
}

/** The conversation of a call that goes on. @throws DragomanError NOT_FOUND, BAD_REQUEST where it has ended */
async function conversationOf(id: string): Promise<string> {
  const call = await engine().store.call(id);
  if (!call) throw new DragomanError('NOT_FOUND', 'There is no such call.', 'Load the list again.');
  if (call.state === 'active') return call.conversationId;
  throw new DragomanError('BAD_REQUEST', 'The call is over.', 'Nobody would hear it.');
}
