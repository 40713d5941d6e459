/**
 * What goes wrong in a bot's life, made on the real runtime. Who reads nothing but the timeline's sentences must be able to name the cause: each incident
 * says by which words.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTimelineBench, type TimelineBench } from '../support/timeline.ts';

const HOUR = 3_600_000;
let bench: TimelineBench;
beforeAll(async () => {
  bench = await startTimelineBench();
}, 90_000);
afterAll(() => bench.stop());

const target = (id: number) => ({ platform: 'telegram', thread: String(id) }) as const;
const func = (id: string, code: string, ...wires: string[]) => ({
  id,
  type: 'function',
  func: code,
  outputs: 1,
  wires: [wires],
});

interface Incident {
  name: string;
  /** Words by which the cause is named. */
  cause: RegExp;
  /** @param id the customer */
  happens(id: number): Promise<unknown>;
}

/** Somebody or something comes while the model thinks. */
async function meanwhile(id: number, comes: () => Promise<unknown>, platform: 'telegram' | 'whatsapp' = 'telegram') {
  bench.llm.fault = { kind: 'delay', ms: 500 };
  await bench.says('What do you sell?', id, platform);
  await bench.asked();
  await comes();
  await bench.bot.quiet();
}

/** What stands in English in every language: a platform's own words. */
const QUOTED = 'Forbidden: bot was blocked by the user';
const ENGLISH = /\b(the|this|whether|within|check|see|no answer)\b/i;

