/** What an account for web chats is configured with. Pure data: the channel and the editor's form read it. */
import type { ChannelField } from '../../core/ports.ts';

export const fields = {
  /** Other sites than this server's own that may open a line, with blanks between: `https://shop.example`. */
  origins: { env: 'WEB_CHAT_ORIGINS' },
  /** Who is written to; empty: the account's name. */
  title: { env: 'WEB_CHAT_TITLE' },
  /** Said where a chat is opened for the first time; empty: the customer begins. */
  greeting: { env: 'WEB_CHAT_GREETING' },
} satisfies Record<string, ChannelField>;
