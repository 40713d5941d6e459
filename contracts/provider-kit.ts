/** What the contracts of providers share. */

/** The part of a test runner that is used. */
export interface ProviderKit {
  describe(name: string, body: () => void): unknown;
  it(name: string, body: () => void | Promise<void>): unknown;
  expect(value: unknown, message?: string): { toBe(expected: unknown): void; toEqual(expected: unknown): void };
}

/** A failure as the port has it: told by its code, so that a copy of the class in another package counts. */
export interface Failure {
  code?: string;
  message: string;
  action?: string;
  retryable?: boolean;
  retryAfterMs?: number;
}
