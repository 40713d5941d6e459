import { GATE, register } from '../editor.ts';
import { migrations } from './migrations.ts';

register('dragoman-status-gate', {
  role: 'decide',
  icon: 'fa-toggle-on',
  migrations,
  outputs: GATE,
  defaults: {},
});
