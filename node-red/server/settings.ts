/** What the environment and the defaults say where a node's own field is empty: for the editor, which shows the value that holds and why. */
import type { NodeAPI } from 'node-red';
import type { Channel } from '../../core/ports.ts';
import { type Environment, resolve, resolveFor, SETTINGS, type SettingSpec, setting } from '../../core/settings.ts';
import { channelOf } from '../plugins.ts';

/** One setting as it is without the node. */
export interface OuterSetting {
  /** The variable without prefix, by which the setting is known. */
  name: string;
  /** The variable that was read, or could be set. */
  env: string;
  from: 'environment' | 'default' | 'unset';
  /** Of a secret only `set` or nothing. */
  value: string;
  secret: boolean;
}

/** What a dialog is told. */
export interface OuterSettings {
  settings: OuterSetting[];
  /** The server's address for the world, where it is known. */
  publicUrl: string;
  /** The channel can say whose its credentials are. */
  identifies: boolean;
  /** The channel can be told where to deliver. */
  registers: boolean;
}

/**
 * The settings of an account with this prefix.
 * @param channel its own fields are there as well; they have no unprefixed variable to fall back on where there is a prefix.
 */
export function outerSettings(
  prefix: string,
  channel: Channel | undefined,
  environment: Environment = process.env,
): OuterSetting[] {
  const shared = (Object.values(SETTINGS) as SettingSpec[])
    .filter((spec) => spec.perAccount)
    .map((spec) => ({ spec, found: resolveFor(spec, environment, undefined, prefix) }));
  const own = Object.values(channel?.fields ?? {}).map((spec) => ({
    spec: { ...spec, default: spec.default ?? spec.base?.real },
    found: resolve({ env: spec.env, default: spec.default ?? spec.base?.real }, environment, undefined, prefix),
  }));
  return [...shared, ...own].map(({ spec: { env: name, secret = false }, found: { env, from, value } }) => ({
    name,
    env: from === 'environment' ? env : prefix + name,
    from: from as OuterSetting['from'],
    value: secret ? value && 'set' : value.replace(/\/\/[^/@]*@/, '//…@'),
    secret,
  }));
}

/** `GET /dragoman/settings?prefix=CRM_&channel=whatsapp` of the editor's own API. */
export function serveSettings(RED: NodeAPI): void {
  RED.httpAdmin.get('/dragoman/settings', RED.auth.needsPermission('flows.read'), (request, response) => {
    const { prefix = '', channel = '' } = request.query as Record<string, unknown>;
    if (typeof prefix !== 'string' || !/^([A-Z][A-Z0-9_]*_)?$/.test(prefix)) {
      response.status(400).json({ error: 'The prefix is none: capital letters, digits and underscores, as CRM_.' });
      return;
    }
    const chosen = typeof channel === 'string' ? channelOf(RED as never, channel) : undefined;
    const told: OuterSettings = {
      settings: outerSettings(prefix, chosen),
      publicUrl: setting('publicUrl'),
      identifies: chosen?.identify !== undefined,
      registers: chosen?.webhook !== undefined,
    };
    response.json(told);
  });
}
