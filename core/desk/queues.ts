/** The inbox's queues, as conditions and an order that any store can put into its own words. Pure. */
import type { Conversation, ConversationStatus } from '../model.ts';

export const QUEUES = ['person', 'unanswered', 'drafts', 'failed', 'mine', 'all'] as const;
export type Queue = (typeof QUEUES)[number];

/** All of a list must hold. `has`: the property is there; `among`: it is one of these; `without`: it is none of these; `holds`: it is a list with this. */
export type Condition =
  | { field: DeskField; is: 'has' }
  | { field: DeskField; is: 'among' | 'without'; values: readonly string[] }
  | { field: 'labels'; is: 'holds'; value: string };

export type DeskField = keyof Pick<
  Conversation,
  | 'accountId'
  | 'status'
  | 'assignee'
  | 'labels'
  | 'language'
  | 'personSince'
  | 'unansweredSince'
  | 'draftSince'
  | 'failedSince'
>;

/** `oldest`: who waits longest comes first. */
export interface Order {
  by: 'updatedAt' | 'personSince' | 'unansweredSince' | 'draftSince' | 'failedSince';
  first: 'newest' | 'oldest';
}

export interface DeskFilter {
  queue: Queue;
  /** Of the queue `mine`: whose. */
  user: string;
  accountId?: string;
  status?: ConversationStatus;
  label?: string;
  language?: string;
}

/** What a queue asks for. A closed conversation waits for nobody. */
export function conditionsOf({ queue, user, accountId, status, label, language }: DeskFilter): Condition[] {
  const open: Condition = { field: 'status', is: 'without', values: ['closed'] };
  const own: Record<Queue, Condition[]> = {
    person: [{ field: 'personSince', is: 'has' }],
    unanswered: [{ field: 'unansweredSince', is: 'has' }, open],
    drafts: [{ field: 'draftSince', is: 'has' }],
    failed: [{ field: 'failedSince', is: 'has' }],
    mine: [{ field: 'assignee', is: 'among', values: [user] }, open],
    all: [],
  };
  const among = (field: DeskField, value: string | undefined): Condition[] =>
    value === undefined ? [] : [{ field, is: 'among', values: [value] }];
  return [
    ...own[queue],
    ...among('accountId', accountId),
    ...among('status', status),
    ...among('language', language),
    ...(label === undefined ? [] : [{ field: 'labels', is: 'holds', value: label } as const]),
  ];
}

export const orderOf = (queue: Queue): Order => {
  if (queue === 'person') return { by: 'personSince', first: 'oldest' };
  if (queue === 'unanswered') return { by: 'unansweredSince', first: 'oldest' };
  if (queue === 'drafts') return { by: 'draftSince', first: 'oldest' };
  if (queue === 'failed') return { by: 'failedSince', first: 'newest' };
  return { by: 'updatedAt', first: 'newest' };
};
