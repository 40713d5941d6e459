/** What tools did and noted, as lists. */
import type { Lead, ToolRun } from '../../core/model.ts';
import type { CustomerRecords, ToolJournal } from '../../core/ports.ts';
import { newestFirst, older } from './pages.ts';
import type { Reader } from './reader.ts';

type Lists = Pick<ToolJournal, 'toolRun' | 'toolRunsOf' | 'toolRuns'> & Pick<CustomerRecords, 'leads'>;

export function toolLists(reader: Reader): Lists {
  return {
    toolRun: (id) => reader.one('toolRuns', { _id: id }),
    toolRunsOf: (conversationId, limit) =>
      reader.find<ToolRun>(
        'toolRuns',
        { conversationId, state: { $nin: ['asked', 'confirmed'] } },
        { sort: { at: 1, _id: 1 }, limit },
      ),
    toolRuns: ({ states, limit, ...page }) =>
      reader.find<ToolRun>(
        'toolRuns',
        { state: { $in: states }, ...older('at', page) },
        { sort: newestFirst('at'), limit },
      ),
    leads: ({ limit, since = 0, ...page }) =>
      reader.find<Lead>(
        'leads',
        { $and: [older('at', page), { at: { $gte: since } }] },
        { sort: newestFirst('at'), limit },
      ),
  };
}
