/** A scenario file → scenarios. Nothing is guessed: an unknown key, person or word is an error with file and line. */
import path from 'node:path';
import { KEYS, type Person, type Scenario, type TextTest } from './format.ts';
import { llmOf } from './parse-llm.ts';
import { readSteps } from './parse-steps.ts';
import { readYaml, type Value } from './reading.ts';
import { isTime, isZone } from './time.ts';

const START = '2026-01-05 10:00';

/**
 * @param file as it is named in messages and reports; `flows` in it counts from its folder
 * @throws DragomanError BAD_REQUEST that begins with `file:line:`
 */
export function parseScenarios(file: string, text: string): Scenario[] {
  const root = readYaml(file, text);
  const common = root.map(KEYS.file);
  if (!common.scenarios) return root.fail('There is no list "scenarios".');
  const aliases = new Map(common.accounts?.entries().map(({ key, value }) => [key, value.text()]));
  const people = peopleOf(common.people, aliases);
  const names = new Set<string>();
  return common.scenarios.list().map((value): Scenario => {
    const own = value.map(KEYS.scenario);
    const name = own.name?.text().trim() || value.fail('A scenario needs a name.');
    if (names.has(name)) (own.name ?? value).fail(`There are two scenarios "${name}".`);
    names.add(name);
    const all = new Map([...people, ...peopleOf(own.people, aliases)]);
    const zone = own.zone ?? common.zone;
    const start = own.start ?? common.start;
    return {
      name,
      file,
      line: own.name?.line ?? value.line,
      flows: common.flows && path.resolve(path.dirname(file), common.flows.text()),
      env: { ...textsOf(common.env), ...textsOf(own.env) },
      nodes: [...nodesOf(common.nodes), ...nodesOf(own.nodes)],
      people: all,
      llm: llmOf(own.llm ?? common.llm),
      zone: zone ? checked(zone, isZone, 'a time zone like America/Bogota') : 'UTC',
      start: start ? checked(start, (said) => isTime(said, true), 'a time like 2026-01-05 10:00') : START,
      never: neverOf(own.never_leaves),
      mayCall: own.may_call?.many().map((host) => host.text()) ?? [],
      steps: readSteps(own.steps ?? value.fail('A scenario needs steps.'), all),
    };
  });
}

function checked(value: Value, valid: (text: string) => boolean, what: string): string {
  const said = value.text();
  return valid(said) ? said : value.fail(`"${said}" is not ${what}.`);
}

function peopleOf(value: Value | undefined, aliases: ReadonlyMap<string, string>): Map<string, Person> {
  const people = new Map<string, Person>();
  for (const { key, value: one } of value?.entries() ?? []) {
    if ((KEYS.step as readonly string[]).includes(key)) one.fail(`"${key}" is a step, so nobody can be called so.`);
    const said = one.isText ? { on: one } : one.map(KEYS.person);
    const on = (said.on ?? one.fail(`On which account is ${key}? Give "on".`)).text();
    people.set(key, {
      key,
      line: one.line,
      on: aliases.get(on) ?? on,
      id: 'id' in said ? said.id?.text() : undefined,
      userId: 'user_id' in said ? said.user_id?.text() : undefined,
      name: 'name' in said ? said.name?.text() : undefined,
      username: 'username' in said ? said.username?.text() : undefined,
      language: 'language' in said ? said.language?.text() : undefined,
    });
  }
  return people;
}

const textsOf = (value: Value | undefined): Record<string, string> =>
  Object.fromEntries(value?.entries().map(({ key, value: text }) => [key, text.text()]) ?? []);

const nodesOf = (value: Value | undefined): Scenario['nodes'] =>
  (value?.entries() ?? []).map(({ key, value: node }) => ({
    id: key,
    line: node.line,
    properties: node.entries().map(({ key: name, value: own }) => ({ name, line: own.line, value: own.json() })),
  }));

function neverOf(value: Value | undefined): Scenario['never'] {
  const never: Scenario['never'] = { llm: [], platform: [] };
  if (!value) return never;
  const { llm, platform, anywhere } = value.isMap ? value.map(KEYS.never_leaves) : { anywhere: value };
  const tests = (list: Value | undefined) => list?.many().map(forbidden) ?? [];
  never.llm = [...tests(llm), ...tests(anywhere)];
  never.platform = [...tests(platform), ...tests(anywhere)];
  return never;
}

/** A text, or a regular expression between slashes. */
function forbidden(value: Value): TextTest {
  const words = value.text();
  if (!words) value.fail('An empty text is in everything.');
  if (!/^\/.+\/[a-z]*$/s.test(words)) return { kind: 'contains', words, test: (text) => text.includes(words) };
  const pattern = value.pattern();
  return { kind: 'matches', words, test: (text) => pattern.test(text) };
}
