/** Node-RED as the app's host: its log, its hooks, its plugins, its folders. */
import { cpSync, existsSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { NodeAPI } from 'node-red';
import { maskOutput } from '../adapters/personal-data/mask-log.ts';
import type { Host } from '../app/host.ts';
import type { Stores } from '../app/stores.ts';
import { describe } from '../core/errors.ts';
import { folderOf } from '../core/folders.ts';
import type { Clock, Logger } from '../core/ports.ts';
import { SETTINGS } from '../core/settings.ts';
import { watchFlows } from './host/flow-state.ts';
import { createTurnTracker } from './host/turn-tracker.ts';
import { nodeName } from './names.ts';
import { providerOf, toolPlugins } from './plugins.ts';
import type { Red } from './red.ts';
import { addressOf } from './server/address.ts';

/** Settings of ours inside Node-RED's, for embedders and tests. */
export interface EngineSettings {
  /** Virtual in scenarios. */
  clock?: Clock;
  /** What the engine is given for the stores that were opened; scenarios see there whether anything is asked of them. */
  stores?(opened: Stores): Stores;
  /** Set by our own settings.ts: the user folder is the data folder, and an engine that cannot start ends the process. */
  standalone?: boolean;
  /** Set by our own settings.ts: the folder of flows was empty before this start. */
  freshFlows?: boolean;
  /** Nobody else lives in this process: its errors, its signals, its server and all paths are ours to look after. Default: as `standalone`. */
  alone?: boolean;
}

/** Whether the process is ours alone; see `EngineSettings`. */
export function isAlone({ settings }: Pick<NodeAPI, 'settings'>): boolean {
  const own = (settings as unknown as { dragoman?: EngineSettings }).dragoman;
  return own?.alone ?? own?.standalone === true;
}

/** @param project this package's root */
export function hostOf(RED: NodeAPI, project: string): Host {
  const own = (RED.settings as unknown as { dragoman?: EngineSettings }).dragoman ?? {};
  const log = logger(RED);
  const dataFolder = dataFolderOf(RED, project, own.standalone === true);
  return {
    log,
    tracker: createTurnTracker(RED as unknown as Red),
    dataFolder,
    knowledgeFolder: knowledgeFolderOf(project, dataFolder, own.standalone === true, log),
    address: () => addressOf(RED),
    clock: own.clock,
    provider: (id) => providerOf(RED as never, id),
    toolPlugins: () => toolPlugins(RED as never),
    nodeName: (id) => nodeName(RED, id),
    flowsRun: watchFlows(RED as unknown as Red),
    onFlowsStarted: (listener) => void RED.events.on('flows:started', listener),
  };
}

/** Our own settings.ts makes Node-RED's user folder the data folder; elsewhere it is a folder in it. */
function dataFolderOf(RED: NodeAPI, project: string, standalone: boolean): string {
  const { userDir } = RED.settings as unknown as { userDir?: string };
  if (standalone && userDir) return userDir;
  if (process.env[SETTINGS.data.env] || !userDir) return folderOf('data', project);
  return path.join(userDir, 'dragoman');
}

/**
 * What DRAGOMAN_KNOWLEDGE says; else the project's own folder under our own start, and one in the data folder in somebody else's Node-RED,
 * where the project lies in `node_modules` and is replaced by each update. One that is not there starts with the demo's knowledge.
 */
function knowledgeFolderOf(project: string, dataFolder: string, standalone: boolean, log: Logger): string {
  const shipped = path.join(project, 'knowledge');
  const isChosen = standalone || process.env[SETTINGS.knowledge.env];
  const folder = isChosen ? folderOf('knowledge', project) : path.join(dataFolder, 'knowledge');
  if (existsSync(folder) || !existsSync(shipped)) return folder;
  // Under another name first: a copy that was cut short is not taken for a whole one.
  const filling = `${folder}.filling`;
  try {
    rmSync(filling, { recursive: true, force: true });
    cpSync(shipped, filling, { recursive: true });
    renameSync(filling, folder);
  } catch (error) {
    log.warn(`The demo's knowledge could not be copied to ${folder}: ${describe(error)}`);
  }
  return folder;
}

function logger(RED: NodeAPI): Logger {
  const line = (message: string) => `[dragoman] ${maskOutput(message)}`;
  const { logging = {} } = RED.settings as { logging?: Record<string, { level?: string } | undefined> };
  const isDebugged = Object.values(logging).some((to) => to?.level === 'debug' || to?.level === 'trace');
  return {
    // Several a turn, and nearly nobody reads them: what nobody does is not masked either.
    debug: (message) => isDebugged && RED.log.debug(line(message)),
    info: (message) => RED.log.info(line(message)),
    warn: (message) => RED.log.warn(line(message)),
    error: (message) => RED.log.error(line(message)),
  };
}
