/** The results for people. */
import type { Problem } from './look.ts';
import type { ScenarioResult } from './runner.ts';

/** @param everyStep also the steps of scenarios that passed */
export function reportLines(result: ScenarioResult, everyStep = false): string[] {
  const { ok, name, ms, file, line, steps, problems, error, explanation } = result;
  const lines = [`${mark(ok)} ${name} (${(ms / 1_000).toFixed(1)} s)`];
  if (!ok || everyStep)
    for (const step of steps) {
      const passed = step.problems.length === 0;
      lines.push(
        `    ${mark(passed)} ${passed ? `line ${step.line}` : `${file}:${step.line}`}  ${step.title}`,
        ...step.problems.flatMap(problemLines),
      );
    }
  if (error) lines.push(`    ${error.replaceAll('\n', '\n    ')}`);
  if (problems.length > 0)
    lines.push(`    ${mark(false)} ${file}:${line}  at the end`, ...problems.flatMap(problemLines));
  if (explanation.length > 0) lines.push(...explanation.map((text) => `      ${text}`));
  return lines;
}

const mark = (ok: boolean) => (ok ? '✓' : '✗');

const problemLines = ({ expected, got }: Problem) => [`        expected  ${expected}`, `        got       ${got}`];
