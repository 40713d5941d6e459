/** Orders and what is written about them without being asked: behind the same door as the operator's interface. */
import type { Request, Router } from 'express';
import type { OrderFigures } from '../../app/orders/figures.ts';
import { DragomanError } from '../../core/errors.ts';
import { FOLLOW_UP_STATES, type FollowUpState } from '../../core/model.ts';
import { engine } from '../current.ts';
import { pageOf } from './operator.ts';
import { answerJson, readBody, textField } from './respond.ts';

/** @param root path of the API, whose door is in front already. */
export function serveOrders(root: string, app: Router): void {
  app.get(
    `${root}/orders`,
    answerJson((request) => engine().store.orders({ ...pageOf(request), faulty: request.query.faulty === '1' })),
  );
  app.get(
    `${root}/follow-ups`,
    answerJson((request) => engine().store.followUps({ ...pageOf(request), states: statesOf(request) })),
  );
  app.get(
    `${root}/outreach`,
    answerJson(() => engine().desk.figures()),
  );
  app.post(
    `${root}/outreach/switch`,
    answerJson((request) => switchOutreach(request)),
  );
  app.post(
    `${root}/outreach/reset`,
    answerJson(async () => {
      await engine().desk.reset();
      return engine().desk.figures();
    }),
  );
}

/** Stops everything that nobody asked for, or lets it go on. @returns the figures. @throws DragomanError BAD_REQUEST */
export async function switchOutreach(request: Request): Promise<OrderFigures> {
  const { off } = await readBody(request);
  if (typeof off !== 'boolean')
    throw new DragomanError('BAD_REQUEST', 'It is not said whether to switch off.', 'Send {"off": true}.');
  await engine().desk.switch(off);
  return engine().desk.figures();
}

/** @throws DragomanError BAD_REQUEST */
function statesOf(request: Request): FollowUpState[] | undefined {
  const given = textField(request.query, 'state');
  if (!given) return undefined;
  const states = given.split(',').map((state) => FOLLOW_UP_STATES.find((known) => known === state));
  if (states.every((state) => state !== undefined)) return states;
  throw new DragomanError('BAD_REQUEST', `"${given}" is no state.`, `Take one of ${FOLLOW_UP_STATES.join(', ')}.`);
}
