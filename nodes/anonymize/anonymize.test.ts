import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type GateBench, gateBench } from '../../test/support/gate.ts';
import register from './anonymize.ts';

let bench: GateBench;
beforeAll(async () => {
  bench = await gateBench(register, 'anonymize');
});
afterAll(() => bench.stop());

describe('anonymize', () => {
  it('leaves the words, the turn and nothing that could name the person', async () => {
    const caller = { req: { headers: { 'x-forwarded-for': '203.0.113.9' } }, phone: '+34600000099', topic: 'support' };
    const { output, msg, decision, status } = await bench.says('Hello', caller);
    expect(output).toBe('pass');
    expect(msg).toMatchObject({ payload: 'Hello', topic: 'support' });
    expect(Object.keys(msg).sort()).toEqual(['_msgid', 'payload', 'topic', 'turn']);
    expect(decision).toMatchObject({ gate: 'anonymize', result: 'pass', rule: 'session' });
    expect(status).toEqual({ fill: 'green', key: 'anonymous' });
  });

  it('knows the customer by the conversation’s session alone', async () => {
    const { msg, decision } = await bench.says('Hello again');
    const { session, address } = await bench.conversation();
    expect(msg.turn!.session).toBe(session);
    expect(decision!.reason).toContain(session);
    const [platformId] = Object.values(address as Record<string, string>);
    expect(platformId).toBeTruthy();
    expect(JSON.stringify(msg)).not.toContain(String(platformId));
  });
});
