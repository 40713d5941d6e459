/** What axe finds wrong on a page for people who see, hear or move otherwise: what is serious or worse. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

interface Result {
  violations: { id: string; impact: string | null; nodes: { target: unknown; failureSummary?: string }[] }[];
}

/** @returns each finding with its place; empty: nothing serious. Shadow roots included */
export async function seriousOn(page: Page): Promise<string[]> {
  // As an expression, which no policy of the page forbids a test.
  await page.evaluate(await readFile(AXE, 'utf8'));
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: { run(): Promise<Result> } }).axe.run(),
  );
  return violations.flatMap(({ id, impact, nodes }) =>
    impact === 'serious' || impact === 'critical'
      ? nodes.map(({ target, failureSummary = '' }) => `${id} ${JSON.stringify(target)} ${failureSummary}`)
      : [],
  );
}
