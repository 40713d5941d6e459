import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PERSONAL_KINDS } from '../../core/privacy/masking.ts';
import { migrate } from '../../node-red/kit/migrate.ts';
import { type GateBench, gateBench } from '../../test/support/gate.ts';
import register from './anonymize.ts';
import { migrations } from './migrations.ts';

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

  it('tells how much of this turn’s words is masked, and leaves them in the flow', async () => {
    const words = 'Call +34 600 11 22 33 or 0034600112233, mail ana@example.org or eva@example.org';
    const { msg, decision, status } = await bench.says(words);
    expect(msg.payload).toBe(words);
    expect(decision!.reason).toBe(`Known from here on as ${msg.turn!.session}; masked: 1 phone, 2 e-mails.`);
    expect(status).toEqual({ fill: 'green', key: 'masked' });
    const after = await bench.says('Thank you');
    expect(after.decision!.reason).toBe(`Known from here on as ${msg.turn!.session}.`);
    expect(after.status.key).toBe('anonymous');
  });
});

it('masks the chosen kinds only, in all that is masked later in the turn', async () => {
  await bench.stop();
  bench = await gateBench(register, 'anonymize', { kinds: ['EMAIL'], version: 2 });
  const words = 'Call +34 600 112 233, mail ana@example.org';
  const { msg, decision } = await bench.says(words);
  const { masking, turns } = bench.engine;
  const masked = (await masking.of(turns.of(msg))).mask(words);
  expect(masked).toBe('Call +34 600 112 233, mail [EMAIL_1]');
  expect(decision!.reason).toMatch(/; masked: 1 e-mail\.$/);
});

it('masks every kind where it was saved before there was a choice', () => {
  expect(migrate({ name: 'mine', version: 1 }, migrations)).toEqual({
    name: 'mine',
    kinds: [...PERSONAL_KINDS],
    version: 2,
  });
});
