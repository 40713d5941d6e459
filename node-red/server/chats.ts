/** Web chats are begun by the shop's own server, which says who its visitor is: behind the API's door. */
import type { Router } from 'express';
import type { StartedChat, Visitor } from '../../app/chats/chats.ts';
import { engine } from '../current.ts';
import { answerJson, readBody, textField } from './respond.ts';

/** @param root path of the API, whose door is in front already. @param linesRoot what stands before `/chat` in a socket's address */
export function serveChats(root: string, app: Router, linesRoot: string): void {
  app.post(
    `${root}/chats`,
    answerJson(async (request) => {
      const body = await readBody(request);
      const account = textField(body, 'account') || undefined;
      return startedChat(await engine().chats.start(account, visitorIn(body)), linesRoot);
    }),
  );
}

/** Of whom a body tells. @throws DragomanError BAD_REQUEST */
export function visitorIn(body: object): Visitor {
  const field = (name: string) => textField(body, name) || undefined;
  return {
    ...{ visitor: field('visitor'), name: field('name'), resume: field('resume') },
    ...{ language: field('language'), page: field('page') },
  };
}

/** As a page is told of it. */
export const startedChat = ({ chat, ticket, resume, guest }: StartedChat, root: string) => ({
  chat_id: chat,
  websocket_url: `${root}/chat/${chat}/line`,
  ...{ ticket, resume, guest },
});
