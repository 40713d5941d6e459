/** A call in a browser: line, microphone and player as one thing with a state. What it looks like, and in which language, is its owner's. */
import type { ServerEvent, Session, Ticket } from './frames.ts';
import { createHearing } from './hearing.ts';
import { createPlayer, type Player } from './player.ts';
import { type Closed, type Line, openLine } from './socket.ts';
import { merge, settle, typed } from './transcript.ts';
import { type CallView, doingAfter, FRESH, isLogged, type LogEntry, logged } from './view.ts';

export interface CallOptions {
  /** Where the worklet's file is: an address, or a Blob's where the file is of another origin. */
  worklet: string | URL;
  /** What `websocket_url` is relative to. */
  base: string;
  /** The view is another one. */
  changed(): void;
  /** How loud the microphone is, from 0 to 1; some 50 times a second. */
  level(level: number): void;
  /** The server says that something failed; the call goes on. */
  problem(problem: { code: string; message: string }): void;
}

export interface Beginning {
  microphone: boolean;
  /** Asks for a ticket. */
  ticket(): Promise<Ticket>;
}

export interface Call {
  view(): CallView;
  /** Called while the caller's click is handled. Rejects as `ticket` does; without a microphone the call goes on, typed. */
  start(beginning: Beginning): Promise<void>;
  /** Waits no longer for the caller to allow the microphone. */
  withoutMicrophone(): void;
  /** Takes the microphone, also another one, or gives it back. */
  listen(on: boolean): Promise<void>;
  mute(on: boolean): void;
  say(text: string): void;
  /** Ends the answer that is spoken. */
  interrupt(): void;
  choose(device: { input?: string; output?: string }): Promise<void>;
  /** Evens out echo, noise and loudness; holds from the next time that the microphone is taken. */
  filter(on: boolean): void;
  /** What a click of the caller allows. */
  unblock(): void;
  end(): void;
  /** Lets go of everything: the page is left. */
  dispose(): void;
}

