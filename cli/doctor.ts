/** What is set up and what is missing: as the page of set-up says it, or what can be told beside a server that does not run. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { DragomanError } from '../core/errors.ts';
import { setting } from '../core/settings.ts';
import type { SetupLine, SetupPart, SetupReport } from '../core/setup/report.ts';
import type { Command, Given, Result } from './command.ts';
import { dataFolder } from './project.ts';
import { findServer, type Server } from './server.ts';
import { withStore } from './store.ts';
import { plain } from './text.ts';

type Line = Pick<SetupLine, 'state' | 'text' | 'todo'>;

/** One letter wide, and told apart without colours. */
const SIGNS = { ok: '✓', off: '·', standin: '~', warn: '!', missing: '✗' } as const;
const STATES = { ok: 'works', off: 'not used', standin: 'stand-in', warn: 'look at it', missing: 'needs you' } as const;
const TITLES = { shop: 'Shop', model: 'Model', speech: 'Speech', knowledge: 'Knowledge', server: 'Server' } as const;

export const doctor: Command = {
  usage: '[--offline] [--try]',
  summary:
    'What is set up, what runs with stand-ins and what is missing, and what to do; asks platforms and shops, and with --try the models',
  takes: [],
  options: { offline: { type: 'boolean' }, try: { type: 'boolean' } },
  async run(given) {
    const server = await findServer();
    return server ? beside(server, given) : alone();
  },
};

async function beside(server: Server, { options }: Given): Promise<Result> {
  const report = await server.get<SetupReport>('/setup');
  const parts = await Promise.all(report.parts.map((part) => asked(server, part, options)));
  const data: SetupReport & { running: true } = { running: true, ...report, parts };
  return {
    data,
    lines: [...parts.flatMap((part) => [headOf(part), ...part.lines.flatMap(linesOf), '']), SIGNS_TOLD],
    failed: parts.some(({ state }) => state === 'missing'),
  };
}

const SIGNS_TOLD = Object.entries(SIGNS)
  .map(([state, sign]) => `${sign} ${STATES[state as keyof typeof STATES]}`)
  .join('   ');

/** With what its platform or its model says, where that is wanted. */
async function asked(server: Server, part: SetupPart, { offline, try: tries }: Given['options']): Promise<SetupPart> {
  const { kind, id, real, prefix = '', lines } = part;
  if ((kind === 'account' || kind === 'shop') && real && !offline)
    return server.post<SetupPart>(`/setup/${kind}s/${encodeURIComponent(id)}/check`);
  if (tries && lines.some(({ deed }) => deed === 'try'))
    return server.post<SetupPart>(`/setup/models/${encodeURIComponent(id)}/try`, { prefix });
  return part;
}

function headOf({ kind, name, channel, prefix, state }: SetupPart): string {
  const title = kind === 'account' ? `${name} (${channel})` : [TITLES[kind], name, prefix].filter(Boolean).join(' ');
  return `${plain(title)}: ${STATES[state]}`;
}

const linesOf = ({ state, text, todo }: Line): string[] => [
  `  ${SIGNS[state]} ${plain(text)}`,
  ...(todo ? [`    ${plain(todo)}`] : []),
];

/** Of a server that does not run, and why it may not start. */
async function alone(): Promise<Result> {
  const lines: Line[] = [
    {
      state: 'missing',
      text: `Dragoman is not running with the data in ${dataFolder()}.`,
      todo: 'Start it with "npm start", and give this command again: it tells the rest.',
    },
    await portLine(),
    await dataLine(),
  ];
  return { data: { running: false, lines }, lines: lines.flatMap(linesOf), failed: true };
}

async function portLine(): Promise<Line> {
  const [host, port] = [setting('host'), setting('port')];
  const server = createServer();
  try {
    server.listen(Number(port), host);
    await once(server, 'listening');
    return { state: 'ok', text: `Port ${port} of ${host} is free.` };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      state: 'missing',
      text: `Port ${port} of ${host} cannot be listened on (${code}).`,
      todo: 'Stop the program that has it, or set PORT and HOST to others.',
    };
  } finally {
    server.close();
  }
}

async function dataLine(): Promise<Line> {
  try {
    await withStore((store) => store.webhooks({ limit: 1 }));
    return { state: 'ok', text: 'What is kept can be read.' };
  } catch (error) {
    if (!DragomanError.is(error)) throw error;
    const { code, message, action } = error;
    return { state: code === 'NOT_FOUND' ? 'off' : 'missing', text: message, todo: action };
  }
}
