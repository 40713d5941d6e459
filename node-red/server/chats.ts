/** Web chats are begun by the shop's own server, which says who its visitor is: behind the API's door. */
import type { Router } from 'express';
import type { StartedChat } from '../../app/chats/chats.ts';
import { engine, engineOrReason } from '../current.ts';
import { answerJson, readBody, textField } from './respond.ts';

/** @param root path of the API, whose door is in front already. @param linesRoot what stands before `/chat` in a socket's address */
export function serveChats(root: string, app: Router, linesRoot: string): void {
  app.post(
    `${root}/chats`,
    answerJson(async (request) => {
      const body = await readBody(request);
      const field = (name: string) => textField(body, name) || undefined;
      const about = {
        ...{ visitor: field('visitor'), name: field('name'), resume: field('resume') },
        ...{ language: field('language'), page: field('page') },
      };
      return startedChat(await engine().chats.start(field('account'), about), linesRoot);
    }),
  );
}

/**
 * A handshake that fails tells a page nothing. The line's own address, asked plainly, tells it whether its site may open one.
 * @param roots what stands before `/chat`
 */
export function serveWhetherMay(app: Router, roots: string[]): void {
  app.get(
    roots.map((root) => `${root}/chat/:id/line`),
    async (request, response) => {
      response.setHeader('access-control-allow-origin', '*');
      response.setHeader('cache-control', 'no-store');
      response.type('text/plain');
      const { origin, host } = request.headers;
      const current = engineOrReason();
      if ('reason' in current) response.status(503).send('Not ready.\n');
      else if (await current.engine.chats.mayOpen(request.params.id!, { origin, host }))
        response.status(426).setHeader('upgrade', 'websocket').send('Open a WebSocket here.\n');
      else response.status(403).send('This page may not open a line here.\n');
    },
  );
}

/** As a page is told of it. */
export const startedChat = ({ chat, ticket, resume, guest }: StartedChat, root: string) => ({
  chat_id: chat,
  websocket_url: `${root}/chat/${chat}/line`,
  ...{ ticket, resume, guest },
});
