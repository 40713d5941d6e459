/** What the inbox's page asks for and does: queues, one conversation with all that is known, notes, labels, saved answers, who types. */
import { keyOfAnswer, nameOfAnswer } from '../../core/desk/answers.ts';
import { conditionsOf, type DeskFilter, orderOf, QUEUES, type Queue } from '../../core/desk/queues.ts';
import type { InboxDetail, InboxMessage, InboxRow } from '../../core/desk/views.ts';
import { DragomanError } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import type { Conversation, JsonObject, Note, SavedAnswer } from '../../core/model.ts';
import { whoAre } from '../../core/people/plans.ts';
import type { Clock, DeskWords, Http, Page, Search, Store } from '../../core/ports.ts';
import { cutText } from '../../core/text/lengths.ts';
import type { Live } from '../live.ts';
import type { ConversationView, Operator, ReplyBy } from '../operator.ts';
import type { Registry } from '../registry.ts';
import { asInboxMessage, hideNumbers, wordsWithoutNumbers } from './thread.ts';
import type { Uploads } from './uploads.ts';

/** So long a person's words wait, where he asks to be able to take them back; milliseconds. */
const UNDO_MS = 5_000;
const EXCERPT = 160;
const LONGEST = { label: 40, note: 4_000, name: 40, answer: 4_000 };
const MOST_LABELS = 20;
const MOST_LEADS = 20;

/** Who looks. */
export interface Viewer {
  /** The user's name. */
  name: string;
  /** Whether he sees the numbers of people. */
  numbers: boolean;
}

export interface Inbox {
  list(
    filter: DeskFilter,
    page: { offset: number; limit: number },
    viewer: Viewer,
  ): Promise<{ total: number; rows: InboxRow[] }>;
  counts(filter: Omit<DeskFilter, 'queue'>): Promise<Record<Queue, number>>;
  words(): Promise<DeskWords & { accounts: { id: string; name: string }[] }>;
  search(
    sought: Search,
    viewer: Viewer,
  ): Promise<{ rows: (InboxRow & { excerpt: string })[]; next: number | null; unread: number }>;
  /** @throws DragomanError NOT_FOUND, as all that take an id. */
  read(id: string, page: Page, viewer: Viewer): Promise<InboxDetail>;
  /** Whoever answers looks after it, where nobody does yet. */
  reply(
    id: string,
    text: string,
    by: Omit<ReplyBy, 'undoMs'> & { writer: string; undo: boolean; uploads?: readonly string[] },
  ): Promise<InboxMessage>;
  takeOver(id: string, user: string, seconds?: number): Promise<void>;
  assign(id: string, assignee: string | null): Promise<void>;
  label(id: string, labels: readonly string[]): Promise<void>;
  note(id: string, writer: string, text: string): Promise<Note>;
  removeNote(id: string): Promise<void>;
  answers(): Promise<SavedAnswer[]>;
  /** @param id of one that is to be changed. @throws DragomanError BAD_REQUEST where another one has the name */
  saveAnswer(answer: { id?: string; name: string; text: string }): Promise<SavedAnswer>;
  removeAnswer(id: string): Promise<void>;
  /** Tells the others that somebody writes, or no more. */
  typing(id: string, user: string, tab: string, on: boolean): void;
  /** A file that a customer sent, or a colleague. @throws DragomanError NOT_FOUND, MEDIA_UNAVAILABLE */
  file(messageId: string, place: number): Promise<{ bytes: Uint8Array; name?: string }>;
}

export interface InboxOptions {
  store: Store;
  clock: Clock;
  http: Http;
  registry: Registry;
  operator: Operator;
  live: Pick<Live, 'tell'>;
  uploads: Pick<Uploads, 'taken' | 'toSend'>;
}

/** Bytes of a file that is shown: WhatsApp's own limit for sound and pictures. */
const LARGEST_FILE = 16 * 1024 * 1024;

