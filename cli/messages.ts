import type { Message } from '../core/model.ts';
import { type Command, LIMIT, limitOf, missing } from './command.ts';
import { withStore } from './store.ts';
import { plain, sendState, time } from './text.ts';

export const messages: Command = {
  usage: '<conversation> [--limit 50]',
  summary: 'The last messages of a conversation, the newest at the end',
  takes: ['conversation'],
  options: LIMIT,
  async run(given) {
    const id = given.words[0]!;
    const limit = limitOf(given, 50);
    const found = await withStore(async (store) => {
      if (!(await store.conversation(id))) throw missing('conversation', id, 'conversations');
      return store.messages(id, { limit });
    });
    return { data: found.map(toData), lines: found.length ? found.flatMap(toLines) : ['It has no messages.'] };
  },
};

/** Without the platform's ids and requests, which may hold a phone number. */
const toData = (message: Message) => ({
  id: message.id,
  at: message.at,
  direction: message.direction,
  author: message.author,
  text: message.text,
  media: message.media.map(({ kind }) => kind),
  choice: message.choice,
  consent: message.consent,
  pending: message.pending,
  answered: message.answered,
  turnId: message.turnId,
  editedAt: message.editedAt,
  deletedAt: message.deletedAt,
  reaction: message.reaction,
  state: message.state,
  error: message.error,
  source: message.source,
});

function toLines(message: Message): string[] {
  const { direction, author, answered, pending } = message;
  const fate = direction === 'out' ? sendState(message) : pending ? 'waits' : answered ? 'answered' : 'not answered';
  const marks = [
    ...message.media.map(({ kind }) => `[${kind}]`),
    ...(message.choice ? ['[tapped]'] : []),
    ...(message.consent ? [`[opt-${message.consent}]`] : []),
    ...(message.editedAt ? ['[edited]'] : []),
    ...(message.deletedAt ? ['[deleted]'] : []),
    ...(message.reaction ? [`[reaction ${plain(message.reaction)}]`] : []),
  ];
  const text = message.text.split('\n').map((line) => `    ${plain(line)}`.trimEnd());
  return [
    [time(message.at), message.id, `${direction === 'in' ? '→' : '←'} ${author}`, fate, ...marks].join('  '),
    ...(message.text ? text : []),
  ];
}
