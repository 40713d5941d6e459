import { NOTICE_KINDS, type NoticeKind } from '../../core/model.ts';
import { register } from '../editor.ts';
import { migrations } from './migrations.ts';

register<{ kind: NoticeKind | '' }>('dragoman-notice', {
  role: 'receive',
  icon: 'fa-bullhorn',
  migrations,
  inputs: 0,
  outputs: ['told'],
  defaults: {
    kind: {
      value: '',
      check: (value) => (value === '' || NOTICE_KINDS.includes(value as NoticeKind) ? null : 'kind'),
    },
  },
  label: ({ kind }) => kind || undefined,
});
