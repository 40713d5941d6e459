import { CONVERSATION_STATUSES, type ConversationStatus } from '../../core/model.ts';
import { register } from '../editor.ts';
import { migrations } from './migrations.ts';

register<{ status: ConversationStatus; when: 'now' | 'after' }>('dragoman-set-status', {
  role: 'decide',
  icon: 'fa-flag',
  migrations,
  outputs: ['next'],
  defaults: {
    status: {
      value: 'support_active',
      check: (value) => (CONVERSATION_STATUSES.includes(value as ConversationStatus) ? null : 'status'),
    },
    when: { value: 'after' },
  },
  label: ({ status }) => `→ ${status}`,
});
