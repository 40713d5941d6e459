/** The folder of flow files on the disk: read as a whole, written so that a crash leaves each file old or new, never half. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import {
  checkUnique,
  type FlowFolder,
  type FlowNode,
  joinFlows,
  ORDER_FILE,
  parseFlowFile,
  parseOrder,
} from './canonical.ts';

/** File name → text, as it lies on the disk. */
export type Texts = Map<string, string>;

const isFlowFile = (name: string): boolean => name.endsWith('.json') && !name.startsWith('.');
const temporary = (name: string): string => `.${name}.tmp`;

export async function readTexts(folder: string): Promise<Texts> {
  const names = (await readdir(folder)).filter(isFlowFile).sort();
  return new Map(
    await Promise.all(names.map(async (name) => [name, await readFile(path.join(folder, name), 'utf8')] as const)),
  );
}

/** @throws DragomanError FLOW_FILE_BROKEN for the first file that cannot be understood, or for an id that is there twice */
export function parseTexts(texts: Texts): FlowFolder {
  const order = texts.get(ORDER_FILE);
  const nodes = [...texts].filter(([name]) => name !== ORDER_FILE);
  const files = new Map(nodes.map(([name, text]) => [name, parseFlowFile(name, text)]));
  checkUnique(files);
  return { files, order: order === undefined ? [] : parseOrder(order) };
}

/**
 * All of a folder's flows.
 * @throws DragomanError FLOW_FILE_BROKEN
 */
export const readFlows = async (folder: string): Promise<FlowNode[]> => joinFlows(parseTexts(await readTexts(folder)));

/** Names of files whose text differs between the two, or that only one has. */
export function differences(a: Texts, b: Texts): string[] {
  const names = new Set([...a.keys(), ...b.keys()]);
  return [...names].filter((name) => a.get(name) !== b.get(name)).sort();
}

async function writeTemporary(folder: string, name: string, text: string): Promise<void> {
  // Flows are the integrator's and hold no secrets: who could read them before can go on doing so.
  const before = await stat(path.join(folder, name)).catch(() => undefined);
  const handle = await open(path.join(folder, temporary(name)), 'w');
  try {
    if (before) await handle.chmod(before.mode & 0o777);
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Clears away what a crash in the middle of a save left; nobody else writes the folder when this is called. */
export async function removeTemporaries(folder: string): Promise<void> {
  const names = (await readdir(folder)).filter((name) => /^\..+\.json\.tmp$/.test(name));
  for (const name of names) await rm(path.join(folder, name), { force: true });
}

/**
 * Brings the folder from one state to the next. Everything new is on the disk under another name before the first file changes,
 * so a full disk changes nothing; files that stay as they are are not touched.
 * @returns what lies in the folder now
 */
export async function writeTexts(folder: string, from: Texts, to: Texts): Promise<Texts> {
  // A checkout with CRLF line ends says the same; rewriting it would show as changed in git.
  const same = (name: string, text: string) => from.get(name)?.replaceAll('\r\n', '\n') === text;
  const changed = [...to].filter(([name, text]) => !same(name, text));
  try {
    for (const [name, text] of changed) await writeTemporary(folder, name, text);
    for (const [name] of changed) await rename(path.join(folder, temporary(name)), path.join(folder, name));
  } finally {
    for (const [name] of changed) await rm(path.join(folder, temporary(name)), { force: true });
  }
  for (const name of from.keys()) if (!to.has(name)) await rm(path.join(folder, name), { force: true });
  return new Map([...to].map(([name, text]) => [name, same(name, text) ? from.get(name)! : text]));
}

/**
 * Copies the flow files of one folder into another that has none yet. A folder with flow files is left alone, so an upgrade never
 * overwrites; a copy that was cut short is finished by the next call. Synchronous, for settings files.
 * @returns whether it copied
 */
export function fillOnce(from: string, to: string): boolean {
  if (path.resolve(from) === path.resolve(to)) return false;
  const halfway = path.join(to, '.filling');
  if (!existsSync(halfway) && existsSync(to) && readdirSync(to).some(isFlowFile)) return false;
  const names = existsSync(from) ? readdirSync(from).filter(isFlowFile) : [];
  mkdirSync(halfway, { recursive: true });
  for (const name of names) copyFileSync(path.join(from, name), path.join(halfway, name));
  for (const name of names)
    if (!existsSync(path.join(to, name))) renameSync(path.join(halfway, name), path.join(to, name));
  rmSync(halfway, { recursive: true });
  return names.length > 0;
}
