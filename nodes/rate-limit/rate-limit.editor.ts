import { DEFAULT_RATE_LIMITS } from '../../core/policy/rate.ts';
import { GATE, register, wholeFrom } from '../editor.ts';
import { migrations } from './migrations.ts';

register<{ perSecond: number; perMinute: number }>('dragoman-rate-limit', {
  role: 'decide',
  icon: 'fa-tachometer',
  migrations,
  outputs: GATE,
  defaults: {
    perSecond: { value: DEFAULT_RATE_LIMITS.perSecond, check: wholeFrom(1, 'perSecond') },
    perMinute: { value: DEFAULT_RATE_LIMITS.perMinute, check: wholeFrom(1, 'perMinute') },
  },
});
