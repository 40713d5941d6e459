/** The demo pharmacy's catalogue becomes knowledge: by the command, and by the shipped flow. Row D10. */
import { execFile } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { demoPharmacy } from '../support/demo-pharmacy.ts';
import { type Dragoman, shippedFlows, startDragoman } from '../support/dragoman.ts';

const PROJECT = path.resolve(import.meta.dirname, '../..');
const SHIPPED = path.join(PROJECT, 'knowledge/pharmacy');

let knowledge: string;
let bot: Dragoman;
beforeAll(async () => {
  knowledge = await mkdtemp(path.join(tmpdir(), 'dragoman-knowledge-'));
  await cp(path.join(SHIPPED, 'terms.ar.md'), path.join(knowledge, 'pharmacy', 'terms.ar.md'));
  bot = await startDragoman({
    env: { OPENAI_API_KEY: undefined, AI_AGENT_API_KEY: 'key-of-the-market', DRAGOMAN_KNOWLEDGE: knowledge },
  });
  const { get } = demoPharmacy(bot);
  await bot.until(async () => (await get('/catalogue/', { 'x-api-key': 'key-of-the-market' })).status === 200);
}, 60_000);
afterAll(async () => {
  await bot?.stop();
  await rm(knowledge, { recursive: true });
});

const folder = () => path.join(knowledge, 'pharmacy', 'catalogue');
const texts = async (place: string) => {
  const names = (await readdir(place)).sort();
  return Promise.all(names.map(async (name) => [name, await readFile(path.join(place, name), 'utf8')]));
};
async function dragoman(...args: string[]) {
  const env = { ...process.env, DRAGOMAN_DATA: bot.engine.dataFolder };
  return promisify(execFile)(process.execPath, [path.join(PROJECT, 'dist/cli/main.js'), ...args], { env });
}
const search = async (question: string) =>
  (await bot.engine.knowledge.search('pharmacy', question, 3)).map(({ title }) => title);

it('D10 the command writes it, and its passages are found beside the terms', async () => {
  const { stdout } = await dragoman('catalogue');
  expect(stdout).toMatch(
    /^235 products in the catalogue; in the knowledge base pharmacy: 30 files written, 0 removed\./,
  );
  let passages = 0;
  const unfollow = bot.engine.knowledge.follow('pharmacy', (state) => {
    if (state?.kind === 'ready') passages = state.passages;
  });
  await bot.until(() => passages > 2 * 235);
  unfollow();
  expect((await search('عايز معلومات عن باراسيتامول 500 أقراص'))[0]).toBe('باراسيتامول 500 مجم أقراص');
  expect((await search('price of amoxicillin 500 mg'))[0]).toBe('Amoxicillin 500 mg capsules');
  expect((await search('ما هي مواعيد التوصيل'))[0]).toContain('مواعيد التوصيل');
});

it('is what the demo’s knowledge starts with: run "dragoman catalogue" after a change of the flow', async () => {
  expect(await texts(folder())).toEqual(await texts(path.join(SHIPPED, 'catalogue')));
});

it('D10 the flow writes only what changed: the files of one kind for one price', async () => {
  const before = await stat(path.join(folder(), 'skin.ar.csv'));
  const flows = (await shippedFlows()).map((node) =>
    node.id === 'demo-pharmacy-rows'
      ? {
          ...node,
          template: String(node.template)
            .replace(',18.50,', ',19.75,')
            .replace(/\n\d+,[^\n]*,Hormones,[^\n]*/g, ''),
        }
      : node,
  );
  await bot.runtime.deploy(
    flows.map((node) => (node.id === 'demo-pharmacy-exported' ? { ...node, type: 'tap' } : node)),
  );
  const { get } = demoPharmacy(bot);
  const keyed = { 'x-api-key': 'key-of-the-market' };
  await bot.until(async () => (await get('/catalogue/', keyed)).body.count < 235);
  bot.runtime.inject('demo-pharmacy-nightly', {});
  expect(await bot.runtime.next('demo-pharmacy-exported', 10_000)).toMatchObject({
    payload: {
      written: ['pain-and-fever.ar.csv', 'pain-and-fever.en.csv'],
      removed: ['hormones.ar.csv', 'hormones.en.csv'],
    },
  });
  expect(await stat(path.join(folder(), 'skin.ar.csv'))).toMatchObject({ ino: before.ino, mtimeMs: before.mtimeMs });
  await bot.until(async () => (await search('levothyroxine')).length === 0);
  expect(await readFile(path.join(folder(), 'pain-and-fever.en.csv'), 'utf8')).toContain('19.75 EGP');
});

it('D10 without the backend the files stay, and the command says why', async () => {
  const before = await texts(folder());
  await bot.runtime.deploy(
    (await shippedFlows()).filter(({ id, z }) => id !== 'demo-pharmacy' && z !== 'demo-pharmacy'),
  );
  const { code, stderr } = await dragoman('catalogue').catch((error) => error);
  expect([code, stderr]).toEqual([
    1,
    expect.stringMatching(/demo pharmacy of this server answers 404.*stays as it was/),
  ]);
  expect(await texts(folder())).toEqual(before);
  const wrong = await dragoman('catalogue', '--base', '../elsewhere').catch((error) => error);
  expect([wrong.code, wrong.stderr]).toEqual([1, expect.stringMatching(/no name of a knowledge base/)]);
});
