/** Users who may sign in to the pages and, as far as they may, to the editor. */
import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { text as textOf } from 'node:stream/consumers';
import bcrypt from 'bcryptjs';
import { checkName, GRANTS, type StoredUser, USERS_FILE, usersIn } from '../core/door/users.ts';
import { DragomanError } from '../core/errors.ts';
import { setting } from '../core/settings.ts';
import { type Command, type Given, UsageError } from './command.ts';
import { dataFolder } from './project.ts';
import { table, time } from './text.ts';

/** bcrypt's rounds; each doubles the time of a try. */
const ROUNDS = 11;
const SHORTEST = 10;

export const user: Command = {
  usage: '<add|remove|list> [<name>] [--may read|reply|manage|everything] [--password-stdin] [--line]',
  summary:
    'Adds a user who may sign in to the pages (or gives a new password), removes one, or lists them; --line writes nothing and prints the line for adminAuth.users of a Node-RED of your own',
  takes: ['add|remove|list'],
  mayTake: ['name'],
  options: { may: { type: 'string' }, 'password-stdin': { type: 'boolean' }, line: { type: 'boolean' } },
  async run(given) {
    const [what, name] = given.words;
    if (what === 'list' && name === undefined) return listed();
    if ((what === 'add' || what === 'remove') && name !== undefined) {
      checkName(name);
      return what === 'add' ? added(name, given) : removed(name);
    }
    throw new UsageError('It takes "add <name>", "remove <name>" or "list".');
  },
};

const fileOf = () => path.resolve(setting('users') || path.join(dataFolder(), USERS_FILE));

function stored(): StoredUser[] {
  const file = fileOf();
  return existsSync(file) ? usersIn(readFileSync(file, 'utf8'), file) : [];
}

/** Whole or not at all, and for this user only. */
function write(users: StoredUser[]): void {
  const file = fileOf();
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  writeFileSync(`${file}.new`, `${JSON.stringify(users, null, 2)}\n`, { mode: 0o600 });
  chmodSync(`${file}.new`, 0o600);
  renameSync(`${file}.new`, file);
}

async function added(name: string, { options }: Given) {
  const permissions = permissionOf(options.may);
  const given = options['password-stdin'] ? (await textOf(process.stdin)).replace(/\r?\n$/, '') : undefined;
  if (given !== undefined && given.length < SHORTEST)
    throw new DragomanError(
      'BAD_REQUEST',
      `The password has fewer than ${SHORTEST} characters.`,
      'Give a longer one, or leave --password-stdin out: one is made.',
    );
  const password = given ?? randomBytes(12).toString('base64url');
  const hash = await bcrypt.hash(password, ROUNDS);
  const line: StoredUser = { username: name, password: hash, permissions, since: Date.now() };
  const shown = given === undefined ? [`Password: ${password}`, 'It is shown this once.'] : [];
  const data = { ...line, ...(given === undefined && { newPassword: password }) };
  if (options.line) return { data, lines: [JSON.stringify(line), ...shown] };
  const others = stored().filter(({ username }) => username !== name);
  write([...others, line]);
  return { data, lines: [`${name} may sign in at /dragoman/sign-in (${permissions}).`, ...shown] };
}

/** @throws UsageError */
function permissionOf(given: Given['options'][string]): string {
  const may = given ?? 'reply';
  if (typeof may === 'string' && Object.hasOwn(GRANTS, may)) return GRANTS[may as keyof typeof GRANTS];
  throw new UsageError(`--may takes one of ${Object.keys(GRANTS).join(', ')}.`);
}

function removed(name: string) {
  const users = stored();
  const left = users.filter(({ username }) => username !== name);
  if (left.length === users.length)
    throw new DragomanError('NOT_FOUND', `There is no user ${name}.`, 'List them with "dragoman user list".');
  write(left);
  return { data: { removed: name }, lines: [`${name} may not sign in any more, and is signed out.`] };
}

function listed() {
  const users = stored().map(({ password: _password, ...shown }) => shown);
  const rows = users.map(({ username, permissions, since }) => [username, String(permissions), time(since)]);
  return { data: users, lines: table(['name', 'may', 'password of'], rows, 'There is none beside "admin".') };
}
