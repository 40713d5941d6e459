import { fields } from './fields.ts';

RED.plugins.registerPlugin('dragoman-call', {
  type: 'dragoman-channel',
  id: 'call',
  label: 'Call',
  fields,
  live: true,
});
