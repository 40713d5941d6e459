/** The search: by an index of the words that each message, and each contact's name, has. */
import type { Document } from 'mongodb';
import type { Conversation, Message } from '../../core/model.ts';
import type { Conversations, Search } from '../../core/ports.ts';
import { excerptOf, type Hit, isBeginning, type Looked, look, pageOf, soughtIn } from '../../core/text/search.ts';
import { SEEN } from './pages.ts';
import type { Reader } from './reader.ts';

/** Messages that have the words are looked at for one page: those of one conversation may be many. */
const LOOKED_AT = 2_000;
/** At once. */
const READ = 500;
/** People of one name. */
const NAMED = 2_000;

type Row = Hit & Pick<Message, 'id' | 'at' | 'direction' | 'author' | 'text'>;
const FIELDS = ['conversationId', 'seq', 'at', 'direction', 'author', 'text'];

/** Words are letters and digits, so nothing in them means something else to the server. */
const having = (field: string, sought: string[]): Document => ({
  $and: sought.map((word) => ({ [field]: isBeginning(word) ? { $regex: `^${word}` } : word })),
});

export function searchStore(reader: Reader): Pick<Conversations, 'search'> {
  type Within = Pick<Search, 'accountId' | 'limit'> & { before: number };
  const of = ({ accountId }: Within): Document => (accountId === undefined ? {} : { accountId });
  const rows = (filter: Document, limit: number) =>
    reader.find<Row>('messages', filter, { sort: { seq: -1 }, limit, fields: FIELDS });

  /** Of these conversations those that nobody is about to forget. */
  async function seen(ids: string[]): Promise<Map<string, Conversation>> {
    const found = await reader.find<Conversation>('conversations', { _id: { $in: ids }, ...SEEN });
    return new Map(found.map((conversation) => [conversation.id, conversation]));
  }

  async function said(sought: string[], within: Within): Promise<Looked<Row>> {
    const hits: Row[] = [];
    for (let end = within.before, looked = 0; looked < LOOKED_AT; looked += READ) {
      const more = await rows({ ...having('words', sought), ...of(within), seq: { $lt: end } }, READ);
      const there = await seen([...new Set(more.map(({ conversationId }) => conversationId))]);
      hits.push(...more.filter(({ conversationId }) => there.has(conversationId)));
      const found = look(hits, within.limit, LOOKED_AT);
      if (found.end > 0 || more.length < READ) return found;
      end = more.at(-1)!.seq;
      if (looked + READ >= LOOKED_AT) return { ...found, end };
    }
    return look(hits, within.limit, LOOKED_AT);
  }

  async function named(sought: string[], within: Within): Promise<Looked<Row>> {
    const people = await reader.documents(
      'contacts',
      { ...having('nameWords', sought), ...SEEN },
      { limit: NAMED, fields: [] },
    );
    if (people.length === 0) return { hits: [], end: 0 };
    const theirs = {
      contactId: { $in: people.map(({ _id }) => _id) },
      top: { $lt: within.before },
      ...of(within),
      ...SEEN,
    };
    const newestFirst = { sort: { top: -1 }, limit: within.limit, fields: ['top'] } as const;
    const found = await reader.documents('conversations', theirs, newestFirst);
    const newest = await Promise.all(found.map(({ _id }) => rows({ conversationId: _id }, 1)));
    return { hits: newest.flat(), end: found.length < within.limit ? 0 : found.at(-1)!.top! };
  }

  return {
    async search({ text, accountId, limit, before = Number.MAX_SAFE_INTEGER }) {
      const sought = soughtIn(text);
      if (sought.length === 0) return { found: [], next: null, unread: 0 };
      const within = { accountId, limit, before };
      const looked = await Promise.all([said(sought, within), named(sought, within)]);
      const { hits, next } = pageOf(...looked, limit);
      const conversations = await seen(hits.map(({ conversationId }) => conversationId));
      const contacts = [...conversations.values()].flatMap(({ contactId }) => contactId ?? []);
      const people = await reader.documents('contacts', { _id: { $in: contacts } }, { fields: ['name'] });
      const names = new Map(people.map(({ _id, name }) => [_id, name]));
      const found = hits.flatMap(({ conversationId, text, ...message }) => {
        const conversation = conversations.get(conversationId);
        if (!conversation) return [];
        const { id, seq, at, direction, author } = message;
        return {
          conversation: { ...conversation, name: names.get(conversation.contactId ?? '') },
          message: { id, seq, at, direction, author, excerpt: excerptOf(text, sought) },
        };
      });
      return { found, next, unread: 0 };
    },
  };
}
