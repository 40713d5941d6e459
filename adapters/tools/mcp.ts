/**
 * The chosen tools of an MCP server. Each was looked at by the integrator, and is offered for as long as it is the same: a server that gives
 * one another name, description or schema has it switched off until somebody looks again.
 */
import { DragomanError, describe } from '../../core/errors.ts';
import type { JsonObject } from '../../core/model.ts';
import type { Clock, Logger, Tool } from '../../core/ports.ts';
import { type Connection, keepConnected } from './mcp-connection.ts';
import { type Definition, parametersOf, shownName, shownSchema } from './mcp-definition.ts';
import type { McpPlace } from './mcp-place.ts';
import { openSession } from './mcp-session.ts';
import { fill, KNOWN_NAMES, unknownIn, valuesOf } from './placeholders.ts';

/** A tool as somebody approved it. */
export interface ChosenTool {
  name: string;
  /** See `Definition`. */
  pin: string;
  sideEffect: boolean;
  confirm: boolean;
  idempotent: boolean;
}

export interface McpToolsOptions {
  place: McpPlace;
  /** In front of each tool's name, for the model. */
  prefix: string;
  chosen: readonly ChosenTool[];
  /** Arguments that the model neither sees nor gives, where a tool has a parameter of that name; texts may hold the placeholders of `KNOWN_NAMES`. */
  fixed: JsonObject;
  timeoutMs: number;
  clock: Clock;
  log: Logger;
  /** Puts a tool where models find it. @returns takes it out again. */
  add(tool: Tool): () => void;
  onState(state: McpState): void;
}

/** Numbers of chosen tools. `away`: the server cannot be reached; what was known of its tools holds. */
export interface McpState {
  offered: number;
  changed: number;
  missing: number;
  /** They can never be called, or another tool has their name. */
  refused: number;
  away: boolean;
}

/** Connects where a tool is chosen. @throws DragomanError TOOL_INVALID */
export function mcpTools(options: McpToolsOptions): { close(): Promise<void> } {
  const { prefix, chosen, fixed, log, add, onState } = options;
  const unknown = unknownIn(fixed);
  if (unknown)
    throw new DragomanError(
      'TOOL_INVALID',
      `The fixed arguments name "{${unknown}}", which is none of ${KNOWN_NAMES}.`,
      'Correct them in the node and deploy.',
    );
  const offered = new Map<string, () => void>();
  /** By name, the pin that was complained of. */
  const complained = new Map<string, string>();

  function complain(name: string, pin: string, why: string): void {
    if (complained.get(name) === pin) return;
    complained.set(name, pin);
    log.warn(`The tool "${shownName(prefix, name)}" of an MCP server is not offered: ${why}`);
  }

  function withdraw(name: string): void {
    offered.get(name)?.();
    offered.delete(name);
  }

  function offer(choice: ChosenTool, found: Definition | undefined): 'offered' | 'changed' | 'missing' | 'refused' {
    const { name, pin } = choice;
    if (found?.pin !== pin) withdraw(name);
    if (!found) {
      complain(name, '', 'the server has none of that name now.');
      return 'missing';
    }
    if (found.pin !== pin) {
      complain(name, found.pin, 'it was changed on its server. Look at it in its node, and tick it again.');
      return 'changed';
    }
    if (offered.has(name)) return 'offered';
    try {
      offered.set(name, add(toolOf(choice, found, options, connection)));
      return 'offered';
    } catch (error) {
      complain(name, pin, describe(error));
      return 'refused';
    }
  }

  let state: McpState = { offered: 0, changed: 0, missing: 0, refused: 0, away: false };
  const tell = (next: McpState) => {
    state = next;
    onState(state);
  };
  if (chosen.length === 0) {
    tell(state);
    return { close: async () => {} };
  }
  const connection = keepConnected({
    ...options,
    onTools(found) {
      const next: McpState = { offered: 0, changed: 0, missing: 0, refused: 0, away: false };
      for (const choice of chosen) next[offer(choice, found.get(choice.name))]++;
      if (state.away) log.info(`The MCP server of "${prefix}" can be reached again.`);
      tell(next);
    },
    onAway(error) {
      if (!state.away) log.warn(`The MCP server of "${prefix}" is away: ${describe(error)}`);
      tell({ ...state, away: true });
    },
  });
  return {
    async close() {
      for (const { name } of chosen) withdraw(name);
      await connection.close();
    },
  };
}

function toolOf(
  { name, pin, sideEffect, confirm, idempotent }: ChosenTool,
  { description, schema }: Definition,
  { prefix, fixed, timeoutMs }: McpToolsOptions,
  connection: Connection,
): Tool {
  const hidden = parametersOf(schema).filter((parameter) => Object.hasOwn(fixed, parameter));
  const template = Object.fromEntries(hidden.map((parameter) => [parameter, fixed[parameter]!]));
  return {
    name: shownName(prefix, name),
    description,
    parameters: shownSchema(schema, hidden),
    ...{ sideEffect, confirm: confirm && sideEffect, idempotent, timeoutMs },
    run(args, context) {
      const { signal, idempotencyKey } = context;
      const given = { ...args, ...(fill(template, valuesOf({}, context)) as JsonObject) };
      return connection.call({ name, pin }, given, {
        ...{ signal, timeoutMs },
        ...(sideEffect && { idempotencyKey }),
      });
    },
  };
}

/** What a server has now, for somebody to choose from. @throws DragomanError TOOL_SERVER_AWAY */
export async function readMcpTools(place: McpPlace, log: Pick<Logger, 'debug'>): Promise<Definition[]> {
  const session = await openSession(place, log, { onTools() {}, onEnd() {} });
  const tools = [...session.tools.values()];
  await session.close();
  return tools;
}
