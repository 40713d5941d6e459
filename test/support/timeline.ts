/** A bot with the whole pipeline on the real runtime, to which things happen, and its timeline as somebody reads it in English. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { timelineOfConversation } from '../../app/timeline/timeline.ts';
import type { Conversation } from '../../core/model.ts';
import type { PlatformId } from '../../simulator/index.ts';
import { type LlmStandIn, startLlm } from '../../simulator/llm.ts';
import type { Language } from '../../web/i18n.ts';
import { createSentence } from '../../web/pages/timeline/sentence.ts';
import { createSaid } from '../../web/said.ts';
import { createTranslate } from '../../web/translate.ts';
import { createWriting } from '../../web/writing.ts';
import { type Dragoman, startDragoman } from './dragoman.ts';
import { accountConfig, entryNodes } from './flow-nodes.ts';
import type { FlowItem } from './harness.ts';

const HOOKS = { telegram: '/telegram-hook', whatsapp: '/whatsapp-hook' } as const;
const BASE = 'isp-helpdesk';
const OWN = 'web/pages/timeline/locales';

const wordsIn = (folder: string, language: Language) =>
  JSON.parse(readFileSync(path.resolve(import.meta.dirname, '../..', folder, `${language}.json`), 'utf8'));

/** How the pipeline differs from the usual one. */
export interface Pipeline {
  /** Properties of both accounts. */
  account?: object;
  /** Properties of nodes, by their id. */
  nodes?: Record<string, object>;
  /** Nodes beside the others. */
  more?: FlowItem[];
  /** Where a turn begins. */
  first?: string;
  /** By which Telegram's calls are known. */
  secret?: string;
}

export interface TimelineBench {
  bot: Dragoman;
  llm: LlmStandIn & { url: string };
  /** Deploys the pipeline anew. */
  pipeline(pipeline?: Pipeline): Promise<void>;
  /** Somebody who has written nothing yet. */
  somebody(): number;
  /** Resolves when the platform's call is answered, with its status. */
  says(text: string, id: number, platform?: keyof typeof HOOKS, secret?: string): Promise<number>;
  /** The same, and waits until nothing is to be done. */
  saysAndWaits(text: string, id: number, platform?: keyof typeof HOOKS): Promise<void>;
  post(platform: keyof typeof HOOKS, body: unknown, headers?: Record<string, string>): Promise<Response>;
  /** Resolves when the model was asked. */
  asked(): Promise<void>;
  conversation(id: number): Promise<Conversation>;
  change(id: number, patch: Partial<Conversation>): Promise<void>;
  /** Above each group: what became of it and why, a sentence a line; the newest last. In English where no language is said. */
  read(id: number, language?: Language): Promise<string[]>;
  /** Every step of the newest group, a sentence a line. */
  steps(id: number): Promise<string[]>;
  stop(): Promise<void>;
}

const gate = (name: string, next: string, more: object = {}): FlowItem => ({
  ...{ id: name, type: `dragoman-${name}`, version: 1, wires: [[next], []] },
  ...more,
});
const step = (name: string, next: string, more: object = {}): FlowItem => ({
  ...{ id: name, type: `dragoman-${name}`, version: 1, wires: [[next]] },
  ...more,
});

function flows({ account, nodes = {}, more = [], first = 'opt-out' }: Pipeline): FlowItem[] {
  const texts = { staticTexts: { en: 'We answer soon.' }, ...account };
  const all: FlowItem[] = [
    accountConfig('acc-telegram', { name: 'Telegram shop', ...texts }),
    accountConfig('acc-whatsapp', { name: 'WhatsApp shop', channel: 'whatsapp', ...texts }),
    ...entryNodes('acc-telegram', HOOKS.telegram, first),
    ...entryNodes('acc-whatsapp', HOOKS.whatsapp, first),
    {
      ...{ id: 'prov', type: 'dragoman-provider', config: true, provider: 'openai', baseUrl: '', model: 'model-one' },
      ...{ fallbackModel: '', version: 1 },
    },
    gate('opt-out', 'status-gate', { confirmOut: '', confirmIn: '' }),
    gate('status-gate', 'handoff'),
    gate('handoff', 'rate-limit'),
    gate('rate-limit', 'ask-human', { perSecond: 20, perMinute: 40 }),
    { ...gate('ask-human', 'language', { goodbye: '' }), wires: [['language'], ['out']] },
    step('language', 'anonymize', { languages: 'en,es', fallback: '', pinned: false, version: 2 }),
    step('anonymize', 'rag', { kinds: ['PHONE', 'EMAIL', 'NAME'], version: 2 }),
    step('rag', 'llm', { base: BASE, limit: 3 }),
    step('llm', 'out', { provider: 'prov', history: 20, tools: [], showsWords: false, version: 2 }),
    { id: 'out', type: 'dragoman-channel-out', version: 1 },
    ...more,
  ];
  return all.map((node) => ({ ...node, ...nodes[node.id] }));
}

