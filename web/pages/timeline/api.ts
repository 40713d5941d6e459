/** The page's part of the interface, as it sees it. The server is `node-red/server/routes/timeline.ts`. Times are UTC milliseconds. */
import { api } from '../../api.ts';
import type { Tone } from '../../components/badge.ts';

export interface Told {
  code: string;
  tone: Tone;
  /** `…At` is a moment, `…Ms` a length of time. */
  values?: Record<string, string | number>;
  rule?: string;
  error?: { code: string; message: string; action?: string };
  detail?: string;
  node?: { id: string; name: string };
}

export interface Entry extends Told {
  at: number;
  passages?: { title: string; source: string; score: number }[];
  masked?: { kind: string; count: number }[];
  tool?: { args: string; result: string };
  question?: {
    version: string;
    history: { role: 'user' | 'assistant'; text: string }[];
    earlier: number;
    tools: string[];
    instructions?: string;
  };
  answer?: string;
}

export interface Group {
  id: string;
  kind: 'turn' | 'waiting' | 'person' | 'calls';
  at: number;
  said: { id: string; text: string }[];
  why: Told[];
  entries: Entry[];
  rerun?: string;
}

export interface Timeline {
  conversation: { id: string; account: string; channel: string; status: string; name: string | null };
  groups: Group[];
  before: number | null;
  off: boolean;
}

/** Who wrote the words of an answer. */
export type Kind = 'llm' | 'fallback-llm' | 'extractive' | 'static' | 'flow';

export interface Rehearsed {
  outcome: string;
  error: string | null;
  said: { text: string; kind: Kind; model: string | null }[];
  before: { text: string; kind: Kind | null; model: string | null }[];
  entries: Entry[];
}

export const ofMessage = (id: string) => api<Timeline>(`/messages/${encodeURIComponent(id)}/timeline`);
export const ofConversation = (id: string, before?: number) =>
  api<Timeline>(`/conversations/${encodeURIComponent(id)}/timeline${before === undefined ? '' : `?before=${before}`}`);
export const rerun = (message: string) =>
  api<Rehearsed>(`/messages/${encodeURIComponent(message)}/rerun`, { method: 'POST' });
