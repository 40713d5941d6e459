import path from 'node:path';
import { afterAll, describe } from 'vitest';
import { callsContract } from '../../contracts/store/calls.ts';
import { crashContract } from '../../contracts/store/crash.ts';
import { deskContract } from '../../contracts/store/desk.ts';
import { handoversContract } from '../../contracts/store/handovers.ts';
import { intakeContract } from '../../contracts/store/intake.ts';
import { lacksContract } from '../../contracts/store/lacks.ts';
import { outcomesContract } from '../../contracts/store/outcomes.ts';
import { personContract } from '../../contracts/store/person.ts';
import { searchContract } from '../../contracts/store/search.ts';
import { sessionsContract } from '../../contracts/store/sessions.ts';
import { storeContract } from '../../contracts/store/store.ts';
import { talliesContract } from '../../contracts/store/tallies.ts';
import { tracesContract } from '../../contracts/store/traces.ts';
import type { Store } from '../../core/ports.ts';
import { openTestMongo } from '../../test/support/mongo-store.ts';
import { mongoMissing, startMongo } from '../../test/support/wire.ts';

const missing = mongoMissing();

describe.skipIf(missing)(`the MongoDB store${missing ? `: ${missing}` : ''}`, async () => {
  if (missing) return;
  const server = await startMongo();
  afterAll(() => server[Symbol.asyncDispose]());

  const urls = new WeakMap<Store, string>();
  async function open(url = server.database()): Promise<Store> {
    const store = await openTestMongo(url);
    urls.set(store, url);
    return store;
  }
  const reopen = async (store: Store) => {
    const url = urls.get(store)!;
    await store.close();
    return open(url);
  };

  storeContract('the MongoDB store', open, reopen);
  personContract('the MongoDB store', open, reopen);
  outcomesContract('the MongoDB store', open, reopen);
  callsContract('the MongoDB store', open, reopen);
  deskContract('the MongoDB store', open, reopen);
  handoversContract('the MongoDB store', open, reopen);
  intakeContract('the MongoDB store', open, reopen);
  lacksContract('the MongoDB store', open, reopen);
  searchContract('the MongoDB store', open, reopen);
  sessionsContract('the MongoDB store', open, reopen);
  talliesContract('the MongoDB store', open, reopen);
  tracesContract('the MongoDB store', open, reopen);
  crashContract({
    module: path.join(import.meta.dirname, '../../test/support/mongo-store.ts'),
    opener: 'openTestMongo',
    file: () => server.database(),
    open: openTestMongo,
  });
});
