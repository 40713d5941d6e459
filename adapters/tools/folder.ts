/** Tools that lie in a folder, one file each: `export const schema` and `export function run`. */
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { DragomanError } from '../../core/errors.ts';
import type { Tool, ToolModule } from '../../core/ports.ts';

/** Loads every file; what is wrong with one is told and costs that one only. A folder that is not there has none. */
export async function toolsIn(folder: string, refuse: (file: string, error: unknown) => void): Promise<Tool[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => /\.(?:js|mjs|ts|mts)$/.test(name) && !/\.(?:test|d)\.m?ts$/.test(name));
  const found: Tool[] = [];
  for (const file of files.sort()) {
    try {
      found.push(toolOf(await import(pathToFileURL(path.join(folder, file)).href)));
    } catch (error) {
      refuse(file, error);
    }
  }
  return found;
}

function toolOf(module: Partial<ToolModule>): Tool {
  const { schema, run } = module;
  if (!schema || typeof schema !== 'object' || typeof run !== 'function')
    throw new DragomanError(
      'TOOL_INVALID',
      'The file exports no "schema" or no "run".',
      'Export both, as docs/tools.md shows.',
    );
  return { ...schema, run };
}
