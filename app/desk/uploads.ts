/** Files that colleagues send from the inbox: looked at, and kept in the store, where whichever process sends the message finds them. */
import { randomUUID } from 'node:crypto';
import type { Account } from '../../core/accounts.ts';
import { HEAD, kindOfFile, type Limits, nameOfFile, typeOfFile } from '../../core/desk/files.ts';
import type { TakesFiles, UploadView } from '../../core/desk/views.ts';
import { DragomanError } from '../../core/errors.ts';
import type { Conversation, Upload } from '../../core/model.ts';
import type { Clock, OutgoingMedium, Store } from '../../core/ports.ts';
import { setting } from '../../core/settings.ts';
import type { Registry } from '../registry.ts';

/** Below the root of the flows: where those are that platforms and pages of customers fetch. */
export const FILES_PATH = '/dragoman/files';

export interface Uploads {
  /** What may be sent in a conversation. */
  taken(conversation: Pick<Conversation, 'accountId'>): TakesFiles;
  /**
   * Durable once it resolves.
   * @throws DragomanError NOT_FOUND, BAD_REQUEST for what the channel takes not, TOO_LARGE
   */
  put(conversationId: string, name: string, bytes: Uint8Array): Promise<UploadView>;
  /** @throws DragomanError BAD_REQUEST for what was not given for this conversation */
  toSend(conversationId: string, ids: readonly string[]): Promise<OutgoingMedium[]>;
  /** One that its platform fetches. @throws DragomanError NOT_FOUND for all others */
  fetched(id: string): Promise<Upload>;
}

export interface UploadsOptions {
  store: Store;
  clock: Clock;
  registry: Pick<Registry, 'account'>;
  /** Where this server answers on this machine. */
  ownAddress(): string | undefined;
}

export function createUploads({ store, clock, registry, ownAddress }: UploadsOptions): Uploads {
  /** Where a platform reaches this server; a stand-in does on this machine. */
  function root({ simulated }: Account): string | undefined {
    const own = ownAddress();
    const known = setting('publicUrl').replace(/\/+$/, '');
    if (known.startsWith('https://')) return known + (own ? new URL(own).pathname.replace(/\/+$/, '') : '');
    return simulated ? own : undefined;
  }

  function taken({ accountId }: Pick<Conversation, 'accountId'>): TakesFiles {
    const account = registry.account(accountId);
    const limits = account?.channel.capabilities.files;
    if (!account || !limits) return { limits: {}, why: 'channel' };
    return account.channel.sendFile || root(account) ? { limits } : { limits: {}, why: 'address' };
  }

  /** @throws DragomanError BAD_REQUEST, TOO_LARGE */
  function kindIn({ limits, why }: TakesFiles, file: { type: string; size: number }) {
    if (why) throw why === 'address' ? unreachable() : noFiles();
    if (file.size === 0) throw new DragomanError('BAD_REQUEST', 'The file is empty.', 'Send another one.');
    const kind = kindOfFile(limits, file);
    if (kind === 'type')
      throw new DragomanError('BAD_REQUEST', `The platform takes no ${file.type}.`, `Send ${typesIn(limits)}.`);
    if (kind === 'size')
      throw new DragomanError('TOO_LARGE', `${file.size} bytes are too many for this platform.`, 'Make it smaller.');
    return kind;
  }

  return {
    taken,
    async put(conversationId, name, bytes) {
      const conversation = await store.conversation(conversationId);
      if (!conversation) throw missing();
      const called = nameOfFile(name);
      const file = { name: called, type: typeOfFile(bytes.subarray(0, HEAD), called), size: bytes.length };
      const kind = kindIn(taken(conversation), file);
      const upload: Upload = {
        // As random as can be: who knows it of a public one gets the file.
        ...{ id: randomUUID(), conversationId, ...file, at: clock.now() },
        public: !registry.account(conversation.accountId)?.channel.sendFile,
        content: Buffer.from(bytes).toString('base64'),
      };
      if (!(await store.putUpload(upload))) throw missing();
      return { id: upload.id, kind, name: called, size: file.size };
    },
    async toSend(conversationId, ids) {
      if (ids.length === 0) return [];
      const conversation = await store.conversation(conversationId);
      if (!conversation) throw missing();
      const account = registry.account(conversation.accountId);
      const takes = taken(conversation);
      return Promise.all(
        ids.map(async (id) => {
          const upload = await store.upload(id);
          if (upload?.conversationId !== conversationId)
            throw new DragomanError('BAD_REQUEST', 'A file is not there.', 'Give the file once more.');
          const { name } = upload;
          const url = account?.channel.sendFile
            ? `upload:${id}`
            : `${root(account!)}${FILES_PATH}/${id}/${encodeURIComponent(name)}`;
          return { kind: kindIn(takes, upload), url, name, upload: id };
        }),
      );
    },
    async fetched(id) {
      const upload = await store.upload(id);
      if (!upload?.public) throw missing('file');
      return upload;
    },
  };
}

const typesIn = (limits: Limits) => [...new Set(Object.values(limits).flatMap(({ types }) => types))].join(', ');
const missing = (what = 'conversation') =>
  new DragomanError('NOT_FOUND', `There is no such ${what}.`, 'Load the page again.');
const noFiles = () => new DragomanError('BAD_REQUEST', 'This channel takes no files.', 'Send words.');
const unreachable = () =>
  new DragomanError(
    'BAD_REQUEST',
    'This platform fetches files from this server, whose address for the world is not known.',
    'Set DRAGOMAN_PUBLIC_URL to it, beginning with https://.',
  );
