import { register, wholeFrom } from '../editor.ts';
import { migrations } from './migrations.ts';

register<{ provider: string; history: number }>('dragoman-llm', {
  role: 'answer',
  icon: 'fa-magic',
  migrations,
  outputs: ['answer'],
  defaults: {
    provider: { value: '', type: 'dragoman-provider', required: false },
    history: { value: 20, check: wholeFrom(1, 'history') },
  },
});
