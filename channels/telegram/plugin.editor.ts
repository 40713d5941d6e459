import { fields } from './fields.ts';

RED.plugins.registerPlugin('dragoman-telegram', {
  type: 'dragoman-channel',
  id: 'telegram',
  label: 'Telegram',
  fields,
});