/** @param settings of Node-RED, beside the usual ones of tests */
export async function startTimelineBench(settings: Record<string, unknown> = {}): Promise<TimelineBench> {
  const llm = await startLlm({ dialect: 'vllm' });
  const bot = await startDragoman({
    flows: [],
    settings,
    env: { OPENAI_API_KEY: undefined, OPENAI_BASE_URL: llm.url },
  });
  await bot.until(
    async () => (await bot.engine.knowledge.search(BASE, 'internet lento', 1).catch(() => []))[0],
    60_000,
  );
  let person = 640_000;
  let asked = 0;

  const conversation = async (id: number) => {
    const all = await bot.engine.store.conversations({ limit: 500 });
    return all.find(({ address }) => JSON.stringify(address).includes(String(id)))!;
  };
  const groups = async (id: number) => {
    const looking = { node: (node: string) => ({ id: node, name: node }), manages: true };
    return (await timelineOfConversation(bot.engine, (await conversation(id)).id, looking)).groups;
  };
  const lineIn = (language: Language) => {
    const sentence = createSentence({
      language,
      t: createTranslate(language, { ...wordsIn('web/locales', language), ...wordsIn(OWN, language) }),
      said: createSaid(language),
      reasons: wordsIn('core/policy/locales', language),
      writing: createWriting(language),
    });
    return (told: Parameters<typeof sentence>[0]) => {
      const { text, why } = sentence(told);
      return why ? `${text} ${why}` : text;
    };
  };
  const happens = (platform: keyof typeof HOOKS, text: string, id: number, secret?: string) =>
    platform === 'telegram'
      ? bot.happens('telegram', HOOKS.telegram, { kind: 'text', customer: { id, firstName: 'Ana' }, text }, secret)
      : bot.happens(
          'whatsapp' satisfies PlatformId,
          HOOKS.whatsapp,
          { kind: 'text', customer: { phone: String(id), name: 'Ana' }, text },
          secret,
        );
  const says: TimelineBench['says'] = async (text, id, platform = 'telegram', secret) => {
    asked = llm.journal.length;
    return (await happens(platform, text, id, secret)).status;
  };
  return {
    bot,
    llm,
    async pipeline(pipeline = {}) {
      llm.fault = null;
      llm.brain = () => 'The answer.';
      bot.simulator.faults.clear();
      await bot.quiet();
      // Node-RED keeps what nobody says anew.
      await bot.runtime.deploy(flows(pipeline), { 'acc-telegram': { telegram__secretToken: pipeline.secret ?? '' } });
    },
    somebody: () => ++person,
    says,
    async saysAndWaits(text, id, platform) {
      await says(text, id, platform);
      await bot.quiet();
    },
    post: (platform, body, headers) => bot.post(HOOKS[platform], body, headers),
    async asked() {
      await bot.until(() => llm.journal.length > asked);
    },
    conversation,
    async change(id, patch) {
      const { id: conversationId } = await conversation(id);
      await bot.engine.store.changeConversation(conversationId, () => patch);
    },
    read: async (id, language = 'en') => (await groups(id)).map(({ why }) => why.map(lineIn(language)).join('\n')),
    steps: async (id) => ((await groups(id)).at(-1)?.entries ?? []).map(lineIn('en')),
    async stop() {
      await bot.stop();
      await llm.close();
    },
  };
}
