import { expect, it } from 'vitest';
import type { LiveEvent } from '../core/model.ts';
import { virtualClock } from '../scenarios/clock.ts';
import { createLive } from './live.ts';

function listening(live: ReturnType<typeof createLive>, after?: string) {
  const heard: { event: LiveEvent; id: string }[] = [];
  const end = live.follow(after, (event, id) => heard.push({ event, id }));
  return { heard, end };
}
const kinds = ({ heard }: ReturnType<typeof listening>) => heard.map(({ event }) => event.kind);

it('tells each page what happens, and the others too', () => {
  const told: LiveEvent[] = [];
  const live = createLive({ clock: virtualClock(), tellOthers: (events) => told.push(...events) });
  const page = listening(live);
  live.tell({ kind: 'one' });
  live.hear([{ kind: 'two' }]);
  page.end();
  live.tell({ kind: 'three' });
  expect(kinds(page)).toEqual(['one', 'two']);
  expect(told.map(({ kind }) => kind)).toEqual(['one', 'three']);
});

it('goes on behind the last event that a page has seen', () => {
  const live = createLive({ clock: virtualClock() });
  const first = listening(live);
  live.tell({ kind: 'one' });
  first.end();
  live.tell({ kind: 'two' });
  live.tell({ kind: 'three' });
  const again = listening(live, first.heard[0]!.id);
  live.tell({ kind: 'four' });
  expect(kinds(again)).toEqual(['two', 'three', 'four']);
  expect(kinds(listening(live, again.heard.at(-1)!.id))).toEqual([]);
});

it('says that all is to be loaded again where it does not know what a page missed', () => {
  const live = createLive({ clock: virtualClock() });
  const early = listening(live);
  for (let n = 0; n < 2_002; n++) live.tell({ kind: 'more' });
  early.end();
  expect(kinds(listening(live, early.heard[0]!.id))).toEqual(['resync']);
  // Of another process, or from before a restart.
  expect(kinds(listening(live, 'abcdef.3'))).toEqual(['resync']);
  expect(kinds(listening(live, early.heard[2_000]!.id))).toEqual(['more']);
});

it('tells a conversation that changes many times once, and very many as one event', async () => {
  const clock = virtualClock();
  const live = createLive({ clock });
  const page = listening(live);
  live.changed('a');
  live.changed('b');
  live.changed('a');
  await clock.advance(100);
  expect(page.heard.map(({ event }) => event)).toEqual([
    { kind: 'conversation', conversation: 'a' },
    { kind: 'conversation', conversation: 'b' },
  ]);
  for (let n = 0; n < 1_000; n++) live.changed(String(n));
  await clock.advance(100);
  expect(kinds(page).slice(2)).toEqual(['conversations']);
});
