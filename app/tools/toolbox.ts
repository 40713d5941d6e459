/** The tools that are there now: shipped and own files, plugins, and nodes that come and go with deploys. */

import { DragomanError, describe } from '../../core/errors.ts';
import type { Logger, Tool, ToolPlugin } from '../../core/ports.ts';

export interface Toolbox {
  find(name: string): Tool | undefined;
  /** All names, with where each tool comes from. */
  list(): { name: string; description: string; from: 'shipped' | 'own' | 'plugin' | 'flow' }[];
  /** @returns takes it out again. @throws DragomanError TOOL_TWICE */
  add(tool: Tool): () => void;
  /** Resolves when the folders have been read. */
  ready: Promise<void>;
}

export interface ToolboxOptions {
  /** Of the tools that ship. */
  shipped: string;
  /** Of the integrator's own, which take the place of shipped ones of the same name. */
  own: string;
  /** What plugins offer now. */
  plugins(): ToolPlugin[];
  /** @throws DragomanError TOOL_INVALID */
  check(tool: Tool): void;
  /** Those of a folder; what is no tool is told to `refuse`. */
  toolsIn(folder: string, refuse: (file: string, error: unknown) => void): Promise<Tool[]>;
  log: Logger;
}

export function createToolbox({ shipped, own, plugins, check, toolsIn, log }: ToolboxOptions): Toolbox {
  const fromFiles = new Map<string, { tool: Tool; from: 'shipped' | 'own' }>();
  const fromNodes = new Map<string, Tool>();
  const refused = new Set<Tool>();

  async function load(): Promise<void> {
    for (const [from, folder] of [
      ['shipped', shipped],
      ['own', own],
    ] as const) {
      const refuse = (file: string, error: unknown) =>
        log.error(`The tool in ${folder}/${file} is not used: ${describe(error)}`);
      for (const tool of await toolsIn(folder, refuse)) {
        try {
          // Those that ship are checked by their tests; compiling their schemas can wait for the first call.
          if (from === 'own') check(tool);
          fromFiles.set(tool.name, { tool, from });
        } catch (error) {
          refuse(tool.name, error);
        }
      }
    }
  }

  /** Plugins load in any order and before flows; what is wrong with a tool is told once. */
  function fromPlugins(): Tool[] {
    return plugins()
      .flat()
      .filter((tool) => {
        if (refused.has(tool)) return false;
        try {
          check(tool);
          return true;
        } catch (error) {
          refused.add(tool);
          log.error(`The tool of a plugin is not used: ${describe(error)}`);
          return false;
        }
      });
  }

  return {
    find: (name) =>
      fromFiles.get(name)?.tool ?? fromNodes.get(name) ?? fromPlugins().find((tool) => tool.name === name),
    list() {
      const all = new Map<string, ReturnType<Toolbox['list']>[number]>();
      const put = ({ name, description }: Tool, from: 'shipped' | 'own' | 'plugin' | 'flow') =>
        all.set(name, { name, description, from });
      for (const tool of fromPlugins()) put(tool, 'plugin');
      for (const tool of fromNodes.values()) put(tool, 'flow');
      for (const { tool, from } of fromFiles.values()) put(tool, from);
      return [...all.values()].sort((one, other) => (one.name < other.name ? -1 : 1));
    },
    add(tool) {
      check(tool);
      if (fromNodes.has(tool.name) || fromFiles.has(tool.name))
        throw new DragomanError(
          'TOOL_TWICE',
          `There is another tool named "${tool.name}".`,
          'Give this one another name.',
        );
      fromNodes.set(tool.name, tool);
      return () => {
        if (fromNodes.get(tool.name) === tool) fromNodes.delete(tool.name);
      };
    },
    ready: load(),
  };
}
