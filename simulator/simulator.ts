/** The stand-in platforms behind one door, with a journal and faults. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { JsonObject } from '../core/model.ts';
import type { Actions } from './actions.ts';
import type { Simulator, SimulatorOptions } from './api.ts';
import { createFaults } from './faults.ts';
import { readForm } from './form.ts';
import { createIds } from './ids.ts';
import { createJournal } from './journal.ts';
import type { Context } from './platforms/context.ts';
import { createInstagram } from './platforms/instagram.ts';
import type { Answer, ApiCall, Platform } from './platforms/platform.ts';
import { createTelegram } from './platforms/telegram.ts';
import { createWaha } from './platforms/waha.ts';
import { createWhatsapp } from './platforms/whatsapp.ts';
import { templateKey } from './platforms/whatsapp-templates.ts';
import { BODY_LIMIT, readBody, toRequest } from './request.ts';
import {
  type Call,
  type Fault,
  type FaultEntry,
  type FaultTarget,
  PLATFORMS,
  type PlatformId,
  type WebhookOptions,
} from './types.ts';

/** What becomes of a call. */
type Outcome = { answer: Answer | null; drop: boolean; fault?: Fault['kind'] };

const isPlatform = (name: string | undefined): name is PlatformId => PLATFORMS.some((id) => id === name);

function write(
  res: ServerResponse,
  status: number,
  body: JsonObject,
  headers: Record<string, string> = {},
  bytes: Uint8Array = Buffer.from(JSON.stringify(body)),
): void {
  res.writeHead(status, { 'content-type': 'application/json', 'content-length': bytes.length, ...headers });
  res.end(bytes);
}

