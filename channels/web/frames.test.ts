import { describe, expect, it } from 'vitest';
import type { Json } from '../../core/model.ts';
import { read, write } from './frames.ts';
import { render } from './render.ts';

const frame = (event: object) => read(JSON.stringify(event));

describe('what a page sends', () => {
  it('is read by its type', () => {
    expect(frame({ type: 'message', id: 'a', text: 'Hola' })).toEqual({ kind: 'message', id: 'a', text: 'Hola' });
    expect(frame({ type: 'button', id: 'a', of: 'm', button: 'yes', title: 'No' })).toEqual({
      ...{ kind: 'button', id: 'a', of: 'm', button: 'yes' },
    });
    expect(frame({ type: 'read', cursor: 5 })).toEqual({ kind: 'seen', state: 'read', cursor: 5 });
    expect(frame({ type: 'delivered', cursor: 5 })).toEqual({ kind: 'seen', state: 'delivered', cursor: 5 });
    expect(frame({ type: 'ping', n: 3 })).toEqual({ kind: 'ping', n: 3 });
  });

  it.each([
    'Hola',
    'null',
    '[]',
    '{"type":5}',
    '{"type":"constructor"}',
    '{"type":"message","text":"Hola"}',
    '{"type":"message","id":"a","text":" "}',
    `{"type":"message","id":"${'a'.repeat(101)}","text":"Hola"}`,
    '{"type":"button","id":"a","of":"m"}',
    '{"type":"read","cursor":"5"}',
    '{"type":"read","cursor":-1}',
  ])('makes no sense: %s', (text) => expect(read(text)).toMatchObject({ kind: 'wrong', code: 'invalid' }));

  it('is refused where it is too long, by its own id', () => {
    expect(frame({ type: 'message', id: 'a', text: 'x'.repeat(4_001) })).toMatchObject({ code: 'too-long', id: 'a' });
    expect(frame({ type: 'message', id: 'a', text: 'x'.repeat(4_000) })).toMatchObject({ kind: 'message' });
  });
});

describe('what a page is told', () => {
  const told = (parts: Json[]) =>
    JSON.parse(
      write({ kind: 'message', message: { id: 'm', cursor: 7, author: 'bot', at: 5, text: '', parts } }),
    ) as object;

  it('of several parts is one message', () => {
    const buttons = [{ id: 'yes', title: 'Yes' }];
    expect(told([...render({ text: 'One' }), ...render({ text: '**Two**', buttons })])).toEqual({
      ...{ type: 'message', id: 'm', cursor: 7, author: 'bot', at: 5, text: 'One\n\nTwo', buttons },
      runs: [
        { text: 'One', marks: [] },
        { text: '\n\n', marks: [] },
        { text: 'Two', marks: ['bold'] },
      ],
    });
  });

  it('are words alone where nothing else is there', () => {
    expect(told(render({ text: 'One' }))).toEqual({
      ...{ type: 'message', id: 'm', cursor: 7, author: 'bot', at: 5, text: 'One' },
    });
  });

  it('is why something was not taken, and when it may be', () => {
    const error = { kind: 'error', code: 'too-fast', message: 'Slowly.', id: 'a', retryAfterMs: 900 } as const;
    expect(JSON.parse(write(error))).toEqual({
      ...{ type: 'error', code: 'too-fast', message: 'Slowly.', id: 'a', retry_after_ms: 900 },
    });
  });
});
