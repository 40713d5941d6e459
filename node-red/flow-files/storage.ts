/**
 * Node-RED's storage with the flows in a folder of canonical files (docs/adr/0005-flow-files.md). Settings, sessions, library and
 * the encrypted credentials stay where Node-RED's own storage keeps them, in its user folder.
 */
import { type FSWatcher, watch } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { DragomanError, describe } from '../../core/errors.ts';
import { insideNodeRed } from '../inside.ts';
import { type FlowNode, fileText, joinFlows, namesOf, ORDER_FILE, splitFlows } from './canonical.ts';
import { differences, parseTexts, readTexts, removeTemporaries, type Texts, writeTexts } from './folder.ts';
import { sealedNothing } from './sealed.ts';

/** The part of Node-RED's inner runtime that a storage module is handed and that is used here. */
interface Runtime {
  log: { info(text: string): void; warn(text: string): void; error(text: string): void };
  events: { emit(name: string, event: object): void };
  isStarted(): boolean;
}

/** Node-RED's own, which keeps settings, sessions and library too. */
export interface StockStorage {
  init(settings: StorageSettings, runtime: Runtime): Promise<void>;
  getCredentials(): Promise<Record<string, unknown>>;
  saveCredentials(credentials: Record<string, unknown>): Promise<void>;
}

export interface StorageSettings {
  userDir?: string;
  credentialSecret?: string | false;
  /** Set on workers: nothing is written. */
  readOnly?: boolean;
}

/** For Node-RED's setting `storageModule`. */
export interface FlowStorage extends StockStorage {
  projects: undefined;
  sshkeys: undefined;
  getFlows(): Promise<FlowNode[]>;
  saveFlows(flows: FlowNode[]): Promise<void>;
  /** Stops watching the folder; for tests and embedders. */
  close(): void;
}

export const stockStorage = (): StockStorage => insideNodeRed()('@node-red/runtime/lib/storage/localfilesystem');

/** A checkout changes many files; they are looked at once it has been quiet for so long. */
const QUIET_MS = 200;

/** Node-RED's editor opens its “review changes” dialog on this code. */
const conflict = (files: string[]): Error =>
  Object.assign(new Error(`Not saved, since the flow files changed on the disk (${files.join(', ')}).`), {
    code: 'version_mismatch',
    status: 409,
  });

/**
 * @param folder absolute path; made when it is missing
 * @returns a storage that refuses to save until it could read every file, and never over a change that it has not loaded
 */
export function flowFiles(folder: string): FlowStorage {
  const stock = stockStorage();
  const state = { texts: new Map() as Texts, names: new Map<string, string>(), trouble: unread() };
  let runtime: Runtime;
  let readOnly = false;
  let secret: string | false | undefined;
  let watcher: FSWatcher | undefined;
  let quiet: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();

  /** One reading or writing of the folder at a time: a look between two renames would see a state that never was. */
  function alone<T>(task: () => Promise<T>): Promise<T> {
    const done = last.then(task);
    last = done.catch(() => undefined);
    return done;
  }

  async function load(): Promise<FlowNode[]> {
    try {
      const texts = await readTexts(folder);
      const content = parseTexts(texts);
      Object.assign(state, { texts, names: namesOf(content.files), trouble: undefined });
      return joinFlows(content);
    } catch (error) {
      state.trouble = error;
      throw error;
    }
  }

  /** Says it in the log and in every open editor, where Node-RED itself would only show the name of a missing translation. */
  function report(error: unknown): void {
    runtime.log.error(describe(error));
    const text = error instanceof Error ? error.message : String(error);
    const payload = { type: 'error', error: 'flow-files', text };
    setImmediate(() => runtime.events.emit('runtime-event', { id: 'runtime-state', payload, retain: true }));
  }

  /** After a change in the folder that was not ours: flows that can be read are loaded, others leave the running ones alone. */
  async function look(): Promise<void> {
    const changed = await alone(async () => {
      const texts = await readTexts(folder);
      state.trouble = attempt(() => parseTexts(texts));
      if (state.trouble) throw state.trouble;
      return differences(state.texts, texts);
    });
    if (!changed.length || !runtime.isStarted()) return;
    runtime.log.info(`Flow files changed on the disk, loading them: ${changed.join(', ')}`);
    const { flows } = insideNodeRed()('@node-red/runtime');
    await flows.setFlows({ deploymentType: 'reload', flows: {} });
  }

  function lookSoon(): void {
    clearTimeout(quiet);
    quiet = setTimeout(() => look().catch(report), QUIET_MS).unref();
  }

  async function assertWritable(): Promise<void> {
    if (state.trouble)
      throw new DragomanError(
        'FLOW_FILE_BROKEN',
        `Not saved, since the flow files could not be read. ${state.trouble instanceof Error ? state.trouble.message : ''}`,
        'Repair the file; the flows load by themselves then.',
        { cause: state.trouble },
      );
    const changed = differences(state.texts, await readTexts(folder));
    if (!changed.length) return;
    lookSoon();
    throw conflict(changed);
  }

  return {
    ...stock,
    projects: undefined,
    sshkeys: undefined,
    async init(settings, nodeRedRuntime) {
      runtime = nodeRedRuntime;
      readOnly = settings.readOnly === true;
      secret = settings.credentialSecret;
      await stock.init(settings, nodeRedRuntime);
      if (!readOnly) {
        await mkdir(folder, { recursive: true });
        await removeTemporaries(folder);
      }
      runtime.log.info(`Flow files: ${folder}`);
      watcher = watch(folder, { persistent: false }, (_event, file) => {
        if (!file || file.endsWith('.json')) lookSoon();
      });
      watcher.on('error', (error) => runtime.log.warn(`Changes of flow files are no longer seen: ${error.message}`));
    },
    getFlows: () =>
      alone(() =>
        load().catch((error) => {
          report(error);
          throw error;
        }),
      ),
    saveFlows: (flows) =>
      alone(async () => {
        if (readOnly) return;
        await assertWritable();
        const { files, order } = splitFlows(flows, state.names);
        const texts = new Map([...files].map(([name, nodes]) => [name, fileText(nodes)]));
        state.texts = await writeTexts(folder, state.texts, texts.set(ORDER_FILE, fileText(order)));
        state.names = namesOf(files);
        // In place: Node-RED takes the revision from this very array afterwards, and it must be that of the next start.
        flows.splice(0, flows.length, ...joinFlows({ files, order }));
      }),
    async getCredentials() {
      const kept = await stock.getCredentials();
      return secret && Object.keys(kept).length === 0 ? sealedNothing(secret) : kept;
    },
    saveCredentials: (credentials) =>
      // Node-RED saves them before the flows; after flows that could not be read it holds none and would empty the file.
      alone(async () => {
        if (!readOnly) await assertWritable();
        await stock.saveCredentials(credentials);
      }),
    close() {
      watcher?.close();
      clearTimeout(quiet);
    },
  };
}

function attempt(task: () => void): unknown {
  try {
    task();
    return undefined;
  } catch (error) {
    return error;
  }
}

const unread = (): unknown =>
  new DragomanError('FLOW_FILE_BROKEN', 'The flow files have not been read yet.', 'Wait until Node-RED has started.');
