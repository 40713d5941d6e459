/** The lines of all that is no account: models, speech, knowledge, and the server itself. Pure. */
import { SETTINGS } from '../settings.ts';
import { line, part, type SetupLine, type SetupPart, type SetupProblem } from './report.ts';

/** What came of asking a model a small question. */
export type ModelTried = { at: number } & (
  | { ok: true; ms: number; input: number; output: number; cost?: number }
  | { ok: false; problem: SetupProblem }
);

export interface ModelKnown {
  /** Of the provider's node; empty: no node, the variables alone. */
  id: string;
  name: string;
  prefix: string;
  /** Which variable would name one. */
  variable: string;
  /** Absent: nobody is asked. */
  endpoint?: {
    model: string;
    /** Its server's name, without the rest of its address. */
    host: string;
    /** Per million tokens are known. */
    priced: boolean;
    /** A word for people; empty where nobody wrote one. */
    currency: string;
    /** It did not answer just now. */
    away: boolean;
  };
  tried?: ModelTried;
}

export function modelPart({ id, name, prefix, variable, endpoint, tried }: ModelKnown): SetupPart {
  const node = id || undefined;
  const about = { kind: 'model', id: id || 'environment', name, prefix } as const;
  if (!endpoint) return part(about, [line('standin', 'model.none', { values: { variable }, ...(node && { node }) })]);
  const { model, host, priced, currency, away } = endpoint;
  return part(about, [
    away
      ? line('missing', 'model.away', { values: { model, host }, ...(node && { node }) })
      : line('ok', 'model.set', { values: { model, host }, deed: 'try' }),
    ...(tried ? triedLines(tried, currency, node) : []),
    priced ? undefined : line('off', 'model.unpriced', node ? { node } : {}),
  ]);
}

function triedLines(tried: ModelTried, currency: string, node: string | undefined): SetupLine[] {
  if (!tried.ok) return [line('missing', 'model.failed', { problem: tried.problem, ...(node && { node }) })];
  const { ms, input, output, cost } = tried;
  const seconds = (ms / 1_000).toFixed(1);
  return [
    line('ok', 'model.answered', { values: { seconds, input, output } }),
    ...(cost === undefined
      ? []
      : [
          line('ok', 'model.cost', { values: { cost: `${Number((cost * 1_000).toPrecision(2))} ${currency}`.trim() } }),
        ]),
  ];
}

export interface SpeechKnown {
  /** Why it does not, where it does not. */
  hears?: SetupProblem;
  speaks?: SetupProblem;
}

export function speechPart({ hears, speaks }: SpeechKnown): SetupPart {
  const told = (code: 'speech.hears' | 'speech.speaks', problem: SetupProblem | undefined) =>
    !problem
      ? line('ok', code)
      : problem.code === 'SPEECH_MISSING'
        ? line('off', code === 'speech.hears' ? 'speech.deaf' : 'speech.mute')
        : line('missing', 'speech.failed', { problem });
  return part({ kind: 'speech', id: 'speech', name: '' }, [told('speech.hears', hears), told('speech.speaks', speaks)]);
}

export interface KnowledgeKnown {
  /** What is in the folder: passages, or undefined while files are read. */
  bases: { name: string; passages: number | undefined }[];
  /** Bases that nodes ask and that are not there, with the node. */
  absent: { base: string; node: string }[];
  /** Model that makes vectors; empty: none. */
  vectors: string;
}

export function knowledgePart({ bases, absent, vectors }: KnowledgeKnown): SetupPart {
  const nothing = bases.length + absent.length === 0;
  return part({ kind: 'knowledge', id: 'knowledge', name: '' }, [
    nothing ? line('missing', 'knowledge.none') : undefined,
    ...absent.map(({ base, node }) => line('missing', 'knowledge.absent', { values: { base }, node })),
    ...bases.map(({ name: base, passages }) =>
      passages === undefined
        ? line('off', 'knowledge.reading', { values: { base } })
        : line('ok', 'knowledge.base', { values: { base, passages } }),
    ),
    vectors
      ? line('ok', 'knowledge.meaning', { values: { model: vectors } })
      : line('off', 'knowledge.words', { values: { variable: SETTINGS.embeddingModel.env } }),
  ]);
}

export interface ServerKnown {
  /** Where it answers this machine; empty while it does not listen. */
  address: string;
  publicUrl: string;
  /** The editor asks who comes. */
  hasLogin: boolean;
  store: 'file' | 'mongodb';
  /** Parts of the store that do not answer, in sentences. */
  away: string[];
  /** Failures are told to people of the business. */
  tells: boolean;
  /** The simulator answers strangers although an account is real. */
  isOpen: boolean;
}

export function serverPart({ address, publicUrl, hasLogin, store, away, tells, isOpen }: ServerKnown): SetupPart {
  return part({ kind: 'server', id: 'server', name: '' }, [
    publicUrl
      ? line('ok', 'server.public', { values: { url: publicUrl } })
      : line('off', 'server.local', { values: { url: address, variable: SETTINGS.publicUrl.env } }),
    line('ok', store === 'file' ? 'server.file' : 'server.mongodb'),
    ...away.map((reason) => line('missing', 'server.away', { values: { reason } })),
    hasLogin ? line('ok', 'server.login') : line('warn', 'server.noLogin'),
    isOpen ? line('warn', 'server.open', { values: { variable: SETTINGS.simulator.env } }) : undefined,
    tells ? line('ok', 'server.tells') : line('off', 'server.untold', { values: { variable: SETTINGS.noticeUrl.env } }),
  ]);
}
