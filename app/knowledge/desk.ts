/** What people of the business see of the knowledge, and do with it: bases, files, what is found and why, what nobody could answer. */
import { setTimeout as sleep } from 'node:timers/promises';
import { groupQuestions, type QuestionGroup } from '../../core/answering/lacks.ts';
import { DragomanError } from '../../core/errors.ts';
import type { Lack, Passage, Quoted } from '../../core/model.ts';
import type {
  Clock,
  Explained,
  FolderFile,
  KnowledgeFolder,
  KnowledgeRecords,
  KnowledgeSearch,
  KnowledgeView,
  PassageInput,
  Provider,
  ReadFile,
} from '../../core/ports.ts';
import { withoutTokens } from '../../core/privacy/masking.ts';
import { cutText } from '../../core/text/lengths.ts';
import { normalise } from '../../core/text/words.ts';
import { type Piece, piecesOf } from './pieces.ts';

const DAY_MS = 86_400_000;
/** A file that was put there is waited for so long; a long one is read on meanwhile. Milliseconds. */
const READ_MS = 15_000;
/** The newest questions that are grouped; more is a list that nobody reads. */
const MOST_QUESTIONS = 2_000;
const MOST_GROUPS = 100;
/** Different wordings of one group that are shown. */
const MOST_WORDINGS = 5;
const MOST_QUOTED = 50;
/** Passages that a question from a page is answered with: what a model is given, and some more to compare. */
const FOUND = 8;
/** Letters of a file's name, made of a question. */
const LONGEST_NAME = 60;

/**
 * `read`: it has passages. `empty`: nothing in it is text. `failed`: it could not be read; what was indexed of it before stays. `waiting`: it is not
 * read yet. `ignored`: files of its kind are not read.
 */
export type FileState = 'read' | 'empty' | 'failed' | 'waiting' | 'ignored';

export interface DeskFile extends Omit<FolderFile, 'readable'> {
  state: FileState;
  passages: number;
  /** A sentence about each part that could not be read, in English. */
  notes: string[];
  error?: string;
}

export interface DeskBase {
  name: string;
  files: number;
  passages: number;
  /** Files that could not be read, wholly or in part. */
  unread: number;
  /** Its files are being read. */
  reading: boolean;
}

export interface DeskFound extends Omit<Explained, 'title' | 'text' | 'id'> {
  /** With the words that were asked for apart. */
  title: Piece[];
  text: Piece[];
}

export interface DeskSearch {
  found: DeskFound[];
  /** What a customer would be quoted where no model answers; null: nothing fits well enough. */
  quoted: string | null;
}

export interface DeskGroup {
  /** Its oldest question: it stays the same while others ask. */
  id: string;
  base: string;
  /** The newest question, masked, and other wordings. */
  text: string;
  others: string[];
  /** The same without what stands for personal data: a title to begin with. */
  title: string;
  language: string;
  count: number;
  why: Partial<Record<Lack, number>>;
  firstAt: number;
  lastAt: number;
  /** The conversation that asked last. */
  conversationId: string;
}

export interface KnowledgeDesk {
  /** @throws DragomanError KNOWLEDGE_UNREADABLE */
  bases(): Promise<DeskBase[]>;
  /** Kinds and size of files that may be put there, and whether passages are found by meaning too. */
  limits(): { kinds: readonly string[]; most: number; byMeaning: boolean };
  files(base: string): Promise<DeskFile[]>;
  passages(base: string, file: string): Promise<PassageInput[]>;
  /** Puts a file there. @returns what was made of it, as far as it was read within some seconds. @throws as `KnowledgeFolder.write` */
  write(base: string, file: string, content: Uint8Array): Promise<DeskFile | null>;
  /** @throws as `KnowledgeFolder.remove` */
  remove(base: string, file: string): Promise<void>;
  /** @throws DragomanError KNOWLEDGE_MISSING */
  search(base: string, question: string): Promise<DeskSearch>;
  /** The most asked first. `more`: there are older questions that are not among them. */
  questions(): Promise<{ groups: DeskGroup[]; more: boolean }>;
  /** Takes a group off the list. @throws DragomanError NOT_FOUND */
  dismiss(id: string): Promise<void>;
  /**
   * Makes a file of an answer, and takes the group off the list.
   * @param answer `question`: the id of a group; absent: an answer that nobody asked for yet.
   * @returns `place`: where the answer is now found when the question is asked, from 1; null: it is not, or not yet
   * @throws DragomanError NOT_FOUND, BAD_REQUEST, KNOWLEDGE_UNWRITABLE
   */
  answer(answer: Answer): Promise<{ file: string; place: number | null }>;
  /** The most quoted first. @param days until today */
  quoted(days: number): Promise<Quoted[]>;
}

export interface Answer {
  base: string;
  question?: string;
  title: string;
  text: string;
  /** ISO 639-1; empty: not said. */
  language: string;
}

/** The index as it is kept beside the folder. */
interface Index extends KnowledgeSearch, Omit<KnowledgeView, 'files'> {
  byMeaning: boolean;
  files(base: string): Promise<ReadFile[]>;
  state(base: string): { kind: string } | undefined;
  looked(): Promise<void>;
}

export interface DeskOptions {
  store: KnowledgeRecords;
  knowledge: Index;
  folder: KnowledgeFolder;
  clock: Clock;
  /** What quotes without a model; undefined: there is none. */
  quoting(): Provider | undefined;
}

