/** The LLM stand-in of subject (b), in a process of its own. A message `{ delayMs }` sets how long each answer takes. */
import { startLlm } from '../simulator/llm.ts';

const llm = await startLlm();
llm.brain = ({ text }) => `Gracias, lo revisamos hoy mismo. ${/#\d+/.exec(text)?.[0]}`;
process.on('message', ({ delayMs }: { delayMs: number }) => {
  llm.fault = delayMs > 0 ? { kind: 'delay', ms: delayMs } : null;
  process.send!('set');
});
process.on('disconnect', () => process.exit());
process.send!({ port: Number(new URL(llm.url).port) });
