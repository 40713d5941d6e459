/** The page's part of the server's interface (`node-red/server/routes/inbox.ts`). Times are UTC milliseconds. */
import type { InboxDetail, InboxMessage, InboxRow, UploadView } from '../../../core/desk/views.ts';
import type { ConversationStatus, Note, SavedAnswer } from '../../../core/model.ts';
import { api, apiRoot } from '../../api.ts';

export type { InboxDetail as Detail, InboxMessage as Message, InboxRow as Row, Note, SavedAnswer };
export type Status = ConversationStatus;

export const QUEUES = ['person', 'unanswered', 'drafts', 'failed', 'mine', 'all'] as const;
export type Queue = (typeof QUEUES)[number];
export const STATUSES = ['active', 'support_active', 'marketing_active', 'closed'] as const;

/** By what the list is narrowed; empty: by nothing. */
export interface Filter {
  account: string;
  status: string;
  label: string;
  language: string;
}
export const NO_FILTER: Filter = { account: '', status: '', label: '', language: '' };

export interface Words {
  accounts: { id: string; name: string }[];
  labels: string[];
  languages: string[];
  assignees: string[];
}

/** Rows that are asked for at once. */
export const PAGE = 50;
const FOUND = 30;

const given = (fields: object) =>
  new URLSearchParams(Object.entries(fields).flatMap(([name, value]) => (value ? [[name, String(value)]] : [])));
const one = (id: string) => `/inbox/conversations/${encodeURIComponent(id)}`;
const post = <T = void>(path: string, body: object = {}) => api<T>(path, { method: 'POST', body });

export const list = (queue: Queue, filter: Filter, offset: number, signal?: AbortSignal) =>
  api<{ total: number; rows: InboxRow[] }>(`/inbox?${given({ queue, ...filter, offset, limit: PAGE })}`, { signal });
export const counts = (filter: Filter) => api<Record<Queue, number>>(`/inbox/counts?${given(filter)}`);
export const words = () => api<Words>('/inbox/words');
export const search = (text: string, account: string, before?: number, signal?: AbortSignal) =>
  api<{ rows: (InboxRow & { excerpt: string })[]; next: number | null; unread: number }>(
    `/inbox/search?${given({ text, account, before, limit: FOUND })}`,
    { signal },
  );
/** Messages that are read at once. */
export const THREAD = 60;
/** @param before `seq`: older messages */
export const read = (id: string, before?: number) => api<InboxDetail>(`${one(id)}?${given({ before, limit: THREAD })}`);

/** That a customer asked for a person (`GET /conversations/:id/handovers`). */
export interface Wish {
  conversationId: string;
  at: number;
  state: 'open' | 'over';
  /** When people are there again; null: they were there. */
  opensAt: number | null;
  summary: string[] | null;
  summaryBy?: 'llm' | 'messages';
  repliedAt?: number;
}
/** The last time that he did; undefined: he never did. */
export const wish = async (id: string): Promise<Wish | undefined> =>
  (await api<{ handovers: Wish[] }>(`/conversations/${encodeURIComponent(id)}/handovers?limit=1`)).handovers[0];

export interface Said {
  text: string;
  /** `seq` of the newest message that is shown. */
  seen: number;
  /** Ids of drafts that are shown as waiting. */
  drafts: string[];
  /** Ids of files that the server has. */
  uploads?: string[];
  buttons?: { id: string; title: string }[];
}
export const reply = (id: string, said: Said) => post<InboxMessage>(`${one(id)}/reply`, { ...said, undo: true });
/** The server keeps it from then on, to be sent. */
export const upload = (id: string, name: string, body: File) =>
  api<UploadView>(`${one(id)}/uploads?${given({ name })}`, { method: 'POST', body });
export const undo = (message: string) => post<{ text: string }>(`/inbox/messages/${message}/undo`);
export const approve = (message: string, text: string | undefined, seen: number) =>
  post(`/inbox/messages/${message}/approve`, { text, seen });
export const discard = (message: string) => post(`/inbox/messages/${message}/discard`);
export const resend = (message: string) => post(`/inbox/messages/${message}/resend`);
export const takeOver = (id: string) => post(`${one(id)}/takeover`);
export const handBack = (id: string) => post(`${one(id)}/handback`);
export const setStatus = (id: string, status: string) => post(`${one(id)}/status`, { status });
export const assign = (id: string, assignee: string | null) => post(`${one(id)}/assignee`, { assignee });
export const label = (id: string, labels: readonly string[]) => post(`${one(id)}/labels`, { labels });
export const note = (id: string, text: string) => post<Note>(`${one(id)}/notes`, { text });
export const removeNote = (id: string) => api<void>(`/inbox/notes/${id}`, { method: 'DELETE' });
export const typing = (id: string, tab: string, on: boolean) => post(`${one(id)}/typing`, { tab, on });
export const answers = () => api<SavedAnswer[]>('/inbox/answers');
export const saveAnswer = (answer: { name: string; text: string }) => post<SavedAnswer>('/inbox/answers', answer);
export const removeAnswer = (id: string) => api<void>(`/inbox/answers/${id}`, { method: 'DELETE' });

/** Where a file is that the customer sent, or a colleague. */
export const fileOf = (message: string, place: number): string =>
  `${apiRoot(location.pathname)}/inbox/messages/${message}/files/${place}`;
