/** Which microphone hears in a call, whether it may, and what the server knows of it. */
import { listDevices, type Microphone, MicrophoneError, openMicrophone, watchDevices } from './microphone.ts';
import type { Line } from './socket.ts';
import type { CallView, LogEntry } from './view.ts';

export interface HearingOptions {
  /** Where the worklet's file is. */
  worklet: string | URL;
  view(): CallView;
  show(change: Partial<CallView>): void;
  log(entry: LogEntry): void;
  /** Where the sound goes; undefined: there is no call. */
  line(): Line | undefined;
  level(level: number): void;
}

export interface Hearing {
  /** Takes the microphone, also another one, or gives it back. */
  listen(on: boolean): Promise<void>;
  mute(on: boolean): void;
  /** @param device id; empty: the system's own */
  choose(device: string): Promise<void>;
  filter(on: boolean): void;
  /** There is a line, the call's first or another one. */
  opened(again: boolean): void;
  /** No more. */
  leave(): void;
}

export function createHearing({ worklet, view, show, log, line, level }: HearingOptions): Hearing {
  let microphone: Microphone | undefined;
  let filtered = true;
  /** Somebody could be heard in this call. */
  let wasOn = false;
  /** Silence is meant, as the server knows it; undefined: who knows. */
  let told: boolean | undefined = false;
  /** Counts what was begun, so that what comes late belongs to nothing. */
  let turn = 0;

  async function devices(): Promise<void> {
    show({ devices: await listDevices() });
  }
  const leave = watchDevices(() => void devices());
  void devices();

  /** Who wants not to be heard, or any more, is not asked whether they are there. Of who only types the server knows that. */
  function tell(): void {
    wasOn ||= microphone !== undefined;
    const on = view().muted || (wasOn && !microphone);
    if (on === told) return;
    told = on;
    line()?.send({ type: 'dragoman.mute', on });
  }

  async function listen(on: boolean): Promise<void> {
    const mine = ++turn;
    microphone?.close();
    microphone = undefined;
    level(0);
    if (!on) {
      if (view().microphone === 'on') log({ what: 'microphone', on: false });
      show({ microphone: 'off', muted: false });
      tell();
      return;
    }
    show({ microphone: 'asking' });
    try {
      const frame = (sound: ArrayBuffer) => line()?.sound(sound);
      const opened = await openMicrophone({ worklet, device: view().input, filter: filtered, frame, level, unplugged });
      // In between somebody hung up, or chose another one.
      if (mine !== turn) {
        opened.close();
        return;
      }
      microphone = opened;
      // Who was not to be heard is not heard by another microphone either.
      opened.mute(view().muted);
      show({ microphone: 'on' });
      log({ what: 'microphone', on: true });
    } catch (error) {
      if (mine !== turn) return;
      show({ microphone: error instanceof MicrophoneError ? error.trouble : 'failed' });
    }
    tell();
    void devices();
  }

  /** The system's own microphone goes on where the chosen one is gone. */
  function unplugged(): void {
    log({ what: 'unplugged' });
    show({ input: '' });
    void listen(true);
  }

  return {
    listen,
    mute(on) {
      if (!microphone) return;
      microphone.mute(on);
      show({ muted: on });
      tell();
    },
    async choose(device) {
      if (device === view().input) return;
      show({ input: device });
      if (microphone) await listen(true);
    },
    filter(on) {
      filtered = on;
      if (microphone) void listen(true);
    },
    opened(again) {
      if (!again) wasOn = false;
      told = again ? undefined : false;
      tell();
    },
    leave,
  };
}
