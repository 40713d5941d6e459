/** What is measured beside each other, each in a process of its own. */
import type { ChildProcess } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { bareFlow, dragomanFlow, WEBHOOK } from './flows.ts';
import { freePort, startHelper, startServer } from './process.ts';

const PROJECT = path.resolve(import.meta.dirname, '..');

export interface Subject {
  letter: string;
  name: string;
  /** Where its updates are posted. */
  url: string;
  child: ChildProcess;
}

export interface Surroundings {
  /** Temporary; each subject gets a folder in it. */
  folder: string;
  platformPort: number;
  llmPort: number;
  /** Profile Dragoman's processes into this folder. */
  profileTo?: string;
}

/** (a) and (b): `npm start` as a user runs it, with flows of its own. */
export async function dragoman(letter: string, answer: 'static' | 'llm', around: Surroundings): Promise<Subject> {
  const port = await freePort();
  const folder = path.join(around.folder, letter);
  await mkdir(path.join(folder, 'flows'), { recursive: true });
  await writeFile(path.join(folder, 'flows', 'bench.json'), JSON.stringify(dragomanFlow(answer)));
  const env = {
    ...plainEnvironment(),
    PORT: String(port),
    DRAGOMAN_DATA: path.join(folder, 'data'),
    DRAGOMAN_FLOWS: path.join(folder, 'flows'),
    DRAGOMAN_SIMULATOR: 'off',
    TELEGRAM_API_BASE: `http://127.0.0.1:${around.platformPort}`,
    TELEGRAM_BOT_TOKEN: '1:bench',
    TELEGRAM_SECRET_TOKEN: '',
    ...(answer === 'llm' && { OPENAI_API_KEY: 'bench', OPENAI_BASE_URL: `http://127.0.0.1:${around.llmPort}/v1` }),
  };
  const profile = around.profileTo ? ['--cpu-prof', `--cpu-prof-dir=${around.profileTo}`] : [];
  const url = `http://127.0.0.1:${port}`;
  const child = await startServer(
    [...profile, path.join(PROJECT, 'start.mjs')],
    env,
    new Request(`${url}/health/ready`),
  );
  const name = answer === 'llm' ? 'Dragoman, all gates, LLM node' : 'Dragoman, all gates, static reply';
  return { letter, name, url: url + WEBHOOK, child };
}

/** (c): a stock Node-RED. */
export async function bareNodeRed(letter: string, keepAlive: boolean, around: Surroundings): Promise<Subject> {
  const port = await freePort();
  const folder = path.join(around.folder, letter);
  await mkdir(folder);
  await writeFile(path.join(folder, 'flows.json'), JSON.stringify(bareFlow(around.platformPort, keepAlive)));
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
  const name = keepAlive ? 'bare Node-RED, keep-alive on' : 'bare Node-RED';
  return { letter, name, url, child };
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
