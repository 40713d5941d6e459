/** What the account may write without being asked. Each that is empty: from the environment. */
export interface OutreachConfig {
  outreachEnabled: 'on' | 'off' | '';
  /** Everything runs, and nothing leaves. */
  outreachTestMode: 'on' | 'off' | '';
  /** To one person, for ever. */
  outreachMaxMessages: number | '';
  /** Between two messages to one person. */
  outreachPauseHours: number | '';
  /** Of the account in a day. */
  outreachDailyLimit: number | '';
  /** Days of writing until a new number may write so many. */
  outreachWarmUpDays: number | '';
  /** `09:00-21:00`, by the customer's clock. */
  outreachHours: string;
  /** `1-5`, 1 is Monday. */
  outreachWeekdays: string;
  /** `2026-12-25, 01-01` */
  outreachHolidays: string;
  outreachConsent: 'required' | 'assumed' | '';
  /** What is older is not written about. */
  outreachMaxAgeHours: number | '';
  /** Between two messages of the account. */
  outreachPaceSeconds: number | '';
}

/** When its people answer who are asked for. Each that is empty: from the environment. */
export interface PeopleConfig {
  /** `09:00-18:00`, by the account's clock. */
  peopleHours: string;
  /** `1-5`, 1 is Monday. */
  peopleWeekdays: string;
  /** `2026-12-25, 01-01` */
  peopleHolidays: string;
  /** Of their time; then the customer hears that nobody has come. 0: never. */
  peopleWaitMinutes: number | '';
}

/** An account's configuration as it is saved in flows. Secrets are credentials, never in here. */
import type { ChannelField } from '../../core/ports.ts';

export interface AccountConfig extends OutreachConfig, PeopleConfig {
  channel: string;
  /** Switched off: webhooks are answered and logged, nothing is processed or sent. */
  enabled: boolean;
  /** In front of every environment variable of this account, e.g. `PLATFORM_`. */
  envPrefix: string;
  /** The channel's own fields; empty ones come from the environment. */
  settings: Record<string, string>;
  language: string;
  timezone: string;
  manualPrompt: string;
  business: string;
  hours: string;
  tone: string;
  links: string;
  /** Language → text. */
  staticTexts: Record<string, string>;
  /** What to try first on the simulator page. */
  suggestions: string[];
  /** Empty: from the environment. */
  takeoverSeconds: number | '';
  /** The longest takeover in one go; seconds. */
  takeoverCeilingSeconds: number;
  /** Sent once before the bot's first words after a human's part. */
  handBackText: string;
  /** `off`: answers are kept as drafts. Empty: from the environment. */
  autoReply: 'on' | 'off' | '';
  /** A voice note is answered with one. */
  voiceReplies: boolean;
  /** Empty: from the environment. */
  processing: 'background' | 'inline' | '';
  /** Empty: from the environment. */
  queue: string;
  /** How long one attempt of a turn may take. Empty: from the environment. */
  timeoutSeconds: number | '';
  reopens: boolean;
  burst: boolean;
  dailyLimit: number;
}

/** The name of a channel's secret among the node's credentials. */
export const credentialKey = (channel: string, field: string) => `${channel}__${field}`;

/** What Node-RED is told of the secrets that plugins' forms have. */
export const credentialsOf = (plugins: readonly { id: string; fields: Record<string, ChannelField> }[]) =>
  Object.fromEntries(
    plugins.flatMap(({ id, fields }) =>
      Object.entries(fields).flatMap(([name, { secret }]) =>
        secret ? [[credentialKey(id, name), { type: 'password' as const }]] : [],
      ),
    ),
  );
