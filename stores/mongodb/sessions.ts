/** Who is signed in to the pages: each a document of its own, beside all steps. */
import type { Session } from '../../core/model.ts';
import type { Sessions } from '../../core/ports.ts';
import { type Connection, guarded } from './connection.ts';

export function sessionStore({ c }: Pick<Connection, 'c'>): Sessions {
  const sessions = () => c('sessions');
  return {
    addSession: ({ id, ...session }, dead) =>
      guarded(async () => {
        await sessions().deleteMany({ seenAt: { $lt: dead } });
        await sessions().insertOne({ _id: id, v: 1, ...session });
      }),
    session: (id) =>
      guarded(async (): Promise<Session | null> => {
        const found = await sessions().findOne({ _id: id });
        return found && { id, user: found.user, begunAt: found.begunAt, seenAt: found.seenAt };
      }),
    seeSession: (id, at) =>
      guarded(async () => void (await sessions().updateOne({ _id: id }, { $set: { seenAt: at } }))),
    dropSessions: (which) =>
      guarded(async () => {
        const filter = 'id' in which ? { _id: which.id } : { user: which.user };
        return (await sessions().deleteMany(filter)).deletedCount;
      }),
  };
}
