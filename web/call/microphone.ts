/** The caller's microphone as frames of 20 ms. */
import type { Heard } from './worklet.ts';

/**
 * Why there is no microphone. `insecure`: the page came over http; `refused`: the caller or the browser said no; `none`: there is none; `busy`: another program has it;
 * `failed`: anything else.
 */
export type MicrophoneTrouble = 'insecure' | 'refused' | 'none' | 'busy' | 'failed';

export class MicrophoneError extends Error {
  readonly trouble: MicrophoneTrouble;
  constructor(trouble: MicrophoneTrouble, cause?: unknown) {
    super(`No microphone: ${trouble}.`, { cause });
    this.trouble = trouble;
  }
}

export interface MicrophoneOptions {
  /** Where the worklet's file is: an address, or a Blob's where the file is of another origin. */
  worklet: string | URL;
  /** Id; empty: the system's own. */
  device: string;
  /** Echo, noise and loudness are evened out. */
  filter: boolean;
  /** 640 bytes; nothing while it is muted. */
  frame(sound: ArrayBuffer): void;
  /** How loud it is, from 0 to 1, with each frame. */
  level(level: number): void;
  /** The device is gone. */
  unplugged(): void;
}

export interface Microphone {
  mute(on: boolean): void;
  close(): void;
}

export interface Device {
  id: string;
  /** Empty until the caller has allowed a microphone once. */
  name: string;
}

const TROUBLES: Record<string, MicrophoneTrouble | undefined> = {
  NotAllowedError: 'refused',
  SecurityError: 'refused',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotReadableError: 'busy',
};

/** Rejects with a MicrophoneError. */
export async function openMicrophone(options: MicrophoneOptions): Promise<Microphone> {
  const { worklet, device, filter, frame, level, unplugged } = options;
  if (!isSecureContext || !navigator.mediaDevices) throw new MicrophoneError('insecure');
  const stream = await navigator.mediaDevices
    .getUserMedia({
      audio: {
        ...(device ? { deviceId: { exact: device } } : {}),
        channelCount: 1,
        echoCancellation: filter,
        noiseSuppression: filter,
        autoGainControl: filter,
      },
    })
    .catch((error: DOMException) => {
      throw new MicrophoneError(TROUBLES[error.name] ?? 'failed', error);
    });
  const tracks = stream.getTracks();
  // At the device's own rate: not every browser takes sound of one rate into a context of another.
  const context = new AudioContext({ latencyHint: 'interactive' });
  let muted = false;
  let node: AudioWorkletNode | undefined;
  const close = () => {
    // Frames that are under way are not taken any more.
    node?.port.close();
    for (const track of tracks) track.stop();
    void context.close();
  };
  try {
    await context.audioWorklet.addModule(worklet);
  } catch (error) {
    close();
    throw new MicrophoneError('failed', error);
  }
  node = new AudioWorkletNode(context, 'dragoman-frames', { channelCount: 1, channelCountMode: 'explicit' });
  node.port.onmessage = ({ data }: MessageEvent<Heard>) => {
    level(muted ? 0 : data.level);
    if (!muted) frame(data.frame);
  };
  context.createMediaStreamSource(stream).connect(node);
  // It gives silence; a node that leads nowhere does not run everywhere.
  node.connect(context.destination);
  void context.resume();
  for (const track of tracks) track.onended = unplugged;
  return {
    mute(on) {
      muted = on;
      for (const track of tracks) track.enabled = !on;
    },
    close,
  };
}

/** What can be chosen; nothing where the page came over http. */
export async function listDevices(): Promise<{ inputs: Device[]; outputs: Device[] }> {
  const all = (await navigator.mediaDevices?.enumerateDevices().catch(() => [])) ?? [];
  const of = (kind: MediaDeviceKind) =>
    all
      .filter((device) => device.kind === kind && device.deviceId !== '')
      .map(({ deviceId, label }) => ({ id: deviceId, name: label }));
  return { inputs: of('audioinput'), outputs: of('audiooutput') };
}

/** @returns ends it */
export function watchDevices(changed: () => void): () => void {
  navigator.mediaDevices?.addEventListener('devicechange', changed);
  return () => navigator.mediaDevices?.removeEventListener('devicechange', changed);
}
