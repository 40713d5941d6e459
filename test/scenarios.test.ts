/** The shipped scenarios of rules that hold in every flow. */
import { shippedFiles } from '../scenarios/run.ts';
import { isPipeline, scenarioSuite } from './support/scenario-suite.ts';

await scenarioSuite((await shippedFiles()).filter((file) => !isPipeline(file)));
