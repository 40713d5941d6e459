import { register, wholeFrom } from '../../../nodes/editor.ts';

interface Config {
  perMinute: number;
  /** Of version 1. */
  rate: number | undefined;
}

register<Config>('dragoman-old', {
  role: 'decide',
  icon: 'fa-clock-o',
  migrations: { steps: [({ rate, ...config }) => ({ ...config, perMinute: Number(rate) * 60 })] },
  outputs: ['next'],
  defaults: { perMinute: { value: 20, check: wholeFrom(1, 'perMinute') }, rate: { value: undefined } },
});