export function createInbox({ store, clock, http, registry, operator, live, uploads }: InboxOptions): Inbox {
  const accountName = (id: string) => registry.account(id)?.name ?? id;

  async function rowOf(
    conversation: (Conversation | ConversationView) & { name?: string },
    { numbers }: Viewer,
  ): Promise<InboxRow> {
    const { id, channel, kind, status, humanUntil, assignee, labels, language, updatedAt } = conversation;
    const { personSince, unansweredSince, draftSince, failedSince, accountId, name } = conversation;
    const [last] = await store.history(id, 1);
    return {
      ...{ id, channel, kind, status, humanUntil, assignee, labels, language, updatedAt },
      ...{ personSince, unansweredSince, draftSince, failedSince },
      account: { id: accountId, name: accountName(accountId) },
      name: name && (numbers ? name : hideNumbers(name)),
      last: last
        ? {
            ...{ author: last.author, direction: last.direction, at: last.at, state: last.state },
            text: last.deletedAt ? '' : cutText(last.text, EXCERPT),
            media: last.media.map((medium) => medium.kind),
          }
        : null,
    };
  }

  async function named(conversation: Conversation): Promise<Conversation & { name?: string }> {
    const contact = conversation.contactId ? await store.contact(conversation.contactId) : null;
    return { ...conversation, name: contact?.name };
  }

  async function change(
    id: string,
    patch: (conversation: Conversation) => Partial<Conversation> | null,
  ): Promise<void> {
    if (!(await store.changeConversation(id, patch))) throw missing('conversation');
  }

  const adopt = (id: string, user: string) =>
    change(id, ({ assignee }) => (assignee === undefined ? { assignee: user } : null));

  function words(text: string, most: number, what: string): string {
    const trimmed = text.trim();
    if (trimmed && trimmed.length <= most) return trimmed;
    throw new DragomanError(
      'BAD_REQUEST',
      trimmed ? `The ${what} is longer than ${most} letters.` : `The ${what} is empty.`,
      trimmed ? 'Make it shorter.' : 'Write something.',
    );
  }

  return {
    async list(filter, page, viewer) {
      const conditions = conditionsOf(filter);
      const [total, found] = await Promise.all([
        store.deskCount(conditions),
        store.desk({ conditions, order: orderOf(filter.queue), ...page }),
      ]);
      return { total, rows: await Promise.all(found.map((one) => rowOf(one, viewer))) };
    },
    async counts(filter) {
      const counted = QUEUES.map(
        async (queue) => [queue, await store.deskCount(conditionsOf({ ...filter, queue }))] as const,
      );
      return Object.fromEntries(await Promise.all(counted)) as Record<Queue, number>;
    },
    async words() {
      const accounts = registry.accounts().map(({ id, name }) => ({ id, name }));
      return { ...(await store.deskWords()), accounts };
    },
    async search(sought, viewer) {
      const { found, ...rest } = await operator.search(sought);
      const rows = await Promise.all(
        found.map(async ({ conversation, message }) => ({
          ...(await rowOf(conversation, viewer)),
          excerpt: message.excerpt,
        })),
      );
      return { rows, ...rest };
    },
    async read(id, page, viewer) {
      const { conversation, messages, turns, decisions } = await operator.read(id, page);
      const { contactId, optedOutAt } = conversation;
      const contact = contactId ? await store.contact(contactId) : null;
      const [row, notes, others, leads] = await Promise.all([
        rowOf({ ...conversation, name: contact?.name }, viewer),
        store.notes(id),
        contactId ? store.conversationsWith(contactId) : [],
        contactId ? leadsOf(contactId) : [],
      ]);
      const { name, username, language, profile, createdAt, identities } = contact ?? {};
      const seen = (text: string) => (viewer.numbers ? text : hideNumbers(text));
      return {
        ...{ row, turns, decisions, notes, optedOutAt },
        messages: messages.map(asInboxMessage).map((message) => {
          const { error } = message;
          return error && !viewer.numbers ? { ...message, error: wordsWithoutNumbers(error) } : message;
        }),
        contact: contact
          ? {
              ...{ name: name && seen(name), username: username && seen(username), language, createdAt: createdAt! },
              profile: viewer.numbers ? profile : profile && { ...profile, email: undefined },
              identities: [...new Set(identities!.map(({ value }) => seen(value)))],
            }
          : null,
        takes: uploads.taken(conversation),
        leads: viewer.numbers ? leads : leads.map(({ phone: _phone, email: _email, ...lead }) => lead),
        others: await Promise.all(
          others.filter((other) => other.id !== id).map(async (other) => rowOf(await named(other), viewer)),
        ),
      };
    },

    async reply(id, text, { undo, writer, uploads: files = [], media = [], ...by }) {
      const all = [...(await uploads.toSend(id, files)), ...media];
      const message = await operator.reply(id, text, { ...by, media: all, writer, ...(undo && { undoMs: UNDO_MS }) });
      await adopt(id, writer);
      return asInboxMessage(message);
    },
    async takeOver(id, user, seconds) {
      await operator.takeOver(id, seconds);
      await adopt(id, user);
    },
    assign: (id, assignee) => change(id, () => ({ assignee: assignee ?? undefined })),
    label(id, labels) {
      const own = [...new Set(labels.map((label) => words(label, LONGEST.label, 'label')))];
      return change(id, () => ({ labels: own.length > 0 ? own.slice(0, MOST_LABELS) : undefined }));
    },
    async note(id, writer, text) {
      const now = clock.now();
      const note: Note = {
        id: newId(now),
        conversationId: id,
        writer,
        text: words(text, LONGEST.note, 'note'),
        at: now,
      };
      const isThere = await store.run((records) => records.conversation(id) !== null && records.insertNote(note));
      if (!isThere) throw missing('conversation');
      live.tell({ kind: 'conversation', conversation: id });
      return note;
    },
    async removeNote(id) {
      const note = await store.note(id);
      if (!note) throw missing('note');
      await store.run((records) => records.removeNote(id));
      live.tell({ kind: 'conversation', conversation: note.conversationId });
    },
    answers: () => store.savedAnswers(),
    async saveAnswer({ id, name, text }) {
      const now = clock.now();
      const answer: SavedAnswer = {
        ...{ id: id ?? newId(now), at: now },
        name: nameOfAnswer(words(name, LONGEST.name, 'name')),
        text: words(text, LONGEST.answer, 'answer'),
      };
      const other = (await store.savedAnswers()).find(
        (one) => keyOfAnswer(one.name) === keyOfAnswer(answer.name) && one.id !== answer.id,
      );
      if (other)
        throw new DragomanError('BAD_REQUEST', `There is an answer "${other.name}" already.`, 'Choose another name.');
      await store.run((records) => records.putSavedAnswer(answer));
      live.tell({ kind: 'answers' });
      return answer;
    },
    async removeAnswer(id) {
      await store.run((records) => records.removeSavedAnswer(id));
      live.tell({ kind: 'answers' });
    },
    typing: (conversation, user, tab, on) => live.tell({ kind: 'typing', conversation, user, tab, on }),
    async file(messageId, place) {
      const message = await store.message(messageId);
      const medium = message?.media[place];
      const own = medium?.upload === undefined ? null : await store.upload(medium.upload);
      if (own) return { bytes: Buffer.from(own.content, 'base64'), name: own.name };
      const account = message && registry.account(message.accountId);
      if (!medium || message?.direction !== 'in' || !account?.channel.download) throw missing('file');
      const bytes = await account.channel.download(medium, account.settings, http, LARGEST_FILE);
      return { bytes, name: medium.name };
    },
  };

  async function leadsOf(contactId: string): Promise<JsonObject[]> {
    const who = await store.run((records) => whoAre(records, [contactId]));
    return (await store.held('lead', who, null, MOST_LEADS)).rows;
  }
}

const missing = (what: 'conversation' | 'note' | 'file') =>
  new DragomanError('NOT_FOUND', `There is no such ${what}.`, 'Load the page again.');
