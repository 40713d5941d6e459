import { fields } from './fields.ts';

RED.plugins.registerPlugin('dragoman-whatsapp', {
  type: 'dragoman-channel',
  id: 'whatsapp',
  label: 'WhatsApp',
  fields,
});
