/** The inbox's lists, notes, saved answers and files. */
import type { Condition } from '../../core/desk/queues.ts';
import type { Note } from '../../core/model.ts';
import type { DeskRecords, DeskStore } from '../../core/ports.ts';
import type { Committer } from './commit.ts';
import { quoted } from './rows.ts';
import type { Tables } from './tables.ts';

const OTHERS = 50;
/** In the index of the inbox, as all that is asked for. */
const SEEN = 'not exists (select 1 from forgetting f where f.contact_id = c.contact_id)';

export function deskStore(
  { db, conversations, notes, savedAnswers, uploads }: Tables,
  isHidden: (conversationId: string) => boolean,
  run: Committer['run'],
  catchUp: () => void,
): DeskStore {
  const others = db.prepare(
    `select * from conversation c where contact_id = ? and ${SEEN} order by updated_at desc limit ${OTHERS}`,
  );
  const notesOf = db.prepare('select * from note where conversation_id = ? order by at, id');
  const saved = db.prepare('select * from saved_answer order by name collate nocase, id');
  const labels = db.prepare(
    `select distinct l.value as word from conversation c, json_each(c.labels) l where c.labels is not null and ${SEEN} order by 1`,
  );
  const words = (column: string) =>
    db.prepare(`select distinct ${column} as word from conversation where ${column} is not null order by 1`);
  const languages = words('language');
  const assignees = words('assignee');
  const wordsIn = (rows: unknown[]) => rows.map((row) => (row as { word: string }).word);

  return {
    async desk({ conditions, order, offset, limit }) {
      catchUp();
      const { where, values } = inSql(conditions);
      const way = order.first === 'newest' ? 'desc' : 'asc';
      // What is skipped is skipped in the index; only what is shown is read.
      const rows = db
        .prepare(
          `select c.*, k.name as contact_name from (
             select c.id, row_number() over () as place from (
               select c.id from conversation c where ${where} order by c.${quoted(order.by)} ${way}, c.id ${way} limit ? offset ?) c) p
           join conversation c on c.id = p.id left join contact k on k.id = c.contact_id order by p.place`,
        )
        .all(...values, limit, offset) as { contact_name: string | null }[];
      return rows.map((row) => ({ ...conversations.read(row), name: row.contact_name ?? undefined }));
    },
    async deskCount(conditions) {
      catchUp();
      const { where, values } = inSql(conditions);
      return (db.prepare(`select count(*) as n from conversation c where ${where}`).get(...values) as { n: number }).n;
    },
    async conversationsWith(contactId) {
      catchUp();
      return others.all(contactId).map(conversations.read);
    },
    async notes(conversationId) {
      return notesOf.all(conversationId).map(notes.read);
    },
    note: async (id) => notes.get(id),
    savedAnswers: async () => saved.all().map(savedAnswers.read),
    putUpload: (upload) => run(() => !isHidden(upload.conversationId) && uploads.insert(upload) !== null),
    upload: async (id) => uploads.get(id),
    async deskWords() {
      catchUp();
      return {
        labels: wordsIn(labels.all()),
        languages: wordsIn(languages.all()),
        assignees: wordsIn(assignees.all()),
      };
    },
  };
}

/** Words of ours stand in it as they are, for an index of some rows is not used for bound values; what somebody typed is bound. */
function inSql(conditions: readonly Condition[]): { where: string; values: string[] } {
  const values: string[] = [];
  const all = conditions.map((condition) => {
    const column = `c.${quoted(condition.field)}`;
    if (condition.is === 'has') return `${column} is not null`;
    if (condition.is === 'holds') {
      values.push(condition.value);
      return `${column} is not null and exists (select 1 from json_each(${column}) l where l.value = ?)`;
    }
    if (condition.field === 'status') {
      const list = condition.values.map((value) => `'${value.replaceAll("'", "''")}'`).join(', ');
      return `${column} ${condition.is === 'among' ? 'in' : 'not in'} (${list})`;
    }
    values.push(...condition.values);
    const places = condition.values.map(() => '?').join(', ');
    return condition.is === 'among'
      ? `${column} in (${places})`
      : `(${column} is null or ${column} not in (${places}))`;
  });
  return { where: [...all, SEEN].join(' and '), values };
}

export function deskRecords({ notes, savedAnswers }: Tables, isHidden: (id: string) => boolean): DeskRecords {
  return {
    insertNote: (note: Note) => !isHidden(note.conversationId) && notes.insert(note) !== null,
    removeNote: notes.remove,
    savedAnswer: savedAnswers.get,
    putSavedAnswer({ id, ...rest }) {
      if (savedAnswers.insert({ id, ...rest }) === null) savedAnswers.update(id, rest);
    },
    removeSavedAnswer: savedAnswers.remove,
  };
}
