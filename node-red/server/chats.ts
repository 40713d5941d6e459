/** What a web chat is begun with, and what is told of one that began. */
import type { StartedChat, Visitor } from '../../app/chats/chats.ts';
import { textField } from './respond.ts';

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
