/** One call as it goes on in this process: who has the floor, what was said, what is heard. The store has the truth of its words. */
import type { Account } from '../../core/accounts.ts';
import { greetingFor } from '../../core/calls/greeting.ts';
import { hintsFrom } from '../../core/calls/hints.ts';
import { cutToHeard, seeCall } from '../../core/calls/plans.ts';
import { callText } from '../../core/calls/texts.ts';
import { type Deed, PACE } from '../../core/calls/turn-taking.ts';
import { voiceLanguage } from '../../core/calls/voice-language.ts';
import { beginningOf, heardWhole, isUnheard } from '../../core/calls/whole.ts';
import { describe } from '../../core/errors.ts';
import { newId } from '../../core/ids.ts';
import { isObject } from '../../core/model/json.ts';
import type { Call, CallEnd, Json, Message } from '../../core/model.ts';
import type { LineInput, LineOutput, SendResult, Wire } from '../../core/ports.ts';
import { numbersIn } from '../../core/spoken/numbers-in.ts';
import { normalise } from '../../core/text/words.ts';
import { createConversing } from './caller.ts';
import { createEar } from './ear.ts';
import { createFloorKeeper } from './floor-keeper.ts';
import { createMouth } from './mouth.ts';
import { LONGEST_MS, openingOf, RESUME_MS, shownOf, wordsAfter } from './opening.ts';
import type { TalkParts } from './parts.ts';
import { createStageClock } from './stages.ts';
import { followTopics } from './topics.ts';

/** Who only types reads before he answers. */
const READING_SILENCE_MS = 120_000;
/** Words before this line was there, at most, that are told to one that comes back. */
const MOST_REPLAYED = 200;
const LOOK_MS = 500;

const OVER: SendResult = {
  ok: false,
  failure: 'recipient',
  error: { code: 'call-over', message: 'The call is over.' },
};

export interface Talk {
  readonly call: Call;
  /** A line is there, the first one or one that came back and saw words up to `cursor`. The one before is let go. */
  attach(wire: Wire, cursor: number): void;
  /** Of the line that is there now. */
  take(input: LineInput): void;
  /** The line broke. */
  detach(wire: Wire): void;
  isAttached(): boolean;
  /** Takes a rendered part. */
  say(part: Json): Promise<SendResult>;
  /** Words without a line; the same item again is the same words. @returns the message's id */
  typed(text: string, item?: string): Promise<string>;
  /** A turn of its conversation has ended, and the store knows. */
  turnStored(turnId: string): void;
  /** Resolves once it is stored as ended. */
  end(reason: CallEnd): Promise<void>;
  /** The process stops: the line is told to come back. */
  suspend(): Promise<void>;
}

export interface TalkOptions extends TalkParts {
  call: Call;
  /** It began in a process before this one. */
  isRestored: boolean;
  /** As it is now. @throws DragomanError ACCOUNT_MISSING, ACCOUNT_DISABLED */
  account(): Account;
  /** It has ended, for the reason given. */
  onEnd(reason: CallEnd, recorded: Call['recording']): Promise<void>;
}

