/**
 * `npm run scenarios [-- files or words of names]`: conversations on the real bot, in virtual time. Ends with 1 when one fails.
 * `--json` for machines, `--steps` shows the steps of those that pass, `--list` only names them.
 */
import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { describe } from '../core/errors.ts';
import { PROJECT } from './flows.ts';
import type { Scenario } from './format.ts';
import { reportLines } from './report.ts';
import { loadFile, runScenario, type ScenarioResult } from './runner.ts';

/** The files that ship, as paths from where the command was given. */
export async function shippedFiles(): Promise<string[]> {
  const names = (await readdir(path.join(PROJECT, 'scenarios'))).filter((name) => name.endsWith('.yaml')).sort();
  return names.map((name) => path.relative('.', path.join(PROJECT, 'scenarios', name)));
}

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, steps: { type: 'boolean' }, list: { type: 'boolean' } },
  });
  const isFile = (word: string) => /\.ya?ml$/.test(word) || existsSync(word);
  const files = positionals.filter(isFile);
  const words = positionals.filter((word) => !isFile(word)).map((word) => word.toLowerCase());
  const all = (await Promise.all((files.length > 0 ? files : await shippedFiles()).map(loadFile))).flat();
  const chosen = all.filter(
    ({ name }) => words.length === 0 || words.some((word) => name.toLowerCase().includes(word)),
  );
  if (chosen.length === 0) throw new Error(`No scenario has ${words.join(' or ')} in its name.`);
  const show = (text: string) => void (values.json || process.stdout.write(`${text}\n`));
  if (values.list) {
    for (const { file, line, name } of chosen) show(`${file}:${line}  ${name}`);
    return 0;
  }

  const results = await runAll(chosen, show, values.steps === true);
  const failed = results.filter(({ ok }) => !ok).length;
  const seconds = (results.reduce((sum, { ms }) => sum + ms, 0) / 1_000).toFixed(1);
  show(`\n${results.length - failed} passed, ${failed} failed, in ${seconds} s.`);
  if (values.json) process.stdout.write(`${JSON.stringify({ ok: failed === 0, scenarios: results }, null, 2)}\n`);
  return failed === 0 ? 0 : 1;
}

async function runAll(
  scenarios: Scenario[],
  show: (text: string) => void,
  everyStep: boolean,
): Promise<ScenarioResult[]> {
  const results: ScenarioResult[] = [];
  let file = '';
  for (const scenario of scenarios) {
    if (scenario.file !== file) show(`${results.length > 0 ? '\n' : ''}${scenario.file}`);
    ({ file } = scenario);
    const result = await runScenario(scenario);
    results.push(result);
    show(reportLines(result, everyStep).join('\n').replace(/^/gm, '  '));
  }
  return results;
}

if (import.meta.main)
  main().then(
    (code) => process.exit(code),
    (error) => {
      process.stderr.write(`${describe(error)}\n`);
      process.exit(1);
    },
  );
