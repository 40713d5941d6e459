/** A helper of `calls.ts`: the stand-in of a server that answers, hears and speaks at once. */
import { startLlm } from '../simulator/llm.ts';

const llm = await startLlm();
llm.brain = () => 'There are two boxes of it. They cost fifty pounds together. Shall I order them for you?';
process.send!({ port: Number(new URL(llm.url).port) });
