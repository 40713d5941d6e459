/** Does one step of a scenario. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { secretOf } from '../app/simulator/session.ts';
import { API_FILE, type ApiFile } from '../core/api.ts';
import { DragomanError } from '../core/errors.ts';
import type { Actions } from '../simulator/actions.ts';
import type { PlatformId, WebhookRequest } from '../simulator/types.ts';
import { accountNamed } from './accounts.ts';
import {
  expectAsked,
  expectBlocked,
  expectBot,
  expectLogged,
  expectRetrieved,
  expectSilence,
  expectStored,
  failures,
} from './expect.ts';
import { webhookPath } from './flows.ts';
import type { Said, SIGNATURES, Step } from './format.ts';
import { arrived, conversationOf, messageNamed, messagesOf, type Problem, sendsTo } from './look.ts';
import { actionOf, echoOf, groupThread, type Known, type Resident } from './people.ts';
import { instantOf } from './time.ts';
import type { World } from './world.ts';

type Of<K extends Step['kind']> = Extract<Step, { kind: K }>;

/**
 * @returns what is not as expected; empty when all is well.
 * @throws DragomanError for a step that cannot be done
 */
export async function doStep(world: World, step: Step): Promise<Problem[]> {
  switch (step.kind) {
    case 'say':
      return say(world, step);
    case 'batch':
      return batch(world, step);
    case 'human':
      return happens(world, who(world, step.to), [echoOf(who(world, step.to), step.text, step.automated)]);
    case 'echo':
      return echo(world, who(world, step.to));
    case 'bot':
      await (step.now ? world.rest() : world.settle());
      return expectBot(world, who(world, step.to), step);
    case 'silent':
      await (step.now ? world.rest() : world.settle());
      return expectSilence(world, who(world, step.to));
    case 'blocked':
      await world.settle();
      return expectBlocked(world, who(world, step.of), step);
    case 'stored':
      await world.settle();
      return expectStored(world, step.of ? who(world, step.of) : undefined, step);
    case 'asked':
      await world.rest();
      return expectAsked(world, step);
    case 'logged':
      await world.rest();
      return expectLogged(world, step.calls);
    case 'retrieved':
      return expectRetrieved(world, step);
    case 'request':
      return request(world, step);
    case 'replay':
      return replay(world, step);
    case 'resend':
      return resend(world, step);
    case 'status':
      return setStatus(world, step);
    case 'fault':
      return setFault(world, step);
    case 'llm':
      return setLlm(world, step);
    case 'wait':
      return done(world.wait(step.ms));
    case 'at':
      return done(waitUntil(world, step.time));
    case 'pause':
      return done(world.pause(step.ms));
    case 'restart':
      return done(world.restart());
  }
}

const done = (work: Promise<void>): Promise<Problem[]> => work.then(() => []);
const who = (world: World, key: string): Resident => world.people.get(key)!;
const cannot = (message: string, action: string) => new DragomanError('BAD_REQUEST', message, action);

async function waitUntil(world: World, time: string): Promise<void> {
  const ms = instantOf(time, world.scenario.zone, world.clock.now()) - world.clock.now();
  if (ms < 0) throw cannot(`It is later than ${time} already.`, 'Times go forward only.');
  await world.wait(ms);
}

async function say(world: World, step: Of<'say'>): Promise<Problem[]> {
  const person = who(world, step.person);
  for (let time = 1; time <= step.repeat; time++) {
    if (time > 1 && step.everyMs) await world.wait(step.everyMs);
    const act =
      step.act.do === 'text' ? { ...step.act, text: step.act.text.replaceAll('{n}', String(time)) } : step.act;
    const action = actionOf(person, act, known(world, person), step.group);
    joinGroup(world, person, step.group);
    const { deliveries, signature, status } = step;
    const problems = await happens(world, person, [action], { deliveries, signature, status, as: [step] });
    if (problems.length > 0) return problems;
  }
  return [];
}

const BATCHES: readonly PlatformId[] = ['whatsapp', 'instagram'];

async function batch(world: World, { said }: Of<'batch'>): Promise<Problem[]> {
  const first = who(world, said[0]!.person);
  const actions = said.map((one) => {
    const person = who(world, one.person);
    if (person.platform !== first.platform || person.webhook !== first.webhook || !BATCHES.includes(person.platform))
      throw cannot('A batch is of one webhook of WhatsApp or Instagram.', 'The others send one event at a time.');
    joinGroup(world, person, one.group);
    return {
      account: person.account,
      ...actionOf(person, one.act, known(world, person), one.group),
    } as Actions[PlatformId];
  });
  return happens(world, first, actions, { as: said });
}

function joinGroup({ groups }: World, { key, platform }: Resident, group: string | undefined): void {
  if (group) groups.set(key, (groups.get(key) ?? new Set()).add(groupThread(platform, group)));
}

function known(world: World, person: Resident): Known {
  const last = arrived(sendsTo(world, person)).at(-1);
  return {
    id(label) {
      const id = world.labels.get(label)?.id;
      if (id === undefined) throw cannot(`No step before this one names a message "${label}".`, 'Give one "as".');
      return id;
    },
    last: last && { id: last.messageId!, text: last.text, buttons: last.buttons },
  };
}

interface Delivery {
  deliveries?: number;
  signature?: (typeof SIGNATURES)[number];
  status?: number;
  /** Who said each action, to be remembered. */
  as?: Said[];
}

