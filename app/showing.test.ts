/** What the customer sees until the reply, on a channel that does what channels must not. */
import { beforeEach, describe, expect, it } from 'vitest';
import { telegram } from '../channels/telegram/telegram.ts';
import { freshConversation } from '../core/model/fresh.ts';
import type { Channel } from '../core/ports.ts';
import { virtualClock } from '../scenarios/clock.ts';
import { showProgress } from './showing.ts';

const conversation = freshConversation({
  ...{ id: 'c', accountId: 'acc', channel: 'telegram', threadKey: 'contact:p', kind: 'private', contactId: null },
  ...{ session: 's', address: { chat_id: 1 }, optedOutAt: 0, createdAt: 0, updatedAt: 0 },
});

let clock: ReturnType<typeof virtualClock>;
/** What the channel was asked for: drafts by their words. */
let calls: string[];

beforeEach(() => {
  clock = virtualClock();
  calls = [];
});

function show(more: Partial<Channel>, about: { unasked?: () => Promise<object>; testMode?: boolean } = {}) {
  const channel: Channel = { ...telegram, typing: async () => void calls.push('typing'), ...more };
  const { unasked, testMode = false } = about;
  const account = { id: 'acc', channel, settings: {}, autoReply: true, outreach: { testMode } };
  const parts = { store: { conversation: async () => conversation }, clock, registry: { account: () => account } };
  return showProgress(
    { ...parts, http: {}, busy: () => false, unasked } as never,
    account as never,
    conversation,
    undefined,
  );
}
const seconds = async (count: number) => {
  for (let second = 0; second < count; second++) await clock.advance(1_000);
};

describe('a channel whose drafts throw', () => {
  it.each<[string, Channel['draft']]>([
    ['a rejection', () => Promise.reject(new Error('broke'))],
    [
      'an error at once',
      () => {
        throw new Error('broke');
      },
    ],
  ])('shows typing from then on, and holds no reply up: %s', async (_name, draft) => {
    const showing = show({ draft });
    showing.words('Hello');
    await seconds(10);
    await expect(showing.end()).resolves.toBeUndefined();
    expect(calls).toContain('typing');
  });

  it('also where it fails while the reply is ready', async () => {
    let fail = () => {};
    const showing = show({ draft: () => new Promise((_, reject) => (fail = () => reject(new Error('broke')))) });
    showing.words('Hello');
    await seconds(1);
    const ended = showing.end();
    fail();
    await expect(ended).resolves.toBeUndefined();
  });

  it('goes on where typing throws at once', async () => {
    const showing = show({
      typing: () => {
        throw new Error('broke');
      },
      draft: async () => calls.push('draft') > 0,
    });
    await seconds(2);
    showing.words('Hello');
    await seconds(1);
    await showing.end();
    expect(calls).toEqual(['draft']);
  });
});

it('waits for words that render to something', async () => {
  const showing = show({ draft: async (part) => calls.push(JSON.stringify(part)) > 0 });
  showing.words('```');
  await seconds(2);
  expect(calls).toEqual([]);
  showing.words('```\nHello');
  await seconds(1);
  await showing.end();
  expect(calls).toEqual([expect.stringContaining('Hello')]);
});

describe('a message that nobody asked for', () => {
  const may = async () => ({ result: 'pass' });

  it('shows as typing while it may be sent, and no longer', async () => {
    let result = 'pass';
    const showing = show({ draft: undefined }, { unasked: async () => ({ result }) });
    await seconds(1);
    expect(calls).toEqual(['typing']);
    result = 'block';
    await seconds(10);
    await showing.end();
    expect(calls).toEqual(['typing']);
  });

  it('does not show in test mode: nothing leaves', async () => {
    const showing = show({ draft: undefined }, { unasked: may, testMode: true });
    await seconds(10);
    await showing.end();
    expect(calls).toEqual([]);
  });
});
