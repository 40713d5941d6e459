#!/usr/bin/env node
/** `dragoman <command>`. Exit codes: 0 done, 1 it did not work, 2 the command line was not understood. */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { DragomanError } from '../core/errors.ts';
import { secretsFromFiles } from '../core/secret-files.ts';
import { SETTINGS } from '../core/settings.ts';
import { type Command, type Given, type Result, UsageError } from './command.ts';
import { locate } from './project.ts';

const acting = async (name: string) => (await import('./actions.ts')).action(name);

/** Loaded when asked for: an old Node has no SQLite, and must live long enough to say so. */
const COMMANDS: Record<string, () => Promise<Command>> = {
  doctor: async () => (await import('./doctor.ts')).doctor,
  leads: async () => (await import('./leads.ts')).leads,
  export: async () => (await import('./people.ts')).exported,
  forget: async () => (await import('./people.ts')).forget,
  'telegram-webhook': async () => (await import('./telegram-webhook.ts')).telegramWebhook,
  webhooks: async () => (await import('./webhooks.ts')).webhooks,
  conversations: async () => (await import('./conversations.ts')).conversations,
  search: async () => (await import('./search.ts')).search,
  calls: async () => (await import('./calls.ts')).calls,
  call: async () => (await import('./calls.ts')).call,
  messages: async () => (await import('./messages.ts')).messages,
  replay: async () => (await import('./replay.ts')).replay,
  failed: async () => (await import('./failed.ts')).failed,
  resend: async () => (await import('./resend.ts')).resend,
  retry: () => acting('retry'),
  reply: () => acting('reply'),
  takeover: () => acting('takeover'),
  handback: () => acting('handback'),
  status: () => acting('status'),
  drafts: async () => (await import('./drafts.ts')).drafts,
  approve: () => acting('approve'),
  discard: () => acting('discard'),
  orders: async () => (await import('./orders.ts')).orders,
  'follow-ups': async () => (await import('./orders.ts')).followUps,
  results: async () => (await import('./orders.ts')).results,
  notices: async () => (await import('./notices.ts')).notices,
  outreach: () => acting('outreach'),
  catalogue: () => acting('catalogue'),
  backup: async () => (await import('./backup.ts')).backup,
  user: async () => (await import('./user.ts')).user,
  store: async () => (await import('./store-copy.ts')).store,
};

const HELP_HINT = 'Run "dragoman help" for all commands.';

async function main([name, ...rest]: string[]): Promise<number> {
  if (name === undefined) return complain(await help(), 2);
  if (name === 'help' && rest[0] !== undefined) return main([rest[0], '--help']);
  if (name === 'help' || name === '--help' || name === '-h') return print(await help());
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!load) return complain([`There is no command "${name}". ${HELP_HINT}`], 2);
  const json = rest.includes('--json');
  try {
    const command = await load();
    const given = read(command, rest);
    if (given.options.help) return print([usageOf(name, command), command.summary]);
    // What commands need; keys of others may lie in files that only the server's user reads.
    const secrets = [SETTINGS.mongoUrl, SETTINGS.redisUrl];
    Object.assign(
      process.env,
      secretsFromFiles(process.env, secrets, (file) => readFileSync(file, 'utf8')),
    );
    const place = locate(given.options['user-dir'] as string | undefined);
    if (place.found && !json) complain([`Data: ${place.folder}`], 0);
    const { data, lines, failed }: Result = await command.run(given);
    print(json ? [JSON.stringify(data, null, 2)] : lines);
    return failed ? 1 : 0;
  } catch (error) {
    if (error instanceof UsageError) return complain([error.message, usageOf(name, await load())], 2);
    if (!DragomanError.is(error)) throw error;
    const { code, message, action } = error;
    return complain(json ? [JSON.stringify({ error: { code, message, action } }, null, 2)] : [message, action], 1);
  }
}

function read({ options, takes: words, mayTake = [], insteadOfWords }: Command, args: string[]): Given {
  const { values, positionals } = parse(args, options);
  const instead = insteadOfWords !== undefined && (values as Given['options'])[insteadOfWords];
  const takes = instead ? [] : words;
  const most = takes.length + (instead ? 0 : mayTake.length);
  if (!values.help && (positionals.length < takes.length || positionals.length > most))
    throw new UsageError(
      takes.length ? `It takes ${takes.map((word) => `<${word}>`).join(' ')}.` : `It takes no "${positionals[0]}".`,
    );
  return { words: positionals, options: values as Given['options'] };
}

/** @throws UsageError */
function parse(args: string[], options: Command['options']) {
  try {
    const general = {
      json: { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      'user-dir': { type: 'string' },
    } as const;
    return parseArgs({ args, options: { ...options, ...general }, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

const usageOf = (name: string, { usage }: Command) => `dragoman ${name} ${usage}`.trimEnd();

async function help(): Promise<string[]> {
  const commands = await Promise.all(
    Object.entries(COMMANDS).map(async ([name, load]) => [name, await load()] as const),
  );
  return [
    "dragoman <command> [--json] [--user-dir <Node-RED's user folder>]",
    ...commands.flatMap(([name, command]) => ['', usageOf(name, command), `  ${command.summary}`]),
  ];
}

function print(lines: string[], stream: NodeJS.WriteStream = process.stdout): number {
  stream.write(`${lines.join('\n')}\n`);
  return 0;
}

function complain(lines: string[], code: number): number {
  print(lines, process.stderr);
  return code;
}

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.exitCode = complain(
    [
      `This is Node.js ${process.versions.node}, and Dragoman needs 22.19 or newer. In a checkout run "npm run dragoman", which uses the one that "npm install" brings.`,
    ],
    1,
  );
} else process.exitCode = await main(process.argv.slice(2));
