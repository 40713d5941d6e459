/**
 * Where an MCP server is. An address is the integrator's, from the node. A program is the deployment's alone: whoever may name one may run
 * anything, so a node only says which of the declared ones it means.
 */
import { readFileSync } from 'node:fs';
import { DragomanError } from '../../core/errors.ts';
import { isObject } from '../../core/model/json.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import type { Environment } from '../../core/settings.ts';
import { isOwnChoice } from './address.ts';

export type McpPlace =
  | { kind: 'http'; url: URL; headers: Record<string, string> }
  | { kind: 'program'; command: string; args: string[]; env: Record<string, string> };

/** As a node names it. */
export interface McpServer {
  way: 'url' | 'program';
  url: string;
  /** One of those that the deployment declares. */
  program: string;
  /** The header that holds the secret, at an address. */
  secretHeader: string;
  secret: string;
}

/** @param declared see `programsIn` @throws DragomanError TOOL_INVALID */
export function placeOf({ way, url, program, secretHeader, secret }: McpServer, declared: string): McpPlace {
  if (way === 'program') return programPlace(program, declared);
  const headers = secretHeader.trim() && secret ? { [secretHeader.trim()]: secret } : {};
  try {
    new Headers(headers);
  } catch {
    throw invalid('its secret header has a name, or a value, that no header can have');
  }
  return httpPlace(url, headers);
}

/** @throws DragomanError TOOL_INVALID for what is neither https nor, at a private name or address, http. */
export function httpPlace(address: string, headers: Record<string, string>): McpPlace {
  const url = URL.canParse(address.trim()) ? new URL(address.trim()) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw invalid('its address must begin with https:// or http://');
  if (url.username || url.password) throw invalid('its address holds a password, which belongs into the secret');
  if (url.protocol === 'http:' && !isOwnChoice(url.hostname)) throw invalid('a server on the internet must have https');
  return { kind: 'http', url, headers };
}

/**
 * A declared program.
 * @param declared see `programsIn`
 * @param environment where an `env` value that is `${NAME}` comes from
 * @throws DragomanError TOOL_INVALID
 */
export function programPlace(name: string, declared: string, environment: Environment = process.env): McpPlace {
  const programs = programsIn(declared);
  const program = Object.hasOwn(programs, name) ? programs[name] : undefined;
  const { command, args = [], env = {} } = isObject(program) ? program : {};
  if (typeof command !== 'string' || !command)
    throw invalid('DRAGOMAN_MCP_SERVERS declares no program of this name, or one without a command');
  if (!Array.isArray(args) || !args.every(isText)) throw invalid('the "args" of its program are no list of texts');
  if (!isObject(env)) throw invalid('the "env" of its program is no object of texts');
  return { kind: 'program', command, args, env: environmentOf(env, environment) };
}

/** The names of all declared programs, sorted. @throws DragomanError TOOL_INVALID */
export const programNames = (declared: string): string[] => Object.keys(programsIn(declared)).sort();

/** @param declared `{"mcpServers": {…}}` as other products have it, or the path of such a file; empty: none. */
function programsIn(declared: string): JsonObject {
  if (!declared.trim()) return {};
  let parsed: unknown;
  try {
    parsed = JSON.parse(declared.trim().startsWith('{') ? declared : readFileSync(declared.trim(), 'utf8'));
  } catch {
    throw invalid('DRAGOMAN_MCP_SERVERS is neither JSON nor the path of a file that holds it');
  }
  const programs = isObject(parsed) ? parsed.mcpServers : undefined;
  if (!isObject(programs)) throw invalid('DRAGOMAN_MCP_SERVERS holds no object "mcpServers"');
  return programs;
}

function environmentOf(env: JsonObject, environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([key, value]) => {
      if (!isText(value)) throw invalid('the "env" of its program is no object of texts');
      const [, name] = /^\$\{(\w+)\}$/.exec(value) ?? [];
      const found = name === undefined ? value : environment[name];
      if (found === undefined) throw invalid(`the environment variable ${name} of its program is not set`);
      return [key, found];
    }),
  );
}

const isText = (value: Json | undefined): value is string => typeof value === 'string';

const invalid = (wrong: string) =>
  new DragomanError(
    'TOOL_INVALID',
    `The MCP server cannot be used: ${wrong}.`,
    'Correct it in the node or in DRAGOMAN_MCP_SERVERS, and deploy.',
  );
