/** What is set up and what is missing: read from what this process knows, and asked of platforms and models where somebody wants to know. */
import { setTimeout } from 'node:timers/promises';
import type { Account } from '../../core/accounts.ts';
import { DragomanError, describe } from '../../core/errors.ts';
import { setting } from '../../core/settings.ts';
import type { PlatformTold } from '../../core/setup/account.ts';
import type { SetupPart, SetupReport } from '../../core/setup/report.ts';
import { knowledgePart, type ModelTried, serverPart, speechPart } from '../../core/setup/rest.ts';
import type { ShopTold } from '../../core/setup/shop.ts';
import type { Engine } from '../engine.ts';
import type { Starter } from '../registry.ts';
import { accountOfSetup, askPlatform, type Calls, callsOf, NO_CALLS, registerThere } from './accounts.ts';
import { keyOf, modelPartOf, modelsOf, tryOut } from './models.ts';
import { type AccountNode, problemOf, type SetupHost } from './parts.ts';
import { askShop, shopOfSetup } from './shops.ts';

type Parts = Pick<Engine, 'registry' | 'store' | 'http' | 'knowledge' | 'speech' | 'dependencies' | 'fleet' | 'clock'>;

export interface Setup {
  /** All parts. Nothing leaves this machine but a look whether endpoints answer. */
  report(): Promise<SetupReport>;
  /** Asks the account's platform, where it has a real one. @throws DragomanError NOT_FOUND */
  check(accountId: string): Promise<SetupPart>;
  /** Tells the platform to deliver to this server. @throws DragomanError NOT_FOUND, BAD_REQUEST, ACCOUNT_NOT_CONFIGURED, SEND_FAILED */
  register(accountId: string): Promise<SetupPart>;
  /** Asks the shop for one page of its orders, of which nothing is taken in. @throws DragomanError NOT_FOUND */
  askShop(id: string): Promise<SetupPart>;
  /** Asks a model one small question, which costs a little. @param id of the provider's node. @throws DragomanError NOT_FOUND */
  tryModel(id: string, prefix: string): Promise<SetupPart>;
}

/** Until it is told what is known of the knowledge without its thread; milliseconds. */
const BASES_MS = 1_000;

