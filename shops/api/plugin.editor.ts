import { fields } from './fields.ts';

RED.plugins.registerPlugin('dragoman-orders-api', {
  type: 'dragoman-orders',
  id: 'api',
  label: 'Dragoman API',
  fields,
});
