/** The running server's interface for commands that act. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import axios from 'axios';
import { API_FILE, type ApiFile, type ApiSelf } from '../core/api.ts';
import { DragomanError, type ErrorCode } from '../core/errors.ts';
import { SLACK_MS, TURN_DEADLINE_MS } from '../core/turns/lanes.ts';
import { dataFolder, WHICH_FOLDER } from './project.ts';

const FIND_TIMEOUT_MS = 5_000;

export interface Server {
  /** @throws DragomanError as the server's own, or STORE_UNAVAILABLE where it went away meanwhile. */
  get<T>(route: string): Promise<T>;
  post<T>(route: string, body?: object): Promise<T>;
}

/** The server of this deployment; undefined where none answers, whatever a server that was killed left behind. */
export async function findServer(): Promise<Server | undefined> {
  const file = await readApiFile();
  if (!file) return undefined;
  const ask = async <T>(method: 'get' | 'post', route: string, timeout: number, data?: object): Promise<T> => {
    const { status, data: body } = await axios.request<unknown>({
      method,
      url: `${file.url}/dragoman/api/v1${route}`,
      headers: { authorization: `Bearer ${file.token}` },
      data: method === 'post' ? (data ?? {}) : undefined,
      timeout,
      // Never by way of a proxy: the server is this machine's.
      proxy: false,
      maxRedirects: 0,
      validateStatus: () => true,
    });
    if (status >= 200 && status < 300) return body as T;
    throw failureOf(body, status);
  };
  const self = await ask<Partial<ApiSelf>>('get', '', FIND_TIMEOUT_MS).catch(() => undefined);
  if (self?.pid !== file.pid) return undefined;
  // A turn, the slack that the server gives it, and the sending of its reply.
  const limit = (self.longestTurnMs ?? TURN_DEADLINE_MS) + 2 * SLACK_MS;
  return {
    get: (route) => ask<never>('get', route, limit).catch(lost),
    post: (route, body) => ask<never>('post', route, limit, body).catch(lost),
  };
}

/** @throws DragomanError STORE_UNAVAILABLE */
export async function server(): Promise<Server> {
  const found = await findServer();
  if (!found)
    throw new DragomanError(
      'STORE_UNAVAILABLE',
      `Dragoman is not running with the data in ${dataFolder()}.`,
      `Start it with "npm start", or ${WHICH_FOLDER}.`,
    );
  return found;
}

async function readApiFile(): Promise<ApiFile | undefined> {
  try {
    return JSON.parse(await readFile(path.join(dataFolder(), API_FILE), 'utf8')) as ApiFile;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'EACCES') return undefined;
    throw new DragomanError(
      'STORE_UNAVAILABLE',
      `The running server's ${API_FILE} in ${dataFolder()} may not be read.`,
      'Run the command as the user that runs Dragoman.',
      { cause },
    );
  }
}

function failureOf(body: unknown, status: number): DragomanError {
  const { error } = (body ?? {}) as { error?: { code: ErrorCode; message: string; action: string } };
  return error
    ? new DragomanError(error.code, error.message, error.action)
    : new DragomanError('STORE_UNAVAILABLE', `The server answered with status ${status}.`, 'Look at its log.');
}

/** No answer to a request that a server was there for. Quotes nothing of the request, which holds the token. */
function lost(cause: unknown): never {
  if (DragomanError.is(cause)) throw cause;
  const code = axios.isAxiosError(cause) ? cause.code : undefined;
  throw new DragomanError(
    'STORE_UNAVAILABLE',
    `The server did not answer (${code ?? 'unknown'}).`,
    'Look at its log; what was asked for may have been done.',
  );
}
