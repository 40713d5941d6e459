/**
 * Every setting that has an environment variable, in one table, and the one way to resolve it: node property → environment → default.
 * The README's table is generated from `SETTINGS` (a test compares them).
 */
import { DragomanError } from './errors.ts';

export interface SettingSpec {
  env: string;
  /** Shown and used where neither node nor environment sets it; undefined: empty. */
  default?: string;
  meaning: string;
  secret?: boolean;
  /** May be put in front with an account's prefix (`PLATFORM_` + env). */
  perAccount?: boolean;
}

const spec = (env: string, meaning: string, more: Omit<SettingSpec, 'env' | 'meaning'> = {}): SettingSpec => ({
  env,
  meaning,
  ...more,
});

/** Deployment and LLM settings. The channels' own are in their `fields`. */
export const SETTINGS = {
  port: spec('PORT', 'Port of editor, webhooks and pages', { default: '1880' }),
  host: spec('HOST', 'Address to listen on', { default: '127.0.0.1' }),
  publicUrl: spec(
    'DRAGOMAN_PUBLIC_URL',
    'Address under which the world reaches this server, as `https://bot.example.com`; shown in the account’s dialog',
  ),
  trustProxy: spec(
    'DRAGOMAN_TRUST_PROXY',
    'Proxies in front of this server that say who asks (`X-Forwarded-For`): addresses or subnets with commas between them, or `loopback`, `uniquelocal`',
  ),
  role: spec(
    'DRAGOMAN_ROLE',
    'What this process is for: `all`, or of several that share a store `editor`, `worker` (takes and answers messages), `web` (takes them only)',
    { default: 'all' },
  ),
  mongoUrl: spec('MONGODB_URL', 'MongoDB as the store, shared by several processes; unset: a file in the data folder', {
    secret: true,
  }),
  redisUrl: spec('REDIS_URL', 'Redis, by which the processes wake each other; unset: they look into the store', {
    secret: true,
  }),
  data: spec('DRAGOMAN_DATA', 'Folder of everything that is written but the flows', { default: '.data' }),
  flows: spec('DRAGOMAN_FLOWS', 'Folder of the flow files', { default: 'flows' }),
  knowledge: spec('DRAGOMAN_KNOWLEDGE', 'Folder of the knowledge bases, one folder each', { default: 'knowledge' }),
  tools: spec('DRAGOMAN_TOOLS', 'Folder of your own tools, one file each; unset: `tools` in the data folder'),
  mcpServers: spec(
    'DRAGOMAN_MCP_SERVERS',
    'Programs that `tool-mcp` nodes may run: `{"mcpServers": {"name": {"command", "args", "env"}}}`, or the path of such a file',
    { secret: true },
  ),
  adminPassword: spec(
    'ADMIN_PASSWORD',
    'Password of the editor’s user `admin`; generated and printed once when unset',
    {
      secret: true,
    },
  ),
  apiToken: spec(
    'DRAGOMAN_API_TOKEN',
    'Token of `/metrics` and of the HTTP API; made anew with each start when unset',
    {
      secret: true,
    },
  ),
  users: spec(
    'DRAGOMAN_USERS',
    'File of the users who may sign in beside `admin`, as `dragoman user add` writes it; unset: `users.json` in the data folder',
  ),
  sessionIdle: spec(
    'DRAGOMAN_SESSION_IDLE_MINUTES',
    'Who does nothing for so many minutes is signed out of the pages',
    {
      default: '120',
    },
  ),
  credentialSecret: spec(
    'CREDENTIAL_SECRET',
    'Key that encrypts the secrets typed into the editor; generated when unset',
    {
      secret: true,
    },
  ),
  simulator: spec(
    'DRAGOMAN_SIMULATOR',
    '`local`: the simulator answers requests from this machine, with its key once something is real; `open`: any; `off`. The pages of people ask to sign in, whatever it says',
    {
      default: 'local',
    },
  ),
  keepMessages: spec(
    'DRAGOMAN_KEEP_MESSAGES_DAYS',
    'Days that messages are kept, and people of whom nothing more was heard; at least 8, 0: for ever',
    { default: '365' },
  ),
  keepTurns: spec(
    'DRAGOMAN_KEEP_TURNS_DAYS',
    'Days that turns are kept, with their decisions; at least 1, 0: for ever',
    {
      default: '365',
    },
  ),
  traces: spec(
    'DRAGOMAN_TRACES',
    'What is noted on the way of each message, for its timeline: `all`; `brief`: without what the model was asked and answered, and what tools were told; `off`',
    { default: 'all' },
  ),
  keepTraces: spec(
    'DRAGOMAN_KEEP_TRACES_DAYS',
    'Days that is kept what was noted on the way of each message; at least 1, 0: for ever',
    {
      default: '30',
    },
  ),
  keepToolRuns: spec('DRAGOMAN_KEEP_TOOL_RUNS_DAYS', 'Days that is kept what tools did; at least 8, 0: for ever', {
    default: '365',
  }),
  keepLeads: spec('DRAGOMAN_KEEP_LEADS_DAYS', 'Days that leads are kept; 0: for ever', { default: '0' }),
  keepCalls: spec(
    'DRAGOMAN_KEEP_CALLS_DAYS',
    'Days that is kept who called, when, and what came of it; at least 1, 0: for ever',
    { default: '365' },
  ),
  keepFigures: spec(
    'DRAGOMAN_KEEP_FIGURES_DAYS',
    'Days that figures are kept: sums by hour and account, without anybody’s words; at least 31, 0: for ever',
    { default: '1095' },
  ),
  keepRecordings: spec(
    'DRAGOMAN_KEEP_RECORDINGS_DAYS',
    'Days that recordings of calls are kept; at least 1; 0: for ever',
    { default: '30' },
  ),
  keepWebhooks: spec('DRAGOMAN_KEEP_WEBHOOKS_DAYS', 'Days that the log of webhook calls is kept; at least 1', {
    default: '14',
  }),
  keepEvents: spec(
    'DRAGOMAN_KEEP_EVENTS_DAYS',
    'Days that events are known by which a platform’s repeats are told (they come for up to seven), and notices; at least 8',
    { default: '8' },
  ),
  tracesUrl: spec(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    'OpenTelemetry collector that takes a trace of each turn by OTLP over HTTP, as `http://127.0.0.1:4318`; nobody’s words are in it; unset: nobody does',
  ),
  tracesHeaders: spec('OTEL_EXPORTER_OTLP_HEADERS', 'Headers sent to it: `name=value,name=value`', { secret: true }),
  tracesService: spec('OTEL_SERVICE_NAME', 'What this server is called there', { default: 'dragoman' }),
  openaiKey: spec('OPENAI_API_KEY', 'Key of the LLM endpoint; unset: answers are quoted from the knowledge base', {
    secret: true,
    perAccount: true,
  }),
  openaiBase: spec('OPENAI_BASE_URL', 'LLM endpoint, as its own documentation gives it: most end in `/v1`', {
    default: 'https://api.openai.com/v1',
    perAccount: true,
  }),
  model: spec('AI_ASSISTANT_MODEL', 'Model that answers', { default: 'gpt-5-mini', perAccount: true }),
  ollamaUrl: spec(
    'OLLAMA_URL',
    'Ollama, as `http://ollama:11434`: answers where a provider node takes its variables, as that of _Voice sales_ does; unset: as in the other flows',
    { perAccount: true },
  ),
  ollamaModel: spec('OLLAMA_MODEL', 'Its model; to place orders it must be one that calls tools, as `qwen3:4b`', {
    default: 'phi3:mini',
    perAccount: true,
  }),
  maxOutput: spec('LLM_MAX_OUTPUT_TOKENS', 'The longest answer of the model, in tokens, its thoughts included', {
    default: '1000',
    perAccount: true,
  }),
  llmTimeout: spec(
    'LLM_TIMEOUT_SECONDS',
    'Seconds in which an answer must be there; unset: as `AI_WHATSAPP_TIMEOUT` says where it is set, else 35',
    {
      perAccount: true,
    },
  ),
  openaiOrganization: spec('OPENAI_ORG_ID', 'Organization that the endpoint bills', { perAccount: true }),
  openaiProject: spec('OPENAI_PROJECT', 'Project that the endpoint bills', { perAccount: true }),
  assistantName: spec(
    'AI_ASSISTANT_NAME',
    'What the account’s assistant is called in logs; unset: the account’s name',
    {
      perAccount: true,
    },
  ),
  agentName: spec('AI_AGENT_NAME', 'Name of the agent that answers, told to the tools', {
    default: 'crm_ai',
    perAccount: true,
  }),
  instructions: spec('AI_INSTRUCTIONS', 'Manual prompt of accounts that have none of their own', { perAccount: true }),
  autoReply: spec(
    'AI_AUTOREPLY',
    '`true`: answers are sent; `false`: they are kept as drafts; unset: drafts, but of an account without credentials, which can reach nobody, they are sent',
    { perAccount: true },
  ),
  inline: spec('AI_WHATSAPP_INLINE', '`true`: the webhook waits for the answer; for development', {
    default: 'false',
    perAccount: true,
  }),
  queue: spec('AI_WHATSAPP_QUEUE', 'Name of the queue that the account’s turns wait in', {
    default: 'default',
    perAccount: true,
  }),
  timeout: spec('AI_WHATSAPP_TIMEOUT', 'Seconds that one attempt of a turn may take', {
    default: '180',
    perAccount: true,
  }),
  cooldown: spec('AI_HUMAN_COOLDOWN_SECONDS', 'Seconds of silence after a human’s message', {
    default: '300',
    perAccount: true,
  }),
  optOutWords: spec(
    'OPT_OUT_WORDS',
    'Words and short sentences, with commas between, by which a contact opts out, beside those that hold everywhere',
    { perAccount: true },
  ),
  optInWords: spec('OPT_IN_WORDS', 'The same for opting in again', { perAccount: true }),
  sellerEnabled: spec(
    'AI_SELLER_ENABLED',
    '`false`: nothing is written that nobody asked for, such as a thank-you for an order',
    { default: 'true', perAccount: true },
  ),
  sellerMaxMessages: spec('AI_SELLER_MAX_MESSAGES', 'So many of these messages one person gets, over all accounts', {
    default: '3',
    perAccount: true,
  }),
  sellerCooldown: spec(
    'AI_SELLER_COOLDOWN_HOURS',
    'Hours between two of them to one person; an account without credentials: 0',
    {
      default: '24',
      perAccount: true,
    },
  ),
  sellerDailyLimit: spec('AI_SELLER_DAILY_LIMIT', 'So many of them an account writes in a day', {
    default: '100',
    perAccount: true,
  }),
  sellerWarmUp: spec(
    'AI_SELLER_WARMUP_DAYS',
    'Days of writing in which a new number on WAHA grows from 20 of them a day to that limit; 0: no warm-up; other channels, and an account without credentials: 0',
    { default: '14', perAccount: true },
  ),
  sellerHours: spec(
    'AI_SELLER_HOURS',
    'When they may be sent, by the customer’s clock; an account without credentials: the whole day',
    { default: '09:00-21:00', perAccount: true },
  ),
  sellerWeekdays: spec('AI_SELLER_WEEKDAYS', 'Weekdays on which they may be sent, 1 is Monday: `1-5`, `1,3,5`', {
    default: '1-7',
    perAccount: true,
  }),
  sellerHolidays: spec(
    'AI_SELLER_HOLIDAYS',
    'Days on which they are not sent: `2026-12-25`, or `12-25` for every year',
    {
      perAccount: true,
    },
  ),
  sellerConsent: spec(
    'AI_SELLER_CONSENT',
    '`required`: only customers get them of whom the shop tells that they agreed; `assumed`: all who did not opt out',
    { default: 'required', perAccount: true },
  ),
  sellerMaxAge: spec('AI_SELLER_MAX_AGE_HOURS', 'Hours after which something is no news and is not written about', {
    default: '72',
    perAccount: true,
  }),
  sellerPace: spec(
    'AI_SELLER_PACE_SECONDS',
    'Seconds between two of an account’s messages, up to half as long again by chance; an account without credentials: 1',
    { default: '30', perAccount: true },
  ),
  sellerFallback: spec(
    'AI_SELLER_FALLBACK_ENABLED',
    '`true`: where no model words the message, its fixed text is sent; `false`: nothing is',
    { default: 'true', perAccount: true },
  ),
  sellerTestMode: spec(
    'AI_SELLER_TEST_MODE',
    '`true`: everything is done but the sending, and what would have been sent is listed',
    {
      default: 'false',
      perAccount: true,
    },
  ),
  peopleHours: spec('SUPPORT_HOURS', 'When people answer who are asked for, by the account’s clock', {
    default: '00:00-24:00',
    perAccount: true,
  }),
  peopleWeekdays: spec('SUPPORT_WEEKDAYS', 'Weekdays on which they do, 1 is Monday: `1-5`, `1,3,5`', {
    default: '1-7',
    perAccount: true,
  }),
  peopleHolidays: spec('SUPPORT_HOLIDAYS', 'Days on which they do not: `2026-12-25`, or `12-25` for every year', {
    perAccount: true,
  }),
  peopleWait: spec(
    'SUPPORT_WAIT_MINUTES',
    'Minutes of theirs in which somebody should have come; then the customer is told that nobody has, and offered the assistant; 0: never',
    { default: '15', perAccount: true },
  ),
  ordersPoll: spec('ORDERS_POLL_SECONDS', 'Seconds between two rounds in which a shop is asked for its orders', {
    default: '60',
  }),
  noticeUrl: spec('DRAGOMAN_NOTICE_URL', 'Where the flow _Notices_ posts what your people should know'),
  noticeChat: spec('DRAGOMAN_NOTICE_TELEGRAM_CHAT', 'Telegram group that it writes to'),
  noticeToken: spec('DRAGOMAN_NOTICE_TELEGRAM_TOKEN', 'Token of the bot that writes there', { secret: true }),
  crmUrl: spec(
    'CRM_WEBHOOK_URL',
    'Where replies and complaints after an unasked message, and opt-outs, are posted as JSON; unset: nowhere',
    { secret: true },
  ),
  crmSecret: spec('CRM_WEBHOOK_SECRET', 'What these calls are signed with; unset: they are not signed', {
    secret: true,
  }),
  pictures: spec(
    'LLM_PICTURES',
    '`on`: photos of customers are shown to the model, as they are; personal data in them is not hidden',
    {
      default: 'off',
      perAccount: true,
    },
  ),
  marketKey: spec(
    'AI_AGENT_API_KEY',
    'What calls of the demo pharmacy bring as `X-API-Key`; unset: it answers this machine only',
    { secret: true },
  ),
  backendUrl: spec(
    'DJANGO_API_URL',
    'Backend with the catalogue and the orders of pharmacies; unset: the demo pharmacy of this server',
  ),
  backendKey: spec('DJANGO_API_KEY', 'Its key, sent as `X-API-Key`', { secret: true }),
  embeddingModel: spec('EMBEDDING_MODEL', 'Set: knowledge is searched by meaning too'),
  embeddingBase: spec('EMBEDDING_BASE_URL', 'Embedding endpoint; unset: the LLM’s'),
  embeddingKey: spec('EMBEDDING_API_KEY', 'Its key; unset: the LLM’s', { secret: true }),
  sttModel: spec(
    'STT_MODEL',
    'Model that puts voice notes into words, by `/audio/transcriptions`; unset: `whisper-1` where `STT_BASE_URL` is set, else nothing is heard',
  ),
  sttBase: spec('STT_BASE_URL', 'Transcription endpoint; unset: the LLM’s'),
  sttKey: spec('STT_API_KEY', 'Its key; unset: the LLM’s', { secret: true }),
  ttsModel: spec(
    'TTS_MODEL',
    'Model that speaks, by `/audio/speech`; `espeak-ng`: that program on this machine; unset: `tts-1` where `TTS_BASE_URL` is set, else `espeak-ng` where it is installed, else nothing speaks',
  ),
  ttsBase: spec('TTS_BASE_URL', 'Speech endpoint; unset: the LLM’s'),
  ttsKey: spec('TTS_API_KEY', 'Its key; unset: the LLM’s', { secret: true }),
  ttsVoice: spec(
    'TTS_VOICE',
    'Voice, also one a language: `ar=nova, es=coral, alloy`; unset: `alloy`; of `espeak-ng` the language’s own',
  ),
  voiceActivity: spec(
    'CALL_VOICE_ACTIVITY',
    'How calls tell speech from other sound: `silero`, by its weights where they are installed; `loudness`, and without them: by being louder than the room',
    { default: 'silero' },
  ),
} as const satisfies Record<string, SettingSpec>;

