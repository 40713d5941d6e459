/** Runs scenarios one after the other, each on a bot of its own. */
import { readFile } from 'node:fs/promises';
import { describe } from '../core/errors.ts';
import { explain } from './explain.ts';
import type { Scenario, Step, TextTest } from './format.ts';
import { arrived, markSeen, newSends, type Problem, quoted } from './look.ts';
import { parseScenarios } from './parse.ts';
import { doStep } from './steps.ts';
import { createWorld, type Servers, type World } from './world.ts';

export interface StepResult {
  line: number;
  title: string;
  problems: Problem[];
}

export interface ScenarioResult {
  name: string;
  file: string;
  line: number;
  ok: boolean;
  /** Real time. */
  ms: number;
  /** The steps that were done; the last one has problems if the scenario failed in a step. */
  steps: StepResult[];
  /** What is wrong with the whole: something left that must not, or that nobody expected. */
  problems: Problem[];
  /** Why it could not be run to its end. */
  error?: string;
  /** Only of a failed one. */
  explanation: string[];
}

/** @throws DragomanError for a file that cannot be read or understood */
export async function loadFile(file: string): Promise<Scenario[]> {
  return parseScenarios(file, await readFile(file, 'utf8'));
}

export async function runScenario(scenario: Scenario, servers: Servers = () => ({})): Promise<ScenarioResult> {
  const start = performance.now();
  const { name, file, line } = scenario;
  const steps: StepResult[] = [];
  const result: ScenarioResult = { name, file, line, ok: false, ms: 0, steps, problems: [], explanation: [] };
  let world: World | undefined;
  try {
    world = await createWorld(scenario, servers);
    for (const step of scenario.steps) {
      const problems = await attempt(world, step);
      steps.push({ line: step.line, title: step.title, problems });
      if (problems.length > 0) break;
    }
    const failed = (steps.at(-1)?.problems.length ?? 0) > 0;
    result.problems = [...(failed ? [] : await unexpected(world)), ...leaks(world)];
    result.ok = !failed && result.problems.length === 0;
  } catch (error) {
    result.error = describe(error);
  }
  if (!result.ok && world)
    result.explanation = await explain(world).catch((error) => [`It cannot be explained: ${describe(error)}`]);
  await world?.stop();
  result.ms = Math.round(performance.now() - start);
  return result;
}

async function attempt(world: World, step: Step): Promise<Problem[]> {
  try {
    return await doStep(world, step);
  } catch (error) {
    return [{ expected: 'the step can be done', got: describe(error) }];
  }
}

/** What the bot said that no step has looked at. */
async function unexpected(world: World): Promise<Problem[]> {
  await world.settle();
  return [...world.people.values()].flatMap((person) => {
    const sends = newSends(world, person);
    markSeen(world, person, sends);
    return arrived(sends).map((call) => ({ expected: `nothing more for ${person.key}`, got: quoted(call.text) }));
  });
}

/** What went out and must not have. */
function leaks({ standIns, scenario, foreignHosts }: World): Problem[] {
  const calls = standIns.simulator.calls();
  const bodies = calls.map(({ body }) => JSON.stringify(body));
  const questions = standIns.llm.journal.map(({ path, body, headers }) => JSON.stringify([path, body, headers]));
  return [
    ...calls.flatMap(({ platform, method, schemaErrors }) =>
      schemaErrors.map((error) => ({ expected: `requests as ${platform} wants them`, got: `${method}: ${error}` })),
    ),
    ...found('LLM', questions, scenario.never.llm),
    ...found('platform', bodies, scenario.never.platform),
    ...foreignHosts().map((host) => ({
      expected: 'no call leaves this machine (may_call names hosts that may be called)',
      got: `a call to ${host}`,
    })),
  ];
}

/** Bodies are JSON, so a quotation mark or a line break in a forbidden text is looked for as it is written there. */
const found = (where: string, texts: string[], tests: TextTest[]): Problem[] =>
  tests.flatMap(({ words, test }) => {
    const text = texts.find((one) => test(one) || test(one.replaceAll('\\n', '\n').replaceAll('\\"', '"')));
    return text === undefined
      ? []
      : [{ expected: `“${words}” never leaves for the ${where}`, got: excerpt(text, words) }];
  });

function excerpt(text: string, words: string): string {
  const at = Math.max(0, text.indexOf(words));
  return quoted(text.slice(Math.max(0, at - 60), at + words.length + 60));
}
