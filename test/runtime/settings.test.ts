/** C8: every setting of the seed's table on the real runtime: node, then the account's own variable, then the deployment's, then the default. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { OuterSetting } from '../../node-red/server/settings.ts';
import { type Dragoman, startDragoman } from '../support/dragoman.ts';
import { accountConfig, entryNodes } from '../support/flow-nodes.ts';
import type { FlowItem } from '../support/harness.ts';

const STAGES = ['default', 'deployment', 'account', 'node'] as const;
type Stage = (typeof STAGES)[number];

interface Case {
  env: string;
  /** What the variable says for the deployment, and with the account's prefix. */
  deployment: string;
  account: string;
  /** Properties of the account node or of the provider node that go before. */
  own: { account?: object; provider?: object; key?: string };
  /** What is seen at each stage. */
  seen: Record<Stage, unknown>;
}

/** What the LLM endpoint was asked, in order. */
const asked: { path: string; headers: IncomingHttpHeaders; body: string }[] = [];
const endpoint = createServer(async (request, response) => {
  let body = '';
  for await (const chunk of request) body += chunk;
  asked.push({ path: request.url ?? '', headers: request.headers, body });
  // Answered for good, so that it is asked once.
  response.writeHead(400, { 'content-type': 'application/json' }).end('{"error":{"message":"no","type":"test"}}');
});

const llm = (part: 'model' | 'instructions') => {
  const { body = '{}' } = asked.at(-1) ?? {};
  if (part === 'model') return (JSON.parse(body) as { model?: string }).model;
  return ['Be formal.', 'Be brief.', 'Be kind.'].find((words) => body.includes(words)) ?? 'none';
};
const account = () => bot.engine.registry.account('bot')!;

const READ: Record<string, () => unknown> = {
  OPENAI_API_KEY: () => /sk-\w+/.exec(asked.at(-1)?.headers.authorization ?? '')?.[0] ?? 'none',
  AI_ASSISTANT_MODEL: () => llm('model'),
  AI_INSTRUCTIONS: () => llm('instructions'),
  AI_ASSISTANT_NAME: () => account().name,
  AI_AUTOREPLY: () => account().autoReply,
  AI_WHATSAPP_INLINE: () => account().inline,
  AI_WHATSAPP_QUEUE: () => account().queue,
  AI_WHATSAPP_TIMEOUT: () => account().timeoutMs,
  AI_HUMAN_COOLDOWN_SECONDS: () => account().takeover.cooldownMs,
};

const CASES: Case[] = [
  {
    env: 'OPENAI_API_KEY',
    deployment: 'sk-deployment',
    account: 'sk-account',
    own: { key: 'sk-node' },
    seen: { default: 'none', deployment: 'sk-deployment', account: 'sk-account', node: 'sk-node' },
  },
  {
    env: 'AI_ASSISTANT_MODEL',
    deployment: 'model-d',
    account: 'model-a',
    own: { provider: { model: 'model-n' } },
    seen: { default: 'gpt-5-mini', deployment: 'model-d', account: 'model-a', node: 'model-n' },
  },
  {
    env: 'AI_INSTRUCTIONS',
    deployment: 'Be formal.',
    account: 'Be brief.',
    own: { account: { manualPrompt: 'Be kind.' } },
    seen: { default: 'none', deployment: 'Be formal.', account: 'Be brief.', node: 'Be kind.' },
  },
  {
    env: 'AI_ASSISTANT_NAME',
    deployment: 'Deployment',
    account: 'Account',
    own: { account: { name: 'Node' } },
    seen: { default: 'telegram', deployment: 'Deployment', account: 'Account', node: 'Node' },
  },
  {
    env: 'AI_AUTOREPLY',
    deployment: 'yes',
    account: 'false',
    own: { account: { autoReply: 'on' } },
    // Without credentials nothing can reach anybody.
    seen: { default: true, deployment: true, account: false, node: true },
  },
  {
    env: 'AI_WHATSAPP_INLINE',
    deployment: 'on',
    account: '0',
    own: { account: { processing: 'inline' } },
    seen: { default: false, deployment: true, account: false, node: true },
  },
  {
    env: 'AI_WHATSAPP_QUEUE',
    deployment: 'queue-d',
    account: 'queue-a',
    own: { account: { queue: 'queue-n' } },
    seen: { default: 'default', deployment: 'queue-d', account: 'queue-a', node: 'queue-n' },
  },
  {
    env: 'AI_WHATSAPP_TIMEOUT',
    deployment: '90',
    account: '60',
    own: { account: { timeoutSeconds: 30 } },
    seen: { default: 180_000, deployment: 90_000, account: 60_000, node: 30_000 },
  },
  {
    env: 'AI_HUMAN_COOLDOWN_SECONDS',
    deployment: '60',
    account: '0',
    own: { account: { takeoverSeconds: 45 } },
    seen: { default: 300_000, deployment: 60_000, account: 0, node: 45_000 },
  },
];
/** Of the seed's table as well; each has a test of its own below, or is told by the editor's interface only. */
const OTHERS = ['OPENAI_BASE_URL', 'OPENAI_ORG_ID', 'OPENAI_PROJECT', 'AI_AGENT_NAME'];

