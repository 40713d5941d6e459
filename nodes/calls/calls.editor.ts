import { KINDS, type Kind } from '../../app/calls/kinds.ts';
import type { CallsApiConfig } from '../../node-red/server/calls-api.ts';
import { type Dialog, register } from '../editor.ts';
import { migrations } from './migrations.ts';

const BEGINS: readonly unknown[] = ['start', 'process', 'chat'] satisfies Kind[];

register<CallsApiConfig>('dragoman-calls', {
  role: 'answer',
  icon: 'fa-phone',
  migrations,
  outputs: ['answer'],
  defaults: {
    what: { value: 'start', check: (value) => (KINDS.includes(value as Kind) ? null : 'what') },
    account: {
      value: '',
      type: 'dragoman-account',
      required: false,
      check: (value, { what }) => (!BEGINS.includes(what) || isChosen(value) ? null : 'account'),
    },
    base: { value: '', check: (value, { what }) => (what !== 'search' || String(value).trim() ? null : 'base') },
  },
  label: ({ what }) => `calls: ${what}`,
  edit({ input }: Dialog<CallsApiConfig>) {
    const show = () => {
      $('.dragoman-calls-account').toggle(BEGINS.includes(input('what').val()));
      $('.dragoman-calls-base').toggle(input('what').val() === 'search');
    };
    input('what').on('change', show);
    show();
    return undefined;
  },
});

const isChosen = (value: unknown) => Boolean(value) && value !== '_ADD_';
