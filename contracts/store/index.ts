/** The suites that every store must pass, on vitest: its verbs, its journal, and what is there after `kill -9`. */
export type * from '../../core/ports.ts';
export { callsContract } from './calls.ts';
export { type CrashTarget, crashContract } from './crash.ts';
export { deskContract } from './desk.ts';
export { handoversContract } from './handovers.ts';
export { intakeContract } from './intake.ts';
export { journalContract } from './journal.ts';
export { lacksContract } from './lacks.ts';
export { outcomesContract } from './outcomes.ts';
export { personContract } from './person.ts';
export { searchContract } from './search.ts';
export { sessionsContract } from './sessions.ts';
export { storeContract } from './store.ts';
export { talliesContract } from './tallies.ts';
export { tracesContract } from './traces.ts';
