import type { DatabaseSync } from 'node:sqlite';
import type {
  Conversation,
  FollowUp,
  Lead,
  Message,
  Notice,
  OrderRecord,
  Outreach,
  Shop,
  Turn,
  WebhookRecord,
} from '../../core/model.ts';
import type { ContactRecord } from '../../core/ports.ts';
import { table } from './rows.ts';

/** The database and its tables as records; what the parts of the store share. */
export interface Tables {
  db: DatabaseSync;
  webhooks: ReturnType<typeof table<WebhookRecord>>;
  conversations: ReturnType<typeof table<Conversation>>;
  messages: ReturnType<typeof table<Message>>;
  turns: ReturnType<typeof table<Turn>>;
  contacts: ReturnType<typeof table<ContactRecord>>;
  leads: ReturnType<typeof table<Lead>>;
  notices: ReturnType<typeof table<Notice>>;
  orders: ReturnType<typeof table<OrderRecord>>;
  followUps: ReturnType<typeof table<FollowUp>>;
  shops: ReturnType<typeof table<Shop>>;
  outreach: ReturnType<typeof table<Outreach>>;
}

/** Records that are kept in memory: people who are likely to write again, and what belongs to the turns that run. */
const PEOPLE = 5_000;
const RUNNING = 1_000;

/** @param beside another process writes: no record is remembered. */
export function tables(db: DatabaseSync, beside = false): Tables {
  const people = beside ? 0 : PEOPLE;
  const running = beside ? 0 : RUNNING;
  return {
    db,
    webhooks: table<WebhookRecord>(db, 'webhook', {
      id: 'plain',
      at: 'plain',
      channel: 'plain',
      accountId: 'nullable',
      path: 'plain',
      eventType: 'plain',
      status: 'plain',
      error: 'plain',
      payload: 'plain',
      conversations: 'json',
    }),
    leads: table<Lead>(db, 'lead', {
      id: 'plain',
      contactId: 'nullable',
      conversationId: 'plain',
      accountId: 'plain',
      phone: 'plain',
      firstName: 'plain',
      lastName: 'plain',
      email: 'plain',
      organization: 'plain',
      notes: 'plain',
      at: 'plain',
    }),
    notices: table<Notice>(db, 'notice', {
      id: 'plain',
      kind: 'plain',
      accountId: 'plain',
      conversationId: 'nullable',
      reason: 'plain',
      about: 'json',
      at: 'plain',
      tries: 'plain',
      tellAt: 'nullable',
    }),
    orders: table<OrderRecord>(db, 'shop_order', {
      id: 'plain',
      shop: 'plain',
      number: 'plain',
      told: 'jsonOrNull',
      digest: 'plain',
      fault: 'jsonOrNull',
      zones: 'json',
      accountId: 'plain',
      nodeId: 'plain',
      contactId: 'nullable',
      seenAt: 'plain',
      changedAt: 'plain',
    }),
    followUps: table<FollowUp>(db, 'follow_up', {
      id: 'plain',
      orderId: 'plain',
      event: 'plain',
      accountId: 'plain',
      nodeId: 'plain',
      conversationId: 'nullable',
      state: 'plain',
      rule: 'plain',
      reason: 'plain',
      dueAt: 'nullable',
      turnId: 'nullable',
      messageId: 'nullable',
      variant: 'plain',
      at: 'plain',
      endedAt: 'plain',
    }),
    shops: table<Shop>(db, 'shop', {
      id: 'plain',
      cursor: 'nullable',
      mark: 'nullable',
      since: 'plain',
      known: 'bool',
    }),
    outreach: table<Outreach>(db, 'outreach', { id: 'plain', sent: 'plain', lastAt: 'plain', counted: 'jsonOrNull' }),
    contacts: table<ContactRecord>(
      db,
      'contact',
      {
        id: 'plain',
        name: 'plain',
        username: 'plain',
        language: 'plain',
        profile: 'json',
        createdAt: 'plain',
        mergedInto: 'plain',
      },
      { remember: people },
    ),
    conversations: table<Conversation>(
      db,
      'conversation',
      {
        id: 'plain',
        accountId: 'plain',
        channel: 'plain',
        threadKey: 'plain',
        kind: 'plain',
        contactId: 'nullable',
        session: 'plain',
        address: 'json',
        vars: 'json',
        head: 'jsonOrNull',
        status: 'plain',
        statusNote: 'jsonOrNull',
        humanUntil: 'plain',
        humanSince: 'plain',
        optedOutAt: 'plain',
        blockedAt: 'plain',
        lastInboundAt: 'plain',
        openSend: 'nullable',
        sendOwner: 'nullable',
        sendAt: 'nullable',
        wakeAt: 'nullable',
        burstSince: 'nullable',
        leaseOwner: 'nullable',
        leaseUntil: 'plain',
        proposal: 'nullable',
        openTurn: 'jsonOrNull',
        lastTurn: 'nullable',
        takenSeq: 'plain',
        arrivals: 'json',
        exchange: 'jsonOrNull',
        createdAt: 'plain',
        updatedAt: 'plain',
      },
      { remember: people, behind: true },
    ),
    messages: table<Message>(
      db,
      'message',
      {
        id: 'plain',
        seq: 'plain',
        conversationId: 'plain',
        accountId: 'plain',
        direction: 'plain',
        author: 'plain',
        text: 'plain',
        media: 'json',
        at: 'plain',
        platformAt: 'plain',
        platformId: 'plain',
        key: 'plain',
        choice: 'json',
        consent: 'plain',
        pending: 'bool',
        answered: 'bool',
        turnId: 'nullable',
        editedAt: 'plain',
        deletedAt: 'plain',
        reaction: 'plain',
        takeover: 'json',
        slot: 'plain',
        purpose: 'plain',
        state: 'plain',
        parts: 'json',
        tries: 'plain',
        nextTryAt: 'plain',
        error: 'json',
        source: 'json',
        cap: 'plain',
        followUp: 'plain',
        template: 'json',
        sender: 'plain',
      },
      { sequence: 'seq', remember: running },
    ),
    turns: table<Turn>(
      db,
      'turn',
      {
        id: 'plain',
        conversationId: 'plain',
        accountId: 'plain',
        messageIds: 'json',
        followUp: 'plain',
        state: 'plain',
        attempts: 'plain',
        cuts: 'plain',
        retryAt: 'plain',
        decisions: 'json',
        outcome: 'plain',
        error: 'plain',
        startedAt: 'plain',
        openUntil: 'plain',
        finishedAt: 'plain',
      },
      { remember: running },
    ),
  };
}
