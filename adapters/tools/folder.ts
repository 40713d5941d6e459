/** Tools that lie in a folder, one file each: `export const schema` and `export function run`. */
import { readFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { DragomanError } from '../../core/errors.ts';
import type { Tool, ToolModule } from '../../core/ports.ts';

/** Loads every file; what is wrong with one is told and costs that one only. A folder that is not there has none. */
export async function toolsIn(folder: string, refuse: (file: string, error: unknown) => void): Promise<Tool[]> {
  const names = await readdir(folder).catch(() => []);
  const files = names.filter((name) => /\.(?:js|mjs|ts|mts)$/.test(name) && !/\.(?:test|d)\.m?ts$/.test(name));
  const found: Tool[] = [];
  if (files.length === 0) return found;
  const done = takeModulesAsSuch(folder);
  for (const file of files.sort()) {
    try {
      found.push(toolOf(await import(pathToFileURL(path.join(folder, file)).href)));
    } catch (error) {
      refuse(file, error);
    }
  }
  done();
  return found;
}

/**
 * The data folder says nothing of the type of its modules (Node-RED writes the package.json there), so that Node reads each file twice and
 * warns of it at each start. What begins a line with `export` is a module. Only files of this folder, and only until the returned function is
 * called.
 */
function takeModulesAsSuch(folder: string): () => void {
  const base = pathToFileURL(`${folder}${path.sep}`).href;
  const hooks = registerHooks({
    load(url, context, next) {
      const typeless = !context.format && url.startsWith(base) && /\.[jt]s$/.test(url);
      if (!typeless || !/^export\s/m.test(readFileSync(fileURLToPath(url), 'utf8'))) return next(url, context);
      return next(url, { ...context, format: url.endsWith('.ts') ? 'module-typescript' : 'module' });
    },
  });
  return () => hooks.deregister();
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