/** One for a process: what platforms and models told is remembered until it ends. */
export function createSetup(parts: Parts, host: SetupHost): Setup {
  const { registry, clock, fleet } = parts;
  /** Of the account as it was then: another one, made by a deploy, was asked nothing yet. */
  const told = new Map<string, { of: Account; told: PlatformTold }>();
  const tried = new Map<string, ModelTried>();
  const asked = new Map<string, ShopTold & { of: Starter }>();
  const publicUrl = () => setting('publicUrl').replace(/\/+$/, '');

  /** @throws DragomanError NOT_FOUND */
  function nodeOf(accountId: string): AccountNode {
    const node = host.accounts().find(({ id }) => id === accountId);
    if (node) return node;
    throw new DragomanError('NOT_FOUND', `The flows have no account ${accountId}.`, 'Load the page again.');
  }

  function partOf(node: AccountNode, calls: Calls): SetupPart {
    const account = registry.account(node.id);
    const last = told.get(node.id);
    return accountOfSetup(node, {
      ...{ account, calls, publicUrl: publicUrl(), trouble: registry.trouble(node.id) },
      told: last?.of === account ? last?.told : undefined,
    });
  }

  async function askedPart(account: Account | undefined, node: AccountNode): Promise<SetupPart> {
    if (account && !account.simulated)
      told.set(node.id, { of: account, told: await askPlatform(account, node, publicUrl(), parts.http) });
    return partOf(node, await callsOf(parts.store));
  }

  const models = () => modelsOf(host.providers(), registry.accounts());

  return {
    async report() {
      const states = parts.dependencies();
      const away = fleet.state().away.map(({ reason }) => reason);
      // What is wrong with the store is told, and not a reason to tell nothing.
      const calls = await callsOf(parts.store).catch((error: unknown): Calls => {
        if (away.length === 0) away.push(describe(error));
        return NO_CALLS;
      });
      const accounts = host.accounts().map((node) => partOf(node, calls));
      const shops = host.shops().map((node) => shopOfSetup(node, { registry, calls, told: asked.get(node.id) }));
      const known = await states;
      return {
        at: clock.now(),
        parts: [
          ...accounts,
          ...shops,
          ...models().map((model) => modelPartOf(model, known, tried.get(keyOf(model)))),
          knowledgePart(await knowledgeOf(parts, host)),
          speechPart(speechOf(parts)),
          serverPart({ ...serverOf(parts, host, publicUrl()), away }),
        ],
      };
    },
    async check(accountId) {
      return askedPart(registry.account(accountId), nodeOf(accountId));
    },
    async register(accountId) {
      const node = nodeOf(accountId);
      const account = registry.account(accountId);
      if (!account) throw new DragomanError('BAD_REQUEST', 'The account cannot work.', 'Correct its node first.');
      await registerThere(account, node, publicUrl(), parts.http);
      return askedPart(account, node);
    },
    async askShop(id) {
      const node = host.shops().find((one) => one.id === id);
      const starter = registry.starter(id);
      if (!node || !starter?.ask)
        throw new DragomanError('NOT_FOUND', 'No such shop is asked.', 'Load the page again.');
      const told = await askShop(starter.ask, clock);
      asked.set(id, { ...told, of: starter });
      return shopOfSetup(node, { registry, calls: await callsOf(parts.store), told: asked.get(id) });
    },
    async tryModel(id, prefix) {
      const found = models().find((model) => (model.id || 'environment') === id && model.prefix === prefix);
      if (!found?.endpoint) throw new DragomanError('NOT_FOUND', 'There is no such model.', 'Load the page again.');
      const answer = await tryOut(found.endpoint, clock);
      tried.set(keyOf(found), answer);
      return modelPartOf(found, await parts.dependencies(), answer);
    },
  };
}

async function knowledgeOf({ knowledge }: Parts, host: SetupHost) {
  // Who looks does not wait until long files are read.
  const names = await Promise.race([knowledge.bases(), setTimeout(BASES_MS, [], { ref: false })]).catch(() => []);
  const state = (base: string) => {
    let found: Parameters<Parameters<Parts['knowledge']['follow']>[1]>[0];
    knowledge.follow(base, (now) => (found = now))();
    return found;
  };
  const asked = host.bases().map((one) => ({ ...one, state: state(one.base) }));
  const all = [...new Set([...names, ...asked.filter((one) => one.state?.kind !== 'missing').map(({ base }) => base)])];
  return {
    bases: all.sort().map((name) => {
      const now = state(name);
      return { name, passages: now?.kind === 'ready' ? now.passages : undefined };
    }),
    absent: asked
      .filter(({ base }, at) => asked.findIndex((other) => other.base === base) === at)
      .filter((one) => one.state?.kind === 'missing')
      .map(({ base, node }) => ({ base, node })),
    vectors: setting('embeddingModel'),
  };
}

function speechOf({ speech }: Parts) {
  const { stt, tts } = speech.missing();
  return { ...(stt && { hears: problemOf(stt) }), ...(tts && { speaks: problemOf(tts) }) };
}

function serverOf({ registry }: Parts, host: SetupHost, publicUrl: string) {
  const isReal = registry.accounts().some(({ simulated, channel }) => !simulated && !channel.live && !channel.chat);
  return {
    ...{ publicUrl, address: host.address() ?? '', hasLogin: host.hasLogin() },
    store: setting('mongoUrl') ? ('mongodb' as const) : ('file' as const),
    tells: setting('noticeUrl') !== '' || setting('noticeChat') !== '',
    isOpen: isReal && setting('simulator') === 'open',
  };
}
