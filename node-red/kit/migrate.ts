/** A node's configuration from any version that was ever saved to today's. Serves the runtime when it loads and the editor when it opens a node. */

/** `steps[n]` turns version n into n + 1; the newest version is their count. Pure, and never changed once shipped. */
export interface Migrations {
  steps: readonly ((config: Record<string, unknown>) => Record<string, unknown>)[];
}

/**
 * @param config as saved; without a `version` it is of version 1, the first that was ever shipped.
 * @returns a new object of the newest version; a newer one than is known comes back unchanged.
 */
export function migrate<T extends object>(config: T, { steps }: Migrations): T & { version: number } {
  const newest = steps.length + 1;
  let now = { ...config } as Record<string, unknown>;
  const from = typeof now.version === 'number' ? now.version : 1;
  for (let version = from; version < newest; version++) now = { ...steps[version - 1]!(now), version: version + 1 };
  return { version: newest, ...now } as unknown as T & { version: number };
}

/** The version that the editor writes into new nodes. */
export const newestVersion = ({ steps }: Migrations) => steps.length + 1;
