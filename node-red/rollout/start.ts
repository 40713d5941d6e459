/** Hands out the flows, or takes them, as this process's role is. */
import { describe } from '../../core/errors.ts';
import type { Clock, Logger, Rollout, Rollouts } from '../../core/ports.ts';
import type { Duties } from '../../core/role.ts';
import type { FlowNode } from '../flow-files/canonical.ts';
import { readFlows } from '../flow-files/folder.ts';
import { type Credentials, sealedNothing } from '../flow-files/sealed.ts';
import type { FlowStorage } from '../flow-files/storage.ts';
import { insideNodeRed } from '../inside.ts';
import { migrationsOf } from '../kit/define-node.ts';
import type { Red } from '../red.ts';
import { type Flows, type FlowsState, pack, unpack } from './flows.ts';
import { replaceFlows } from './load.ts';
import { publishRollouts } from './publish.ts';
import { takeRollouts } from './take.ts';

export interface RolloutOptions {
  duties: Duties;
  rollouts: Rollouts;
  clock: Clock;
  log: Logger;
  /** Of the package. */
  version: string;
  /** Node-RED's `credentialSecret`. */
  secret: string;
  /** Node-RED's `storageModule`. */
  storage: Pick<FlowStorage, 'getCredentials' | 'saveCredentials'>;
  /** In a process with an editor: its folder of flows was empty before this start. */
  fresh: boolean;
  /** In one without: the folder of flows that somebody gave it. */
  folder?: string | undefined;
  /** News for the other processes. */
  tell?(revision: string): void;
  onChange?: ((state: FlowsState) => void) | undefined;
}

export interface RunningRollouts {
  state(): FlowsState;
  /** There may be new flows. */
  look(): void;
  /** Nothing is handed out or taken any more. */
  stop(): Promise<void>;
}

/** Call it while plugins load; it begins with the first start of the flows. */
export function startRollouts(RED: Pick<Red, 'events' | 'nodes'>, options: RolloutOptions): RunningRollouts {
  const { secret } = options;
  const registry: { get(type: string): unknown } = insideNodeRed()('@node-red/registry');
  const opened = (rollout: Rollout) =>
    unpack(rollout, secret, { hasType: (type) => Boolean(registry.get(type)), migrationsOf });
  return options.duties.editor ? handOut(RED, options, opened) : take(RED, options, opened);
}

type Opened = (rollout: Rollout) => Flows | { why: string };

function take(RED: Pick<Red, 'events' | 'nodes'>, options: RolloutOptions, unpack: Opened): RunningRollouts {
  const { rollouts, clock, log, version, secret, folder, onChange } = options;
  const taking = takeRollouts({
    ...{ rollouts, clock, log, unpack, onChange },
    replace: (next, before) => replaceFlows(RED, next, before),
    async own() {
      const nodes = folder === undefined ? [] : await readFlows(folder);
      return nodes.length > 0 ? unpackOwn(pack(nodes, sealedNothing(secret), version, clock.now())) : undefined;
    },
  });
  const unpackOwn = (rollout: Rollout): Flows | undefined => {
    const own = unpack(rollout);
    if (!('why' in own)) return own;
    throw new Error(`The flows in ${folder} do not run here. ${own.why}`);
  };
  RED.events.once('flows:started', () => void taking.look());
  return { state: taking.state, look: () => void taking.look(), stop: taking.stop };
}

function handOut(RED: Pick<Red, 'events' | 'nodes'>, options: RolloutOptions, unpack: Opened): RunningRollouts {
  const { rollouts, clock, log, version, storage, tell, onChange } = options;
  const publishing = publishRollouts({ rollouts, clock, log, tell, onChange });
  let restorable = options.fresh;

  /** A folder that is new has the shipped flows only: the others go on with theirs, and the editor gets them back. */
  async function restored(): Promise<boolean> {
    if (!restorable) return false;
    restorable = false;
    const newest = await rollouts.newest();
    if (!newest) return false;
    const next = unpack(newest);
    if ('why' in next) {
      log.error(
        `This folder of flows is new, and those that the others run cannot be loaded. ${next.why} A deploy from here replaces them.`,
      );
      return true;
    }
    await storage.saveCredentials(next.credentials);
    await replaceFlows(RED, next);
    log.info(`This folder of flows was new: it has those that the others run, ${next.revision}.`);
    return true;
  }

  async function started({ config }: { config: { flows: FlowNode[] } }): Promise<void> {
    // Read now: the next deploy may change both.
    const { flows } = config;
    const credentials = (await storage.getCredentials()) as Credentials;
    if (await restored()) return;
    await publishing.publish(pack(flows, credentials, version, clock.now()));
  }

  const listener = (event: { config: { flows: FlowNode[] } }) =>
    void started(event).catch((error) => log.error(`The flows are not handed out: ${describe(error)}`));
  RED.events.on('flows:started', listener);
  return {
    state: publishing.state,
    look() {},
    async stop() {
      RED.events.off('flows:started', listener);
      publishing.stop();
    },
  };
}
