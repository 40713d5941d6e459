/** A model that takes 200 to 500 ms and answers with the words (`w17`) of what it was last told. */
import { startLlm } from '../../simulator/llm.ts';
import { tokensIn } from './chaos.ts';

export async function startEchoLlm(random: () => number) {
  const llm = await startLlm();
  const slowly = () => {
    llm.fault = { kind: 'delay', ms: 200 + Math.floor(300 * random()) };
  };
  slowly();
  llm.brain = ({ text }) => {
    // The next one's time.
    slowly();
    return `got ${tokensIn(text).join(' ')}`;
  };
  return llm;
}