/** Makes the platform tell the bot what happened there. */
async function happens(
  world: World,
  person: Resident,
  actions: Actions[PlatformId][],
  { deliveries = 1, signature = 'right', status = 200, as = [] }: Delivery = {},
): Promise<Problem[]> {
  const right = secretOf(world.account(person.key))?.split(',')[0]?.trim();
  const secret = signature === 'none' ? undefined : signature === 'wrong' ? `not-${right ?? 'it'}` : right;
  const { simulator } = world.standIns;
  const hook: WebhookRequest = simulator.webhook(person.platform, actions.length === 1 ? actions[0]! : actions, {
    account: person.account,
    secret,
  });
  as.forEach(({ person: speaker, as: label }, index) => {
    world.saidAt.set(speaker, world.clock.now());
    if (label) world.labels.set(label, { person: speaker, id: hook.ids[index]! });
  });
  for (let time = 0; time < deliveries; time++) {
    const answer = await fetch(world.url() + person.webhook, hook);
    const body = await answer.text();
    if (answer.status !== status)
      return [{ expected: `the webhook answers ${status}`, got: `${answer.status} ${body}` }];
    // No two things happen in the same instant, and what is stored is in the order of its time.
    await world.wait(1);
  }
  return [];
}

/** The platform tells of the bot's own last message. */
async function echo(world: World, person: Resident): Promise<Problem[]> {
  const { last } = known(world, person);
  if ((person.platform !== 'instagram' && person.platform !== 'waha') || !last)
    throw cannot('Only Instagram and WAHA send what the bot said back to it.', 'Let it say something there first.');
  return happens(world, person, [{ kind: 'own-echo', messageId: last.id }]);
}

async function request(world: World, step: Of<'request'>): Promise<Problem[]> {
  const account = step.account && accountNamed(world.engine(), step.account);
  const own = account ? webhookPath(world.nodes, account.id) : step.path;
  const target = step.api ? `/dragoman/api${step.api}` : own;
  if (!target) throw cannot(`No http in node leads to account ${step.account}.`, 'Wire one to its channel-in.');
  const url = new URL(target, world.url());
  for (const [name, value] of Object.entries(step.query)) url.searchParams.set(name, value);
  const body = step.body === undefined || typeof step.body === 'string' ? step.body : JSON.stringify(step.body);
  const headers = {
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(step.api ? { authorization: `Bearer ${(await api(world)).token}` } : {}),
    ...step.headers,
  };
  for (let time = 0; time < step.times; time++) {
    const answer = await fetch(url, { method: step.method, headers, body });
    const text = await answer.text();
    const problems = failures('the answer', text, step.answer);
    if (answer.status !== step.status)
      problems.unshift({ expected: `status ${step.status}`, got: `${answer.status} ${text}` });
    if (problems.length > 0) return problems;
    await world.wait(1);
  }
  return [];
}

const api = async (world: World): Promise<ApiFile> =>
  JSON.parse(await readFile(path.join(world.engine().dataFolder, API_FILE), 'utf8'));

/** A call of the commands' interface that may take virtual time. */
async function act(world: World, target: string): Promise<{ status: number; json: { outcome?: string } }> {
  const { token } = await api(world);
  const post = async () => {
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${world.url()}/dragoman/api${target}`, { method: 'POST', headers });
    return { status: answer.status, json: (await answer.json()) as { outcome?: string } };
  };
  return world.until(post());
}

async function replay(world: World, { message: label, outcome }: Of<'replay'>): Promise<Problem[]> {
  const message = await messageNamed(world, label);
  if (!message)
    throw cannot(`No stored message is called "${label}".`, 'Name it with "as", and let it be stored first.');
  const { status, json } = await act(world, `/messages/${message.id}/replay`);
  if (status !== 200) return [{ expected: 'the message is answered once more', got: JSON.stringify(json) }];
  return outcome === undefined || json.outcome === outcome
    ? []
    : [{ expected: `outcome ${outcome}`, got: JSON.stringify(json) }];
}

async function resend(world: World, { to, state, error }: Of<'resend'>): Promise<Problem[]> {
  await world.settle();
  const conversation = await conversationOf(world, who(world, to));
  const messages = conversation ? await messagesOf(world, conversation) : [];
  const failed = messages.findLast((message) => message.state === 'failed' || message.state === 'unknown');
  if (!failed) return [{ expected: `a message to ${to} that failed`, got: 'none' }];
  const answer = JSON.stringify((await act(world, `/messages/${failed.id}/resend`)).json);
  const now = await world.engine().store.message(failed.id);
  const problems = failures('the answer', answer, error);
  return now?.state === state
    ? problems
    : [{ expected: `the message is ${state} then`, got: `${now?.state} ${answer}` }, ...problems];
}

async function setStatus(world: World, { of, status }: Of<'status'>): Promise<Problem[]> {
  await world.settle();
  const conversation = await conversationOf(world, who(world, of));
  if (!conversation) return [{ expected: `a conversation of ${of}`, got: 'none' }];
  await world.engine().store.changeConversation(conversation.id, () => ({ status, updatedAt: world.clock.now() }));
  return [];
}

async function setFault(world: World, { on, person: key, fault }: Of<'fault'>): Promise<Problem[]> {
  const { faults } = world.standIns.simulator;
  if (fault === 'none') faults.clear();
  else {
    const person = key ? who(world, key) : undefined;
    faults.set(
      person ? { platform: person.platform, account: person.account, thread: person.thread } : { platform: on! },
      fault,
    );
  }
  return [];
}

async function setLlm(world: World, { mode }: Of<'llm'>): Promise<Problem[]> {
  if (!world.scenario.llm) throw cannot('This scenario has no LLM.', 'Write "llm: true" beside its name.');
  world.standIns.behave(mode);
  return [];
}
