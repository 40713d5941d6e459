/** Something of everything that a store holds, and everything that it answers: so that two stores can be held against each other. */
import { ACCOUNT, callOf, ending, log, PASS, questionOf, said, T0, uploadOf } from '../../contracts/store/events.ts';
import { traceOf } from '../../contracts/store/traces.ts';
import * as verbs from '../../contracts/store/verbs.ts';
import { conditionsOf, orderOf, QUEUES } from '../../core/desk/queues.ts';
import { addTally, hourOf, tallied, tallyId } from '../../core/figures/tallies.ts';
import { newId } from '../../core/ids.ts';
import { toIncoming } from '../../core/inbox/accept.ts';
import type { Identity, SendState } from '../../core/model.ts';
import { NOTICE_KINDS } from '../../core/model.ts';
import { noticeOf } from '../../core/notices/notices.ts';
import { openShop, takeOrders } from '../../core/orders/plans.ts';
import { PLACES } from '../../core/people/places.ts';
import { beginForgetting, samePerson, whoAre } from '../../core/people/plans.ts';
import type { Cursor, Page, ParsedEvent, Store } from '../../core/ports.ts';

const MINUTE = 60_000;
const phone = (index: number): Identity => ({ kind: 'phone', value: `3460011${String(2200 + index)}` });

