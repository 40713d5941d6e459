/** One call as it goes on in this process: who has the floor, what was said, what is heard. The store has the truth of its words. */
import type { Account } from '../../core/accounts.ts';
import { cutToHeard, seeCall } from '../../core/calls/plans.ts';
import { callText } from '../../core/calls/texts.ts';
import {
  type Deed,
  type Floor,
  type Happening,
  openFloor,
  PACE,
  type Pace,
  take,
} from '../../core/calls/turn-taking.ts';
import { voiceLanguage } from '../../core/calls/voice-language.ts';
import { heardWhole, isUnheard } from '../../core/calls/whole.ts';
import { describe } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import { isObject } from '../../core/model/json.ts';
import type { Call, CallEnd, Json, Message } from '../../core/model.ts';
import { handedBack } from '../../core/policy/takeover.ts';
import type { LineInput, LineOutput, SendResult, Wire } from '../../core/ports.ts';
import { numbersIn } from '../../core/spoken/numbers.ts';
import type { TurnEnd } from '../../core/turns/lanes.ts';
import type { LiveTurn } from '../turns.ts';
import { createConversing } from './caller.ts';
import { createEar } from './ear.ts';
import { createMouth } from './mouth.ts';
import type { TalkParts } from './parts.ts';

/** A line that is away may come back for so long. */
export const RESUME_MS = 30_000;
export const LONGEST_MS = 30 * 60_000;
export const HEARTBEAT_MS = 15_000;
/** Who only types reads before he answers. */
const READING_SILENCE_MS = 120_000;
/** Words before this line was there, at most, that are told to one that comes back. */
const MOST_REPLAYED = 200;

export interface Talk {
  readonly call: Call;
  /** A line is there, the first one or one that came back. The one before is let go. */
  attach(wire: Wire, from: { cursor: number; soundFrom: number }): void;
  /** Of the line that is there now. */
  take(input: LineInput): void;
  /** The line broke. */
  detach(wire: Wire): void;
  isAttached(): boolean;
  /** Takes a rendered part. */
  say(part: Json): Promise<SendResult>;
  /** Words without a line. @returns the message's id */
  typed(text: string, item?: string): Promise<string>;
  turnEnded(live: LiveTurn, end: TurnEnd): void;
  /** The conversation may have another status, or a person in it. */
  look(): Promise<void>;
  /** Resolves once it is stored as ended. */
  end(reason: CallEnd): Promise<void>;
  /** The process stops: the line is told to come back. */
  suspend(): Promise<void>;
}

export interface TalkOptions extends TalkParts {
  call: Call;
  /** As it is now. @throws DragomanError ACCOUNT_MISSING */
  account(): Account;
  /** It has ended, for the reason given. */
  onEnd(reason: CallEnd, recorded: Call['recording']): Promise<void>;
}

interface Timing {
  speechEnd: number;
  committed: number;
  stt: number;
  said: number;
}

