/** Whether this process can run the flows that another one saved: looked at before the running ones are touched. */
import type { FlowNode } from '../flow-files/canonical.ts';
import { type Migrations, migrate, newestVersion } from '../kit/migrate.ts';

/** What this process knows. */
export interface Known {
  hasType(type: string): boolean;
  /** Of our own nodes; undefined for those of others. */
  migrationsOf(type: string): Migrations | undefined;
}

const CONTAINERS = new Set(['tab', 'subflow', 'group']);
/** So many are named. */
const NAMED = 5;

/** @returns why it cannot, as a sentence; undefined where it can */
export function whyNot(flows: readonly FlowNode[], known: Known): string | undefined {
  const subflows = new Set(flows.filter(({ type }) => type === 'subflow').map(({ id }) => `subflow:${id}`));
  const types = new Set(flows.map(({ type }) => type));
  const missing = [...types].filter((type) => !CONTAINERS.has(type) && !subflows.has(type) && !known.hasType(type));
  if (missing.length > 0) return `Node types are not installed here: ${listed(missing)}.`;

  const newer = flows.filter((node) => {
    const own = known.migrationsOf(node.type);
    return own && typeof node.version === 'number' && node.version > newestVersion(own);
  });
  if (newer.length > 0) return `Nodes were saved by a newer version of Dragoman: ${listed(newer.map(nameOf))}.`;

  const broken = flows.filter((node) => {
    const own = known.migrationsOf(node.type);
    return own && !attempt(() => migrate(node, own));
  });
  if (broken.length > 0)
    return `Nodes of an earlier version cannot be brought up to date: ${listed(broken.map(nameOf))}.`;
  return undefined;
}

const nameOf = ({ id, type, name }: FlowNode) =>
  typeof name === 'string' && name ? `"${name}" (${type})` : `${type} ${id}`;

function listed(words: string[]): string {
  const more = words.length - NAMED;
  return [...words.slice(0, NAMED), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
}

function attempt(task: () => unknown): boolean {
  try {
    task();
    return true;
  } catch {
    return false;
  }
}
