/** The simulator as its users have it: the page's server, tests, scenarios. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Actions } from './actions.ts';
import type { Call, CallFilter, Faults, PlatformId, Template, WebhookOptions, WebhookRequest } from './types.ts';

export interface Simulator {
  /**
   * Serves a request to a platform's API. `path` is what follows the mount, with or without a query.
   * @returns false, with nothing touched, when it does not start with `/telegram/`, `/whatsapp/`, `/instagram/` or `/waha/`.
   */
  handle(req: IncomingMessage, res: ServerResponse, path: string): boolean;
  /**
   * What the platform would read in a request, which is neither served nor recorded: for showing again what was sent long ago.
   * @param path as for `handle`.
   */
  read(
    request: { method: string; headers: Record<string, string>; body: string },
    path: string,
  ): Pick<Call, 'body' | 'text' | 'buttons' | 'media' | 'schemaErrors'> | undefined;
  /** Newest last; the last 5,000 are kept. */
  calls(filter?: CallFilter): Call[];
  /** Told of every call once it is recorded. @returns the way out. */
  onCall(listener: (call: Call) => void): () => void;
  faults: Faults;
  /**
   * The request that the platform would make to our webhook for what happened there. Several actions go into one POST (Meta only).
   * @throws TypeError for several actions on Telegram or WAHA, which send one a POST.
   */
  webhook<P extends PlatformId>(
    platform: P,
    action: Actions[P] | Actions[P][],
    options?: WebhookOptions,
  ): WebhookRequest;
  /**
   * What happened there, kept for whoever polls (Telegram's `getUpdates`).
   * @returns the platform's id of the message that the action made or speaks of.
   * @throws TypeError for a platform that only posts.
   */
  keep<P extends PlatformId>(platform: P, action: Actions[P], options?: WebhookOptions): string;
  /** WhatsApp has this template from now on. From the first one, what names another is refused as WhatsApp refuses it. */
  approve(template: Template): void;
  /** Forgets calls, faults, templates and chats, and closes requests that are held. Ids go on, so that nothing new looks like a duplicate. */
  reset(): void;
}

export interface SimulatorOptions {
  /** Default: the machine's clock. */
  now?: () => number;
  /** 0 ≤ x < 1, for `chance`. Default: `Math.random`. */
  random?: () => number;
}