export function createTalk(options: TalkOptions): Talk {
  const { call, store, clock, log, speech, turns, account } = options;
  const { conversationId } = call;
  const live = account().channel.live!;
  let floor: Floor = openFloor(clock.now(), call.language ?? account().language);
  let wire: Wire | undefined;
  let cancelLook = () => {};
  let cancelGrace = () => {};
  let ending: Promise<void> | undefined;
  let hasSound = false;
  let language = call.language ?? account().language;
  /** Where each stretch ended in the sound, and how long its words took. */
  const stretches = new Map<string, { atMs: number; ms: number }>();
  const timing: Timing = { speechEnd: 0, committed: 0, stt: 0, said: 0 };
  /** Turns whose answers nobody waits for. */
  const dropped = new Set<string>();
  /** A message, by what the mouth calls it: parts of one are said one after another. */
  const saidOf = new Map<string, string>();
  let words: Promise<unknown> = Promise.resolve();

  const conversing = createConversing({ ...options, isOver: () => ending !== undefined, trouble });
  const send = (output: LineOutput) => wire?.send(live.write(output));
  const recorder = account().settings.recording === 'on' ? options.record?.(call.id) : undefined;

  const mouth = createMouth({
    clock,
    speak: () => speech.speak,
    send(output) {
      if (output.kind === 'sound') recorder?.agent(output.pcm);
      if (output.kind === 'stop') recorder?.clear();
      send(output);
    },
    waiting: () => wire?.waiting() ?? 0,
    saying: (on) => happen({ kind: 'saying', on }),
    ended({ item, whole, heard }) {
      const id = saidOf.get(item) ?? item;
      keep(whole ? () => store.run(heardWhole(id)) : () => store.run(cutToHeard(id, heard, clock.now())));
    },
    failed: (why) => trouble('speech_failed', why),
  });

  const ear = createEar({
    clock,
    activity: options.activity(),
    transcribe: () => speech.transcribe,
    language: () => call.language,
    hints: () => (account().settings.hints ?? '').split(',').flatMap((hint) => hint.trim() || []),
    events: {
      speech(on, stretch, atMs) {
        send({ kind: 'speech', on, item: stretch, atMs: Math.round(atMs) });
        if (!on) {
          stretches.set(stretch, { atMs, ms: 0 });
          timing.speechEnd = clock.now() - (ear.at() - atMs);
        }
        mouth.wait(true);
        happen(on ? { kind: 'speech', on } : { kind: 'speech', on, stretch });
      },
      noise(stretch) {
        stretches.set(stretch, { atMs: ear.at(), ms: 0 });
        happen({ kind: 'speech', on: false, stretch });
        happen({ kind: 'words', stretch, text: '' });
      },
      guess: (item, text) => send({ kind: 'guess', item, text }),
      words(stretch, text, heardIn, ms) {
        const known = stretches.get(stretch);
        if (known) known.ms = ms;
        if (heardIn && text && heardIn !== language) {
          language = heardIn;
          happen({ kind: 'language', language });
        }
        if (text) send({ kind: 'guess', item: stretch, text });
        happen({ kind: 'words', stretch, text });
      },
      failed: (item, why) => {
        log.warn(`Call ${call.id}: ${why}`);
        send({ kind: 'unheard', item, message: why });
      },
      frame: (frame) => recorder?.caller(frame),
    },
  });

  const pace = (): Pace => (hasSound ? PACE : { ...PACE, silence: READING_SILENCE_MS });

  function happen(happening: Happening): void {
    if (ending) return;
    cancelLook();
    const { floor: after, deeds, wakeAt } = take(floor, happening, clock.now(), pace());
    floor = after;
    for (const deed of deeds) act(deed);
    // Who speaks is not spoken to; what waited begins when he has ended.
    mouth.wait(!wire || floor.speaking !== null || floor.stretches.length > 0);
    cancelLook =
      wakeAt === undefined ? () => {} : clock.at(Math.max(wakeAt, clock.now() + 1), () => happen({ kind: 'time' }));
  }

  function act(deed: Deed): void {
    switch (deed.kind) {
      case 'hold':
        send({ kind: 'hold', on: deed.on });
        return;
      case 'interrupt':
        mouth.interrupt();
        return;
      case 'commit': {
        const last = deed.stretches.at(-1)!;
        timing.stt = stretches.get(last)?.ms ?? 0;
        const atMs = Math.max(0, ...deed.stretches.map((id) => stretches.get(id)?.atMs ?? 0));
        for (const id of deed.stretches) stretches.delete(id);
        const item = deed.stretches[0]!;
        keep(() => commit(numbersIn(deed.text, language), item, atMs));
        return;
      }
      case 'drop': {
        const atMs = Math.max(0, ...deed.stretches.map((id) => stretches.get(id)?.atMs ?? 0));
        for (const id of deed.stretches) {
          stretches.delete(id);
          send({ kind: 'heard', item: id, text: '' });
        }
        send({ kind: 'stored', item: deed.stretches.at(-1)!, atMs: Math.round(atMs) });
        return;
      }
      case 'ask':
        keep(() => conversing.own(callText('ask', language), `ask:${clock.now()}`));
        return;
      case 'hang-up':
        keep(async () => {
          await conversing.own(callText('goodbye', language), 'goodbye');
          endWhenSaid('silence');
        });
        return;
    }
  }

  /** One after another, in the order in which they came about. */
  function keep(work: () => Promise<unknown>): void {
    words = words.then(work).catch((error) => trouble('failed', describe(error)));
  }

  function trouble(code: string, message: string): void {
    log.warn(`Call ${call.id}: ${message}`);
    send({ kind: 'error', code, message });
  }

  /** What the caller said becomes a message, whatever the store is up to; what his words cut into is dropped. */
  async function commit(text: string, item: string, atMs: number | undefined): Promise<string> {
    timing.committed = clock.now();
    floor = { ...floor, thinking: true };
    const before = turns.runningIn(conversationId);
    mouth.interrupt();
    if (atMs !== undefined) send({ kind: 'heard', item, text });
    const message = await conversing.said(text, item);
    if (atMs !== undefined) send({ kind: 'stored', item, atMs: Math.round(atMs) });
    send({ kind: 'words', item, speaker: 'customer', text, cursor: message?.seq ?? 0 });
    if (before && !before.replied && !(await conversing.didSomething(before.turn.id))) {
      dropped.add(before.turn.id);
      before.stop.abort();
    }
    happen({ kind: 'thinking', on: true });
    return message?.id ?? '';
  }

  function endWhenSaid(reason: CallEnd): void {
    if (!floor.saying) {
      void end(reason);
      return;
    }
    clock.at(clock.now() + 500, () => endWhenSaid(reason));
  }

  async function say(part: Json): Promise<SendResult> {
    if (ending) return { ok: false, failure: 'recipient', error: { code: 'call-over', message: 'The call is over.' } };
    const text = isObject(part) && typeof part.text === 'string' ? part.text : '';
    const sending = (await store.conversation(conversationId))?.openSend;
    const message = sending ? await store.message(sending) : null;
    await speakOut(message, text);
    return { ok: true, platformId: message?.id };
  }

  async function speakOut(message: Message | null, text: string): Promise<void> {
    const id = message?.id ?? newId(clock.now());
    const item = saidOf.size === 0 || !saidOf.has(id) ? id : newId(clock.now());
    saidOf.set(item, id);
    const speaker = message?.author ?? 'bot';
    send({ kind: 'words', item, speaker, text, cursor: message?.seq ?? 0 });
    if (message?.turnId && dropped.has(message.turnId)) {
      keep(() => store.run(cutToHeard(id, '', clock.now())));
      return;
    }
    if (call.typed && !wire) {
      keep(() => store.run(heardWhole(id)));
      return;
    }
    if (speaker === 'human') mouth.interrupt();
    timing.said = clock.now();
    const important = speaker === 'human' || (await conversing.didSomething(message?.turnId ?? null));
    mouth.say({ item, text, important, language: voiceLanguage(text, language), onSound: () => told(item) });
  }

  /** How long the first sound took, since the caller's last words. */
  function told(item: string): void {
    const { committed, speechEnd, stt, said } = timing;
    if (committed === 0) return;
    const from = speechEnd || committed;
    const now = clock.now();
    const stages = {
      endOfTurn: committed - from,
      stt,
      answer: said - committed,
      tts: now - said,
      firstSound: now - from,
    };
    timing.committed = 0;
    timing.speechEnd = 0;
    send({ kind: 'stages', item, stages });
    options.onStages(stages);
    log.debug(`Call ${call.id}: first sound ${stages.firstSound} ms after speech ${JSON.stringify(stages)}`);
  }

  async function look(): Promise<void> {
    const conversation = await store.conversation(conversationId);
    if (!conversation) return void end('agent');
    const now = clock.now();
    const people =
      conversation.status !== 'active' || (conversation.humanUntil > now && !handedBack(conversation, now));
    if (people !== floor.people) {
      send({ kind: 'state', mode: people ? 'human' : 'bot' });
      happen({ kind: 'people', on: people });
    }
    const isIdle = conversation.openTurn === null && conversation.wakeAt === null;
    if (floor.thinking && isIdle) happen({ kind: 'thinking', on: false });
  }

  async function open(cursor: number, soundFrom: number): Promise<void> {
    const { name, settings } = account();
    send({
      kind: 'open',
      opening: {
        ...{ call: call.id, account: name, language, recording: settings.recording === 'on', cursor },
        ...{ missing: speech.missing(), rates: { in: 16_000, out: 24_000 }, soundFrom },
        ...{ resumeMs: RESUME_MS, heartbeatMs: HEARTBEAT_MS, longestMs: LONGEST_MS },
      },
    });
    const all = await store.messages(conversationId, { limit: MOST_REPLAYED });
    for (const { id, seq, author, text, platformId, direction } of all)
      if (seq > cursor && text)
        send({ kind: 'words', item: direction === 'in' ? (platformId ?? id) : id, speaker: author, text, cursor: seq });
    // What was said and not heard when the process before this one died.
    for (const message of all) if (isUnheard(message) && !saidOf.has(message.id)) await speakOut(message, message.text);
    const { greeting } = settings;
    if (greeting && all.length === 0) await conversing.own(greeting, 'greeting');
    await look();
  }

  async function end(reason: CallEnd): Promise<void> {
    ending ??= (async () => {
      cancelLook();
      cancelGrace();
      cancelLongest();
      ear.close();
      mouth.close();
      await words;
      const recording = (await recorder?.finish()) ?? null;
      await options.onEnd(reason, recording);
      const ms = clock.now() - call.startedAt;
      send({ kind: 'ended', reason, ms });
      wire?.close(1000, reason);
      wire = undefined;
    })();
    return ending;
  }

  function away(): void {
    cancelGrace();
    if (!call.typed) cancelGrace = clock.at(clock.now() + RESUME_MS, () => void end('lost'));
  }

  const cancelLongest = clock.at(Math.max(call.startedAt + LONGEST_MS, clock.now() + 1), () => {
    keep(async () => {
      if (wire) await conversing.own(callText('longest', language), 'longest');
      endWhenSaid('limit');
    });
  });
  mouth.wait(true);
  away();

  return {
    call,
    attach(next, { cursor, soundFrom }) {
      cancelGrace();
      const before = wire;
      wire = next;
      before?.close(4409, 'The call is open elsewhere.');
      // Of an ear that has heard nothing yet the line tells from where it sends again.
      if (ear.at() === 0 && soundFrom > 0) ear.from(soundFrom);
      keep(async () => {
        await store.run(seeCall(call.id, clock.now()), { lazy: true });
        await open(cursor, ear.at());
        happen({ kind: 'time' });
      });
    },
    take(input) {
      switch (input.kind) {
        case 'sound':
          hasSound = true;
          return ear.hear(input.pcm);
        case 'rate':
          ear.rate(input.rate);
          return send({ kind: 'changed', rate: input.rate });
        case 'forget':
          ear.forget();
          return happen({ kind: 'forget' });
        case 'typed':
          happen({ kind: 'typed' });
          return keep(() => commit(input.text, input.id ?? newId(clock.now()), undefined));
        case 'played':
        case 'stopped':
          return mouth.played(input.item, input.ms, input.kind === 'stopped');
        case 'cancel':
          return happen({ kind: 'cancel' });
        case 'mute':
          return happen({ kind: 'muted', on: input.on });
        case 'ping':
          return send({ kind: 'pong', n: input.n });
        case 'end':
          return void end('caller');
        case 'wrong':
          return send({ kind: 'error', code: 'invalid_event', message: input.message });
        case 'nothing':
          return;
      }
    },
    detach(gone) {
      if (wire !== gone) return;
      wire = undefined;
      mouth.lost();
      happen({ kind: 'time' });
      keep(() => store.run(seeCall(call.id, clock.now()), { lazy: true }));
      away();
    },
    isAttached: () => wire !== undefined,
    say,
    async typed(text, item = newId(clock.now())) {
      happen({ kind: 'typed' });
      return commit(text, item, undefined);
    },
    turnEnded(turn, result) {
      if (turn.conversation.id !== conversationId) return;
      keep(async () => {
        await look();
        const dead = result.kind === 'fail' && (await store.conversation(conversationId))?.openTurn === null;
        if (dead) await conversing.own(callText('trouble', language), `trouble:${turn.turn.id}`);
      });
    },
    look,
    end,
    async suspend() {
      ending ??= Promise.resolve();
      cancelLook();
      cancelGrace();
      cancelLongest();
      ear.close();
      mouth.close();
      wire?.close(1001, 'The server stops: come back.');
      await recorder?.finish();
    },
  };
}
