import { register } from '../editor.ts';
import { migrations } from './migrations.ts';

/** `es`, also `pt-BR`. */
const CODE = /^\s*[a-z]{2,3}([-_]\w+)?\s*$/i;
const areCodes = (list: unknown) =>
  String(list)
    .split(/[,;]/)
    .every((code) => CODE.test(code));

register<{ languages: string; fallback: string; pinned: boolean }>('dragoman-language', {
  role: 'decide',
  icon: 'fa-language',
  migrations,
  outputs: ['next'],
  defaults: {
    languages: { value: 'es,en,it,fa,ar,ru', check: (value) => (areCodes(value) ? null : 'languages') },
    pinned: { value: false },
    fallback: { value: '', check: (value) => (!value || CODE.test(String(value)) ? null : 'fallback') },
  },
});
