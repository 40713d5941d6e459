import { fields } from './fields.ts';

RED.plugins.registerPlugin('dragoman-orders-marketplace', {
  type: 'dragoman-orders',
  id: 'marketplace',
  label: 'Kaspi',
  fields,
});