const INCIDENTS: Incident[] = [
  {
    name: 'a wrong bot token',
    cause: /platform did not take the reply.*Unauthorized.*Check the bot token/,
    async happens(id) {
      await bench.pipeline();
      bench.bot.simulator.faults.set(target(id), { kind: 'bad-token', calls: 'sends' });
      await bench.saysAndWaits('Hello?', id);
    },
  },
  {
    name: 'a wrong signature',
    cause: /refused with status 401.*does not match the configured secret/,
    async happens(id) {
      await bench.pipeline();
      await bench.saysAndWaits('Hello?', id);
      await bench.pipeline({ secret: 'right' });
      expect(await bench.says('Is anybody there?', id, 'telegram', 'wrong')).toBe(401);
    },
  },
  {
    name: 'a window of the platform that closed',
    cause: /window closed/i,
    async happens(id) {
      await bench.pipeline();
      await meanwhile(id, () => bench.change(id, { lastInboundAt: Date.now() - 25 * HOUR }), 'whatsapp');
    },
  },
  {
    name: 'a colleague who took over before',
    cause: /handoff stopped it \(a colleague answers\).*A human has the conversation until/s,
    async happens(id) {
      await bench.pipeline();
      await bench.saysAndWaits('Hello?', id);
      await bench.change(id, { humanUntil: Date.now() + HOUR, humanSince: Date.now() });
      await bench.saysAndWaits('And now?', id);
    },
  },
  {
    name: 'a colleague who takes over while the model thinks',
    cause: /llm stopped it \(a colleague answers\)/,
    async happens(id) {
      await bench.pipeline();
      await meanwhile(id, () => bench.change(id, { humanUntil: Date.now() + HOUR, humanSince: Date.now() }));
    },
  },
  {
    name: 'a customer who said STOP',
    cause: /opt-out stopped it \(said stop\)/,
    async happens(id) {
      await bench.pipeline();
      await bench.saysAndWaits('STOP', id);
      await bench.saysAndWaits('What do you sell?', id);
    },
  },
  {
    name: 'the most messages of a day',
    cause: /not sent: the customer has had the messages of the day/,
    async happens(id) {
      await bench.pipeline({ account: { dailyLimit: 1 } });
      await bench.saysAndWaits('Hello?', id);
      await bench.saysAndWaits('And now?', id);
    },
  },
  {
    name: 'an account without a prompt',
    cause: /llm stopped it \(no prompt set\)/,
    async happens(id) {
      await bench.pipeline({ account: { manualPrompt: '' } });
      await bench.saysAndWaits('Hello?', id);
    },
  },
  {
    name: 'nothing in the knowledge',
    cause: /Nothing in the knowledge “isp-helpdesk” fits the question/,
    async happens(id) {
      await bench.pipeline();
      await bench.saysAndWaits('Zyxwvut qwertzuiop?', id);
    },
  },
  {
    name: 'a knowledge base that is not there',
    cause: /The knowledge “nowhere” could not be searched/,
    async happens(id) {
      await bench.pipeline({ nodes: { rag: { base: 'nowhere' } } });
      await bench.saysAndWaits('What do you sell?', id);
    },
  },
  {
    name: 'a model that is asked too much',
    cause: /fixed text.*did not answer.*(429|limit)/is,
    async happens(id) {
      await bench.pipeline({ nodes: { prov: { model: 'limited' } } });
      bench.llm.fault = { kind: 'rate-limit', retryAfterSeconds: 600 };
      await bench.saysAndWaits('What do you sell?', id);
    },
  },
  {
    name: 'a model whose line is cut',
    cause: /fixed text.*did not answer.*(connection|broke|reset|cut|reached)/is,
    async happens(id) {
      await bench.pipeline({ nodes: { prov: { model: 'cut' } } });
      bench.llm.fault = { kind: 'cut' };
      await bench.saysAndWaits('What do you sell?', id);
    },
  },
  {
    name: 'a wrong key of the model',
    cause: /fixed text.*did not answer.*key/is,
    async happens(id) {
      await bench.pipeline({ nodes: { prov: { model: 'keyless' } } });
      bench.llm.fault = { kind: 'unauthorized' };
      await bench.saysAndWaits('What do you sell?', id);
    },
  },
  {
    name: 'a model that says nothing',
    cause: /fixed text.*(had nothing to say|no text|empty)/is,
    async happens(id) {
      await bench.pipeline({ nodes: { prov: { model: 'empty' } } });
      bench.llm.fault = { kind: 'empty' };
      await bench.saysAndWaits('What do you sell?', id);
    },
  },
  {
    name: 'a model that is too slow',
    cause: /fixed text.*(gave no answer|no answer in|in time)/is,
    async happens(id) {
      await bench.pipeline({ nodes: { prov: { model: 'slow', timeoutSeconds: '2' } } });
      bench.llm.fault = { kind: 'hang' };
      await bench.saysAndWaits('What do you sell?', id);
    },
  },
  {
    name: 'a tool that is refused',
    cause: /The tool update_contact was refused or failed.*arguments do not fit/s,
    async happens(id) {
      await bench.pipeline({ nodes: { prov: { model: 'tools' }, llm: { tools: ['update_contact'] } } });
      bench.llm.brain = ({ results }) =>
        results.length > 0 ? 'It did not work.' : [{ call: 'update_contact', arguments: { first_name: 7 } }];
      await bench.saysAndWaits('My name is Ana.', id);
    },
  },
  {
    name: 'a reply that comes too late',
    cause: /not sent: it came too late/,
    async happens(id) {
      const late = "if (msg.payload === 'slow') { setTimeout(() => node.send(msg), 1200); return null; } return msg;";
      await bench.pipeline({ first: 'late', more: [func('late', late, 'out')] });
      await bench.saysAndWaits('slow', id);
      await bench.saysAndWaits('quick', id);
      await bench.bot.until(async () => /too late/.test((await bench.read(id)).join()));
    },
  },
  {
    name: 'a platform that delivers twice',
    cause: /delivered it again; it was known and is answered once/,
    async happens(id) {
      await bench.pipeline();
      const { body, headers } = bench.bot.simulator.webhook('telegram', {
        ...{ kind: 'text', customer: { id, firstName: 'Ana' }, text: 'Once.' },
      });
      await bench.post('telegram', body, headers);
      await bench.bot.quiet();
      await bench.post('telegram', body, headers);
    },
  },
  {
    name: 'a node that fails',
    cause: /Not answered: the flow failed\..*Boom/s,
    async happens(id) {
      await bench.pipeline({ first: 'broken', more: [func('broken', "throw new Error('Boom');", 'out')] });
      await bench.saysAndWaits('Hello?', id);
    },
  },
  {
    name: 'a node that fails after the first words',
    cause: /Answered by the flow\..*A node failed\..*Too late for a boom/s,
    async happens(id) {
      const wait = { pauseType: 'delay', timeout: '6', timeoutUnits: 'seconds', outputs: 1 };
      await bench.pipeline({
        first: 'moment',
        more: [
          func('moment', "msg.payload = 'One moment.'; return msg;", 'out', 'wait'),
          { id: 'wait', type: 'delay', ...wait, wires: [['broken']] },
          func('broken', "throw new Error('Too late for a boom');", 'out'),
        ],
      });
      await bench.saysAndWaits('Hello?', id);
      await bench.bot.until(async () => /A node failed/.test((await bench.read(id)).join()), 30_000);
    },
  },
  {
    name: 'another bot',
    cause: /rate-limit stopped it .*seems to be another bot/s,
    async happens(id) {
      await bench.pipeline();
      for (let time = 0; time < 5; time++) await bench.saysAndWaits('I did not understand you, please choose.', id);
    },
  },
  {
    name: 'a budget that is spent',
    cause: /fixed text.*was not asked: its budget is spent/is,
    async happens(id) {
      await bench.pipeline({ nodes: { prov: { model: 'spent', dailyBudget: 1 } } });
      await bench.saysAndWaits('What do you sell?', id);
      await bench.saysAndWaits('And what does it cost?', id);
    },
  },
  {
    name: 'a node that fails, and a flow that catches it',
    cause: /Answered by the flow\..*A node failed; the flow caught it\..*Boom/s,
    async happens(id) {
      await bench.pipeline({
        first: 'broken',
        more: [
          func('broken', "throw new Error('Boom');", 'out'),
          { id: 'catch', type: 'catch', scope: ['broken'], uncaught: false, wires: [['sorry']] },
          func('sorry', "msg.payload = 'Sorry.'; return msg;", 'out'),
        ],
      });
      await bench.saysAndWaits('Hello?', id);
    },
  },
  {
    name: 'an account that is switched off',
    cause: /account was switched off; nothing was taken/,
    async happens(id) {
      await bench.pipeline();
      await bench.saysAndWaits('Hello?', id);
      await bench.pipeline({ account: { enabled: false } });
      await bench.says('Is anybody there?', id);
    },
  },
  {
    name: 'a send of which nobody knows whether it arrived',
    cause: /Perhaps not delivered: nobody knows whether the reply arrived/,
    async happens(id) {
      await bench.pipeline();
      bench.bot.simulator.faults.set(target(id), { kind: 'accept-then-drop', times: 1 });
      await bench.saysAndWaits('Hello?', id);
    },
  },
  {
    name: 'a platform that asks to slow down',
    cause: /did not take it at once; it was tried again.*Too Many Requests/s,
    async happens(id) {
      await bench.pipeline();
      bench.bot.simulator.faults.set(target(id), { kind: 'rate-limit', retryAfter: 1, times: 1 });
      await bench.says('Hello?', id);
      await bench.bot.until(() => bench.bot.shown({ thread: String(id) })[0], 20_000);
      await bench.bot.quiet();
    },
  },
  {
    name: 'a customer who blocked the bot',
    cause: /platform did not take the reply.*blocked by the user/,
    async happens(id) {
      await bench.pipeline();
      bench.bot.simulator.faults.set(target(id), { kind: 'blocked', times: 1 });
      await bench.saysAndWaits('Hello?', id);
    },
  },
  {
    name: 'a reply that a person must approve',
    cause: /waits for a person’s approval/,
    async happens(id) {
      await bench.pipeline({ account: { autoReply: 'off' } });
      await bench.saysAndWaits('Hello?', id);
    },
  },
  {
    name: 'a flow that ends nowhere',
    cause: /the flow ended without a reply/,
    async happens(id) {
      await bench.pipeline({ nodes: { llm: { wires: [[]] } } });
      await bench.saysAndWaits('Hello?', id);
    },
  },
  {
    name: 'a conversation that is closed',
    cause: /status-gate stopped it.*closed.*"Closed"/s,
    async happens(id) {
      await bench.pipeline();
      await bench.saysAndWaits('Hello?', id);
      await bench.change(id, { status: 'closed' });
      await bench.saysAndWaits('And now?', id);
    },
  },
  {
    name: 'too many messages',
    cause: /rate-limit stopped it \(too many messages\)/,
    async happens(id) {
      await bench.pipeline({ nodes: { 'rate-limit': { perSecond: 1, perMinute: 1 } } });
      await bench.saysAndWaits('One.', id);
      await bench.saysAndWaits('Two.', id);
    },
  },
  {
    name: 'a customer who wants a person',
    cause: /Answered, and a person was called/,
    async happens(id) {
      await bench.pipeline();
      await bench.saysAndWaits('I want to talk to a human', id);
    },
  },
];

it.each(INCIDENTS)('$name', { timeout: 60_000 }, async ({ happens, cause }) => {
  const id = bench.somebody();
  await happens(id);
  const groups = await bench.read(id);
  // What is asked about is the newest, or, of a late reply, the one before it.
  expect(groups.slice(-2).join('\n\n')).toMatch(cause);
  for (const language of ['es', 'fa'] as const) {
    const told = (await bench.read(id, language)).slice(-2).join('\n\n');
    expect(told.replaceAll(QUOTED, ''), language).not.toMatch(ENGLISH);
  }
});

it('are at least 25', () => {
  expect(INCIDENTS.length).toBeGreaterThanOrEqual(25);
});
