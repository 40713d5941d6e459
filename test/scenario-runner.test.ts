/** The runner's own word: what must fail does, and says why. */

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { KEYS } from '../scenarios/format.ts';
import { parseScenarios } from '../scenarios/parse.ts';
import { reportLines } from '../scenarios/report.ts';
import { loadFile, runScenario } from '../scenarios/runner.ts';
import { engineEnv } from './support/engine.ts';
import { accountConfig } from './support/flow-nodes.ts';

const PROJECT = path.resolve(import.meta.dirname, '..');
const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-scenarios-test-'));
afterAll(() => rm(folder, { recursive: true, force: true }));

const HEAD = `people: { ana: account-isp-telegram }
scenarios:
  - name: it fails
    steps:
`;
const run = async (steps: string, head = HEAD) => {
  const [scenario] = parseScenarios('wrong.yaml', `${head}${steps}`);
  const result = await runScenario(scenario!, engineEnv);
  return { ...result, report: reportLines(result).join('\n') };
};

describe('a scenario that is not true', () => {
  it('names the step, what was expected, what came, and why', async () => {
    const { ok, steps, report } = await run(`      - ana: Hola
      - bot: { contains: Fibra Selva, within: 5s }
      - ana: Adiós
`);
    expect(ok).toBe(false);
    expect(steps.map(({ line, problems }) => [line, problems.length])).toEqual([
      [5, 0],
      [6, 1],
    ]);
    expect(report).toContain('✗ it fails');
    expect(report).toContain('✓ line 5  ana: Hola');
    expect(report).toMatch(
      /✗ wrong\.yaml:6 {2}bot: .*\n +expected {2}text contains “Fibra Selva”\n +got {7}“¡Hola! Soy/,
    );
    expect(report).toContain('Conversation of ana (active)');
    expect(report).toContain('status-gate: pass (status)');
    expect(report).toContain('telegram sendMessage to 500000001: 200');
  });

  it.each([
    ['an answer where there must be none', '- ana: Hola\n      - silent: ana', /nothing for ana\n +got +“¡Hola!/],
    [
      'no answer where there must be one',
      '- fault: { kind: blocked, for: ana }\n      - ana: Hola\n      - bot: Hola',
      /1 new message for ana\n +got +0: nothing; 1 were refused \(blocked\)/,
    ],
    [
      'two answers where there must be one',
      '- ana: Hola.\n      - silent: { to: ana, now: true }\n      - wait: 5s\n      - ana: Hola.\n      - bot: Hola',
      /1 new message for ana\n +got +2: /,
    ],
    [
      'an answer that nobody expected',
      '- ana: Hola',
      /wrong\.yaml:3 {2}at the end\n +expected {2}nothing more for ana/,
    ],
    [
      'an answer that is late',
      '- fault: { kind: rate-limit, retry_after: 9s, times: 1 , for: ana}\n      - ana: Hola\n      - bot: { within: 5s }',
      /within 5 s\n +got +after (?:9|1[01])(?:\.\d)? s/,
    ],
    [
      'another gate',
      '- ana: STOP\n      - bot: { messages: 1 }\n      - blocked: rate-limit',
      /blocked by rate-limit\n +got +answered; blocks: opt-out \(consent\)/,
    ],
    [
      'another state in the store',
      '- ana: Hola\n      - bot: Hola\n      - stored: { status: closed }',
      /status: "closed"\n +got +"active"/,
    ],
    ['another status of the webhook', '- ana: { text: Hola, status: 401 }', /the webhook answers 401\n +got +200/],
    ['a step that cannot be done', '- ana: { tap: Sí }', /the bot's last message has no button "Sí"/i],
  ])('finds %s', async (_what, steps, words) => {
    const { ok, report } = await run(`      ${steps}\n`);
    expect(ok).toBe(false);
    expect(report).toMatch(words);
  });

  it('finds what must never leave', async () => {
    const head = `people: { ana: { on: account-isp-telegram, id: 424242 } }
scenarios:
  - name: it leaks
    llm: true
    never_leaves: { llm: [/l.nto/], platform: ['424243', '424242'] }
    steps:
`;
    const { ok, report } = await run('      - ana: Mi internet está lento\n      - bot: { source: llm }\n', head);
    expect(ok).toBe(false);
    expect(report).toMatch(/“\/l\.nto\/” never leaves for the LLM/);
    expect(report).toMatch(/“424242” never leaves for the platform/);
    expect(report).not.toContain('“424243”');
  });

  it('says which flows it cannot run on', async () => {
    const { error } = await run(
      '      - ana: Hola\n',
      HEAD.replace('people:', 'nodes: { nobody: { name: x } }\npeople:'),
    );
    expect(error).toContain('wrong.yaml:1: The flows have no node "nobody".');
    const { error: other } = await run('      - ana: Hola\n', HEAD.replace('account-isp-telegram', 'telegram'));
    expect(other).toMatch(
      /wrong\.yaml:1: "telegram" names no account of the flows, or more than one\. They have: .*account-isp-telegram/,
    );
  });
});

it.each([
  [
    'an unknown key',
    HEAD.replace('steps:', 'step:'),
    /^wrong\.yaml:4: There is no key "step" here\. Known are: name, /,
  ],
  ['an unknown step', `${HEAD}      - eva: Hola\n`, /^wrong\.yaml:5: "eva" is neither a step nor one of the people/],
  ['an unknown person', `${HEAD}      - bot: { to: eva }\n`, /^wrong\.yaml:5: Nobody is called "eva" here/],
  [
    'an unknown key of a step',
    `${HEAD}      - ana: Hola\n      - bot:\n          contain: Hola\n`,
    /^wrong\.yaml:7: There is no key "contain"/,
  ],
  ['a duration without a unit', `${HEAD}      - wait: 5\n`, /^wrong\.yaml:5: "5" is no duration/],
  ['a status that is none', `${HEAD}      - status: open\n`, /^wrong\.yaml:5: "open" is not one of active, /],
  ['two things in one step', `${HEAD}      - { ana: Hola, wait: 5s }\n`, /^wrong\.yaml:5: A step has one key/],
  [
    'a broken regular expression',
    `${HEAD}      - bot: { matches: '(' }\n`,
    /^wrong\.yaml:5: This is no regular expression/,
  ],
  ['broken YAML', `${HEAD}      - "ana: Hola\n`, /^wrong\.yaml:\d+: /],
])('a file with %s is refused with its line', (_what, text, words) => {
  expect(() => parseScenarios('wrong.yaml', text)).toThrow(words);
});

describe('flows of one’s own', () => {
  const node = (id: string, type: string, more: object) => ({ id, type, z: 'tab', x: 100, y: 100, wires: [], ...more });
  const account = accountConfig('bot', { name: 'My bot', manualPrompt: 'Be kind.' });
  const menu =
    'msg.payload = { text: "You said: " + msg.payload, buttons: ["Yes", "No"] }; msg.turn.vars.asked = true; return msg;';

  it('are run, with nodes that have timers of their own, buttons and values of a conversation', async () => {
    await mkdir(path.join(folder, 'flows'), { recursive: true });
    const nodes = [
      { id: 'tab', type: 'tab', label: 'mine', disabled: false },
      account,
      node('post', 'http in', { url: '/mine', method: 'post', skipBodyParsing: true, wires: [['in']] }),
      node('in', 'dragoman-channel-in', { account: 'bot', version: 1, wires: [['delay']] }),
      node('delay', 'delay', { pauseType: 'delay', timeout: '150', timeoutUnits: 'milliseconds', wires: [['menu']] }),
      node('menu', 'function', { func: menu, outputs: 1, libs: [], wires: [['out']] }),
      node('out', 'dragoman-channel-out', { version: 1 }),
    ];
    await writeFile(path.join(folder, 'flows', 'mine.json'), JSON.stringify(nodes));
    const file = path.join(folder, 'mine.yaml');
    await writeFile(
      file,
      `flows: flows
people: { tom: My bot }
scenarios:
  - name: it asks back
    steps:
      - tom: hello
      - bot: { is: 'You said: hello', buttons: [Yes, No], source: flow, within: 1s }
      - tom: { tap: Yes }
      - bot: 'You said: Yes'
      - stored: { vars: { asked: true }, count: 4 }
`,
    );
    const [scenario] = await loadFile(file);
    const result = await runScenario(scenario!, engineEnv);
    expect(result.ok, reportLines(result).join('\n')).toBe(true);
  });
});

it('the command ends with 1 when a scenario fails, and tells machines what happened', async () => {
  const file = path.join(folder, 'one.yaml');
  await writeFile(file, `${HEAD}      - ana: Hola\n      - bot: Fibra Selva\n`);
  const args = [path.join(PROJECT, 'scenarios', 'run.ts'), '--json', file];
  const failed = await promisify(execFile)(process.execPath, args).catch((error) => error);
  expect(failed.code).toBe(1);
  expect(JSON.parse(failed.stdout)).toMatchObject({
    ok: false,
    scenarios: [
      {
        name: 'it fails',
        ok: false,
        steps: [
          { line: 5, problems: [] },
          { line: 6, problems: [{ expected: expect.any(String) }] },
        ],
      },
    ],
  });
});

it('every key of the format is documented', async () => {
  const text = await readFile(path.join(PROJECT, 'docs', 'scenarios.md'), 'utf8');
  const missing = Object.entries(KEYS).flatMap(([where, keys]) =>
    keys.filter((key) => !text.includes(`\`${key}\``)).map((key) => `${where}.${key}`),
  );
  expect(missing).toEqual([]);
});
