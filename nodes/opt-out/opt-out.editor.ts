import { GATE, register } from '../editor.ts';
import { migrations } from './migrations.ts';

register<{ confirmOut: string; confirmIn: string }>('dragoman-opt-out', {
  role: 'decide',
  icon: 'fa-bell-slash-o',
  migrations,
  outputs: GATE,
  defaults: { confirmOut: { value: '' }, confirmIn: { value: '' } },
});
