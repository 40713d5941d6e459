/** Nodes that most flows of tests begin with. */
import type { FlowItem } from './harness.ts';

/** An account that is configured, answers at once, and whose platform is the stand-in. Its id must not be one of its values. */
export const accountConfig = (id: string, more: object = {}): FlowItem => ({
  id,
  type: 'dragoman-account',
  config: true,
  name: '',
  channel: 'telegram',
  enabled: true,
  envPrefix: '',
  settings: {},
  language: 'en',
  timezone: 'UTC',
  manualPrompt: 'You are a test.',
  business: '',
  hours: '',
  tone: '',
  links: '',
  staticTexts: {},
  suggestions: [],
  autoReply: 'on',
  processing: 'background',
  queue: '',
  timeoutSeconds: '',
  takeoverSeconds: 300,
  takeoverCeilingSeconds: 28_800,
  handBackText: '',
  reopens: false,
  burst: false,
  dailyLimit: 0,
  version: 2,
  ...more,
});

/** A webhook at `url` and the account's channel-in behind it (`in-<account>`), whose turns go to the node `to`. */
export const entryNodes = (account: string, url: string, to: string): FlowItem[] => [
  { id: `hook-${account}`, type: 'http in', method: 'post', url, skipBodyParsing: true, wires: [[`in-${account}`]] },
  { id: `in-${account}`, type: 'dragoman-channel-in', account, version: 1, wires: [[to]] },
];
