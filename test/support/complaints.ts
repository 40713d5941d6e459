/** What a browser complains about in pages of ours: violations of the policy, errors, warnings. */
import type { Browser, Page } from 'playwright-core';
import { afterEach, beforeEach, expect } from 'vitest';

export interface Complaints {
  /** @param isMeant what a test brings about itself, such as a refusal, which the browser tells as well */
  watch(page: Page, isMeant?: (told: string) => boolean): void;
  add(complaint: string): void;
  /** Those that have this in them were meant. */
  forgive(part: string): void;
}

/** To be called once a file. After each of its tests the browser's pages are closed, and nothing may have been complained about. */
export function noComplaints(browser: () => Browser): Complaints {
  let complaints: string[] = [];
  beforeEach(() => {
    complaints = [];
  });
  afterEach(async () => {
    for (const context of browser().contexts()) await context.close();
    expect(complaints).toEqual([]);
  });
  return {
    watch(page, isMeant = () => false) {
      page.on('console', (told) => {
        if (['error', 'warning'].includes(told.type()) && !isMeant(told.text())) complaints.push(told.text());
      });
      page.on('pageerror', (error) => complaints.push(String(error)));
    },
    add: (complaint) => void complaints.push(complaint),
    forgive(part) {
      complaints = complaints.filter((one) => !one.includes(part));
    },
  };
}
