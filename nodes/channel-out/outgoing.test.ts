import { expect, it } from 'vitest';
import { outgoing } from './outgoing.ts';

it.each([
  ['Hello', { text: 'Hello' }],
  [42, { text: '42' }],
  [false, { text: 'false' }],
  [
    { text: 'Choose.', buttons: ['Yes', { id: 'no', title: 'No' }] },
    {
      text: 'Choose.',
      buttons: [
        { id: 'Yes', title: 'Yes' },
        { id: 'no', title: 'No' },
      ],
    },
  ],
  [
    { text: 'Choose.', buttons: [{ id: 'more' }] },
    { text: 'Choose.', buttons: [{ id: 'more', title: 'more' }] },
  ],
  [
    { media: [{ kind: 'image', url: 'https://x.example/a.png', caption: 7 }] },
    {
      text: '',
      media: [{ kind: 'image', url: 'https://x.example/a.png' }],
    },
  ],
])('says %j', (payload, content) => {
  expect(JSON.parse(JSON.stringify(outgoing(payload)))).toEqual(content);
});

it.each([['', '  ', null, undefined, {}, [], { text: '  ', buttons: ['Yes'] }, { media: [] }]])(
  'refuses %j, in which there is nothing to say',
  (payload) => {
    expect(() => outgoing(payload)).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
  },
);

it.each([
  { kind: 'image', url: 'file:///etc/passwd' },
  { kind: 'gif', url: 'https://x.example/a.gif' },
  { kind: 'image' },
  null,
])('refuses the medium %j', (medium) => {
  expect(() => outgoing({ text: 'Look.', media: [medium] })).toThrow(expect.objectContaining({ code: 'BAD_REQUEST' }));
});
