/** A flow between two `tool-call` nodes, called by a scripted model on the real runtime. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Script, startToolBot, type ToolBot } from '../../test/support/tool-bot.ts';

let tools: ToolBot;
beforeAll(async () => {
  tools = await startToolBot();
});
afterAll(() => tools?.stop());

describe('a flow', () => {
  it('is a tool: arguments go in, the payload at its end comes back, inside the turn', async () => {
    expect(await tools.replyOf('add', { a: 2, b: 3 })).toEqual(['{"sum":5}']);
    const turns = await tools.bot.engine.store.turns({ limit: 1 });
    expect(turns[0]).toMatchObject({ state: 'done', outcome: 'answered' });
  });

  it('is found again where function nodes make new messages, for each of several calls and customers', async () => {
    const both: Script = async (_request, call) =>
      (await Promise.all(['one', 'two'].flatMap((words) => [call('spread', { words }), call('lost', { words })]))).join(
        ' ',
      );
    const answers = await Promise.all([tools.says(both), tools.says(both), tools.says(both)]);
    for (const { replies } of answers) expect(replies).toEqual(['one! one? two! two?']);
  });

  it('that is late, or never ends, is told to the model; what comes later is dropped', async () => {
    expect(await tools.replyOf('slow', { words: 'x' })).toEqual(['{"error":"It gave no answer in time."}']);
    expect(await tools.replyOf('silent', {})).toEqual([expect.stringContaining('"unknown"')]);
    expect(await tools.bot.engine.store.toolRuns({ states: ['unknown'], limit: 5 })).toMatchObject([
      { tool: 'silent' },
    ]);
  });

  it('that answers twice answered once', async () => {
    expect(await tools.replyOf('twice', { words: 'first' })).toEqual(['{"words":"first"}']);
  });
});