/** Each thing at its own time, so that every order is told by it. */
export async function fill(store: Store, people = 8): Promise<void> {
  let now = T0;
  const later = () => (now += MINUTE);
  const accept = (event: ParsedEvent, accountId = 'acc') =>
    verbs.accept(store, [toIncoming(event, { ...ACCOUNT, id: accountId }, later())], now);
  async function says(text: string, identities: Identity[], more: object = {}) {
    const thread = {
      ...{ kind: 'private' as const, identities, name: `Zoë ${identities[0]!.value}`, username: 'Zoë_Q' },
      ...{ address: { to: identities[0]!.value, nested: { 'a.b': null, $c: [1, { d: 'é' }] } } },
    };
    const [result] = await accept(said(text, `k-${now}`, identities[0]!.value, { thread, ...more }));
    return result!.conversationId!;
  }
  async function turn(conversationId: string, answers = true) {
    const take = { now: later(), leaseUntil: now + MINUTE, owner: verbs.ME, turnId: newId(now) };
    const begun = await verbs.begin(store, conversationId, take);
    if (begun.kind !== 'turn') throw new Error(begun.kind);
    const slot = `${begun.turn.id}:out:x:0`;
    const added = answers && (await verbs.add(store, replyTo(conversationId, begun.turn.id, slot), PASS));
    return { turn: begun.turn, message: added ? added.message : null };
  }
  const replyTo = (conversationId: string, turnId: string | null, slot?: string) => ({
    ...{ id: newId(later()), conversationId, accountId: 'acc', turnId, slot, text: 'Our words\u0000 🦜.', media: [] },
    ...({ author: 'bot', purpose: 'reply' } as const),
    parts: [{ request: { text: 'Our words.', 'k.e.y': null }, state: 'queued' as const }],
    template: { text: 'Our words.', request: { template: 'hello' } },
    at: now,
  });

  for (let index = 0; index < people; index++) {
    const id = await says(`Message ${index}, باراسيتامول.`, [phone(index)]);
    const { contactId } = (await store.conversation(id))!;
    // Some wait, some run, some are answered, one fails.
    if (index % 4 === 1) await turn(id, false);
    if (index % 4 >= 2) {
      const { turn: begun, message } = await turn(id);
      await verbs.sent(store, message!.id, `wamid.${index}`, now);
      await store.run((records) => records.namePart('acc', `part.${index}`, message!.id));
      await verbs.end(store, begun, { ...ending(true), now: later() });
      await says('And more.', [phone(index)]);
    }
    await store.changeToolRun(`run ${index}`, () => ({
      ...{ id: `run ${index}`, conversationId: id, accountId: 'acc', occasion: 'm', turnId: 't', tool: 'book' },
      ...{
        args: { who: 'Zoë', 'with.dots': [null] },
        state: index % 2 ? ('done' as const) : ('unknown' as const),
        at: later(),
      },
    }));
    await store.addLead({ id: `lead ${index}`, contactId, conversationId: id, accountId: 'acc', at: later() });
    await store.addToVault(contactId!, {
      tokens: { [`PHONE:${index}`]: '[PHONE_1]', 'NAME:zoë': '[NAME_1]' },
      originals: { '[PHONE_1]': String(index), '[NAME_1]': 'Zoë' },
    });
    await store.reserve(`acc:${id}:2026-11-20`, 5, later());
    await store.addUsage([`p:2026-11-20:${contactId}`], { tokens: 7, cost: 0.1 * index }, later());
    const attempt = traceOf(`t ${index}`, 1, { conversationId: id, at: later() });
    await store.run((records) => records.insertTraces([attempt]));
    await store.noteResponse({ id: `resp ${index}`, endpoint: 'e', conversationId: id, at: later() });
    await store.noteQuestion(questionOf(`question ${index}`, id, later()));
    await store.addQuotes([{ base: 'shop', source: 'a.md', title: `T${index % 3}`, count: index, at: later() }]);
    await store.run((records) => {
      records.updateContact(contactId!, {
        consents: { in: { at: T0, where: 'page', words: 'yes' } },
        profile: { email: 'a@b' },
      });
      records.insertCall(
        callOf(`call ${index}`, {
          ...{
            conversationId: `line ${index}`,
            contactId: contactId!,
            startedAt: later(),
            about: { user: 'Zoë', open: [1] },
          },
          ...(index % 2 && { state: 'completed' as const, endedAt: now, recording: { ms: 1, bytes: index } }),
        }),
      );
      records.insertHandover({
        ...{ id: `turn ${index}`, accountId: 'acc', conversationId: id, by: 'words' as const, reason: 'Zoë asks.' },
        ...{ language: 'fa', opensAt: index % 2 ? later() : null, at: later(), state: 'open' as const },
        ...{ summary: index % 3 ? ['Zoë wants', 'فوری'] : null, tellAt: now, dueAt: index % 2 ? now : null },
      });
      records.putOutreach({ id: contactId!, sent: 1, lastAt: T0, counted: { messageId: 'm', before: 0 } });
    });
    const customer = { name: 'Zoë', phone: `+${phone(index).value}` };
    const order = {
      ...{
        shop: 'demo',
        number: `A${index}`,
        state: 'placed' as const,
        placedAt: later(),
        items: [],
        fields: {},
        customer,
      },
      ...(index % 2 && { total: { amount: '12.50', currency: 'EUR' } }),
    };
    await store.run(
      takeOrders([{ digest: `d${index}`, zones: ['UTC'], read: { ok: true, order } }], {
        ...{ shop: 'demo', accountId: 'acc', nodeId: 'orders', now: later(), clockAheadMs: 0, since: null },
      }),
    );
    await store.run((records) => {
      if (index % 3 === 0) records.updateOrder(`demo/A${index}`, { contactId, fault: null });
      if (index % 3 === 1)
        records.updateFollowUp(`demo/A${index}/POST_PURCHASE`, {
          ...{ state: 'sent', dueAt: null, endedAt: later(), deliveredAt: now, variant: 'A', experiment: 'thanks' },
          ...{ generation: 'hit', proof: { at: T0, where: 'page', words: 'yes' } },
        });
    });
  }

  const [first, second] = [
    await says('In the group.', [phone(0)], { thread: group(phone(0)) }),
    await says('Both.', [phone(1), user('u1')]),
  ];
  await says('By name.', [user('u2')]);
  await says('Two are one.', [user('u2'), phone(2)]);
  await verbs.add(store, { ...replyTo(first, null), draft: true }, PASS);
  await verbs.add(store, replyTo(second, null), PASS);
  await accept({ kind: 'edit', type: 'edit', key: 'e1', platformId: 'x', text: 'Other words.' });
  await accept({ kind: 'status', type: 'status.read', key: 's1', platformId: 'wamid.early', state: 'read' });
  await accept({ kind: 'status', type: 'status.delivered', platformId: 'wamid.early', state: 'delivered' });
  for (const kind of NOTICE_KINDS)
    await store.run(noticeOf({ kind, of: 'x', accountId: 'acc', reason: 'why', about: { n: 1 } } as never, later()));
  await store.run((records) => {
    records.insertWebhook({ ...log(later()), accountId: null, error: 'no account', status: 404 });
    records.updateNotice(`lead:x`, { tellAt: null, error: 'It failed.', tries: 3, taken: ['crm'] });
    records.putSender({ id: 'acc/1', days: 3, lastAt: T0, phone: null });
    for (const accountId of ['', 'acc', 'b']) addTally(tallyOf(accountId))(records);
    records.updateConversation(second, {
      humanUntil: now + MINUTE,
      vars: { 'a.b': { $x: null } },
      head: { responseId: 'r', endpoint: 'e', seq: 3 },
    });
  });
  await store.run((records) => {
    records.insertNote({ id: 'note 1', conversationId: second, writer: 'Anna', text: 'Zoë is kind.', at: later() });
    records.insertNote({ id: 'note 2', conversationId: second, writer: 'Bo', text: 'Yes.', at: later() });
    records.putSavedAnswer({ id: 'answer 1', name: 'Hours', text: 'Nine to five, {name}.', at: later() });
    records.updateConversation(second, {
      ...{ assignee: 'Anna', labels: ['vip', 'ó.$'], language: 'es' },
      ...{ personSince: T0 + 1, unansweredSince: T0 + 1, draftSince: T0 + 2, failedSince: T0 + 3 },
    });
    records.updateConversation(first, { language: 'fa', labels: ['vip'], failedSince: T0 + 4 });
  });
  for (const file of ['a', 'b', 'c'])
    await store.putUpload({ ...uploadOf(file, second, later()), public: file === 'b' });
  await store.run(openShop('shop node', now) as never);
  await store.unwantedResponses(['resp 0']);

  // One is forgotten who had said STOP, and one is about to be.
  const gone = (await store.conversation(await says('STOP', [phone(90)])))!;
  const who = await store.run(beginForgetting(await store.run(samePerson(gone.contactId!)), later()));
  for (const place of PLACES) {
    let next: Cursor = null;
    do next = (await store.erase(place, who, next, 50)).next;
    while (next !== null);
  }
  const going = (await store.conversation(await says('Forget me.', [phone(91)])))!;
  await store.run((records) =>
    records.insertCall(callOf('hidden', { contactId: going.contactId!, startedAt: later() })),
  );
  await store.run(beginForgetting(await store.run(samePerson(going.contactId!)), later()));
}

