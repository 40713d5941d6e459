import { expect, it } from 'vitest';
import type { JsonObject } from '../../core/model.ts';
import { definitionOf, resultOf, shownName, shownSchema } from './mcp-definition.ts';

const tool = (more: object = {}) => definitionOf({ name: 'a', inputSchema: { type: 'object' }, ...more } as never);

it('a pin is another one for another name, description or schema, and for nothing else', () => {
  const { pin } = tool();
  const schema = { type: 'object', properties: { x: { type: 'string' }, y: {} } };
  const turned = { properties: { y: {}, x: { type: 'string' } }, type: 'object' };
  expect(tool({ title: 'A', annotations: { readOnlyHint: true } }).pin).toBe(pin);
  expect(tool({ inputSchema: schema }).pin).toBe(tool({ inputSchema: turned }).pin);
  const pins = [tool({ name: 'b' }), tool({ description: 'b' }), tool({ inputSchema: schema })].map((each) => each.pin);
  expect(new Set([pin, ...pins]).size).toBe(4);
});

it('a tool without a description is described by its title, else by its name', () => {
  expect([tool({ title: 'An A' }).description, tool({ description: ' ' }).description]).toEqual(['An A', 'a']);
});

it.each([
  ['shop', 'orders.find', 'shop__orders_find'],
  ['shop', 'товар/найти', 'shop___'],
  ['shop', 'x'.repeat(128), `shop__${'x'.repeat(58)}`],
])('%s and %s are called %s', (prefix, name, shown) => {
  expect(shownName(prefix, name)).toBe(shown);
});

it('a schema is shown without what only its server may check, and without what would let phones through', () => {
  const schema: JsonObject = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://elsewhere/a',
    type: 'object',
    patternProperties: { '^(a+)+$': {} },
    properties: {
      pattern: { type: 'string', pattern: '^(a+)+$', 'x-exact': true },
      list: { items: { anyOf: [{ pattern: 'x' }, { $ref: '#/$defs/part' }] } },
      choice: { enum: [{ pattern: 'kept' }], default: { $id: 'kept' } },
      phone: { type: 'string' },
    },
    $defs: { part: { type: 'string', 'x-note': true }, pattern: { pattern: 'x', minLength: 1 } },
    required: ['pattern', 'phone'],
  };
  expect(shownSchema(schema, ['phone'])).toEqual({
    type: 'object',
    properties: {
      pattern: { type: 'string' },
      list: { items: { anyOf: [{}, { $ref: '#/$defs/part' }] } },
      choice: { enum: [{ pattern: 'kept' }], default: { $id: 'kept' } },
    },
    $defs: { part: { type: 'string' }, pattern: { minLength: 1 } },
    required: ['pattern'],
  });
  expect(shownSchema({ type: 'object' }, [])).toEqual({ type: 'object', properties: {} });
});

it('a result is its structured content, its texts, or its error', () => {
  const content = [
    { type: 'text', text: 'one' },
    { type: 'audio', data: 'AAAA', mimeType: 'audio/wav' },
    { type: 'resource_link', uri: 'demo://1', name: 'first' },
  ];
  expect(resultOf({ content } as never)).toBe('one\n[audio audio/wav]\n[resource demo://1]');
  expect(resultOf({ content, structuredContent: { a: 1 } } as never)).toEqual({ a: 1 });
  expect(resultOf({ content: [{ type: 'text', text: 'no such order' }], isError: true } as never)).toEqual({
    error: 'no such order',
  });
  expect(resultOf({ content: [], isError: true } as never)).toEqual({ error: 'The tool failed.' });
});