export type SettingName = keyof typeof SETTINGS;
export type Environment = Record<string, string | undefined>;

/** Where a value came from, for the editor: which one holds and why. */
export interface Resolved {
  value: string;
  from: 'node' | 'environment' | 'default' | 'unset';
  /** The variable that was read or could be set. */
  env: string;
}

/**
 * @param property the node's own value; empty or absent does not count. A left-over `${NAME}` means that Node-RED found no such variable.
 * @param prefix the account's, e.g. `PLATFORM_`; used for the environment only.
 * @throws DragomanError SETTING_INVALID for a left-over `${NAME}`.
 */
export function resolve(
  setting: Pick<SettingSpec, 'env' | 'default'>,
  environment: Environment,
  property?: string,
  prefix = '',
): Resolved {
  const env = prefix + setting.env;
  const own = property?.trim();
  if (own) {
    const unset = /^\$\{(.+)\}$/.exec(own);
    if (unset)
      throw new DragomanError(
        'SETTING_INVALID',
        `The environment variable ${unset[1]} is not set.`,
        `Set ${unset[1]} and restart, or type the value into the node.`,
      );
    return { value: own, from: 'node', env };
  }
  const outer = environment[env]?.trim();
  if (outer) return { value: outer, from: 'environment', env };
  if (setting.default) return { value: setting.default, from: 'default', env };
  return { value: '', from: 'unset', env };
}

/** An account's setting: its own variable (with the prefix) wins over the deployment's of the same name. */
export function resolveFor(
  setting: Pick<SettingSpec, 'env' | 'default'>,
  environment: Environment,
  property: string | undefined,
  prefix: string,
): Resolved {
  const own = resolve({ env: setting.env }, environment, property, prefix);
  return own.from === 'unset' ? resolve(setting, environment) : own;
}

/** The seed's ways to say yes: `true`, `1`, `yes`, `on`. */
export const isYes = (value: string) => /^(true|1|yes|on)$/i.test(value.trim());

/** And to say no. */
export const isNo = (value: string) => /^(false|0|no|off)$/i.test(value.trim());

/** A deployment setting by name, from the environment. */
export function setting(name: SettingName, environment: Environment = process.env): string {
  return resolve(SETTINGS[name], environment).value;
}

/** Whether it can be listened on; 0 lets the system choose. */
export const isPort = (value: string) => /^\d{1,5}$/.test(value) && Number(value) <= 65_535;
