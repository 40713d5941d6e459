/** The records of workers, and their duties: each change is one conditional update of one document. */
import type { Collection, Db } from 'mongodb';
import type { Role, WorkerRecord, Workers } from '../../core/ports.ts';
import { guarded, isDuplicate } from './connection.ts';

interface WorkerDocument {
  _id: string;
  role: Role;
  version: string;
  marks?: number | undefined;
  startedAt: number;
  pulse: number;
  gone: boolean;
  /** As JSON text: its names are anybody's. */
  about: string;
}

interface DutyDocument {
  _id: string;
  owner: string;
}

export function mongoWorkers(db: Db): Workers {
  const workers: Collection<WorkerDocument> = db.collection('workers');
  const duties: Collection<DutyDocument> = db.collection('duties');

  return {
    put: ({ id, about, ...rest }) =>
      guarded(async () => {
        await workers.replaceOne({ _id: id }, { ...rest, about: JSON.stringify(about) }, { upsert: true });
      }),
    renew: (id, pulse, about) =>
      guarded(async () => {
        const change = { $set: { pulse, about: JSON.stringify(about) } };
        return (await workers.updateOne({ _id: id, gone: false }, change)).matchedCount === 1;
      }),
    list: () => guarded(async () => (await workers.find().toArray()).map(read)),
    writeOff: (id, pulse) =>
      guarded(async () => {
        const { matchedCount } = await workers.updateOne({ _id: id, pulse }, { $set: { gone: true } });
        if (matchedCount === 1) return true;
        // A repeat of one whose answer was lost.
        return (await workers.findOne({ _id: id }))?.gone ?? true;
      }),
    leave: (id) =>
      guarded(async () => {
        await workers.updateOne({ _id: id }, { $set: { gone: true } });
      }),
    forget: (ids) =>
      guarded(async () => {
        await workers.deleteMany({ _id: { $in: ids } });
      }),
    duties: () => guarded(async () => (await duties.find().toArray()).map(({ _id: name, owner }) => ({ name, owner }))),
    handOver: (duty, from, to) =>
      guarded(async () => {
        if (from !== null) {
          const { matchedCount } = await duties.updateOne({ _id: duty, owner: from }, { $set: { owner: to } });
          return matchedCount === 1;
        }
        try {
          await duties.insertOne({ _id: duty, owner: to });
          return true;
        } catch (error) {
          if (isDuplicate(error)) return false;
          throw error;
        }
      }),
    drop: (duty, owner) =>
      guarded(async () => {
        await duties.deleteOne({ _id: duty, owner });
      }),
  };
}

const read = ({ _id: id, role, version, marks, startedAt, pulse, gone, about }: WorkerDocument): WorkerRecord => ({
  ...{ id, role, version, marks, startedAt, pulse, gone },
  about: JSON.parse(about),
});
