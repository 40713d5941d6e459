/** The store on MongoDB as tests open it, also in processes of their own. */
import type { Store } from '../../core/ports.ts';
import { openMongo } from '../../stores/mongodb/store.ts';

export const openTestMongo = (url: string): Promise<Store> => openMongo(url, { key: Buffer.alloc(32, 7) });
