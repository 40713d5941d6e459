/** What a scenario file says, as types. docs/scenarios.md describes the files; `KEYS` is what may stand in them, and a test compares the two. */
import type { ConversationStatus, Json, JsonObject } from '../core/model.ts';
import type { Fault, PlatformId } from '../simulator/index.ts';

export interface Scenario {
  name: string;
  file: string;
  line: number;
  /** Folder of the flow files; undefined: DRAGOMAN_FLOWS, else the shipped ones. */
  flows?: string;
  /** Variables while it runs. */
  env: Record<string, string>;
  /** Properties of nodes, put over those of the flows. */
  nodes: { id: string; line: number; properties: { name: string; line: number; value: Json }[] }[];
  people: Map<string, Person>;
  /** There is an LLM, and it behaves like this at first. */
  llm?: LlmMode;
  /** Local time at its beginning, `YYYY-MM-DD HH:MM`, and the zone (IANA) that all its clock times are in. */
  start: string;
  zone: string;
  /** What no request may hold. */
  never: Record<'llm' | 'platform', TextTest[]>;
  /** Hosts outside this machine that the flow may call. */
  mayCall: string[];
  steps: Step[];
}

export interface Person {
  key: string;
  line: number;
  /** Id or name of an account's node, or its channel where only one account has it. */
  on: string;
  id?: string;
  name?: string;
  username?: string;
  language?: string;
  userId?: string;
}

/** How a text is tested; `words` is how the file says it. */
export interface TextTest {
  kind: 'contains' | 'lacks' | 'matches' | 'is';
  words: string;
  test(text: string): boolean;
}

/** What an LLM does from now on. */
export interface LlmMode {
  /** Used in turn, the last one again and again; absent: the first passage, else what was said. */
  answers?: string[];
  afterMs?: number;
  fails?: LlmFailure;
  /** How many requests fail; absent: all. */
  times?: number;
}

export const MEDIA = ['photo', 'video', 'voice', 'audio', 'document', 'sticker', 'location', 'contact'] as const;
export type Medium = (typeof MEDIA)[number];

export type Act =
  | { do: 'text'; text: string }
  | { do: 'send'; medium: Medium; caption?: string }
  | { do: 'tap'; title: string }
  | { do: 'edit'; message: string; text: string }
  | { do: 'delete'; message: string }
  /** Without `message`: to the bot's last one. */
  | { do: 'react'; emoji: string; message?: string }
  | { do: 'receipt'; state: 'delivered' | 'read' | 'failed' }
  | { do: 'reach'; blocked: boolean };

export interface Said {
  person: string;
  act: Act;
  /** The message's name in later steps. */
  as?: string;
  group?: string;
}

export const SIGNATURES = ['right', 'wrong', 'none'] as const;

export interface Stored {
  of?: string;
  group?: string;
  status?: ConversationStatus;
  human?: boolean;
  optedOut?: boolean;
  unreachable?: boolean;
  language?: string;
  vars?: JsonObject;
  count?: number;
  conversations?: number;
  messages?: StoredMessage[];
}

export interface StoredMessage {
  from?: string;
  text?: TextTest[];
  state?: string;
  source?: string;
  error?: TextTest[];
  answered?: boolean;
  edited?: boolean;
  deleted?: boolean;
  reaction?: string;
  consent?: string;
  media?: string[];
}

export interface Expected {
  to: string;
  text: TextTest[];
  buttons?: string[];
  media?: string[];
  messages: number;
  source?: string;
  passage?: string;
  withinMs?: number;
  notBeforeMs?: number;
  tries?: number;
  now: boolean;
}