const PREFIX = 'SETTINGSTEST_';
const before = { ...process.env };
const seen = new Map<Stage, Record<string, unknown>>();
const outer = new Map<Stage, OuterSetting[]>();
let bot: Dragoman;
let url: string;
let customer = 7_000;

/** The flow with everything empty, but for what the stage types into the nodes. */
async function deploy(own: { account?: object; provider?: object; key?: string }): Promise<void> {
  const flows: FlowItem[] = [
    accountConfig('bot', {
      ...{ envPrefix: PREFIX, manualPrompt: '', business: 'A test', staticTexts: { en: 'Static.' } },
      ...{ autoReply: '', processing: '', takeoverSeconds: '' },
      ...own.account,
    }),
    ...entryNodes('bot', '/hook', 'llm'),
    {
      id: 'llms',
      type: 'dragoman-provider',
      config: true,
      name: '',
      provider: 'openai',
      baseUrl: `${url}/v1`,
      model: '',
      fallbackModel: '',
      version: 1,
      ...own.provider,
    },
    { id: 'llm', type: 'dragoman-llm', provider: 'llms', history: 5, tools: [], version: 1, wires: [['out']] },
    { id: 'out', type: 'dragoman-channel-out', version: 1 },
  ];
  await bot.runtime.deploy(flows, own.key ? { llms: { apiKey: own.key } } : {});
}

async function ask(): Promise<void> {
  asked.length = 0;
  const person = { id: ++customer, firstName: 'Ana' };
  expect((await bot.happens('telegram', '/hook', { kind: 'text', customer: person, text: 'Hello.' })).status).toBe(200);
  await bot.quiet();
}

const names = [...CASES.map(({ env }) => env), ...OTHERS];
const clear = () => {
  for (const name of names) {
    delete process.env[name];
    delete process.env[PREFIX + name];
  }
};

beforeAll(async () => {
  endpoint.listen(0, '127.0.0.1');
  await once(endpoint, 'listening');
  url = `http://127.0.0.1:${(endpoint.address() as AddressInfo).port}`;
  clear();
  bot = await startDragoman({ flows: [] });
  for (const [index, stage] of STAGES.entries()) {
    clear();
    for (const { env, deployment, account: own } of CASES) {
      if (index >= 1) process.env[env] = deployment;
      if (index >= 2) process.env[PREFIX + env] = own;
    }
    if (index >= 1) for (const env of OTHERS) process.env[env] = `${env} of the deployment`;
    if (index >= 2) for (const env of OTHERS) process.env[PREFIX + env] = `${env} of the account`;
    const typed = CASES.map(({ own }) => own);
    await deploy({
      account: index < 3 ? {} : Object.assign({}, ...typed.map((own) => own.account)),
      provider: index < 3 ? {} : Object.assign({}, ...typed.map((own) => own.provider)),
      key: index < 3 ? undefined : typed.find((own) => own.key)?.key,
    });
    await ask();
    seen.set(stage, Object.fromEntries(CASES.map(({ env }) => [env, READ[env]!()])));
    const answer = await fetch(`${bot.runtime.url}/admin/dragoman/settings?prefix=${PREFIX}&channel=telegram`);
    outer.set(stage, ((await answer.json()) as { settings: OuterSetting[] }).settings);
  }
  clear();
}, 60_000);

afterAll(async () => {
  await bot?.stop();
  await new Promise((closed) => endpoint.close(closed));
  for (const name of names) {
    if (before[name] === undefined) delete process.env[name];
    else process.env[name] = before[name];
  }
});

