import { register } from '../editor.ts';
import { migrations } from './migrations.ts';

register<{ goodbye: string }>('dragoman-ask-human', {
  role: 'decide',
  icon: 'fa-user',
  migrations,
  outputs: ['goesOn', 'asks'],
  defaults: { goodbye: { value: '' } },
});
