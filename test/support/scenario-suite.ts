/** Shipped scenario files as tests, one a scenario. */
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportLines } from '../../scenarios/report.ts';
import { loadFile, runScenario } from '../../scenarios/runner.ts';
import { engineEnv } from './engine.ts';

export async function scenarioSuite(files: string[]): Promise<void> {
  for (const file of files) {
    const scenarios = await loadFile(file);
    describe(path.basename(file), () => {
      it.each(scenarios.map((scenario) => [scenario.name, scenario] as const))('%s', async (_name, scenario) => {
        const result = await runScenario(scenario, engineEnv);
        expect(result.ok, reportLines(result).join('\n')).toBe(true);
      });
    });
  }
}

/** Whether it is of a pipeline; the others are of rules that hold in every flow. */
export const isPipeline = (file: string): boolean => /^[a-e]-/.test(path.basename(file));