function tallyOf(accountId: string) {
  const hour = hourOf(T0);
  const sums = {};
  tallied(sums, 'cost', 'gpt-4.1 $mini', 0.1);
  return { id: tallyId(hour, accountId), hour, accountId, sums };
}

const user = (value: string): Identity => ({ kind: 'bsuid', value });
const group = (identity: Identity) => ({
  kind: 'group' as const,
  key: 'G1',
  identities: [identity],
  address: { to: 'G1' },
});

const STATES: SendState[] = ['draft', 'queued', 'failed', 'unknown'];

/** What every list and every question of the port gives, in pages of three. */
export async function answers(store: Store): Promise<Record<string, unknown>> {
  const pages = async <T extends { id: string }>(list: (page: Page) => Promise<T[]>, at: (item: T) => number) => {
    const all: T[] = [];
    for (let page = await list({ limit: 3 }); page.length > 0; ) {
      all.push(...page);
      const last = page.at(-1)!;
      page = await list({ limit: 3, before: at(last), beforeId: last.id });
    }
    return all;
  };
  const sorted = (rows: object[]) => rows.map((row) => JSON.stringify(row, Object.keys(row).sort())).sort();
  const conversations = await pages(store.conversations, ({ updatedAt }) => updatedAt);
  const orders = await pages(store.orders, ({ changedAt }) => changedAt);
  const turns = await pages(store.turns, ({ startedAt }) => startedAt);
  const contacts = conversations.flatMap(({ contactId }) => contactId ?? []);
  const hidden = await store.unfinished();
  const of = async <T>(ids: string[], ask: (id: string) => Promise<T>) => Promise.all(ids.map(ask));
  const ids = conversations.map(({ id }) => id);
  const who = await store.run((records) => whoAre(records, contacts));
  const held: Record<string, number> = {};
  for (const place of PLACES) held[place] = (await store.held(place, who, null, 1_000)).rows.length;
  return {
    ...{ conversations, orders, turns, hidden, held },
    webhooks: await pages(store.webhooks, ({ at }) => at),
    messages: await of(ids, (id) => store.messages(id, { limit: 100 })),
    message: await of(ids, async (id) => store.message((await store.messages(id, { limit: 1 }))[0]?.id ?? 'none')),
    history: await of(ids, (id) => store.history(id, 5)),
    inbound: await of(ids, (id) => store.countInbound(id, T0, T0 + 100 * MINUTE)),
    one: await of(ids, store.conversation),
    contacts: await of(contacts, store.contact),
    lanes: sorted(await store.lanes()),
    outboxes: sorted(await store.outboxes()),
    turn: await of(
      turns.map(({ id }) => id),
      store.turn,
    ),
    unsettled: await store.unsettled(),
    traces: await of(ids, (id) => store.tracesOf(id, { before: T0 + 1_000 * MINUTE, limit: 9 })),
    sends: await of(STATES, (state) => store.sends({ states: [state as SendState], limit: 50 })),
    someSends: await store.sends({ states: STATES, limit: 3 }),
    replies: await of(
      turns.map(({ id }) => id),
      store.replies,
    ),
    notices: [
      await store.notices({ limit: 50 }),
      await store.notices({ open: true, limit: 3 }),
      await store.notices({ untold: true, limit: 50 }),
    ],
    handovers: await pages(store.handovers, ({ at }) => at),
    dueHandovers: await store.dueHandovers(50),
    noticeCounts: sorted(await store.noticeCounts()),
    digests: [...(await store.digests(orders.map(({ id }) => id)))].sort(),
    faulty: await store.orders({ faulty: true, limit: 50 }),
    became: await store.orders({ became: ['sent', 'old'], limit: 50 }),
    orderCounts: sorted(await store.orderCounts('demo')),
    followUps: await pages(store.followUps, ({ at }) => at),
    due: await store.dueFollowUps('acc', Number.MAX_SAFE_INTEGER, 50),
    next: await store.nextFollowUp('acc', 0),
    followUpCounts: sorted(await store.followUpCounts(T0)),
    outcomes: sorted(await store.outcomeCounts(0)),
    generations: await store.generationCounts(0),
    calls: await pages(store.calls, ({ startedAt }) => startedAt),
    callCounts: await store.callCounts(),
    desk: await Promise.all(
      QUEUES.map((queue) => {
        const conditions = conditionsOf({ queue, user: 'Anna' });
        return store.desk({ conditions, order: orderOf(queue), offset: 0, limit: 50 });
      }),
    ),
    deskWords: await store.deskWords(),
    notes: await of(ids, store.notes),
    savedAnswers: await store.savedAnswers(),
    uploads: await of(['a', 'b', 'c'], store.upload),
    tallies: await store.tallies({ from: 0, until: 2 * T0, limit: 50 }),
    recorded: await store.recordedBefore(Number.MAX_SAFE_INTEGER, 50),
    vaults: await of(contacts, store.vault),
    leads: await pages(store.leads, ({ at }) => at),
    runs: await pages(
      (page) => store.toolRuns({ states: ['done', 'unknown'], ...page }),
      ({ at }) => at,
    ),
    runsOf: await of(ids, (id) => store.toolRunsOf(id, 50)),
    ordersOf: await of(contacts, (contactId) => store.ordersOf({ contactId, phone: `+${phone(0).value}` }, 50)),
    used: await of(ids, (id) => store.used(`acc:${id}:2026-11-20`)),
    usage: await of(contacts, (id) => store.usageOf(`p:2026-11-20:${id}`)),
    questions: await pages(store.openQuestions, ({ at }) => at),
    quotes: [await store.quotes(T0, 50), await store.quotes(0, 2)],
    responses: [sorted(await store.responses()), sorted(await store.responses(ids))],
    idle: await store.idlePeople(Number.MAX_SAFE_INTEGER, null, 100),
    // Who had said STOP and was forgotten is known by a hash.
    stopped: await store.run((records) => {
      const at = records.takeOptOut('acc', phone(90));
      if (at > 0) records.rememberOptOut('acc', phone(90), at);
      return at;
    }),
    repeated: await store.run((records) => [
      records.isErased('acc', 'k-0'),
      records.holdersOf('acc', [phone(91).value]),
    ]),
  };
}
