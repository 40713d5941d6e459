/** Web chats are begun by the shop's own server, which says who its visitor is. */
import { engine } from '../../current.ts';
import { startedChat, visitorIn } from '../chats.ts';
import type { Route } from '../routes.ts';

/** @param linesRoot what stands before `/chat` in a socket's address */
export const chatRoutes = (linesRoot: string): Route[] => [
  {
    method: 'post',
    path: '/chats',
    need: 'dragoman.manage',
    summary: 'Begins a web chat for a visitor of the shop: where its line is, and the ticket for it.',
    body: { type: 'object', properties: { account: { type: 'string' } } },
    async handle({ body }) {
      return startedChat(await engine().chats.start(body.account || undefined, visitorIn(body)), linesRoot);
    },
  },
];
