/** Every code and every rule has words in each language, so that no reader of the canvas or of a page meets English alone. */
import { globSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { RULES } from '../core/policy/rules.ts';
import { LANGUAGES } from '../web/i18n.ts';

const PROJECT = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFile(path.join(PROJECT, file), 'utf8');
const words = async (language: string) =>
  JSON.parse(await read(`core/locales/${language}.json`)) as Record<string, string>;
/** A status under a node has room for no more. */
const STATUS_LENGTH = 36;

async function codes(): Promise<string[]> {
  const types = await Promise.all([
    read('core/errors.ts').then((source) => /export type ErrorCode =[^;]*;/.exec(source)![0]),
    read('core/orders/faults.ts').then((source) => /export type OrderFaultCode =[^;]*;/.exec(source)![0]),
  ]);
  // What is no error of ours is answered as `INTERNAL`.
  return [...types.flatMap((type) => [...type.matchAll(/'([A-Z_]+)'/g)].map(([, code]) => code!)), 'INTERNAL'];
}

/** Of the policy, and of all that writes a decision or holds a message about an order back by itself. */
async function rules(): Promise<string[]> {
  const files = globSync('{core,app,nodes,node-red}/**/*.ts', { cwd: PROJECT }).filter(
    (file) => !/\.test\./.test(file),
  );
  const sources = await Promise.all(files.map(read));
  const named = sources
    .join('\n')
    .matchAll(
      /note\('block', '([\w-]+)'|rule: '([\w-]+)'(?=, reason| *\}?,?\s*reason)|result: 'block', rule: '([\w-]+)'/g,
    );
  return [...RULES.map(({ name }) => name), ...[...named].map((found) => found.slice(1).find(Boolean)!)];
}

it('finds the codes and the rules', async () => {
  expect(await codes()).toEqual(expect.arrayContaining(['TURN_LOST', 'SHOP_REFUSED', 'INTERNAL']));
  expect(await rules()).toEqual(
    expect.arrayContaining(['consent', 'customer-cap', 'rate', 'not-configured', 'no-model', 'gone', 'busy']),
  );
});

it.each(LANGUAGES)('in $label, each code has a sentence and what to do, each rule a word', async ({ value }) => {
  const said = await words(value);
  /** Decides, and never against anybody. */
  const passing = ['asked', 'session'];
  const needed = [
    ...(await codes()).flatMap((code) => [`error.${code}`, `action.${code}`]),
    ...(await rules()).filter((rule) => !passing.includes(rule)).map((rule) => `rule.${rule}`),
  ];
  expect(needed.filter((key) => !said[key]?.trim())).toEqual([]);
  const shown = Object.entries(said).filter(([key]) => !key.startsWith('action.'));
  expect(shown.filter(([, text]) => text.length > STATUS_LENGTH)).toEqual([]);
  // Nothing says what can no longer happen.
  const errors = new Set(needed);
  expect(Object.keys(said).filter((key) => !key.startsWith('rule.') && !errors.has(key))).toEqual([]);
});

it('the editor finds them in the plugin’s catalogue', async () => {
  const [built, said] = [JSON.parse(await read('dist/node-red/locales/fa/plugin.json')), await words('fa')];
  expect(built.error.TURN_LOST).toBe(said['error.TURN_LOST']);
  expect(built.action.TURN_LOST).toBe(said['action.TURN_LOST']);
  expect(built.rule['customer-cap']).toBe(said['rule.customer-cap']);
  expect(built.label.name).toBeTruthy();
});
