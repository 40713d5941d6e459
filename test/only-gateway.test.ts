/**
 * Only the gateway can reach a platform with a message: read from the sources. A channel is an object that plugins give (`arrows.test.ts`: nobody
 * imports one), so whoever wants to send has to name its `send`, and to have the HTTP client. What runs is looked at in
 * `runtime/only-gateway.test.ts`.
 */
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';

const PROJECT = path.resolve(import.meta.dirname, '..');
const files = globSync('{core,app,adapters,node-red,nodes,shops,providers,tools,stores,cli}/**/*.ts', { cwd: PROJECT })
  .filter((file) => !/\.test\.ts$|\.editor\.ts$|(^|\/)testing\.ts$/.test(file))
  .sort();
const sources = new Map(files.map((file) => [file, readFileSync(path.join(PROJECT, file), 'utf8')]));

/** Places of a pattern, as `file what`. */
const places = (pattern: RegExp): string[] =>
  [...sources].flatMap(([file, source]) => [...source.matchAll(pattern)].map(([found]) => `${file} ${found}`));

it('nothing names a channel’s send but the gateway’s hand, and the page that shows what was said, with a client that calls nobody', () => {
  expect(files.length).toBeGreaterThan(300);
  expect(places(/[\w)\]][!?]*\.send\b/g).length).toBeGreaterThan(5);
  expect(places(/\bchannel[!?]*\.send\b|\bsend\b[^;\n]*\}\s*=\s*[^;\n]*\bchannel\b|\bchannel\[/g)).toEqual([
    'app/simulator/history.ts channel.send',
    'core/sending/transmit.ts channel.send',
  ]);
  expect(places(/\.sendVoice\b[!?.]*\(|\bsendVoice\b[^;\n]*\}\s*=/g)).toEqual([
    'core/sending/transmit.ts .sendVoice?.(',
  ]);
  // What the page uses for a client keeps the request.
  expect(sources.get('app/simulator/history.ts')).toContain('await channel.send(part, address, settings, keep);');
  expect(places(/\bcreateTransmit\(/g)).toEqual([
    'core/sending/gateway.ts createTransmit(',
    'core/sending/transmit.ts createTransmit(',
  ]);
  expect(places(/\bcreateGateway\(/g)).toEqual([
    'app/engine.ts createGateway(',
    'core/sending/gateway.ts createGateway(',
  ]);
});

it('nothing else of a channel that gets the client says words, but the drafts of an answer that was asked for', () => {
  const asked = places(/\b\w+[!?]*\.\w+[!?]*\.?\([^()]*\bhttp\b[^()]*\)/g).map((place) => place.replace(/\(.*/s, ''));
  expect([...new Set(asked)]).toEqual([
    'adapters/net/http-client.ts Object.assign',
    // Who it is, and where the platform posts to.
    'app/account/connection.ts channel.identify',
    'app/account/connection.ts webhook?.info',
    'app/account/connection.ts webhook.set',
    'app/account/connection.ts webhook.info',
    'app/desk/inbox.ts channel.download',
    'app/media.ts channel.download!',
    'app/polling.ts polling.open',
    'app/polling.ts polling.next',
    // Judged each time; of what nobody asked for, as the gateway would.
    'app/showing.ts channel.draft!',
    'app/showing.ts channel.typing?.',
    'core/sending/transmit.ts channel.send',
    // The same words, aloud.
    'core/sending/transmit.ts channel.sendVoice?.',
    // Before what nobody asked for, once it may leave.
    'core/sending/typing.ts channel.typing',
    'core/sending/typing.ts channel.stopTyping?.',
  ]);
});

it('nothing makes a connection of its own but what asks models, shops and tools', () => {
  const clients =
    /(?:from|import\()\s*'(?:undici|axios|node:https?|node:net|node:tls|node:dgram)'|\bfetch\(|\bnew WebSocket\(/;
  const makers = [...sources]
    // Types are nobody's connection.
    .filter(([, source]) => clients.test(source.replace(/^import type [^;]*;/gm, '')))
    .map(([file]) => file);
  expect(makers).toEqual([
    // The clients of channels and of models, which others are given.
    'adapters/net/lazy-client.ts',
    'adapters/tools/address.ts',
    'adapters/tools/http.ts',
    'adapters/tools/mcp-session.ts',
    // Looks whether a port is free.
    'cli/doctor.ts',
    // To our own server.
    'cli/server.ts',
    'shops/shared/ask.ts',
  ]);
});
