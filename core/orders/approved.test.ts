import { describe, expect, it } from 'vitest';
import { orderOf } from '../../test/support/orders.ts';
import { type ApprovedTemplate, approvedFor, fillApproved, LONGEST_BODY, problemsOfApproved } from './approved.ts';

const place = { language: 'es', timezone: 'UTC' };
const thanks = (more: Partial<ApprovedTemplate> = {}): ApprovedTemplate => ({
  ...{ name: 'order_thanks', code: 'es_ES', body: 'Hola {{1=name}}, gracias por {{2=number}}. ¿Algo más, {{1}}?' },
  ...more,
});
const fill = (body: string, order = orderOf()) => fillApproved(thanks({ body }), order, place);

describe('an approved template', () => {
  it('is filled: each variable once, in its own order, and the whole as the customer reads it', () => {
    expect(fillApproved(thanks(), orderOf(), place)).toEqual({
      ok: true,
      template: {
        ...{ name: 'order_thanks', language: 'es_ES' },
        parameters: [{ text: 'Ana' }, { text: 'A-1002' }],
        text: 'Hola Ana, gracias por A-1002. ¿Algo más, Ana?',
      },
    });
    expect(fill('{{2=number}} para {{1=name}}')).toMatchObject({
      template: { parameters: [{ text: 'Ana' }, { text: 'A-1002' }], text: 'A-1002 para Ana' },
    });
    expect(fill('Gracias')).toMatchObject({ template: { parameters: [], text: 'Gracias' } });
  });

  it('of variables with names gives these along', () => {
    expect(fill('{{order_id = number}} para {{customer=name}}')).toMatchObject({
      template: {
        parameters: [
          { name: 'order_id', text: 'A-1002' },
          { name: 'customer', text: 'Ana' },
        ],
      },
    });
  });

  it('is not said of an order that lacks a field: the reason names each', () => {
    const nameless = orderOf({ customer: { name: 'null' } });
    expect(fill('{{1=name}} {{2=trackingUrl}} {{3=number}}', nameless)).toEqual({
      ok: false,
      reason: 'Template "order_thanks" (es_ES) needs name, trackingUrl, which the order lacks.',
    });
  });

  it('gives the platform nothing that it refuses in a variable, whatever stands in the order', () => {
    const fields = { note: 'two\nlines\tand      spaces\u2028more' };
    const filled = fill('{{1=note}}', orderOf({ fields }));
    expect(filled).toMatchObject({ template: { parameters: [{ text: 'two lines and spaces more' }] } });
  });

  it('that would be too long with the order’s words is not said', () => {
    const filled = fill(`${'a'.repeat(LONGEST_BODY - 3)} {{1=number}}`);
    expect(filled).toMatchObject({ ok: false, reason: expect.stringContaining('1028 letters long') });
  });

  it.each([
    ['a name with a capital', { name: 'Order_thanks' }, 'template-name'],
    ['no name', { name: '' }, 'template-name'],
    ['a language of another form', { code: 'es-ES' }, 'template-code'],
    ['no body', { body: ' ' }, 'empty'],
    ['a body that is too long', { body: 'a'.repeat(4_097) }, 'too-long'],
    ['a variable without a field', { body: 'Hola {{1}}' }, 'no-field'],
    ['our own way to write a field', { body: 'Hola {name}' }, 'bad-variable'],
    ['what is neither number nor name', { body: 'Hola {{Name=name}}' }, 'bad-variable'],
    ['a field that is none', { body: 'Hola {{1=na me}}' }, 'bad-variable'],
    ['two fields for a variable', { body: '{{1=name}} {{1=number}}' }, 'two-fields'],
    ['a gap', { body: '{{1=name}} {{3=number}}' }, 'variable-gap'],
    ['a name among numbers', { body: '{{1=name}} {{id=number}}' }, 'variable-gap'],
  ])('with %s is not whole', (_what, wrong, code) => {
    const template = thanks(wrong);
    expect(problemsOfApproved(template).map((problem) => problem.code)).toEqual([code]);
    expect(fillApproved(template, orderOf(), place)).toMatchObject({
      ok: false,
      reason: expect.stringContaining(code),
    });
  });

  it('is chosen by language as a text is, the first for whoever speaks none', () => {
    const all = { es: thanks(), pt: thanks({ code: 'pt_BR' }) };
    expect(approvedFor(all, [undefined, 'pt-BR', 'es'])).toEqual({ language: 'pt', template: all.pt });
    expect(approvedFor(all, ['ru'])).toEqual({ language: 'es', template: all.es });
    expect(approvedFor({}, ['es'])).toBeUndefined();
  });
});
