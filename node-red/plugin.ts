/**
 * What Node-RED loads first: starts the engine and serves the pages. Where the process is ours it also puts the edge in front of all that
 * the server answers, keeps a foreign node's error from ending it, and lets it stop without losing a turn. In somebody else's Node-RED
 * it is a guest: nothing of the process, the server or the paths is touched but our own.
 */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NodeAPI } from 'node-red';
import { createEngine, type Engine } from '../app/engine.ts';
import type { Host } from '../app/host.ts';
import { openStores, type Stores } from '../app/stores.ts';
import { describe } from '../core/errors.ts';
import { folderOf } from '../core/folders.ts';
import { type Duties, roleOf } from '../core/role.ts';
import { SETTINGS, setting } from '../core/settings.ts';
import { setEngine } from './current.ts';
import type { FlowStorage } from './flow-files/storage.ts';
import { installDrain } from './host/drain.ts';
import { installEdge } from './host/edge.ts';
import { guardWebhooks } from './host/edge-guest.ts';
import { guardEditorSocket } from './host/editor-socket.ts';
import { installGuard } from './host/guard.ts';
import { shareSchedules } from './host/schedules.ts';
import { type EngineSettings, hostOf, isAlone } from './host.ts';
import type { Red } from './red.ts';
import { type RunningRollouts, startRollouts } from './rollout/start.ts';
import { pluginSecrets, readSecretFiles } from './secret-files.ts';
import { announce, explainDeafness, onceListening } from './server/announce.ts';
import { servePages } from './server/pages.ts';
import { trustProxies } from './server/proxies.ts';

/** Of Docker's ten seconds before it kills. */
const DRAIN_MS = 8_000;
/** A balancer asks every few seconds who is ready, and sends its calls elsewhere from then on. */
const LEAVING_MS = 2_000;
/** Of one of Node-RED's events, at most. */
const OUR_LISTENERS = 10;
/** This package's root, from dist/node-red. */
const PROJECT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');

/** @returns nothing where the engine is there at once; else Node-RED waits for it before it makes a node */
export default function register(RED: NodeAPI): Promise<void> | void {
  const red = RED as unknown as Red;
  const own = (RED.settings as unknown as { dragoman?: EngineSettings }).dragoman;
  const alone = isAlone(RED);
  // Host, pages, rollout and some types of nodes each wait for the start of the flows, which Node-RED takes for a leak.
  RED.events.setMaxListeners(RED.events.getMaxListeners() + OUR_LISTENERS);
  const edge = alone ? installEdge(red) : undefined;
  if (alone) {
    installGuard(red);
    guardEditorSocket(red);
  } else guardWebhooks(red);
  let duties = roleOf({});
  let rollouts: RunningRollouts | undefined;
  let draining = false;

  function begin(host: Host, stores: Stores): void {
    const engine = createEngine(host, PROJECT, own?.stores?.(stores) ?? stores);
    setEngine(engine);
    rollouts = own?.standalone ? rolloutsOf(RED, engine, duties) : undefined;
    engine.onNews(({ kind }) => {
      if (kind === 'flows') rollouts?.look();
    });
    shareSchedules(red, engine.fleet, duties.duties);
    if (edge && !duties.webhooks) edge.refuse();
    if (edge)
      installDrain(red, {
        leave: () => {
          draining = true;
          return engine.rollouts ? LEAVING_MS : 0;
        },
        stopIntake: edge.refuse,
        async idle() {
          await rollouts?.stop();
          await engine.stop();
        },
        graceMs: DRAIN_MS,
      });
    RED.plugins.registerPlugin('dragoman', { type: 'dragoman', engine } as never);
  }

  function failed(error: unknown): void {
    setEngine(undefined, describe(error));
    RED.log.error(`[dragoman] ${describe(error)}`);
    if (own?.standalone) process.exit(1);
  }

  function serve(): void {
    servePages(RED, alone, { duties, draining: () => draining, flows: () => rollouts?.state() });
    const { uiPort, uiHost } = RED.settings as unknown as { uiPort?: number; uiHost?: string };
    const listening = own?.standalone
      ? { port: setting('port'), host: setting('host') }
      : { port: uiPort ?? 1880, host: uiHost ?? '' };
    if (alone) explainDeafness(RED, listening);
    const pages = {
      setup: duties.pages && (alone ? 'setup' : 'dragoman/setup'),
      simulator: duties.pages && duties.turns && (alone ? 'simulator' : 'dragoman/simulator'),
      editor: alone,
    };
    RED.events.once('flows:started', () => onceListening(red, () => announce(RED, listening, pages)));
  }

  let waiting: Promise<void> | undefined;
  try {
    readSecretFiles();
    trustProxies(RED);
    RED.events.once('flows:starting', () => readPluginSecrets(RED, own?.standalone === true));
    if (own?.standalone) duties = roleOf();
    const host = hostOf(RED, PROJECT);
    const stores = openStores({
      ...{ dataFolder: host.dataFolder, clock: host.clock, log: host.log, duties, version: versionOf },
      secret: (RED.settings as unknown as { credentialSecret?: string }).credentialSecret,
    });
    if (stores instanceof Promise) waiting = stores.then((opened) => begin(host, opened)).catch(failed);
    else begin(host, stores);
  } catch (error) {
    failed(error);
  }
  if (waiting) return waiting.then(serve);
  serve();
}

const versionOf = (): string => JSON.parse(readFileSync(path.join(PROJECT, 'package.json'), 'utf8')).version;

/** Those of channels and shops are known once all plugins have loaded; no node has been made by then. */
function readPluginSecrets(RED: NodeAPI, standalone: boolean): void {
  try {
    readSecretFiles(pluginSecrets(RED));
  } catch (error) {
    RED.log.error(`[dragoman] ${describe(error)}`);
    if (standalone) process.exit(1);
  }
}

/** Undefined where this process is the only one. */
function rolloutsOf(
  RED: NodeAPI,
  { rollouts, fleet, clock, log, tell }: Engine,
  duties: Duties,
): RunningRollouts | undefined {
  if (!rollouts) return undefined;
  const { dragoman, credentialSecret, storageModule } = RED.settings as unknown as {
    dragoman: EngineSettings;
    credentialSecret: string;
    storageModule: FlowStorage;
  };
  return startRollouts(RED as unknown as Red, {
    ...{ duties, rollouts, clock, log },
    version: versionOf(),
    tell: (revision) => tell({ kind: 'flows', revision }),
    secret: credentialSecret,
    storage: storageModule,
    fresh: dragoman.freshFlows === true,
    onChange: ({ revision = null, failed }) => fleet.note({ flows: revision, flowsFailed: failed?.revision ?? null }),
    folder: process.env[SETTINGS.flows.env] && folderOf('flows', PROJECT),
  });
}
