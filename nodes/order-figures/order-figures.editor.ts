import { KINDS, type Kind } from '../../app/orders/kinds.ts';
import { register } from '../editor.ts';
import { migrations } from './migrations.ts';

register<{ what: Kind }>('dragoman-order-figures', {
  role: 'answer',
  icon: 'fa-bar-chart',
  migrations,
  outputs: ['answer'],
  defaults: {
    what: { value: 'sells', check: (value) => (KINDS.includes(value as Kind) ? null : 'what') },
  },
  label: ({ what }) => `orders: ${what}`,
});
