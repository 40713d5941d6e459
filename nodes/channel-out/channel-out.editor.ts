import { register } from '../editor.ts';
import { migrations } from './migrations.ts';

register('dragoman-channel-out', {
  role: 'answer',
  icon: 'fa-paper-plane',
  migrations,
  defaults: {},
});
