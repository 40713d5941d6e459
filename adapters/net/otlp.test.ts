/** Spans on their way to a collector, over real HTTP. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Span } from '../../core/ports.ts';
import { virtualClock } from '../../scenarios/clock.ts';
import { attribute, type Collector, startCollector } from '../../simulator/collector.ts';
import { createEgress, type Egress } from './egress.ts';
import { createOtlp, type OtlpOptions } from './otlp.ts';

const T0 = Date.UTC(2026, 10, 30);
let collector: Collector;
let egress: Egress;
let lines: string[];
const clock = virtualClock(T0);
beforeEach(async () => {
  lines = [];
  clock.clear();
  egress = createEgress({ debug() {} });
  collector = await startCollector();
});
afterEach(async () => {
  await egress.close();
  await collector.close();
});

const add = (line: string) => lines.push(line);
const log = { debug() {}, info: add, warn: add, error: add };
const traces = (more: Partial<OtlpOptions> = {}) =>
  createOtlp({ endpoint: collector.url, headers: '', service: 'shop', egress, machine: clock, log, ...more });
let count = 0;
const span = (more: Partial<Span> = {}): Span => ({
  ...{ traceId: 'a'.repeat(32), spanId: (++count).toString(16).padStart(16, '0'), name: 'turn', kind: 'internal' },
  ...{ from: T0, until: T0 + 5, attributes: {}, ...more },
});

describe('spans', () => {
  it('arrive as they were, with who sends them and its headers', async () => {
    const sent = traces({ headers: 'Authorization=Basic%20abc, x-team=bots' });
    sent.add(
      span({
        parentSpanId: 'b'.repeat(16),
        attributes: { text: 'é', whole: 3, part: 0.5, yes: true, list: ['a'], none: undefined },
        events: [{ name: 'gate', at: T0 + 1, attributes: { rule: 'consent' } }],
        error: 'It failed.',
      }),
    );
    await sent.stop();
    expect(collector.faults).toEqual([]);
    expect(collector.batches).toMatchObject([
      { service: 'shop', headers: { authorization: 'Basic abc', 'x-team': 'bots' } },
    ]);
    const [taken] = collector.spans;
    expect(taken).toMatchObject({
      ...{ parentSpanId: 'b'.repeat(16), startTimeUnixNano: `${T0}000000`, endTimeUnixNano: `${T0 + 5}000000` },
      ...{ status: { code: 2, message: 'It failed.' }, events: [{ name: 'gate' }] },
    });
    expect(['text', 'whole', 'part', 'none'].map((name) => attribute(taken!, name))).toEqual(['é', 3, 0.5, undefined]);
  });

  it('leave some seconds later, many in one request', async () => {
    const sent = traces();
    for (let index = 0; index < 100; index++) sent.add(span());
    await clock.advance(4_000);
    expect(collector.batches).toHaveLength(0);
    await clock.advance(2_000);
    await sent.stop();
    expect([collector.spans.length, collector.batches.length]).toEqual([100, 1]);
  });

  it('wait for a collector that is away, and are told of once', async () => {
    const sent = traces();
    collector.fail(1, 503);
    sent.add(span());
    await sent.stop();
    expect(collector.spans).toHaveLength(0);
    sent.add(span());
    await sent.stop();
    expect(collector.spans).toHaveLength(2);
    expect(lines.map((line) => line.replace(/ in \d+ s/, ''))).toEqual([
      expect.stringMatching(/HTTP 503/),
      expect.stringMatching(/works again/),
    ]);
  });

  it('that it refuses for good are not sent again', async () => {
    const sent = traces();
    collector.fail(1, 400);
    sent.add(span());
    await sent.stop();
    sent.add(span({ name: 'later' }));
    await sent.stop();
    expect(collector.spans.map(({ name }) => name)).toEqual(['later']);
  });

  it('are bounded while nobody takes them: the oldest go', async () => {
    const sent = traces();
    collector.fail(1_000, 503);
    for (let index = 0; index < 5_000; index++) sent.add(span({ name: String(index) }));
    await sent.stop();
    collector.fail(0, 503);
    await sent.stop();
    expect([collector.spans.length, collector.spans[0]?.name]).toEqual([4_096, '904']);
  });
});

it.each(['nowhere', 'ftp://host', '127.0.0.1:4318'])('an address that is none is refused: %s', (endpoint) => {
  expect(() => traces({ endpoint })).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }));
});
it('so is a header that is none', () => {
  expect(() => traces({ headers: 'a=%' })).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }));
});
