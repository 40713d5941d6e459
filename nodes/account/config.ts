/** An account's configuration as it is saved in flows. Secrets are credentials, never in here. */
export interface AccountConfig {
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
  takeoverSeconds: number;
  reopens: boolean;
  burst: boolean;
  dailyLimit: number;
}

/** The name of a channel's secret among the node's credentials. */
export const credentialKey = (channel: string, field: string) => `${channel}__${field}`;
