RED.plugins.registerPlugin('somebodys-pigeon', {
  type: 'dragoman-channel',
  id: 'pigeon',
  label: 'Pigeon post',
  fields: {
    ringKey: { env: 'PIGEON_RING_KEY', secret: true, label: 'Ring key', hint: 'Engraved on the ring.' },
    loft: { env: 'PIGEON_LOFT', label: 'Loft' },
  },
});
