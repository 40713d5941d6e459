/** What Prometheus is told of turns. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openChat, startChat } from '../support/chat-line.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig } from '../support/flow-nodes.ts';

let bot: Dragoman;
beforeAll(async () => {
  bot = await startDragoman({
    flows: [
      accountConfig('site', { channel: 'web' }),
      { id: 'in', type: 'dragoman-channel-in', account: 'site', version: 1, wires: [['hold']] },
      {
        id: 'hold',
        type: 'delay',
        pauseType: 'delay',
        timeout: '8',
        timeoutUnits: 'seconds',
        outputs: 1,
        wires: [['out']],
      },
      { id: 'out', type: 'dragoman-channel-out', version: 1 },
    ],
    env: { DRAGOMAN_API_TOKEN: 'test-token' },
  });
}, 60_000);
afterAll(() => bot?.stop());

it('a turn that runs is something to be answered, and not due', async () => {
  const value = async (name: string) => {
    const headers = { authorization: 'Bearer test-token' };
    const text = await (await fetch(`${bot.runtime.url}/dragoman/metrics`, { headers })).text();
    return Number(new RegExp(`^${name} (.*)$`, 'm').exec(text)?.[1]);
  };
  const line = await openChat(bot, await startChat(bot, { account: 'site' }));
  line.say('hello');
  await bot.until(async () => (await value('dragoman_turns_running')) === 1);
  expect(await value('dragoman_turns_waiting')).toBe(1);
  expect(await value('dragoman_turns_waiting_seconds')).toBeLessThan(60);
  line.cut();
});
