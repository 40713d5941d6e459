/** The suites that every store must pass, on vitest: its verbs, its journal, and what is there after `kill -9`. */
export type * from '../../core/ports.ts';
export { callsContract } from './calls.ts';
export { type CrashTarget, crashContract } from './crash.ts';
export { intakeContract } from './intake.ts';
export { journalContract } from './journal.ts';
export { outcomesContract } from './outcomes.ts';
export { personContract } from './person.ts';
export { searchContract } from './search.ts';
export { sessionsContract } from './sessions.ts';
export { storeContract } from './store.ts';
