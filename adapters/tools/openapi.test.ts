import { describe, expect, it } from 'vitest';
import { operationsIn, readDocument, toolsOf } from './openapi.ts';

const DOCUMENT = `
openapi: 3.1.0
info: { title: Shop, version: '1' }
servers: [{ url: 'https://{region}.shop.example/v1/', variables: { region: { default: eu } } }]
paths:
  /orders/{orderId}:
    parameters:
      - $ref: '#/components/parameters/Order'
    get:
      operationId: getOrder
      summary: One order
      parameters:
        - { name: expand, in: query, schema: { type: array, items: { type: string } } }
        - { name: X-Trace, in: header, schema: { type: string } }
        - { name: sid, in: cookie, schema: { type: string } }
    delete: { summary: Has no operationId }
  /customers:
    get:
      operationId: find customer!
      description: By phone
      parameters:
        - { name: phone, in: query, required: true, schema: { type: string } }
  /orders:
    post:
      operationId: createOrder
      requestBody:
        required: true
        content:
          application/json: { schema: { $ref: '#/components/schemas/NewOrder' } }
      parameters:
        - { name: note, in: query, schema: { type: string } }
  /bulk:
    put:
      operationId: bulk
      requestBody: { content: { application/json: { schema: { type: array, items: { type: string } } } } }
  /broken:
    get:
      operationId: broken
      parameters: [{ $ref: '#/components/parameters/None' }]
components:
  parameters:
    Order: { name: orderId, in: path, required: true, description: Its number, schema: { type: string } }
  schemas:
    NewOrder:
      type: object
      required: [items, mobile]
      properties:
        id: { type: string, readOnly: true }
        mobile: { type: string }
        note: { type: string }
        items: { type: array, items: { $ref: '#/components/schemas/Item' } }
        contact: { type: object, required: [name, phone], properties: { name: { type: string }, phone: { type: string } } }
    Item:
      type: object
      properties: { sku: { type: string }, parts: { type: array, items: { $ref: '#/components/schemas/Item' } } }
`;

const document = readDocument(DOCUMENT);
const one = (name: string, server?: string) => toolsOf(document, [name], { server })[0]!;

describe('an OpenAPI document', () => {
  it('is read as YAML and as JSON, and lists what has an operationId', () => {
    const names = operationsIn(readDocument(JSON.stringify(document))).map(({ name, method, path }) => [
      name,
      method,
      path,
    ]);
    expect(names).toEqual([
      ['getOrder', 'GET', '/orders/{orderId}'],
      ['find_customer_', 'GET', '/customers'],
      ['createOrder', 'POST', '/orders'],
      ['bulk', 'PUT', '/bulk'],
      ['broken', 'GET', '/broken'],
    ]);
  });

  it.each(['', 'swagger: "2.0"', '{', '[]', 'just words', 'a: &a [*a]'])('%j is refused', (text) => {
    expect(() => readDocument(text)).toThrow(/OpenAPI/);
  });
});

describe('an operation', () => {
  it('is a tool of its parameters, those of its path included', () => {
    expect(one('getOrder')).toEqual({
      name: 'getOrder',
      description: 'One order',
      method: 'GET',
      url: 'https://eu.shop.example/v1/orders/{orderId}',
      query: { expand: '{expand}' },
      headers: { 'X-Trace': '{X-Trace}' },
      sideEffect: false,
      parameters: {
        type: 'object',
        properties: {
          orderId: { description: 'Its number', type: 'string' },
          expand: { type: 'array', items: { type: 'string' } },
          'X-Trace': { type: 'string' },
        },
        required: ['orderId'],
        additionalProperties: false,
      },
    });
  });

  it('by phone is filled with the customer’s own, which the model does not see', () => {
    const tool = one('find_customer_', 'https://test.example');
    expect(tool).toMatchObject({ url: 'https://test.example/customers', query: { phone: '{phone_from}' } });
    expect(JSON.stringify(tool.parameters)).not.toContain('phone');
  });

  it('has what is fixed wherever it is wanted, and the model does not see it', () => {
    const fixed = { note: 'by voice', items: [1], mobile: '{vars.mobile}', orderId: 7, expand: '{vars.expand}', x: 1 };
    const [create, get] = toolsOf(document, ['createOrder', 'getOrder'], { fixed, server: '/' });
    expect(create).toMatchObject({
      ...{ url: '/orders', query: { note: 'by voice' } },
      body: { mobile: '{vars.mobile}', note: 'by voice', items: [1], contact: '{contact}' },
    });
    expect(create!.parameters).toMatchObject({ required: [] });
    expect(Object.keys(create!.parameters.properties as object)).toEqual(['contact']);
    expect(get).toMatchObject({ url: '/orders/7', query: { expand: '{vars.expand}' } });
    expect(Object.keys(get!.parameters.properties as object)).toEqual(['X-Trace']);
    expect(toolsOf(document, ['bulk'], { fixed: { body: ['a'] } })[0]).toMatchObject({ body: ['a'] });
  });

  it('changes something unless it is a GET, or somebody says that it does not', () => {
    const [bulk, get] = toolsOf(document, ['bulk', 'getOrder'], { lookup: true });
    expect([bulk!.sideEffect, get!.sideEffect, one('bulk').sideEffect]).toEqual([false, false, true]);
  });

  it('takes its body apart, without what is read only, with references that repeat themselves', () => {
    const tool = one('createOrder');
    expect(tool).toMatchObject({
      sideEffect: true,
      query: { note: '{note}' },
      body: { mobile: '{phone_from}', note: '{body_note}', items: '{items}', contact: '{contact}' },
    });
    expect(tool.parameters.required).toEqual(['items']);
    expect(tool.parameters.properties).toMatchObject({
      items: { items: { properties: { sku: { type: 'string' }, parts: { type: 'array', items: {} } } } },
      contact: { required: ['name'], properties: { name: { type: 'string' } } },
    });
    expect(JSON.stringify(tool.parameters)).not.toMatch(/phone|mobile/);
  });

  it('may have a body that is no object', () => {
    expect(one('bulk')).toMatchObject({ body: '{body}', parameters: { properties: { body: { type: 'array' } } } });
  });

  it('that is not there, or refers to nothing, is refused', () => {
    expect(() => one('missing')).toThrow('no operation "missing"');
    expect(() => one('broken')).toThrow('leads nowhere');
  });

  it('whose schema grows beyond all bounds is refused', () => {
    const level = (n: number) => ({
      properties: { a: { $ref: `#/x/${n}` }, b: { $ref: `#/x/${n}` }, c: { $ref: `#/x/${n}` } },
    });
    const x = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [n, level(n + 1)]));
    const schema = { $ref: '#/x/0' };
    const paths = {
      '/x': { post: { operationId: 'x', requestBody: { content: { 'application/json': { schema } } } } },
    };
    const large = readDocument(JSON.stringify({ openapi: '3.0.0', paths, x: { ...x, 30: {} } }));
    expect(() => toolsOf(large, ['x'], { server: 'https://x.example' })).toThrow('too large');
  });
});