export function createKnowledgeDesk({ store, knowledge, folder, clock, quoting }: DeskOptions): KnowledgeDesk {
  async function files(base: string): Promise<DeskFile[]> {
    const [there, read] = await Promise.all([folder.files(base), knowledge.files(base)]);
    const known = new Map(read.map((file) => [file.source, file]));
    return there.map((file) => deskFile(file, known.get(file.name)));
  }

  /** Until the files are read, or it takes long. */
  const looked = () => Promise.race([knowledge.looked().catch(() => {}), sleep(READ_MS, undefined, { ref: false })]);

  async function groups(): Promise<{ groups: QuestionGroup[]; more: boolean }> {
    const questions = await store.openQuestions({ limit: MOST_QUESTIONS });
    return { groups: groupQuestions(questions), more: questions.length === MOST_QUESTIONS };
  }

  async function groupOf(id: string): Promise<QuestionGroup> {
    const group = (await groups()).groups.find(({ questions }) => questions.some((question) => question.id === id));
    if (group) return group;
    throw new DragomanError('NOT_FOUND', 'This question is not on the list any more.', 'Load the page again.');
  }

  const drop = ({ questions }: QuestionGroup) => store.dropQuestions(questions.map(({ id }) => id));

  async function freeName(base: string, title: string, language: string): Promise<string> {
    const stem = cutText(normalise(title), LONGEST_NAME).trim().replaceAll(' ', '-') || 'answer';
    const taken = new Set((await folder.files(base)).map(({ name }) => name));
    const named = (count: number) =>
      `answers/${stem}${count > 1 ? `-${count}` : ''}${language ? `.${language}` : ''}.md`;
    let count = 1;
    while (taken.has(named(count))) count++;
    return named(count);
  }

  return {
    async bases() {
      const [there, indexed] = await Promise.all([folder.bases(), knowledge.bases()]);
      const names = [...new Set([...there, ...indexed])].sort();
      return Promise.all(
        names.map(async (name) => {
          const all = await files(name);
          return {
            ...{ name, files: all.length, reading: knowledge.state(name)?.kind === 'reading' },
            passages: all.reduce((sum, { passages }) => sum + passages, 0),
            unread: all.filter(isUnread).length,
          };
        }),
      );
    },
    limits: () => ({ kinds: folder.kinds, most: folder.most, byMeaning: knowledge.byMeaning }),
    files,
    passages: (base, file) => knowledge.passages(base, file),
    async write(base, file, content) {
      await folder.write(base, file, content);
      await looked();
      return (await files(base)).find(({ name }) => name === file.normalize()) ?? null;
    },
    async remove(base, file) {
      await folder.remove(base, file);
      await looked();
    },
    async search(base, question) {
      const found = await knowledge.explain(base, question, FOUND);
      return { found: found.map(shown), quoted: await quotation(quoting(), question, found) };
    },
    async questions() {
      const { groups: all, more } = await groups();
      return { groups: all.slice(0, MOST_GROUPS).map(deskGroup), more: more || all.length > MOST_GROUPS };
    },
    async dismiss(id) {
      await drop(await groupOf(id));
    },
    async answer({ base, question, title, text, language }) {
      const group = question === undefined ? undefined : await groupOf(question);
      const heading = title
        .replace(/\s+/g, ' ')
        .replace(/^[#\s]+/, '')
        .trim();
      if (!heading || !text.trim())
        throw new DragomanError('BAD_REQUEST', 'An answer needs a title and a text.', 'Write both.');
      const file = await freeName(base, heading, language);
      await folder.write(base, file, Buffer.from(`# ${heading}\n\n${text.trim()}\n`));
      if (group) await drop(group);
      await looked();
      const asked = group ? withoutTokens(group.questions[0]!.text) : heading;
      const found = await knowledge.search(base, asked, FOUND).catch(() => []);
      const place = found.findIndex(({ source }) => source === file) + 1;
      return { file, place: place || null };
    },
    quoted: (days) => store.quotes(clock.now() - (days - 1) * DAY_MS, MOST_QUOTED),
  };
}

const isUnread = ({ state, notes }: DeskFile) =>
  state === 'failed' || state === 'empty' || state === 'ignored' || notes.length > 0;

function deskFile({ readable, ...file }: FolderFile, read: ReadFile | undefined): DeskFile {
  const state = (): FileState => {
    if (!readable) return 'ignored';
    if (!read) return 'waiting';
    if (read.error !== undefined) return 'failed';
    return read.passages > 0 ? 'read' : 'empty';
  };
  const { passages = 0, notes = [], error } = read ?? {};
  return { ...file, state: state(), passages, notes, ...(error !== undefined && { error }) };
}

function shown({ id: _, title, text, ...explained }: Explained): DeskFound {
  const words = new Set(explained.words.flatMap(({ found }) => found ?? []));
  return { ...explained, title: piecesOf(title, words), text: piecesOf(text, words) };
}

async function quotation(
  provider: Provider | undefined,
  question: string,
  passages: Passage[],
): Promise<string | null> {
  const answer = await provider?.answer({
    ...{ instructions: '', history: [{ role: 'user', text: question }], passages, session: '', timeoutMs: 1_000 },
  });
  return answer?.text ?? null;
}

function deskGroup({ base, questions }: QuestionGroup): DeskGroup {
  const newest = questions[0]!;
  const why: DeskGroup['why'] = {};
  for (const question of questions) why[question.why] = (why[question.why] ?? 0) + 1;
  const others = new Map(questions.slice(1).map(({ text }) => [normalise(text), text]));
  others.delete(normalise(newest.text));
  return {
    ...{ id: questions.at(-1)!.id, base, text: newest.text, language: newest.language, count: questions.length, why },
    others: [...others.values()].slice(0, MOST_WORDINGS),
    title: withoutTokens(newest.text).replace(/\s+/g, ' ').trim(),
    ...{ firstAt: questions.at(-1)!.at, lastAt: newest.at, conversationId: newest.conversationId },
  };
}
