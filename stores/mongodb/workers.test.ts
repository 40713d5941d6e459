import { afterAll, beforeAll, describe } from 'vitest';
import { workersContract } from '../../contracts/workers.ts';
import { type MongoServer, mongoMissing, startMongo } from '../../test/support/wire.ts';
import { connect } from './connection.ts';
import { mongoWorkers } from './workers.ts';

const missing = mongoMissing();
let server: MongoServer;
beforeAll(async () => {
  if (!missing) server = await startMongo();
}, 60_000);
afterAll(() => server?.[Symbol.asyncDispose]());

describe.skipIf(missing)(`MongoDB${missing ? ` (${missing})` : ''}`, () => {
  workersContract('MongoDB', async () => {
    const connection = await connect(server.database());
    return { workers: mongoWorkers(connection.db), close: connection.close };
  });
});
