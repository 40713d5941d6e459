/** In a Node-RED of somebody's own its users sign in to our pages: those of a list, and those whom functions know. */
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, expect, it } from 'vitest';
import { nodeRed } from '../support/node-red.ts';
import { type Stock, startStock } from '../support/stock.ts';

const OURS = { 'x-dragoman': '1' };
const plugin = `export { default } from ${JSON.stringify(pathToFileURL(path.resolve(import.meta.dirname, '../../dist/node-red/plugin.js')).href)};`;
const hash: string = nodeRed('bcryptjs').hashSync('the host’s word', 4);

let stock: Stock | undefined;
afterEach(async () => {
  await stock?.stop();
  stock = undefined;
});

/** @param adminAuth as JavaScript */
async function start(adminAuth: string): Promise<Stock> {
  // Where Node-RED looks for settings of a user folder.
  const prepare = (userDir: string) =>
    writeFile(path.join(userDir, 'settings.js'), `module.exports = { adminAuth: ${adminAuth} };`);
  stock = await startStock({ plugin, prepare, env: { OPENAI_API_KEY: 'sk-real' } });
  return stock;
}

async function signedIn({ url }: Stock, name: string, password: string) {
  const sent = { method: 'POST', headers: OURS, body: JSON.stringify({ name, password }) };
  const answer = await fetch(`${url}/dragoman/api/v1/session`, sent);
  if (answer.status !== 204) return answer.status;
  const headers = { ...OURS, cookie: answer.headers.get('set-cookie')!.split(';', 1)[0]! };
  return (await fetch(`${url}/dragoman/api/v1/session`, { headers })).json();
}

const LISTED = `{ type: 'credentials', users: [
  { username: 'host', password: '${hash}', permissions: '*' },
  { username: 'sara', password: '${hash}', permissions: ['dragoman.reply'] },
] }`;
const ASKED = `{ type: 'credentials',
  users: async (name) => ({ host: { username: name, permissions: '*' }, sara: { username: name, permissions: ['dragoman.reply'] } })[name] ?? null,
  authenticate: async (name, password) => (['host', 'sara'].includes(name) && password === 'the host’s word' ? { username: name, permissions: '*' } : null),
}`;

it.each([
  ['a list', LISTED],
  ['functions', ASKED],
])('%s', { timeout: 60_000 }, async (_what, adminAuth) => {
  const running = await start(adminAuth);
  expect(await signedIn(running, 'host', 'the host’s word')).toMatchObject({
    ...{ name: 'host', kind: 'user', may: ['dragoman.read', 'dragoman.reply', 'dragoman.manage'] },
    pages: expect.arrayContaining(['orders', 'calls', 'simulator']),
  });
  expect(await signedIn(running, 'sara', 'the host’s word')).toMatchObject({
    may: ['dragoman.read', 'dragoman.reply'],
  });
  expect(await signedIn(running, 'sara', 'another')).toBe(401);
  expect(await signedIn(running, 'nobody', 'the host’s word')).toBe(401);
  // The page stands beside the others, and nothing of ours at the host's root.
  const headers = { accept: 'text/html' };
  const page = await fetch(`${running.url}/dragoman/orders`, { redirect: 'manual', headers });
  expect([page.status, page.headers.get('location')]).toEqual([303, 'sign-in?to=orders']);
  expect((await fetch(`${running.url}/dragoman/sign-in`, { headers })).status).toBe(200);
  expect((await fetch(`${running.url}/sign-in`, { headers })).status).toBe(404);
});

it('where the host has no login nobody can sign in: the start’s link is the way', { timeout: 60_000 }, async () => {
  const running = await start('undefined');
  expect(await signedIn(running, 'admin', 'password')).toBe(401);
});
