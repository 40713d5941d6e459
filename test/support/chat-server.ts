/** Dragoman as its own process, with one account for web chats whose flow answers each word. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { accountConfig } from './flow-nodes.ts';
import { freePort, type Server, startServer } from './server.ts';

export interface ChatServer {
  url: string;
  /** Its data folder. */
  data: string;
  /** `kill -9`. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** SIGTERM. */
  stop(): Promise<void>;
  remove(): Promise<void>;
}

/** @param settings of the account `site`. The API's token is `test-token`; the answer to "x" is "Answer to x". */
export async function startChatServer(settings: Record<string, string> = {}): Promise<ChatServer> {
  const folder = mkdtempSync(path.join(tmpdir(), 'chat-server-'));
  const flows = path.join(folder, 'flows');
  mkdirSync(flows);
  const { config: _, ...account } = accountConfig('site', { channel: 'web', settings });
  const node = { z: 'tab', x: 100, y: 100 };
  const flow = [
    { id: 'tab', type: 'tab', label: 'chat' },
    account,
    { ...node, id: 'in', type: 'dragoman-channel-in', account: 'site', version: 1, wires: [['echo']] },
    {
      ...{ ...node, id: 'echo', type: 'function', outputs: 1, wires: [['out']] },
      func: "msg.payload = msg.turn.messages.map(({ text }) => 'Answer to ' + text).join('\\n'); return msg;",
    },
    { ...node, id: 'out', type: 'dragoman-channel-out', version: 1, wires: [] },
  ];
  writeFileSync(path.join(flows, 'chat.json'), JSON.stringify(flow));
  const data = path.join(folder, 'data');
  const env = {
    ...{ PORT: String(await freePort()), DRAGOMAN_DATA: data, DRAGOMAN_FLOWS: flows },
    ...{ DRAGOMAN_SIMULATOR: 'off', DRAGOMAN_API_TOKEN: 'test-token' },
  };
  let server: Server = await startServer(env);
  return {
    url: server.url,
    data,
    kill: () => server.kill(),
    async start() {
      server = await startServer(env);
    },
    async stop() {
      await server.stop();
    },
    async remove() {
      if (server.child.exitCode === null && server.child.signalCode === null) await server.kill();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
