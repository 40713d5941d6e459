import { fields } from './fields.ts';

RED.plugins.registerPlugin('dragoman-instagram', {
  type: 'dragoman-channel',
  id: 'instagram',
  label: 'Instagram',
  fields,
});
