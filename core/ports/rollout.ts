/** The flows that one process hands out to the others: the newest only. */

export interface Rollout {
  /** Of flows and credentials together: what is the same has the same. */
  revision: string;
  /** Node-RED's nodes, as JSON. */
  flows: string;
  /** As Node-RED stores them, encrypted, as JSON. */
  credentials: string;
  /** Of the package whose editor saved them. */
  version: string;
  /** UTC milliseconds. */
  at: number;
}

/** Each rejects with STORE_UNAVAILABLE while the store is away. */
export interface Rollouts {
  /** Makes it the newest, in one step. @returns false where the newest one has its revision already */
  publish(rollout: Rollout): Promise<boolean>;
  /** Of the newest one; undefined while there is none. */
  revision(): Promise<string | undefined>;
  newest(): Promise<Rollout | undefined>;
}
