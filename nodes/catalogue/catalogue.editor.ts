import { register } from '../editor.ts';
import { migrations } from './migrations.ts';

register<{ base: string }>('dragoman-catalogue', {
  role: 'answer',
  icon: 'fa-list-alt',
  migrations,
  outputs: ['written'],
  defaults: { base: { value: 'pharmacy' } },
  label: ({ base }) => (base ? `catalogue → ${base}` : undefined),
});
