/** Commands that act: each is one request to the running server. */
import type { CatalogueExport, Retried } from '../core/api.ts';
import type { Message } from '../core/model.ts';
import { plural } from '../core/text/plural.ts';
import { type Command, type Given, type Result, statusOf, UsageError } from './command.ts';
import { ofConversation, ofMessage } from './outcome.ts';
import { server } from './server.ts';

interface Action extends Omit<Command, 'options' | 'run'> {
  options?: Command['options'];
  /** `:id` is the command's first word. */
  path: string;
  body?(given: Given): object;
  /** Tells what came of it. */
  tell(answer: never): Result;
}

const ACTIONS: Record<string, Action> = {
  retry: {
    usage: '<turn>',
    summary: 'Tries a turn that was given up once more',
    takes: ['turn'],
    path: '/turns/:id/retry',
    tell: (data: Retried) => ({
      data,
      lines: [`Its messages are being answered in a new turn. See "dragoman messages ${data.conversationId}".`],
    }),
  },
  reply: {
    usage: '<conversation> "<text>"',
    summary:
      "Sends a person's words to the customer; the bot is silent from then on, as after a message from the phone",
    takes: ['conversation', 'text'],
    path: '/conversations/:id/reply',
    body: ({ words }) => ({ text: words[1] }),
    tell: ofMessage,
  },
  takeover: {
    usage: '<conversation> [--seconds 300]',
    summary: 'Silences the bot in a conversation, for so long or for the cool-down of its account',
    takes: ['conversation'],
    options: { seconds: { type: 'string' } },
    path: '/conversations/:id/takeover',
    body: ({ options }) => ({ seconds: secondsOf(options.seconds) }),
    tell: ofConversation,
  },
  handback: {
    usage: '<conversation>',
    summary: 'Lets the bot answer again at once',
    takes: ['conversation'],
    path: '/conversations/:id/handback',
    tell: ofConversation,
  },
  status: {
    usage: '<conversation> <status>',
    summary: 'Sets who answers a conversation: active (the bot), support_active, marketing_active or closed',
    takes: ['conversation', 'status'],
    path: '/conversations/:id/status',
    body: ({ words }) => ({ status: statusOf(words[1], '<status>') }),
    tell: ofConversation,
  },
  outreach: {
    usage: '<on|off>',
    summary: 'Stops everything that nobody asked for, on all accounts, or lets it go on',
    takes: ['on or off'],
    path: '/outreach/switch',
    body: ({ words }) => ({ off: isOff(words[0]) }),
    tell: (data: { stoppedAt: number }) => ({
      data,
      lines: [data.stoppedAt ? 'Nothing that nobody asked for is sent.' : 'Messages about orders are sent again.'],
    }),
  },
  catalogue: {
    usage: '[--base pharmacy]',
    summary:
      "Writes the catalogue of the pharmacies' backend into a knowledge base; what did not change is not touched",
    takes: [],
    options: { base: { type: 'string' } },
    path: '/catalogue',
    body: ({ options }) => ({ base: options.base }),
    tell: (data: CatalogueExport) => ({
      data,
      lines: [
        `${plural(data.products, 'product')} in the catalogue; in the knowledge base ${data.base}: ${plural(data.written.length, 'file')} written, ${data.removed.length} removed.`,
        ...data.written.map((name) => `  + ${name}`),
        ...data.removed.map((name) => `  - ${name}`),
      ],
    }),
  },
  approve: {
    usage: '<message>',
    summary: 'Sends a draft',
    takes: ['message'],
    path: '/drafts/:id/approve',
    tell: ofMessage,
  },
  discard: {
    usage: '<message>',
    summary: 'Keeps a draft from ever being sent',
    takes: ['message'],
    path: '/drafts/:id/discard',
    // That the customer does not have it is what was asked for.
    tell: (message: Message) => ({ ...ofMessage(message), failed: false }),
  },
};

/** The command of that name. */
export function action(name: string): Command {
  const { path, body, tell, options = {}, ...shown } = ACTIONS[name]!;
  return {
    ...shown,
    options,
    async run(given) {
      const sent = body?.(given);
      const route = path.replace(':id', () => encodeURIComponent(given.words[0]!));
      return tell(await (await server()).post<never>(route, sent));
    },
  };
}

/** @throws UsageError */
function secondsOf(given: Given['options'][string]): number | undefined {
  if (given === undefined) return undefined;
  const seconds = Number(given);
  if (!Number.isInteger(seconds) || seconds <= 0) throw new UsageError('--seconds takes a whole number from 1.');
  return seconds;
}

/** @throws UsageError */
function isOff(word: string | undefined): boolean {
  if (word !== 'on' && word !== 'off') throw new UsageError('It takes "on" or "off".');
  return word === 'off';
}
