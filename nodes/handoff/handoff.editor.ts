import { GATE, register } from '../editor.ts';
import { migrations } from './migrations.ts';

register('dragoman-handoff', {
  role: 'decide',
  icon: 'fa-handshake-o',
  migrations,
  outputs: GATE,
  defaults: {},
});