export function createTalk(options: TalkOptions): Talk {
  const { call, store, clock, log, speech, turns, account } = options;
  const { conversationId } = call;
  const live = account().channel.live!;
  let language = call.language ?? account().language;
  let wire: Wire | undefined;
  let hasSound = false;
  let ending: Promise<void> | undefined;
  let cancelGrace = () => {};
  /** Where each stretch ended in the sound, and how long its words took; milliseconds. */
  const stretches = new Map<string, { atMs: number; sttMs: number }>();
  /** Turns whose answers nobody waits for. */
  const dropped = new Set<string>();
  /** The message of what the mouth says: one of several parts is said in several answers. */
  const messageOf = new Map<string, string>();
  let work: Promise<unknown> = Promise.resolve();
  /** What was stored last when the process before this one died: the line may not know that, and says it again. */
  let storedBefore = '';
  let { isRestored } = options;

  const send = (output: LineOutput) => wire?.send(live.write(output));
  const stages = createStageClock(clock);
  const topics = followTopics(turns, conversationId);
  const recorder = account().settings.recording === 'on' ? options.record?.(call.id) : undefined;
  const conversing = createConversing({ ...options, isOver: () => ending !== undefined, trouble });

  /** One after another, in the order in which they came about. */
  function inOrder<T>(step: () => Promise<T>): Promise<T | undefined> {
    const done = work.then(step).catch((error) => {
      trouble('failed', describe(error));
      return undefined;
    });
    work = done;
    return done;
  }

  function trouble(code: string, message: string): void {
    log.warn(`Call ${call.id}: ${message}`);
    send({ kind: 'error', code, message });
  }

  const keeper = createFloorKeeper({
    clock,
    language,
    pace: () => (hasSound ? PACE : { ...PACE, silence: READING_SILENCE_MS }),
    act,
    // Who speaks is not spoken to; what waited begins when he has ended.
    after: ({ speaking, stretches: open }) => mouth.wait(!wire || speaking !== null || open.length > 0),
  });
  const { happen } = keeper;

  const mouth = createMouth({
    clock,
    speak: () => speech.speak,
    waiting: () => wire?.waiting() ?? 0,
    saying: (on) => happen({ kind: 'saying', on }),
    failed: (why) => trouble('speech_failed', why),
    send(output) {
      if (output.kind === 'sound') recorder?.agent(output.pcm);
      if (output.kind === 'stop') recorder?.clear();
      send(output);
    },
    ended({ item, whole, heard }) {
      const id = messageOf.get(item)!;
      inOrder(async () => {
        if (whole) await store.run(heardWhole(id));
        else await store.run(cutToHeard(id, beginningOf((await store.message(id))?.text ?? '', heard), clock.now()));
      });
    },
  });

  const ear = createEar({
    clock,
    activity: options.activity(),
    transcribe: () => speech.transcribe,
    language: () => call.language,
    hints: () => hintsFrom(account().settings.hints ?? '', topics.found()),
    events: {
      frame: (frame) => recorder?.caller(frame),
      speech(on, stretch, atMs) {
        send({ kind: 'speech', on, item: stretch, atMs: Math.round(atMs) });
        if (on) return happen({ kind: 'speech', on });
        stretches.set(stretch, { atMs, sttMs: 0 });
        stages.speechEnded(ear.at() - atMs);
        happen({ kind: 'speech', on, stretch });
      },
      guess: (item, text) => send({ kind: 'guess', item, text }),
      words(stretch, text, heardIn, sttMs) {
        const known = stretches.get(stretch);
        if (known) known.sttMs = sttMs;
        if (heardIn && text && heardIn !== language) {
          language = heardIn;
          happen({ kind: 'language', language });
        }
        if (text) send({ kind: 'guess', item: stretch, text });
        happen({ kind: 'words', stretch, text });
      },
      failed(item, why) {
        log.warn(`Call ${call.id}: ${why}`);
        send({ kind: 'unheard', item, message: why });
      },
    },
  });

  function act(deed: Deed): void {
    if (deed.kind === 'hold') send({ kind: 'hold', on: deed.on });
    else if (deed.kind === 'interrupt') mouth.interrupt();
    else if (deed.kind === 'commit') commitSpoken(deed.text, deed.stretches);
    else if (deed.kind === 'drop') {
      for (const item of deed.stretches) send({ kind: 'heard', item, text: '' });
      send({ kind: 'stored', item: deed.stretches.at(-1)!, atMs: taken(deed.stretches).atMs });
    } else if (deed.kind === 'ask') inOrder(() => conversing.own(callText('ask', language), `ask:${clock.now()}`));
    else farewell('goodbye', 'silence');
  }

  /** All that was said since the last commit is one item, by its first stretch. */
  function commitSpoken(words: string, [item = '', ...others]: string[]): void {
    const { atMs, sttMs } = taken([item, ...others]);
    for (const other of others) send({ kind: 'heard', item: other, text: '' });
    stages.committed(sttMs);
    const text = numbersIn(words, language);
    const isRepeated = storedBefore !== '' && normalise(text) === normalise(storedBefore);
    storedBefore = '';
    send({ kind: 'heard', item, text: isRepeated ? '' : text });
    if (isRepeated) send({ kind: 'stored', item, atMs });
    else
      inOrder(async () => {
        await commit(text, item);
        send({ kind: 'stored', item, atMs });
      });
  }

  /** Where they end, and how long the words of the last one took. */
  function taken(ids: string[]): { atMs: number; sttMs: number } {
    const found = ids.flatMap((id) => stretches.get(id) ?? []);
    for (const id of ids) stretches.delete(id);
    return { atMs: Math.round(Math.max(0, ...found.map(({ atMs }) => atMs))), sttMs: found.at(-1)?.sttMs ?? 0 };
  }

  /** What the caller said becomes a message; what his words cut into is dropped, unless it did something. */
  async function commit(text: string, item: string): Promise<string> {
    happen({ kind: 'thinking', on: true });
    mouth.interrupt();
    const before = turns.runningIn(conversationId);
    const message = await conversing.said(text, item);
    send({ kind: 'words', item, speaker: 'customer', text, cursor: message?.seq ?? 0 });
    // Asked and done in one breath: a tool that begins meanwhile is in time, or does nothing.
    if (before && !before.replied && !before.acted) {
      dropped.add(before.turn.id);
      before.stop.abort();
    }
    return message?.id ?? '';
  }

  function typed(text: string, item: string): Promise<string | undefined> {
    happen({ kind: 'typed' });
    stages.committed(0);
    return inOrder(() => commit(text, item));
  }

  async function say(part: Json): Promise<SendResult> {
    if (ending) return OVER;
    const { text = '', more = '' } = (isObject(part) ? part : {}) as { text?: string; more?: string };
    const sending = (await store.conversation(conversationId))?.openSend;
    const message = sending ? await store.message(sending) : null;
    if (!message) return OVER;
    // The words as they are stored, so that what was heard of them can be told; of a long one, each part by itself.
    const isWhole = message.parts?.length === 1;
    await speakOut(message, text, isWhole ? [message.text, more].filter(Boolean).join('\n') : text);
    return { ok: true, platformId: message.id };
  }

  /** @param shown as it is read, without marks. @param text as it is stored: what is heard of it is told by that */
  async function speakOut(message: Message, shown: string, text: string): Promise<void> {
    const { id, author, turnId, seq } = message;
    const item = messageOf.has(id) ? newId(clock.now()) : id;
    messageOf.set(item, id);
    send({ kind: 'words', item, speaker: author, text: shown, cursor: seq });
    if (turnId && dropped.has(turnId)) {
      send({ kind: 'cut', item, ms: 0, text: '' });
      return void inOrder(() => store.run(cutToHeard(id, '', clock.now())));
    }
    if (call.typed && !wire) return void inOrder(() => store.run(heardWhole(id)));
    if (author === 'human') {
      mouth.interrupt();
      inOrder(look);
    }
    stages.answered();
    const important = author === 'human' || (await conversing.didSomething(turnId));
    const onSound = () => {
      const took = stages.sounded();
      if (!took) return;
      send({ kind: 'stages', item, stages: took });
      options.onStages(took);
      log.debug(`Call ${call.id}: the first sound came after ${took.firstSound} ms: ${JSON.stringify(took)}`);
    };
    mouth.say({ item, text, important, language: voiceLanguage(text, language), onSound });
  }

  /** Whether people have the conversation, and whether an answer is still made. */
  async function look(): Promise<void> {
    const conversation = await store.conversation(conversationId);
    if (!conversation) return void end('agent');
    const people = conversation.status !== 'active' || conversation.humanUntil > clock.now();
    if (people !== keeper.floor().people) {
      send({ kind: 'state', mode: people ? 'human' : 'bot' });
      happen({ kind: 'people', on: people });
    }
    const isIdle = conversation.openTurn === null && conversation.wakeAt === null;
    if (keeper.floor().thinking && isIdle) happen({ kind: 'thinking', on: false });
  }

  async function open(cursor: number): Promise<void> {
    send({ kind: 'open', opening: openingOf(call, account(), speech, { language, cursor, soundFrom: ear.at() }) });
    const all = await store.messages(conversationId, { limit: MOST_REPLAYED });
    if (isRestored) storedBefore = all.findLast(({ author }) => author === 'customer')?.text ?? '';
    isRestored = false;
    for (const words of wordsAfter(all, cursor)) send(words);
    // What was said and not heard when the process before this one died.
    for (const message of all)
      if (isUnheard(message) && !messageOf.has(message.id)) await speakOut(message, shownOf(message), message.text);
    const greeting = greetingFor(account(), call.language);
    if (greeting && all.length === 0) await conversing.own(greeting, 'greeting');
    await look();
  }

  /** Says a word to the end, where somebody is there, and then ends. */
  function farewell(text: 'goodbye' | 'longest', reason: CallEnd): void {
    const leave = () => {
      if (keeper.floor().saying) clock.at(clock.now() + LOOK_MS, leave);
      else void end(reason);
    };
    inOrder(async () => {
      if (wire) await conversing.own(callText(text, language), text);
      leave();
    });
  }

  function close(): void {
    keeper.close();
    cancelGrace();
    cancelLongest();
    ear.close();
    mouth.close();
    topics.close();
  }

  function end(reason: CallEnd): Promise<void> {
    ending ??= (async () => {
      close();
      await work;
      await options.onEnd(reason, (await recorder?.finish()) ?? null);
      send({ kind: 'ended', reason, ms: clock.now() - call.startedAt });
      wire?.close(1000, reason);
      wire = undefined;
    })().catch((error) => trouble('failed', describe(error)));
    return ending;
  }

  function away(): void {
    cancelGrace();
    if (!call.typed) cancelGrace = clock.at(clock.now() + RESUME_MS, () => void end('lost'));
  }

  const cancelLongest = clock.at(Math.max(call.startedAt + LONGEST_MS, clock.now() + 1), () =>
    farewell('longest', 'limit'),
  );
  mouth.wait(true);
  away();

  return {
    call,
    attach(next, cursor) {
      cancelGrace();
      const before = wire;
      wire = next;
      if (before) {
        // Browsers often know before we do that a line is dead: what was said on it may not have been heard.
        mouth.lost();
        before.close(4409, 'The call is open elsewhere.');
      }
      inOrder(async () => {
        await store.run(seeCall(call.id, clock.now()), { lazy: true });
        await open(cursor);
        happen({ kind: 'time' });
      });
    },
    take(input) {
      if (input.kind === 'sound') {
        hasSound = true;
        ear.hear(input.pcm);
      } else if (input.kind === 'played' || input.kind === 'stopped')
        mouth.played(input.item, input.ms, input.kind === 'stopped');
      else if (input.kind === 'typed') typed(input.text, input.id ?? newId(clock.now()));
      else if (input.kind === 'cancel') happen({ kind: 'cancel' });
      else if (input.kind === 'mute') happen({ kind: 'muted', on: input.on });
      else if (input.kind === 'rate') {
        ear.rate(input.rate);
        send({ kind: 'changed', rate: input.rate });
      } else if (input.kind === 'forget') {
        ear.forget();
        happen({ kind: 'forget' });
      } else if (input.kind === 'ping') {
        inOrder(look);
        send({ kind: 'pong', n: input.n });
      } else if (input.kind === 'end') void end('caller');
      else if (input.kind === 'wrong') send({ kind: 'error', code: 'invalid_event', message: input.message });
    },
    detach(gone) {
      if (wire !== gone) return;
      wire = undefined;
      if (ending) return;
      mouth.lost();
      inOrder(() => store.run(seeCall(call.id, clock.now()), { lazy: true }));
      away();
    },
    isAttached: () => wire !== undefined,
    say,
    typed: async (text, item = newId(clock.now())) => (await typed(text, item)) ?? '',
    turnStored(turnId) {
      inOrder(async () => {
        await look();
        const { state } = (await store.turn(turnId)) ?? {};
        if (state === 'dead') await conversing.own(callText('trouble', language), `trouble:${turnId}`);
      });
    },
    end,
    async suspend() {
      ending ??= Promise.resolve();
      close();
      wire?.close(1001, 'The server stops: come back.');
      await recorder?.finish();
    },
  };
}