export function createCall({ worklet, base, changed, level, problem }: CallOptions): Call {
  let view: CallView = {
    ...FRESH,
    state: 'idle',
    microphone: 'off',
    muted: false,
    devices: { inputs: [], outputs: [] },
    input: '',
    output: '',
  };
  let line: Line | undefined;
  let player: Player | undefined;
  /** An answer begins, and its first frame tells which. */
  let begins = false;
  let begunAt = 0;
  /** Counts what was begun, so that what comes late belongs to nothing. */
  let run = 0;
  let skip: (() => void) | undefined;

  const show = (change: Partial<CallView>) => {
    view = { ...view, ...change };
    changed();
  };
  const log = (entry: LogEntry) => show({ log: logged(view.log, { at: Date.now() - begunAt, ...entry }) });
  const going = () => view.state === 'connecting' || view.state === 'live' || view.state === 'reconnecting';

  const hearing = createHearing({ worklet, view: () => view, show, log, line: () => line, level });
  const network = () => line?.probe();
  const left = () => dispose();
  addEventListener('online', network);
  addEventListener('offline', network);
  addEventListener('pagehide', left);

  function newPlayer(): Player {
    const mine = createPlayer({
      played(item, ms, whole) {
        line?.send({ type: 'dragoman.played', item_id: item, audio_end_ms: ms });
        if (whole && player === mine) log({ what: 'sound', item });
      },
      sounding(on) {
        if (player !== mine) return;
        if (on) show({ doing: 'speaking' });
        else if (view.doing !== 'hearing') show({ doing: 'nothing' });
      },
      blocked(on) {
        if (player === mine) show({ blocked: on });
      },
    });
    return mine;
  }

  function take(event: ServerEvent): void {
    act(event);
    if (isLogged(event)) log({ what: 'event', event });
    const items = merge(view.items, event, Date.now());
    const doing = doingAfter(event, player?.sounds() ?? false) ?? view.doing;
    // Sound comes in many pieces that change nothing to be seen.
    if (items !== view.items || doing !== view.doing) show({ items, doing });
  }

  function act(event: ServerEvent): void {
    switch (event.type) {
      case 'response.created':
        begins = true;
        break;
      case 'response.output_audio_transcript.delta':
        begin(event.item_id);
        break;
      case 'response.output_audio.delta':
        begin(event.item_id);
        player?.add(event.item_id, event.delta);
        break;
      case 'response.output_audio.done':
        player?.done(event.item_id);
        break;
      case 'output_audio_buffer.cleared': {
        const { item_id } = event;
        const heard = player?.clear(item_id) ?? 0;
        line?.send({ type: 'conversation.item.truncate', item_id, audio_end_ms: heard });
        break;
      }
      case 'dragoman.hold':
        player?.hold(event.on);
        break;
      case 'dragoman.state':
        show({ mode: event.mode });
        break;
      case 'error':
        problem({ code: event.error.code ?? '', message: event.error.message ?? '' });
        break;
    }
  }

  /** An answer that the line broke in, or that must be heard and was interrupted, is said again under its old name. */
  function begin(item: string): void {
    if (begins) player?.begin(item);
    begins = false;
  }

  function lost(): void {
    log({ what: 'lost' });
    player?.drop();
    begins = false;
    show({ state: 'reconnecting', doing: 'nothing' });
  }

  function opened(session: Session, again: boolean): void {
    show({ state: 'live', session, liveAt: view.liveAt ?? Date.now() });
    log(again ? { what: 'back' } : { what: 'event', event: { type: 'session.created', session } });
    // Nobody would hear it.
    if (session.dragoman.missing.stt && view.microphone !== 'off') void hearing.listen(false);
    hearing.opened(again);
  }

  function close(ended: Closed): void {
    void hearing.listen(false);
    line = undefined;
    // A goodbye is heard to its end, unless the caller hung up.
    if (ended.reason === 'caller') player?.close();
    else player?.finish();
    show({ state: 'ended', ended, items: settle(view.items), doing: 'nothing', blocked: false });
  }

  function end(): void {
    if (view.state === 'starting') {
      run++;
      void hearing.listen(false);
      player?.close();
      show({ state: 'idle' });
    } else line?.end();
  }

  function dispose(): void {
    end();
    void hearing.listen(false);
    player?.close();
  }

  return {
    view: () => view,
    async start({ microphone: wanted, ticket }) {
      if (going() || view.state === 'starting') return;
      const mine = ++run;
      begunAt = Date.now();
      // The goodbye of the call before may still sound.
      player?.close();
      player = newPlayer();
      if (view.output) void player.output(view.output).catch(() => undefined);
      show({ ...FRESH, state: 'starting' });
      if (wanted) {
        const skipped = new Promise<void>((resolve) => {
          skip = resolve;
        });
        await Promise.race([hearing.listen(true), skipped]);
      } else await hearing.listen(false);
      if (mine !== run) return;
      try {
        const granted = await ticket();
        if (mine !== run) return;
        show({ state: 'connecting' });
        line = openLine({
          ticket: granted,
          base,
          opened,
          event: take,
          lost,
          closed: close,
          dropped: () => view.log.at(-1)?.what !== 'dropped' && log({ what: 'dropped' }),
        });
      } catch (error) {
        if (mine !== run) return;
        end();
        throw error;
      }
    },
    withoutMicrophone() {
      void hearing.listen(false);
      skip?.();
    },
    listen: hearing.listen,
    mute: hearing.mute,
    say(text) {
      if (!line) return;
      const id = `item_${crypto.getRandomValues(new BigUint64Array(2)).join('')}`;
      show({ items: typed(view.items, id, text, Date.now()) });
      log({ what: 'typed', item: id });
      line.insist({
        type: 'conversation.item.create',
        item: { id, type: 'message', role: 'user', content: [{ type: 'input_text', text }] },
      });
    },
    interrupt: () => line?.send({ type: 'response.cancel' }),
    async choose({ input, output }) {
      if (input !== undefined) await hearing.choose(input);
      if (output === undefined) return;
      show({ output });
      // A device that is gone meanwhile: the sound stays where it is.
      await player?.output(output).catch(() => show({ output: '' }));
    },
    filter: hearing.filter,
    unblock: () => player?.unblock(),
    end,
    dispose() {
      dispose();
      hearing.leave();
      removeEventListener('online', network);
      removeEventListener('offline', network);
      removeEventListener('pagehide', left);
    },
  };
}
