/** Where pipelines and takeovers cannot be run on MongoDB and Redis, this says so; where they can, vitest.config.ts runs their own files there. */
import { expect, it } from 'vitest';
import config from '../../vitest.config.ts';
import { installationMissing } from '../support/installation.ts';

const missing = installationMissing();

it.skipIf(missing !== undefined)(
  `pipelines and takeovers run on MongoDB and Redis${missing ? `: ${missing}` : ''}`,
  () => {
    const names = config.test?.projects?.map((project) => (project as { test: { name: string } }).test.name);
    expect(names).toContain('mongodb');
  },
);
