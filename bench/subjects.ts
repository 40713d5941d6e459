/** What is measured beside each other, each in a process of its own. */
import type { ChildProcess } from 'node:child_process';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bareFlow, dragomanFlow, WEBHOOK } from './flows.ts';
import { freePort, startHelper, startServer } from './process.ts';

const PROJECT = path.resolve(import.meta.dirname, '..');
const START = path.join(PROJECT, 'start.mjs');

export interface Subject {
  letter: string;
  name: string;
  /** Where its updates are posted. */
  url: string;
  child: ChildProcess;
  /** Of several workers: the rest of them. */
  others?: { url: string; child: ChildProcess }[];
  /** What its customers write; a default when absent. */
  texts?: string[];
}

export interface Surroundings {
  /** Temporary; each subject gets a folder in it. */
  folder: string;
  platformPort: number;
  llmPort: number;
  /** Profile Dragoman's processes into this folder. */
  profileTo?: string;
  /** A module that is loaded before everything else. */
  preload?: string;
  /** Added to the environment of Dragoman's processes. */
  env?: Record<string, string>;
}

/** (a) and (b): `npm start` as a user runs it, with flows of its own. */
export async function dragoman(letter: string, answer: 'static' | 'llm', around: Surroundings): Promise<Subject> {
  const folder = path.join(around.folder, letter);
  await mkdir(path.join(folder, 'flows'), { recursive: true });
  await writeFile(path.join(folder, 'flows', 'bench.json'), JSON.stringify(dragomanFlow(answer)));
  const { url, child } = await started(folder, around, {
    TELEGRAM_SECRET_TOKEN: '',
    ...(answer === 'llm' && llmAt(around)),
  });
  const name = answer === 'llm' ? 'Dragoman, all gates, LLM node' : 'Dragoman, all gates, static reply';
  return { letter, name, url: url + WEBHOOK, child };
}

const llmAt = ({ llmPort }: Surroundings) => ({
  OPENAI_API_KEY: 'bench',
  OPENAI_BASE_URL: `http://127.0.0.1:${llmPort}/v1`,
});

/** Dragoman on the flows of a folder. Its account has credentials, so what it answers is sent because that is said. */
async function started(folder: string, around: Surroundings, more: Record<string, string>) {
  const port = await freePort();
  const env = {
    ...plainEnvironment(),
    PORT: String(port),
    DRAGOMAN_DATA: path.join(folder, 'data'),
    DRAGOMAN_FLOWS: path.join(folder, 'flows'),
    DRAGOMAN_SIMULATOR: 'off',
    AI_AUTOREPLY: 'true',
    ...around.env,
    TELEGRAM_API_BASE: `http://127.0.0.1:${around.platformPort}`,
    TELEGRAM_BOT_TOKEN: '1:bench',
    ...more,
  };
  const url = `http://127.0.0.1:${port}`;
  return { url, child: await startServer([...flags(around), START], env, new Request(`${url}/health/ready`)) };
}

const flags = ({ profileTo, preload }: Surroundings) => [
  ...(profileTo ? ['--cpu-prof', `--cpu-prof-dir=${profileTo}`] : []),
  ...(preload ? ['--import', preload] : []),
];

/** Its processes share a store, and take their flows from the editor. */
export interface Grown {
  mongoUrl: string;
  redisUrl: string;
}

/** The shipped flows and knowledge, an LLM, and so many workers; the editor hands out the flows, and is no part of what is measured. */
export async function workers(count: number, around: Surroundings, { mongoUrl, redisUrl }: Grown): Promise<Subject> {
  const letter = `${count} workers`;
  const folder = path.join(around.folder, letter);
  await cp(path.join(PROJECT, 'flows'), path.join(folder, 'flows'), { recursive: true });
  const start = (role: string, name: string) =>
    started(folder, around, {
      ...{ ...llmAt(around), AI_ASSISTANT_MODEL: 'bench' },
      ...{ MONGODB_URL: mongoUrl, REDIS_URL: redisUrl, CREDENTIAL_SECRET: 'bench' },
      ...{ DRAGOMAN_ROLE: role, DRAGOMAN_DATA: path.join(folder, name) },
    });
  await start('editor', 'editor');
  const all = [];
  for (let index = 0; index < count; index++) all.push(await start('worker', String(index)));
  const doors = all.map(({ url, child }) => ({ url: url + SHIPPED_HOOK, child }));
  const [{ url, child }, ...others] = doors as [(typeof doors)[0]];
  return { letter, name: `${count} on MongoDB and Redis`, url, child, others, texts: QUESTIONS };
}

const SHIPPED_HOOK = '/api/integrations/webhooks/telegram/';

const QUESTIONS = [
  '¿Por qué mi internet está tan lento desde ayer?',
  'La luz roja del router parpadea y no tengo conexión',
  '¿Cómo cambio la contraseña del wifi?',
  '¿Dónde veo mi factura de este mes?',
  '¿Qué planes tienen para una casa con cuatro personas?',
  'Buenas tardes, ¿me ayudan con una instalación nueva?',
];

/** (e): `npm start` with the shipped flows and knowledge, and an LLM that answers at once. */
export async function shipped(letter: string, around: Surroundings): Promise<Subject> {
  const folder = path.join(around.folder, letter);
  await cp(path.join(PROJECT, 'flows'), path.join(folder, 'flows'), { recursive: true });
  const { url, child } = await started(folder, around, { ...llmAt(around), AI_ASSISTANT_MODEL: 'bench' });
  return { letter, name: 'Dragoman, shipped helpdesk, LLM', url: url + SHIPPED_HOOK, child, texts: QUESTIONS };
}

/** (c) and (f): a stock Node-RED; (f) asks the LLM as well. */
export async function bareNodeRed(
  letter: string,
  around: Surroundings,
  { keepAlive = false, llm = false } = {},
): Promise<Subject> {
  const port = await freePort();
  const folder = path.join(around.folder, letter);
  await mkdir(folder);
  await writeFile(
    path.join(folder, 'flows.json'),
    JSON.stringify(bareFlow(around.platformPort, keepAlive, llm ? around.llmPort : undefined)),
  );
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: port,
    httpAdminRoot: '/editor',
    userDir: folder,
    flowFile: 'flows.json',
    telemetry: { enabled: false },
  };
  await writeFile(path.join(folder, 'settings.cjs'), `module.exports = ${JSON.stringify(settings)}`);
  const command = createRequire(import.meta.url).resolve('node-red/red.js');
  const url = `http://127.0.0.1:${port}${WEBHOOK}`;
  // The editor answers before the flows run; only their own route tells. It has no GET, but OPTIONS lists what it has.
  const child = await startServer(
    [command, '-s', path.join(folder, 'settings.cjs')],
    plainEnvironment(),
    new Request(url, { method: 'OPTIONS' }),
  );
  const name = `bare Node-RED${llm ? ', LLM drawn by hand' : ''}${keepAlive ? ', keep-alive on' : ''}`;
  return { letter, name, url, child, ...(llm && { texts: QUESTIONS }) };
}

/** (d) */
export async function bareNode(letter: string, { platformPort }: Surroundings): Promise<Subject> {
  const { child, port } = await startHelper('bare-server.ts', [String(platformPort)]);
  return { letter, name: 'bare node:http', url: `http://127.0.0.1:${port}/`, child };
}

/** This process's own, without what would configure the subjects. */
function plainEnvironment(): NodeJS.ProcessEnv {
  const keep = ['PATH', 'HOME', 'TMPDIR', 'TEMP', 'SystemRoot', 'LANG'];
  return Object.fromEntries(keep.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined));
}
