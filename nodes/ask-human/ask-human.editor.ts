import { register } from '../editor.ts';
import { takeOnlyProvider } from '../provider-choice.ts';
import { migrations } from './migrations.ts';

register<{ goodbye: string; goodbyeClosed: string; provider: string }>('dragoman-ask-human', {
  role: 'decide',
  icon: 'fa-user',
  migrations,
  outputs: ['goesOn', 'asks'],
  defaults: {
    goodbye: { value: '' },
    goodbyeClosed: { value: '' },
    provider: { value: '', type: 'dragoman-provider', required: false },
  },
  added: takeOnlyProvider,
});
