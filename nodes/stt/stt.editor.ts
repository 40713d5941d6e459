import { register } from '../editor.ts';
import { isLanguageOrEmpty } from '../language-code.ts';
import { migrations } from './migrations.ts';

register<{ language: string; hints: string }>('dragoman-stt', {
  role: 'receive',
  icon: 'fa-microphone',
  migrations,
  outputs: ['next'],
  defaults: {
    language: { value: '', check: (value) => (isLanguageOrEmpty(value) ? null : 'language') },
    hints: { value: '' },
  },
});
