import { register } from '../editor.ts';
import { migrations } from './migrations.ts';

register('dragoman-anonymize', {
  role: 'answer',
  icon: 'fa-user-secret',
  migrations,
  outputs: ['next'],
  defaults: {},
});