/** The stand-ins of all platforms; serves nothing by itself, see `handle` and `startSimulator`. */
export function createSimulator(options: SimulatorOptions = {}): Simulator {
  const now = options.now ?? Date.now;
  const context: Context = { now, ids: createIds(now), files: new Map(), templates: new Map() };
  const platforms: { [P in PlatformId]: Platform<P> } = {
    telegram: createTelegram(context),
    whatsapp: createWhatsapp(context),
    instagram: createInstagram(context),
    waha: createWaha(context),
  };
  const canonical = <T extends { platform?: PlatformId; thread?: string }>(target: T): T =>
    target.platform === undefined || target.thread === undefined
      ? target
      : { ...target, thread: platforms[target.platform].thread(target.thread) };
  const journal = createJournal();
  const { strike, candidates, ...faults } = createFaults(options.random ?? Math.random, canonical);
  /** Requests that are answered late or never. */
  const held = new Set<ServerResponse>();
  const timers = new Map<NodeJS.Timeout, () => void>();
  /** Grows with every reset, so that what was waiting knows that it is forgotten. */
  let era = 0;

  const wait = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        resolve();
      }, ms);
      timers.set(timer, resolve);
    });

  const hold = (res: ServerResponse): void => {
    held.add(res);
    res.once('close', () => held.delete(res));
  };

  /** The platform that a path leads to, and the rest of it. */
  const routeOf = (path: string): { platform: Platform; rest: string } | undefined => {
    const [, name, rest = ''] = /^\/([a-z]+)\/(.*)$/s.exec(path) ?? [];
    return isPlatform(name) ? { platform: platforms[name], rest } : undefined;
  };

  const meet = async (platform: Platform, call: ApiCall, entry: FaultEntry): Promise<Outcome | null> => {
    const { fault } = entry;
    const { kind } = fault;
    if (kind === 'delay' || kind === 'duplicate') return null;
    if (kind === 'timeout') return strike(entry) ? { answer: null, drop: false, fault: kind } : null;
    if (kind === 'accept-then-drop') {
      // A request that the platform objects to is answered: there is nothing to be in doubt about.
      if (call.refusal || !strike(entry)) return null;
      return { answer: await call.accept(), drop: true, fault: kind };
    }
    const answer = platform.refuse(call, kind, fault);
    return answer && strike(entry) ? { answer, drop: false, fault: kind } : null;
  };

  const decide = async (platform: Platform, call: ApiCall, entries: FaultEntry[]): Promise<Outcome> => {
    for (const entry of entries) {
      const outcome = await meet(platform, call, entry);
      if (outcome) return outcome;
    }
    return { answer: call.refusal ?? (await call.accept()), drop: false };
  };

  const record = (platform: PlatformId, call: ApiCall, { answer, fault }: Outcome): void => {
    const { accept: _accept, refusal: _refusal, ...told } = call;
    const entry: Omit<Call, 'seq'> = {
      at: now(),
      platform,
      ...told,
      status: answer?.status ?? null,
      response: answer?.body ?? null,
      ...(answer?.messageId === undefined ? {} : { messageId: answer.messageId }),
      ...(fault === undefined ? {} : { fault }),
    };
    journal.record(entry);
  };

  const serve = async (platform: Platform, req: IncomingMessage, res: ServerResponse, path: string): Promise<void> => {
    const bytes = await readBody(req);
    if (bytes === null) {
      const error = { message: `The simulator reads at most ${BODY_LIMIT} bytes.` };
      write(
        res,
        413,
        { ok: false, error_code: 413, description: 'Request Entity Too Large', error },
        { connection: 'close' },
      );
      return;
    }
    const form = await readForm(bytes, req.headers['content-type']);
    const call = platform.read(toRequest(req, path, bytes, form));
    const target: FaultTarget = { platform: platform.id, account: call.account, thread: call.thread ?? undefined };
    const began = era;
    const delays = candidates(target, call.send).filter(({ fault }) => fault.kind === 'delay');
    for (const entry of delays) {
      const { fault } = entry;
      if (fault.kind !== 'delay' || !strike(entry)) continue;
      hold(res);
      await wait(fault.ms);
      held.delete(res);
      if (era !== began) return;
    }
    const outcome = await decide(platform, call, candidates(target, call.send));
    if (era !== began) return void res.destroy();
    // Who waited and went away was told nothing.
    if (call.send || !res.destroyed) record(platform.id, call, outcome);
    if (outcome.answer === null) hold(res);
    else if (outcome.drop) res.destroy();
    else {
      const { status, body, headers, bytes } = outcome.answer;
      write(res, status, body, headers, bytes);
    }
  };

  return {
    faults,
    onCall: journal.onCall,
    read({ method, headers, body }, path) {
      const route = routeOf(path);
      return route?.platform.read(toRequest({ method, headers }, route.rest, Buffer.from(body)));
    },
    calls: (filter = {}) => journal.calls(canonical(filter)),
    handle(req, res, path) {
      const route = routeOf(path);
      if (!route) return false;
      serve(route.platform, req, res, route.rest).catch((error: unknown) => {
        // The client went away while it was still sending, or the stand-in has a mistake, which must be seen.
        if (res.writableEnded || req.destroyed) res.destroy();
        else write(res, 500, { ok: false, error: { message: `The simulator failed: ${String(error)}` } });
      });
      return true;
    },
    webhook<P extends PlatformId>(platform: P, action: Actions[P] | Actions[P][], to: WebhookOptions = {}) {
      const actions: Actions[P][] = Array.isArray(action) ? action : [action];
      const stand: Platform<P> = platforms[platform];
      return stand.webhook(actions, to);
    },
    keep(platform, action, to = {}) {
      const stand = platforms[platform];
      if (!stand.keep) throw new TypeError(`${platform} only posts what happened.`);
      return stand.keep(action, to);
    },
    approve: (template) => void context.templates.set(templateKey(template.name, template.language), template),
    reset() {
      era += 1;
      context.templates.clear();
      journal.clear();
      faults.clear();
      for (const res of held) res.destroy();
      held.clear();
      for (const [timer, resolve] of timers) {
        clearTimeout(timer);
        resolve();
      }
      timers.clear();
      for (const platform of Object.values(platforms)) platform.reset();
    },
  };
}
