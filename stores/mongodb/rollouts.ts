/** The flows that are handed out, in one document. Who asks often asks for the revision, which is short. */
import type { Db } from 'mongodb';
import { DragomanError } from '../../core/errors.ts';
import type { Rollout, Rollouts } from '../../core/ports.ts';
import { guarded, isDuplicate } from './connection.ts';

/** A document has at most 16 MB, and its texts take as many bytes as in UTF-8. */
const MOST_BYTES = 12 * 1024 * 1024;
const NEWEST = 'newest';

type Document = Rollout & { _id: typeof NEWEST };

export function mongoRollouts(db: Db): Rollouts {
  const rollouts = db.collection<Document>('rollouts');
  return {
    async publish(rollout) {
      const bytes = Buffer.byteLength(rollout.flows) + Buffer.byteLength(rollout.credentials);
      if (bytes > MOST_BYTES)
        throw new DragomanError(
          'TOO_LARGE',
          `The flows have ${(bytes / 1024 / 1024).toFixed(1)} MB, and at most ${MOST_BYTES / 1024 / 1024} are handed out.`,
          'Take pictures, long texts and test data out of the nodes; knowledge belongs into its folder.',
        );
      try {
        await guarded(() =>
          rollouts.updateOne({ _id: NEWEST, revision: { $ne: rollout.revision } }, { $set: rollout }, { upsert: true }),
        );
        return true;
      } catch (error) {
        // The one document has this revision, so the update met none and a second one cannot be made.
        if (isDuplicate(error)) return false;
        throw error;
      }
    },
    async revision() {
      const found = await guarded(() => rollouts.findOne({ _id: NEWEST }, { projection: { revision: 1 } }));
      return found?.revision;
    },
    async newest() {
      const found = await guarded(() => rollouts.findOne({ _id: NEWEST }, { projection: { _id: 0 } }));
      return found ?? undefined;
    },
  };
}
