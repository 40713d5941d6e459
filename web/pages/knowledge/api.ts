/** What the page asks its server (`node-red/server/routes/knowledge.ts`). Times are UTC milliseconds. */
import type { Lack, Quoted } from '../../../core/model.ts';
import { api } from '../../api.ts';

export type { Lack, Quoted } from '../../../core/model.ts';

export interface Base {
  name: string;
  files: number;
  passages: number;
  /** Files that could not be read, wholly or in part. */
  unread: number;
  /** Its files are being read. */
  reading: boolean;
}

/** All bases, and which files may be put there. */
export interface Overview {
  bases: Base[];
  /** Endings, with their point. */
  kinds: string[];
  /** Bytes. */
  most: number;
  /** Passages are found by meaning too. */
  byMeaning: boolean;
}

export interface File {
  name: string;
  bytes: number;
  changedAt: number;
  state: 'read' | 'empty' | 'failed' | 'waiting' | 'ignored';
  passages: number;
  /** What could not be read, in English. */
  notes: string[];
  error?: string;
}

export interface Passage {
  title: string;
  text: string;
  language?: string;
}

export interface Piece {
  text: string;
  hit: boolean;
}

/** A word of the question, and what stands for it in a passage. */
export interface WordFound {
  word: string;
  /** How much of the question it is, 0 to 1. */
  share: number;
  /** Absent: nothing does. */
  found?: string;
  likeness?: number;
}

export interface Found {
  base: string;
  source: string;
  title: Piece[];
  text: Piece[];
  language?: string;
  /** The share of what was asked that it covers. */
  score: number;
  words: WordFound[];
  /** Its place among the nearest by meaning, from 1. */
  nearest?: number;
}

export interface Search {
  found: Found[];
  /** What is quoted where no model answers; null: nothing fits. */
  quoted: string | null;
}

export interface Group {
  id: string;
  base: string;
  text: string;
  others: string[];
  title: string;
  language: string;
  count: number;
  why: Partial<Record<Lack, number>>;
  firstAt: number;
  lastAt: number;
  conversationId: string;
}

export interface Answer {
  base: string;
  question?: string;
  title: string;
  text: string;
  language: string;
}

const filesOf = (base: string) => `/knowledge/bases/${encodeURIComponent(base)}/files`;
const named = (file: string) => `?${new URLSearchParams({ file })}`;

export const overview = () => api<Overview>('/knowledge');
export const files = (base: string) => api<{ files: File[] }>(filesOf(base)).then((answer) => answer.files);
export const passages = (base: string, file: string) =>
  api<{ passages: Passage[] }>(`/knowledge/bases/${encodeURIComponent(base)}/passages${named(file)}`).then(
    (answer) => answer.passages,
  );
/** @returns what was made of it; null: it is not there any more */
export const put = (base: string, file: Blob, name: string) =>
  api<{ file: File | null }>(filesOf(base) + named(name), { method: 'PUT', body: file }).then((answer) => answer.file);
export const remove = (base: string, file: string) => api<void>(filesOf(base) + named(file), { method: 'DELETE' });
export const search = (base: string, question: string) =>
  api<Search>(`/knowledge/bases/${encodeURIComponent(base)}/search`, { body: { question } });
export const questions = () => api<{ groups: Group[]; more: boolean }>('/knowledge/questions');
export const dismiss = (id: string) => api<void>(`/knowledge/questions/${id}`, { method: 'DELETE' });
/** @returns where the answer is found now when the question is asked, from 1; null: it is not */
export const answer = (given: Answer) =>
  api<{ file: string; place: number | null }>('/knowledge/answers', { body: given });
export const quoted = (days: number) =>
  api<{ quoted: Quoted[] }>(`/knowledge/quoted?days=${days}`).then((answer) => answer.quoted);
