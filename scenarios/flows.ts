/** The flows under test: read like the server reads them, changed only in memory. */
import path from 'node:path';
import { DragomanError } from '../core/errors.ts';
import { folderOf } from '../core/folders.ts';
import { SETTINGS } from '../core/settings.ts';
import { type FlowNode, joinFlows } from '../node-red/flow-files/canonical.ts';
import { parseTexts, readTexts } from '../node-red/flow-files/folder.ts';
import { webhookOf } from '../node-red/server/webhook-of.ts';
import { PLATFORMS, type PlatformId } from '../simulator/types.ts';
import type { Scenario } from './format.ts';

export const PROJECT = path.resolve(import.meta.dirname, '..');

/** Variables that would make the bot talk to real services, with any prefix; a scenario names those that it wants. */
const SERVICES = /(^|_)(TELEGRAM|WHATSAPP|INSTAGRAM|WAHA|OPENAI|AI_ASSISTANT|EMBEDDING|ORDERS|MARKETPLACE)_/;
const DEPLOYMENT = new Set<string>(Object.values(SETTINGS).map(({ env }) => env));
/** Where the flows and the knowledge under test are is the caller's to say. */
const KEPT = new Set<string>([SETTINGS.flows.env, SETTINGS.knowledge.env]);

/**
 * The nodes, with the scenario's properties, and with no address of a real service in accounts and providers.
 * @throws DragomanError BAD_REQUEST for a node or property that the flows do not have; FLOW_FILE_BROKEN
 */
export async function loadFlows({ flows, nodes, file }: Scenario): Promise<FlowNode[]> {
  const folder = flows ?? folderOf('flows', PROJECT);
  const texts = await readTexts(folder).catch((cause: unknown) => {
    throw new DragomanError(
      'NOT_FOUND',
      `The flows in ${folder} cannot be read.`,
      'Name another folder with "flows" or DRAGOMAN_FLOWS.',
      { cause },
    );
  });
  const all = joinFlows(parseTexts(texts)).map((node) => ({ ...node }));
  for (const { id, line, properties } of nodes) {
    const node = all.find((candidate) => candidate.id === id);
    if (!node) throw unknown(`${file}:${line}: The flows have no node "${id}".`);
    for (const { name, line: at, value } of properties) {
      if (!(name in node))
        throw unknown(
          `${file}:${at}: Node "${id}" has no property "${name}". It has: ${Object.keys(node).join(', ')}.`,
        );
      node[name] = value;
    }
  }
  for (const node of all) {
    if (node.type === 'dragoman-account') node.settings = without(node.settings, 'apiBase');
    if (node.type === 'dragoman-provider') node.baseUrl = '';
  }
  return all;
}

const unknown = (message: string) =>
  new DragomanError('BAD_REQUEST', message, 'docs/scenarios.md describes the format.');

function without(settings: unknown, name: string): object {
  const { [name]: _, ...rest } = (settings ?? {}) as Record<string, unknown>;
  return rest;
}

/** The variable with the address of a platform's API. */
const addressOf = (platform: PlatformId) =>
  platform === 'waha' ? 'WAHA_API_ENDPOINT' : `${platform.toUpperCase()}_API_BASE`;

/** The environment that the bot is started in; undefined: the variable is taken out. */
export function environmentFor(
  { env }: Scenario,
  nodes: FlowNode[],
  to: { data: string; platforms: string; llm?: string },
): Record<string, string | undefined> {
  const real = Object.keys(process.env).filter(
    (name) => !KEPT.has(name) && (SERVICES.test(name) || DEPLOYMENT.has(name)),
  );
  const prefixes = new Set([
    '',
    ...nodes.flatMap(({ envPrefix }) => (typeof envPrefix === 'string' ? [envPrefix] : [])),
  ]);
  const bases = [...prefixes].flatMap((prefix) =>
    PLATFORMS.map((platform) => [`${prefix}${addressOf(platform)}`, `${to.platforms}/${platform}`]),
  );
  return {
    ...Object.fromEntries(real.map((name) => [name, undefined])),
    ...Object.fromEntries(bases),
    ...(to.llm ? { OPENAI_API_KEY: 'scenario', OPENAI_BASE_URL: to.llm, AI_ASSISTANT_MODEL: 'stand-in' } : {}),
    DRAGOMAN_DATA: to.data,
    DRAGOMAN_SIMULATOR: 'off',
    ...env,
  };
}

/** Sets variables. The returned function puts everything back. */
export function setEnvironment(values: Record<string, string | undefined>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  const apply = (pairs: readonly (readonly [string, string | undefined])[]) => {
    for (const [name, value] of pairs)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  };
  apply(Object.entries(values));
  return () => apply(before);
}

/** Path of the webhook that leads to an account; undefined where none does. */
export const webhookPath = (nodes: FlowNode[], accountId: string): string | undefined =>
  webhookOf(
    { nodes: { eachNode: (visit: (node: FlowNode) => void) => nodes.forEach(visit) }, settings: {} } as never,
    accountId,
  )?.path;
