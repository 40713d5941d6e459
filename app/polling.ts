/** Asks platforms for what came, for accounts that no webhook reaches. What is given is confirmed only once it is stored. */
import type { Account } from '../core/accounts.ts';
import { DragomanError, describe } from '../core/errors.ts';
import { alone } from '../core/fleet/alone.ts';
import type { Clock, Fleet, Http, InboundRequest, Logger, PollFailure } from '../core/ports.ts';
import { cutText, LONGEST_ID } from '../core/text/lengths.ts';
import type { Answer, Receive } from './receive.ts';
import type { Refusals } from './refusals.ts';

/** Waits after failures in a row; what passes by itself is asked for again soon, the rest now and then. */
const FIRST_MS = 1_000;
const LONGEST_MS = 60_000;
const REFUSED_MS = 30_000;
/** Up to so much is added by chance, so that many bots do not come back together. */
const JITTER = 0.25;
/** After so many tries an update that fails on its own is left out, so that it does not hold up all others. */
const TRIES = 5;
const CONFLICT = 409;

/** `asking`: the platform answers. Refused credentials are the account's trouble, not a state of its asking. */
export type PollState = 'asking' | Exclude<PollFailure['why'], 'account'>;

export interface AccountPolling {
  /** Whether this account is to be asked for: one on the stand-in is called by the simulator. */
  wanted(account: Account): boolean;
  /**
   * Asks until the returned function is called, which resolves when nothing of it goes on.
   * @param tell is told each change
   * @throws DragomanError ACCOUNT_TWICE where another account asks for the same updates
   */
  follow(account: Account, tell: (state: PollState) => void): () => Promise<void>;
  /** Answers a call to the webhook of such an account: the platform makes none, so whoever calls is somebody else. */
  refuse(account: Account, request: InboundRequest): Promise<Answer>;
  /** Ends all of it; what was not stored is given again at the next start. */
  stop(): Promise<void>;
}

interface Options {
  receive: Receive;
  refusals: Pick<Refusals, 'note'>;
  http: Http;
  clock: Clock;
  log: Logger;
  /** The platform refuses this account's credentials: told once. Null, and as often as it likes: it does not, or nobody asks any more. */
  onRefused(accountId: string, error: PollFailure['error'] | null): void;
  /** 0 to 1, for the jitter. */
  chance?: () => number;
  /** One process of many asks. This one, where absent. */
  fleet?: Pick<Fleet, 'duty'>;
}

export function createPolling({
  receive,
  refusals,
  http,
  clock,
  log,
  onRefused,
  chance = Math.random,
  fleet = alone('here'),
}: Options): AccountPolling {
  const running = new Map<string, { account: Account; stop(): Promise<void> }>();
  let isStopped = false;

  async function run(account: Account, tell: (state: PollState) => void, signal: AbortSignal): Promise<void> {
    const { settings } = account;
    const polling = account.channel.polling!;
    /** There is no webhook that could wait for the turn. */
    const receiver = { ...account, inline: false };
    let opened = false;
    let cursor: string | undefined;
    let failures = 0;
    let said = '';

    /** @returns why it cannot go on at once. */
    async function once(): Promise<PollFailure | undefined> {
      if (!opened) {
        const answer = await polling.open(settings, http, signal);
        if (!answer.ok) return answer;
        opened = true;
        onRefused(account.id, null);
        tell('asking');
      }
      const given = await polling.next(cursor, settings, http, signal);
      if (!given.ok) return given;
      for (const request of given.requests) {
        const failed = await store(request);
        if (failed) return failed;
      }
      cursor = given.cursor;
      return undefined;
    }

    async function store(request: InboundRequest): Promise<PollFailure | undefined> {
      try {
        await receive(receiver, request);
      } catch (error) {
        const full = DragomanError.is(error) && error.code === 'STORE_UNAVAILABLE';
        if (full || failures < TRIES) return notStored(error);
        log.error(`An update of account "${account.name}" was left out: ${describe(error)}`);
      }
      return undefined;
    }

    while (!signal.aborted) {
      const failed = await once();
      if (signal.aborted) break;
      if (!failed) {
        if (said) log.info(`Account "${account.name}" receives again.`);
        failures = 0;
        said = '';
        onRefused(account.id, null);
        tell('asking');
        continue;
      }
      failures++;
      const { message, action } = failed.error;
      if (said !== message) {
        log.warn(`Account "${account.name}" receives nothing for now: ${message} ${action}`);
        if (failed.why === 'account') onRefused(account.id, failed.error);
      }
      said = message;
      if (failed.why !== 'account') tell(failed.why);
      await wait(waitOf(failed, failures), signal);
    }
    onRefused(account.id, null);
  }

  function waitOf({ why, retryAfterMs = 0 }: PollFailure, failures: number): number {
    const own = why === 'passing' ? Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS) : REFUSED_MS;
    return Math.max(own * (1 + JITTER * chance()), retryAfterMs);
  }

  function wait(ms: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = () => {
        cancel();
        signal.removeEventListener('abort', done);
        resolve();
      };
      const cancel = clock.at(clock.now() + ms, done);
      signal.addEventListener('abort', done);
    });
  }

  return {
    wanted: ({ channel, settings, enabled, simulated }) =>
      enabled && !simulated && channel.polling?.on(settings) === true,
    follow(account, tell) {
      const source = account.channel.polling!.source(account.settings);
      const other = running.get(source);
      if (other)
        throw new DragomanError(
          'ACCOUNT_TWICE',
          `The account "${other.account.name}" asks for the same updates already.`,
          'Give each account a bot of its own, or remove one of them.',
        );
      const giveUp = fleet.duty(`account ${account.id}`, () => {
        const controller = new AbortController();
        const ended = isStopped
          ? Promise.resolve()
          : run(account, tell, controller.signal).catch((error) =>
              log.error(`Account "${account.name}" receives no more: ${describe(error)}`),
            );
        return () => {
          controller.abort();
          return ended;
        };
      });
      const own = {
        account,
        async stop() {
          await giveUp();
          if (running.get(source) === own) running.delete(source);
        },
      };
      running.set(source, own);
      return own.stop;
    },
    async refuse({ id, name, channel }, { path }) {
      const error = 'This account asks its platform for what came, and takes no calls.';
      const call = { channel: channel.id, accountId: id, path: cutText(path, LONGEST_ID), eventType: 'refused' };
      const line = `A webhook of account "${name}" was refused: ${error}`;
      await refusals.note({ ...call, status: CONFLICT, error, payload: '' }, line);
      return { status: CONFLICT, body: error };
    },
    async stop() {
      isStopped = true;
      await Promise.all([...running.values()].map(({ stop }) => stop()));
    },
  };
}

const notStored = (error: unknown): PollFailure => ({
  ok: false,
  why: 'passing',
  error: {
    code: 'NOT_STORED',
    message: `What came could not be stored: ${describe(error)}`,
    action: 'It is asked for again by itself.',
  },
});
