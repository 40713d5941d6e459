import { expect, it } from 'vitest';
import { migrate } from '../../node-red/kit/migrate.ts';
import { migrations } from './migrations.ts';

it('of the first version goes on sending the whole conversation, without limits', () => {
  const first = { provider: 'openai', baseUrl: '', model: '', fallbackModel: '', version: 1 };
  expect(migrate(first, migrations)).toMatchObject({
    ...first,
    continuity: 'replay',
    dailyBudget: 0,
    contactBudget: 0,
    priceInput: '',
    maxOutputTokens: '',
    variables: 'openai',
    version: 5,
  });
});
