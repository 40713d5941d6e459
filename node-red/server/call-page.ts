/** The page of calls and its interface, behind the simulator's door: for trying a flow out by voice, and for one's own people. */
import type { Router } from 'express';
import type { NodeAPI } from 'node-red';
import { testing } from '../../app/orders/board.ts';
import { setting } from '../../core/settings.ts';
import { engine } from '../current.ts';
import { serveClosedPage } from './closed-page.ts';
import { editorPath } from './page.ts';
import { answerJson, readBody, textField } from './respond.ts';

/** @param pages the page's paths, without a slash at the end. @param linesRoot what stands before `/calls` of the sockets */
export function serveCallPage(RED: NodeAPI, app: Router, pages: string[], web: string, linesRoot: string): void {
  const { under, door } = serveClosedPage(RED, app, pages, { name: 'call', web });

  app.get(
    under('/accounts'),
    ...door,
    answerJson(async () => ({
      accounts: engine()
        .registry.accounts()
        .filter(({ channel, enabled }) => channel.live && enabled)
        .map(({ id, name, language, suggestions, settings }) => {
          return { id, name, language, suggestions, recording: settings.recording === 'on' };
        }),
      simulator: setting('simulator') !== 'off',
      editor: editorPath(RED),
      testing: testing(engine().registry),
    })),
  );
  app.post(
    under('/start'),
    ...door,
    answerJson(async (request) => {
      const body = await readBody(request);
      const language = textField(body, 'language') || undefined;
      const started = await engine().calls.start(textField(body, 'account'), {}, language);
      return startedCall(started, linesRoot);
    }),
  );
}

/** A call that was begun, as the seed's `POST /calls/start` answers. @param root what stands before `/calls` in the socket's address */
export function startedCall(
  { call, ticket, resume }: Awaited<ReturnType<ReturnType<typeof engine>['calls']['start']>>,
  root: string,
) {
  return {
    session_id: call.id,
    status: call.state,
    websocket_url: `${root}/calls/${call.id}/audio?ticket=${ticket}`,
    ticket,
    resume,
  };
}
