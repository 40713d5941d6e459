/** What the inbox is told of conversations and messages: types only, for the page as well. */

import type { Contact, Conversation, Decision, JsonObject, Message, Note, Said, Turn } from '../model.ts';
import type { OutgoingKind } from '../ports/channel.ts';
import type { Limits } from './files.ts';

/** No request to a platform, and no handle of a file. */
export interface InboxMessage
  extends Pick<
    Message,
    | 'id'
    | 'seq'
    | 'direction'
    | 'author'
    | 'text'
    | 'at'
    | 'state'
    | 'error'
    | 'reaction'
    | 'editedAt'
    | 'deletedAt'
    | 'choice'
    | 'writer'
    | 'drafted'
    | 'answered'
    | 'turnId'
    | 'source'
  > {
  /** `file`: it can be asked for, by its place. `url`: where it is, of what a flow sent. */
  media: { kind: string; name?: string; caption?: string; file: boolean; url?: string }[];
  buttons: string[];
  /** Until then it can be taken back. */
  undoUntil?: number;
}

/** Files that may be sent. `why` none may: the channel takes none, or fetches them and does not know from where. */
export interface TakesFiles {
  limits: Limits;
  why?: 'channel' | 'address';
}

/** A file that is kept, to be sent. */
export interface UploadView {
  id: string;
  kind: OutgoingKind;
  name: string;
  size: number;
}

export interface InboxRow
  extends Pick<
    Conversation,
    | 'id'
    | 'channel'
    | 'kind'
    | 'status'
    | 'humanUntil'
    | 'assignee'
    | 'labels'
    | 'language'
    | 'personSince'
    | 'unansweredSince'
    | 'draftSince'
    | 'failedSince'
    | 'updatedAt'
  > {
  account: { id: string; name: string };
  /** Absent where nobody knows it. */
  name?: string;
  /** What was said last; null in an empty conversation. */
  last: (Pick<Said, 'author' | 'direction' | 'at' | 'state'> & { text: string; media: string[] }) | null;
}

export interface InboxDetail {
  row: InboxRow;
  messages: InboxMessage[];
  decisions: (Decision & { turnId: string })[];
  turns: Pick<Turn, 'id' | 'state' | 'outcome' | 'error' | 'startedAt'>[];
  notes: Note[];
  contact:
    | (Pick<Contact, 'name' | 'username' | 'language' | 'profile' | 'createdAt'> & { identities: string[] })
    | null;
  /** When the contact opted out; 0 when not. */
  optedOutAt: number;
  leads: JsonObject[];
  others: InboxRow[];
  takes: TakesFiles;
}
