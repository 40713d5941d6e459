/** Times of inject nodes count in one process of many. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { holdSchedules } from '../../node-red/host/schedules.ts';
import { type Runtime, startRuntime } from '../support/harness.ts';

let runtime: Runtime;
let mine = false;

const inject = (id: string, more: object) => ({
  ...{ id, type: 'inject', props: [{ p: 'payload' }], payload: id, payloadType: 'str', topic: '', once: false },
  ...{ repeat: '', crontab: '', onceDelay: 0, wires: [[`tap-${id}`]] },
  ...more,
});
const tap = (id: string) => ({ id: `tap-${id}`, type: 'tap' });

beforeAll(async () => {
  runtime = await startRuntime({ nodesDir: [], beforeStart: (RED) => holdSchedules(RED, () => mine) });
  await runtime.deploy([
    inject('repeats', { repeat: '0.05' }),
    inject('starts', { once: true, repeat: '3600' }),
    tap('repeats'),
    tap('starts'),
  ]);
});
afterAll(() => runtime.stop());

it('what is due goes nowhere, but at the start and by the button', async () => {
  expect((await runtime.next('tap-starts')).payload).toBe('starts');
  await new Promise((passed) => setTimeout(passed, 400));
  expect(runtime.received('tap-repeats')).toEqual([]);
  runtime.inject('repeats', {});
  expect((await runtime.next('tap-repeats')).payload).toBe('repeats');
  expect(runtime.received('tap-repeats')).toEqual([]);
});

it('goes on as soon as the times count here', async () => {
  mine = true;
  await runtime.next('tap-repeats');
  await runtime.next('tap-repeats');
  mine = false;
  const before = runtime.received('tap-repeats').length;
  await new Promise((passed) => setTimeout(passed, 300));
  expect(runtime.received('tap-repeats').length).toBeLessThanOrEqual(before + 1);
});
