/** What each question about orders is answered with, as another system asks it. */
import { followUpId, orderId } from '../../core/orders/plans.ts';
import type { Engine } from '../engine.ts';
import type { Kind } from './kinds.ts';
import { metricsOf, metricsTable, sellsTable, statusOf } from './report.ts';
import { isoOf, sellsOf, shopWith } from './sells.ts';

/** What is told, as JSON and, where it is a list or figures, as a table. */
export interface Told {
  body: object;
  table?: string[][];
}

/** What the question says. */
export interface Asked {
  /** A part of its path. @throws DragomanError BAD_REQUEST where there is none of this name */
  part(name: string): string;
  /** A field of its query; empty where it is absent. @throws DragomanError BAD_REQUEST where it is no text */
  field(name: string): string;
}

export interface Question {
  /** It changes something, so a link or a page that loads it ahead must not do it. */
  acts?: true;
  /** It has no table. */
  plain?: true;
  /** @throws DragomanError of what it asks for */
  tell(engine: Pick<Engine, 'desk' | 'registry' | 'store'>, asked: Asked): Promise<Told>;
}

async function figures(desk: Engine['desk']): Promise<Told> {
  const counted = await desk.figures();
  return { body: metricsOf(counted), table: metricsTable(counted) };
}

export const QUESTIONS: Record<Kind, Question> = {
  sells: {
    async tell(engine, { part }) {
      const sells = await sellsOf(engine, part('shop_id'));
      return { body: sells, table: sellsTable(sells) };
    },
  },
  metrics: { tell: ({ desk }) => figures(desk) },
  reset: {
    acts: true,
    async tell({ desk }) {
      await desk.reset();
      return figures(desk);
    },
  },
  delivered: {
    acts: true,
    plain: true,
    async tell({ store, desk }, { part, field }) {
      const number = part('order_id');
      const shop = field('shop') || (await shopWith(store, number));
      await desk.delivered(shop, number);
      const message = await store.followUp(followUpId(orderId(shop, number), 'ORDER_DELIVERED'));
      const { state = null, rule, reason, dueAt } = message ?? {};
      return { body: { shop, number, message: { state, rule, reason, dueAt: isoOf(dueAt) } } };
    },
  },
  status: { plain: true, tell: async (engine) => ({ body: await statusOf(engine) }) },
};
