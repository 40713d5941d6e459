/** Leads for the people of the business. */
import type { Lead } from '../model.ts';
import { addNotice } from '../notices/notices.ts';
import type { Plan } from '../ports.ts';
import { csvOf } from '../text/csv.ts';

/** Stores a lead, and that people are told of it. One with the same id is left as it is. @returns whether it is new. */
export const noteLead =
  (lead: Lead): Plan<boolean> =>
  (records) => {
    if (!records.insertLead(lead)) return false;
    const { id, accountId, conversationId, firstName, lastName, organization, notes = '', at } = lead;
    const name = [firstName, lastName].filter(Boolean).join(' ');
    const about = { lead: id, name, ...(organization === undefined ? {} : { organization }) };
    addNotice(records, { kind: 'lead', of: id, accountId, conversationId, reason: notes || name, about }, at);
    return true;
  };

const COLUMNS = [
  'at',
  'firstName',
  'lastName',
  'phone',
  'email',
  'organization',
  'notes',
  'accountId',
  'conversationId',
  'id',
] as const;
const HEADS = [
  'time',
  'first name',
  'last name',
  'phone',
  'email',
  'organization',
  'notes',
  'account',
  'conversation',
  'lead',
];

/** A spreadsheet of them. @param bom begins with the mark by which Excel knows UTF-8 */
export function leadsCsv(leads: Lead[], bom = false): string {
  const rows = leads.map((lead) =>
    COLUMNS.map((column) => (column === 'at' ? new Date(lead.at).toISOString() : String(lead[column] ?? ''))),
  );
  return csvOf([HEADS, ...rows], bom);
}
