import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import { watchFlows } from './flow-state.ts';

const stops = (payload: object) => ['runtime-event', { id: 'runtime-state', payload: { state: 'stop', ...payload } }];

/** @returns whether the flows run after each event */
function after(...told: unknown[][]): boolean[] {
  const events = new EventEmitter();
  const run = watchFlows({ events });
  return told.map(([name, event]) => {
    events.emit(name as string, event);
    return run();
  });
}

it('knows that flows do not run while a deploy stops and starts them', () => {
  const deploy = [['flows:stopping'], stops({ deploy: true }), ['flows:stopped'], ['flows:starting']];
  expect(after(...deploy, ['flows:started'])).toEqual([false, false, false, false, true]);
});

it.each([{ error: 'missing-types' }, {}])('knows that flows do not start by themselves (%o)', (payload) => {
  expect(after(['flows:stopping'], stops(payload), ['flows:starting'], ['flows:started'])).toEqual([
    ...[false, false, false, true],
  ]);
});

it('takes flows for running again when nothing is heard of a change for long, but not when they are stopped', async () => {
  const events = new EventEmitter();
  const run = watchFlows({ events }, 20);
  events.emit('flows:stopping');
  await new Promise((resolve) => setTimeout(resolve, 60));
  expect(run()).toBe(true);
  events.emit(...(stops({ error: 'missing-modules' }) as [string, object]));
  expect(run()).toBe(false);
});
