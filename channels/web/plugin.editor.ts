import { fields } from './fields.ts';

RED.plugins.registerPlugin('dragoman-web', {
  type: 'dragoman-channel',
  id: 'web',
  label: 'Web chat',
  fields,
  live: true,
});
