import { register } from '../editor.ts';
import { isLanguageOrEmpty } from '../language-code.ts';
import { migrations } from './migrations.ts';

register<{ language: string; voice: string }>('dragoman-tts', {
  role: 'answer',
  icon: 'fa-volume-up',
  migrations,
  outputs: ['next'],
  defaults: {
    language: { value: '', check: (value) => (isLanguageOrEmpty(value) ? null : 'language') },
    voice: { value: '' },
  },
});