export type Step = { line: number; title: string } & (
  | ({
      kind: 'say';
      deliveries: number;
      signature: (typeof SIGNATURES)[number];
      status: number;
      repeat: number;
      everyMs: number;
    } & Said)
  | { kind: 'batch'; said: Said[] }
  | { kind: 'human'; to: string; text: string; automated: boolean }
  | { kind: 'echo'; to: string }
  | ({ kind: 'bot' } & Expected)
  | { kind: 'silent'; to: string; now: boolean }
  | { kind: 'blocked'; of: string; gate?: string; rule?: string; reason: TextTest[] }
  | ({ kind: 'stored' } & Stored)
  | { kind: 'asked'; times?: number; text: TextTest[] }
  | { kind: 'logged'; calls: { event?: string; status?: number; error?: TextTest[] }[] }
  | { kind: 'retrieved'; base: string; query: string; first?: string; holds?: string }
  | {
      kind: 'request';
      method: string;
      path?: string;
      account?: string;
      api?: string;
      query: Record<string, string>;
      headers: Record<string, string>;
      body?: Json;
      status: number;
      answer: TextTest[];
      times: number;
    }
  | { kind: 'replay'; message: string; outcome?: string }
  | { kind: 'resend'; to: string; state: string; error: TextTest[] }
  | { kind: 'status'; of: string; status: ConversationStatus }
  | { kind: 'fault'; on?: PlatformId; person?: string; fault: Fault | 'none' }
  | { kind: 'llm'; mode: LlmMode }
  | { kind: 'wait'; ms: number }
  | { kind: 'at'; time: string }
  | { kind: 'pause'; ms: number }
  | { kind: 'restart' }
);

export const FAULTS = [
  'rate-limit',
  'server-error',
  'timeout',
  'blocked',
  'window-closed',
  'bad-token',
  'accept-then-drop',
] as const;
export const LLM_FAILURES = [
  ...(['rate-limit', 'quota', 'error', 'unauthorized', 'reset', 'cut', 'hang'] as const),
  ...(['empty', 'bad-json', 'html', 'incomplete', 'refusal', 'filter'] as const),
];
export type LlmFailure = (typeof LLM_FAILURES)[number];

/** Every key of the format, by where it stands. */
export const KEYS = {
  file: ['about', 'flows', 'accounts', 'people', 'env', 'nodes', 'zone', 'start', 'llm', 'scenarios'],
  scenario: ['name', 'about', 'people', 'env', 'nodes', 'zone', 'start', 'llm', 'never_leaves', 'may_call', 'steps'],
  person: ['on', 'id', 'user_id', 'name', 'username', 'language'],
  never_leaves: ['llm', 'platform', 'anywhere'],
  llm: ['answers', 'after', 'fails', 'times'],
  says: [
    ...['text', 'send', 'caption', 'tap', 'edit', 'delete', 'react', 'to', 'receipt', 'reach', 'as', 'group'],
    ...['deliveries', 'signature', 'status', 'repeat', 'every'],
  ],
  step: [
    ...[
      'bot',
      'silent',
      'blocked',
      'stored',
      'asked',
      'logged',
      'retrieved',
      'human',
      'echo',
      'status',
      'replay',
      'resend',
    ],
    ...['batch', 'request', 'fault', 'llm', 'wait', 'at', 'pause', 'restart'],
  ],
  text: ['contains', 'lacks', 'matches', 'is'],
  bot: [
    'to',
    'contains',
    'lacks',
    'matches',
    'is',
    'messages',
    'buttons',
    'media',
    'source',
    'passage',
    'within',
    'not_before',
    'tries',
    'now',
  ],
  silent: ['to', 'now'],
  blocked: ['of', 'gate', 'rule', 'reason'],
  stored: [
    'of',
    'group',
    'status',
    'human',
    'opted_out',
    'unreachable',
    'language',
    'vars',
    'count',
    'conversations',
    'messages',
  ],
  message: [
    'from',
    'text',
    'state',
    'source',
    'error',
    'answered',
    'edited',
    'deleted',
    'reaction',
    'consent',
    'media',
  ],
  asked: ['times', 'contains', 'lacks', 'matches', 'is'],
  call: ['event', 'status', 'error'],
  retrieved: ['base', 'query', 'first', 'holds'],
  human: ['to', 'text', 'automated'],
  status: ['of', 'is'],
  replay: ['message', 'outcome'],
  resend: ['to', 'state', 'error'],
  request: ['method', 'path', 'account', 'api', 'query', 'headers', 'body', 'status', 'answer', 'times'],
  fault: ['on', 'for', 'kind', 'times', 'retry_after', 'calls'],
} as const satisfies Record<string, readonly string[]>;
