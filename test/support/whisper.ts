/** Real peers of speech, which `.ci/speech-peers` sets up: Whisper base behind a server of OpenAI's shape, and flite's voice. */
import { execFile, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { speechSamples } from '../../core/sound/samples.ts';
import { SPEECH_RATE } from '../../core/sound/wav.ts';

const PEERS =
  process.env.DRAGOMAN_PEERS ??
  path.join(process.env.XDG_CACHE_HOME ?? path.join(homedir(), '.cache'), 'dragoman-peers');
const SERVER = path.resolve(import.meta.dirname, '../peers/whisper_server.py');

/** Why a test of speech cannot run here; undefined where it can. Such a test is skipped with it, and is no pass. */
export function peersMissing(): string | undefined {
  const ready = existsSync(path.join(PEERS, 'ready')) && readFileSync(path.join(PEERS, 'ready'), 'utf8').trim() !== '';
  return ready ? undefined : 'not run: .ci/speech-peers has not set up Whisper and flite here';
}

export interface Whisper extends AsyncDisposable {
  /** Ends in `/v1`. */
  url: string;
}

/** Loads the model, which takes a second. */
export async function startWhisper(): Promise<Whisper> {
  const child = spawn(path.join(PEERS, 'venv/bin/python'), [SERVER, path.join(PEERS, 'whisper-base')], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const stop = async () => {
    child.kill();
    await closed;
  };
  for await (const line of createInterface(child.stdout)) {
    const [, port] = /^listening (\d+)$/.exec(line) ?? [];
    if (port) return { url: `http://127.0.0.1:${port}/v1`, [Symbol.asyncDispose]: stop };
  }
  throw new Error('The Whisper server did not start.');
}

/** A sentence in flite's voice `slt`, the one that Whisper understands best, with some silence around it: 24,000 samples a second. */
export async function flite(text: string): Promise<Uint8Array> {
  const folder = await mkdtemp(path.join(tmpdir(), 'dragoman-flite-'));
  try {
    const file = path.join(folder, 'said.wav');
    await promisify(execFile)('flite', ['-voice', 'slt', '-t', text, '-o', file]);
    const pieces: Uint8Array[] = [silence(0.4)];
    const bytes = await readFile(file);
    for await (const piece of speechSamples(once(bytes))) pieces.push(piece);
    return Buffer.concat([...pieces, silence(0.4)]);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}

export const silence = (seconds: number) => new Uint8Array(2 * Math.round(SPEECH_RATE * seconds));
