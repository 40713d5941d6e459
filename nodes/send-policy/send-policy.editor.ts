import { GATE, register } from '../editor.ts';
import { migrations } from './migrations.ts';

register('dragoman-send-policy', {
  role: 'decide',
  icon: 'fa-balance-scale',
  migrations,
  outputs: GATE,
  defaults: {},
});
