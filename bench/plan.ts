/** What a load takes, reckoned from what the benchmark measured. docs/scaling.md is written with it, and plan.test.ts holds both against it. */

/** Of a reply, measured (`workers.ts`); CPU in microseconds. */
export interface Costs {
  /** Of a worker that is alone. */
  worker: number;
  /** How much more it is where several share the work: each is colder, and has its own clockwork. */
  among: number;
  /** Requests to the store, and commands to Redis. */
  storeRequests: number;
  redisCommands: number;
  /** Resident memory of a conversation that waits for an LLM, in kB. */
  waiting: number;
}

/** What nobody measured here, and must be measured where it is to hold. */
export interface Assumed {
  /** Of its time a worker is busy no more than this, so that a peak has room. */
  busy: number;
  /** Requests a second that one replica set takes with journaled majority writes. */
  storeRequests: number;
  /** Commands a second that one Redis takes. */
  redisCommands: number;
  /** Megabytes of a worker without conversations. */
  worker: number;
}

export interface Demand {
  /** In the busiest minute. */
  messagesPerSecond: number;
  /** Until a model has answered. */
  llmSeconds: number;
}

export interface Needs {
  /** Conversations that wait for a model at once. */
  waiting: number;
  /** Two at least: one may die. */
  workers: number;
  /** Of each worker, in MB. */
  memory: number;
  storeRequestsPerSecond: number;
  stores: number;
  redisCommandsPerSecond: number;
  redis: number;
}

export function needs(demand: Demand, costs: Costs, assumed: Assumed): Needs {
  const { messagesPerSecond, llmSeconds } = demand;
  const waiting = messagesPerSecond * llmSeconds;
  const workers = Math.max(2, Math.ceil((messagesPerSecond * costs.worker * costs.among) / 1e6 / assumed.busy));
  const storeRequestsPerSecond = messagesPerSecond * costs.storeRequests;
  const redisCommandsPerSecond = messagesPerSecond * costs.redisCommands;
  return {
    ...{ waiting, workers, storeRequestsPerSecond, redisCommandsPerSecond },
    memory: Math.ceil(assumed.worker + (waiting / workers) * (costs.waiting / 1024)),
    stores: Math.ceil(storeRequestsPerSecond / assumed.storeRequests),
    redis: Math.ceil(redisCommandsPerSecond / assumed.redisCommands),
  };
}

/** A peak of a day's messages: so many times its mean. */
export const peakOf = (messagesADay: number, factor: number) => (messagesADay / 86_400) * factor;

/** A run of the benchmark; CPU of a reply in microseconds. */
export interface Run {
  workers: number;
  repliesPerSecond: number;
  cpu: number;
  store: number;
  redis: number;
  /** Of the stand-ins and the customers, which share the machine. */
  others: number;
  /** Processors that all of it had. */
  processors: number;
}

/** What each doubling of the workers costs, on two processors that all of them share with what surrounds them. */
const DOUBLED = 1.125;

/** What several workers do that share a load of which one is not full, from a run with one: as many are answered, and a reply costs somewhat more. */
export const foretold = ({ cpu, repliesPerSecond }: Run, workers: number): Pick<Run, 'cpu' | 'repliesPerSecond'> => ({
  cpu: cpu * DOUBLED ** Math.log2(workers),
  repliesPerSecond,
});
