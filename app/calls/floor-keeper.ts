/** Keeps the floor of a call: what happens goes to core's rules, what they say is done, and they are asked again when it is time. */
import { type Deed, type Floor, type Happening, openFloor, type Pace, take } from '../../core/calls/turn-taking.ts';
import type { Clock } from '../../core/ports.ts';

export interface FloorKeeper {
  happen(happening: Happening): void;
  floor(): Readonly<Floor>;
  close(): void;
}

/** @param after told once all deeds of a happening are done */
export function createFloorKeeper(options: {
  clock: Clock;
  language: string;
  pace(): Pace;
  act(deed: Deed): void;
  after(floor: Floor): void;
}): FloorKeeper {
  const { clock, act } = options;
  let floor = openFloor(clock.now(), options.language);
  let cancel = () => {};
  let isClosed = false;

  function happen(happening: Happening): void {
    if (isClosed) return;
    cancel();
    const taken = take(floor, happening, clock.now(), options.pace());
    floor = taken.floor;
    for (const deed of taken.deeds) act(deed);
    options.after(floor);
    const { wakeAt } = taken;
    // A deed may have brought about something that has set it already.
    cancel();
    cancel =
      wakeAt === undefined ? () => {} : clock.at(Math.max(wakeAt, clock.now() + 1), () => happen({ kind: 'time' }));
  }

  return {
    happen,
    floor: () => floor,
    close() {
      isClosed = true;
      cancel();
    },
  };
}
