import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Dragoman, startDragoman } from '../../test/support/dragoman.ts';

let bot: Dragoman;
beforeAll(async () => {
  bot = await startDragoman({ flows: [] });
}, 60_000);
afterAll(() => bot.stop());

const notice = (of: string, kind: 'handover' | 'lead' | 'send-failed' | 'opt-out' | 'complaint' = 'handover') => ({
  kind,
  of,
  accountId: 'shop',
  reason: `Reason ${of}.`,
  about: { name: 'Shop' },
});
const open = async () => (await bot.engine.store.notices({ open: true, limit: 9 })).map(({ id }) => id);

it('tells each notice of its kind once, as a sentence and as an object, and those of the time before it was there', async () => {
  await bot.engine.notices.tell(notice('early'));
  await bot.runtime.deploy([
    { id: 'all', type: 'dragoman-notice', kind: '', version: 1, wires: [['seen']] },
    { id: 'leads', type: 'dragoman-notice', kind: 'lead', version: 1, wires: [['leads-seen']] },
    { id: 'seen', type: 'tap' },
    { id: 'leads-seen', type: 'tap' },
  ]);
  expect(await bot.runtime.next('seen')).toMatchObject({
    topic: 'handover',
    payload: 'Shop: a customer asks for a person. Reason early.',
    notice: { id: 'handover:early', kind: 'handover', account: { id: 'shop', name: 'Shop' }, conversation: null },
  });
  await bot.engine.notices.tell(notice('one', 'lead'));
  await bot.engine.notices.tell(notice('one', 'lead'));
  expect(await bot.runtime.next('seen')).toMatchObject({ notice: { id: 'lead:one' } });
  expect(await bot.runtime.next('leads-seen')).toMatchObject({ notice: { id: 'lead:one' } });
  await bot.until(async () => (await open()).length === 0);
  expect(bot.runtime.received('seen')).toEqual([]);
  expect(bot.runtime.received('leads-seen')).toEqual([]);
});

it('keeps a notice whose flow failed, to be told again under the same id', async () => {
  let calls = 0;
  bot.runtime.registerNode('fails-once', function () {
    this.on('input', (msg, send, done) => {
      if (++calls === 1) return done(new Error('The webhook is away'));
      send(msg);
      done();
    });
  });
  await bot.runtime.deploy([
    { id: 'all', type: 'dragoman-notice', kind: '', version: 1, wires: [['webhook']] },
    { id: 'webhook', type: 'fails-once', wires: [['seen']] },
    { id: 'seen', type: 'tap' },
  ]);
  await bot.engine.notices.tell(notice('two', 'send-failed'));
  const kept = await bot.until(async () =>
    (await bot.engine.store.notices({ open: true, limit: 9 })).find(({ tries }) => tries === 1),
  );
  expect(kept).toMatchObject({ id: 'send-failed:two' });
  expect(kept.tellAt! - kept.at).toBeGreaterThanOrEqual(10_000);
  // Its time has come.
  await bot.engine.store.run((records) => records.updateNotice(kept.id, { tellAt: 0 }));
  bot.engine.notices.wake();
  expect(await bot.runtime.next('seen')).toMatchObject({ notice: { id: 'send-failed:two' } });
  await bot.until(async () => (await open()).length === 0);
});

it('refuses a kind that there is not', async () => {
  await bot.runtime.deploy([
    { id: 'odd', type: 'dragoman-notice', kind: 'weather', version: 1, wires: [['seen']] },
    { id: 'seen', type: 'tap' },
  ]);
  await bot.engine.notices.tell(notice('three'));
  expect(await open()).toEqual(['handover:three']);
});

it('tells those who have a notice nothing more while others have not', async () => {
  let calls = 0;
  bot.runtime.registerNode('fails-twice', function () {
    this.on('input', (msg, send, done) => {
      if (++calls <= 2) return done(new Error('The webhook is away'));
      send(msg);
      done();
    });
  });
  await bot.runtime.deploy([
    { id: 'mail', type: 'dragoman-notice', kind: 'opt-out', version: 1, wires: [['mailed']] },
    { id: 'hook', type: 'dragoman-notice', kind: 'opt-out', version: 1, wires: [['fails']] },
    { id: 'fails', type: 'fails-twice', wires: [['posted']] },
    { id: 'mailed', type: 'tap' },
    { id: 'posted', type: 'tap' },
  ]);
  await bot.engine.notices.tell(notice('four', 'opt-out'));
  for (const tries of [1, 2]) {
    const kept = await bot.until(async () =>
      (await bot.engine.store.notices({ untold: true, limit: 9 })).find((one) => one.tries === tries),
    );
    expect(kept).toMatchObject({ taken: ['mail'], error: expect.stringContaining('The webhook is away') });
    await bot.engine.store.run((records) => records.updateNotice(kept.id, { tellAt: 0 }));
    bot.engine.notices.wake();
  }
  expect(await bot.runtime.next('posted')).toMatchObject({ notice: { id: 'opt-out:four' } });
  await bot.until(async () =>
    (await bot.engine.store.notices({ untold: true, limit: 9 })).every(({ kind }) => kind !== 'opt-out'),
  );
  expect(await bot.runtime.next('mailed')).toMatchObject({ notice: { id: 'opt-out:four' } });
  expect(bot.runtime.received('mailed')).toEqual([]);
});

it('tells nobody while a deploy has somebody away, who would never hear of it', async () => {
  await bot.runtime.deploy([
    { id: 'mail', type: 'dragoman-notice', kind: 'complaint', version: 1, wires: [['mailed']] },
    { id: 'mailed', type: 'tap' },
  ]);
  const heard: string[] = [];
  const hook = { nodeId: 'hook', kind: 'complaint', send: () => void heard.push('hook') } as const;
  const close = bot.engine.notices.listen(hook);
  close();
  await bot.engine.notices.tell(notice('five', 'complaint'));
  for (let round = 0; round < 50; round++) await new Promise(setImmediate);
  expect(bot.runtime.received('mailed')).toEqual([]);
  const done = bot.engine.notices.listen(hook);
  bot.engine.notices.flowsStarted();
  expect(await bot.runtime.next('mailed')).toMatchObject({ notice: { id: 'complaint:five' } });
  await bot.until(() => heard.length > 0);
  done();
});