it.each(CASES)('C8 $env: node → environment → default', ({ env, seen: expected }) => {
  expect(Object.fromEntries(STAGES.map((stage) => [stage, seen.get(stage)![env]]))).toEqual(expected);
});

it('C8 OPENAI_BASE_URL: node → environment → default', async () => {
  const steps = [
    [{}, `${url}/node/v1`, '/node/v1'],
    [{ OPENAI_BASE_URL: `${url}/deployment/v1` }, '', '/deployment/v1'],
    [{ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1', [`${PREFIX}OPENAI_BASE_URL`]: `${url}/own/v1` }, '', '/own/v1'],
    [{ OPENAI_BASE_URL: 'http://127.0.0.1:1/v1' }, `${url}/node/v1`, '/node/v1'],
  ] as const;
  for (const [env, baseUrl, path] of steps) {
    clear();
    Object.assign(process.env, env);
    await deploy({ provider: { baseUrl } });
    await ask();
    expect(asked[0]?.path).toMatch(new RegExp(`^${path}/`));
  }
  // The default is OpenAI's own address, which nobody is asked at without a key.
  clear();
  await deploy({ provider: { baseUrl: '' } });
  await ask();
  expect(asked).toEqual([]);
});

it('C8 OPENAI_ORG_ID, OPENAI_PROJECT: environment → none, told to OpenAI’s own address, which is the default', async () => {
  const { engine } = bot;
  const { egress } = engine;
  const left: { url: string; told: (string | null)[] }[] = [];
  // Nothing leaves the machine: what would go to the real address is looked at here.
  const look: typeof fetch = async (input, init) => {
    const headers = new Headers(init?.headers);
    left.push({ url: String(input), told: [headers.get('openai-organization'), headers.get('openai-project')] });
    return new Response('{"error":{"message":"no","type":"test"}}', { status: 400 });
  };
  Object.assign(engine, { egress: look });
  const variables = (prefix: string, words: string) => ({
    [`${prefix}OPENAI_ORG_ID`]: `org-${words}`,
    [`${prefix}OPENAI_PROJECT`]: `project-${words}`,
  });
  const steps = [
    [{}, [null, null]],
    [variables('', 'd'), ['org-d', 'project-d']],
    [{ ...variables('', 'd'), ...variables(PREFIX, 'a') }, ['org-a', 'project-a']],
  ] as const;
  try {
    for (const [env, told] of steps) {
      clear();
      Object.assign(process.env, env);
      await deploy({ provider: { baseUrl: '' }, key: 'sk-node' });
      left.length = 0;
      await ask();
      expect(left[0]?.url).toMatch(/^https:\/\/api\.openai\.com\/v1\//);
      expect(left[0]?.told).toEqual(told);
    }
  } finally {
    Object.assign(engine, { egress });
    clear();
  }
});

it('C8 tells the editor for every setting which variable holds, or the default, and of a secret only that it is set', () => {
  const told = (stage: Stage, name: string) => outer.get(stage)!.find((setting) => setting.name === name);
  for (const env of names) {
    expect(told('default', env), env).toMatchObject({
      env: PREFIX + env,
      from: expect.stringMatching(/default|unset/),
    });
    expect(told('deployment', env), env).toMatchObject({ env, from: 'environment' });
    expect(told('account', env), env).toMatchObject({ env: PREFIX + env, from: 'environment' });
  }
  expect(told('default', 'AI_AGENT_NAME')).toMatchObject({ from: 'default', value: 'crm_ai' });
  expect(told('deployment', 'AI_WHATSAPP_QUEUE')!.value).toBe('queue-d');
  expect(told('account', 'AI_WHATSAPP_QUEUE')!.value).toBe('queue-a');
  expect(told('account', 'OPENAI_API_KEY')).toMatchObject({ secret: true, value: 'set' });
  expect(told('default', 'TELEGRAM_BOT_TOKEN')).toMatchObject({ from: 'unset', value: '', secret: true });
  expect(JSON.stringify([...outer.values()])).not.toContain('sk-');
});

it('C8 the editor’s interface takes a prefix only', async () => {
  const answer = await fetch(`${bot.runtime.url}/admin/dragoman/settings?prefix=a%20b`);
  expect(answer.status).toBe(400);
});

it('C8 a value that is none is told, and the account does not run', async () => {
  process.env.AI_WHATSAPP_TIMEOUT = 'soon';
  await deploy({});
  clear();
  expect(bot.engine.registry.account('bot')).toBeUndefined();
});
