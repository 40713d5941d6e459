/** The channel's own side: whose words it takes, and whom it tells. The contract has what holds for all. */
import { expect, it } from 'vitest';
import type { InboundRequest, SendResult } from '../../core/ports.ts';
import { message, only } from '../testing.ts';
import { createCallChannel } from './call.ts';

const channel = createCallChannel();
const noHttp = () => Promise.reject(new Error('No HTTP.'));

it('makes a message of what a caller said: one for an item of a call, whoever tells it again', () => {
  const said = message(channel, 'spoken');
  expect(said).toEqual({
    kind: 'message',
    type: 'message.said',
    key: '01890a5d-ac96-774b-bcce-b302099a8057:01890a5d-b0a1-7c3e-9d55-0d6b6b2c7f10',
    platformId: '01890a5d-b0a1-7c3e-9d55-0d6b6b2c7f10',
    text: 'عايز 5 علب باراسيتامول 500',
    media: [],
    thread: {
      kind: 'private',
      key: '01890a5d-ac96-774b-bcce-b302099a8057',
      identities: [{ kind: 'caller', value: 'user_id=1 pharmacy_id=1' }],
      address: { call: '01890a5d-ac96-774b-bcce-b302099a8057' },
    },
  });
  expect(message(channel, 'typed').key).not.toBe(said.key);
});

it('takes nothing that lacks a word, or has it from elsewhere', () => {
  expect(only(channel, 'nothing-said')).toMatchObject({ kind: 'other', wrong: expect.any(String) });
  const borrowed = JSON.parse('{"__proto__":{"call":"a","caller":"b","item":"c","text":"d"}}');
  const inherited = Object.create({ call: 'a', caller: 'b', item: 'c', text: 'd' });
  for (const body of [borrowed, inherited, null, 'call', [], { call: 'a', caller: 'b', item: 'c', text: 7 }])
    expect(channel.parse(body)).toEqual([expect.objectContaining({ kind: 'other' })]);
});

it('takes no word by HTTP, whatever it brings', () => {
  const call = (method: string, headers: Record<string, string> = {}): InboundRequest => ({
    ...{ method, path: '/calls', query: {}, headers, body: Buffer.from('{}') },
  });
  expect(channel.verify(call('POST', { authorization: 'Bearer x' }), {})).toEqual({
    ...{ ok: false, status: 403 },
    reason: expect.stringContaining('/calls/start'),
  });
  expect(channel.handshake(call('GET'), {})).toBeNull();
});

it('has one list of lines for each that is made, so that two servers in a process do not speak into each other', async () => {
  const other = createCallChannel();
  const close = other.live!.open('call-1', async (): Promise<SendResult> => ({ ok: true }));
  expect(await other.send({ text: 'Hi' }, { call: 'call-1' }, {}, noHttp)).toEqual({ ok: true });
  expect(await channel.send({ text: 'Hi' }, { call: 'call-1' }, {}, noHttp)).toMatchObject({
    ...{ ok: false, failure: 'recipient' },
    error: { code: 'call-over' },
  });
  close();
});
