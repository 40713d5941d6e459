/** Against real servers: one that answers, one that fails, one that is silent, one that is not there. Row D9. */
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createEgress } from '../adapters/net/egress.ts';
import { createHttp } from '../adapters/net/http-client.ts';
import type { Account } from '../core/accounts.ts';
import { createDependencies } from './dependencies.ts';
import { UNSET } from './provider/config.ts';
import { chosenEndpoint, endpointOf } from './provider/service-endpoint.ts';

const asked: { url: string; headers: Record<string, unknown> }[] = [];
const servers = { up: 200, locked: 401, broken: 503, silent: 0, away: 200 };
type Name = keyof typeof servers;
const running = new Map<Name, Server>();
const url = {} as Record<Name, string>;
const egress = createEgress({ debug() {} });
const http = createHttp();

beforeAll(async () => {
  for (const [name, status] of Object.entries(servers) as [Name, number][]) {
    const server = createServer((request, response) => {
      asked.push({ url: `${name}${request.url}`, headers: request.headers });
      if (status) response.writeHead(status).end('{"data":[]}');
    });
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
    url[name] = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    running.set(name, server);
  }
  await new Promise((closed) => running.get('away')!.close(closed));
});
afterAll(async () => {
  for (const server of running.values()) server.close().closeAllConnections();
  await Promise.all([egress.close(), http.close()]);
});

let now = 0;
function made(
  environment: Record<string, string>,
  nodes: { name: string; baseUrl?: string; variables?: 'ollama' }[] = [],
) {
  const providers = nodes.map(({ name, ...more }) => {
    const config = { ...UNSET, ...more };
    const asks = (prefix: string) => chosenEndpoint(config, undefined, environment, prefix);
    return { ...endpointOf(config, undefined, environment), name, asks };
  });
  const accounts = [{ envPrefix: '' }, { envPrefix: 'CRM_' }] as Account[];
  const registry = { providers: () => providers, accounts: () => accounts };
  return createDependencies({ registry, clock: { now: () => now }, egress, http, environment });
}

it('is nothing where nothing is set up', async () => {
  expect(await made({}, [{ name: 'LLM' }])()).toEqual({});
  expect(await made({ TTS_MODEL: 'espeak-ng' })()).toEqual({});
});

it('is each address that is to be asked, by name, once, and without a key', async () => {
  asked.length = 0;
  const look = made(
    {
      ...{ OPENAI_BASE_URL: `${url.up}/v1/`, OPENAI_API_KEY: 'sk-secret', CRM_OPENAI_BASE_URL: `${url.locked}/v1` },
      ...{ OLLAMA_URL: url.up, STT_BASE_URL: `${url.up}/stt`, TTS_BASE_URL: `${url.locked}/tts` },
      ...{ EMBEDDING_MODEL: 'e', EMBEDDING_BASE_URL: `${url.up}/v1`, DJANGO_API_URL: `${url.locked}/shop` },
    },
    [{ name: 'LLM' }, { name: 'Ollama', variables: 'ollama' }],
  );
  expect(await look()).toEqual({ LLM: 'ok', 'LLM CRM_': 'ok', STT: 'ok', TTS: 'ok', backend: 'ok' });
  expect(asked.map((each) => each.url).sort()).toEqual([
    'locked/shop',
    'locked/tts/models',
    'locked/v1/models',
    'up/stt/models',
    'up/v1/models',
  ]);
  expect(JSON.stringify(asked)).not.toContain('sk-secret');
});

it('does not answer where the server fails, is away, or says nothing in time; what was found holds for ten seconds', async () => {
  const environment = { STT_BASE_URL: url.broken, TTS_BASE_URL: url.away, DJANGO_API_URL: url.silent };
  const look = made(environment, [{ name: 'LLM', baseUrl: `${url.up}/v1` }]);
  asked.length = 0;
  const [first, same] = await Promise.all([look(), look()]);
  expect(first).toEqual({ LLM: 'ok', STT: 'no answer', TTS: 'no answer', backend: 'no answer' });
  expect(same).toBe(first);
  expect(asked).toHaveLength(3);
  now += 9_999;
  await look();
  expect(asked).toHaveLength(3);
  now += 1;
  await look();
  expect(asked).toHaveLength(6);
}, 15_000);

it('is looked at anew where something else is set up', async () => {
  const environment: Record<string, string> = { STT_BASE_URL: url.up };
  const look = made(environment);
  expect(await look()).toEqual({ STT: 'ok' });
  environment.STT_BASE_URL = url.broken;
  expect(await look()).toEqual({ STT: 'no answer' });
});
