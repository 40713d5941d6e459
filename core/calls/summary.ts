/** What came of a call, for a list. */
import type { ToolRun } from '../model.ts';

/** Tools that did something, each with how often. */
export function summaryOf(actions: Pick<ToolRun, 'tool' | 'state'>[]): string {
  const counts = new Map<string, number>();
  for (const { tool, state } of actions)
    if (state === 'done' || state === 'unknown') {
      const name = state === 'unknown' ? `${tool} (?)` : tool;
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  return [...counts].map(([tool, count]) => (count === 1 ? tool : `${tool} × ${count}`)).join(', ');
}
