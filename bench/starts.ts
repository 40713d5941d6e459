/** From the command to the first answer: ours with the shipped flows beside a stock Node-RED with none to speak of, in turns. */

import { endOne } from './process.ts';
import { median } from './report.ts';
import { bareNodeRed, type Subject, type Surroundings, shipped } from './subjects.ts';

export interface Starts {
  /** Median of the pairs' ratios, and the two medians in milliseconds. */
  ratio: number;
  ours: number;
  bare: number;
}

export async function startTimes(around: Surroundings, pairs: number): Promise<Starts> {
  const times = { ours: [] as number[], bare: [] as number[] };
  const timed = async (start: () => Promise<Subject>) => {
    const began = performance.now();
    const { child } = await start();
    const took = performance.now() - began;
    await endOne(child);
    return took;
  };
  for (let pair = 0; pair < pairs; pair++) {
    // A folder is there from the second start on; the first makes its secrets and its database.
    if (pair === 0) await timed(() => shipped('start', around));
    times.ours.push(await timed(() => shipped('start', around)));
    times.bare.push(await timed(() => bareNodeRed(`bare-${pair}`, around)));
  }
  return {
    ratio: median(times.ours.map((took, pair) => took / times.bare[pair]!)),
    ours: median(times.ours),
    bare: median(times.bare),
  };
}
