import { fields } from './fields.ts';

RED.plugins.registerPlugin('dragoman-waha', {
  type: 'dragoman-channel',
  id: 'waha',
  label: 'WhatsApp (WAHA)',
  fields,
});
