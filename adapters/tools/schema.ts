/** JSON Schemas of tools as checks. */
import { createRequire } from 'node:module';
import type { Ajv, ErrorObject } from 'ajv';
import type { JsonObject } from '../../core/model.ts';
import type { Check } from '../../core/tool-gate/gate.ts';

const require = createRequire(import.meta.url);

const LONGEST_FAULT = 300;

/** Made once, for the first schema: loading it, and compiling the schema of schemas, takes a quarter of a second. */
let shared: Ajv | undefined;

/** @throws for a schema that is none, or that refers to others. */
export function compileSchema(schema: JsonObject): Check {
  // None is kept by its `$id`: that of one tool must not meet another's. Formats are notes to the model, patterns are checked.
  shared ??= new (require('ajv') as { Ajv: typeof Ajv }).Ajv({
    strict: false,
    validateFormats: false,
    ownProperties: true,
    logger: false,
    addUsedSchema: false,
  });
  const ajv = shared;
  const validate = ajv.compile(schema);
  return (args) => (validate(args) ? null : faultOf(validate.errors?.[0]));
}

/** In the words of the schema, which hold none of the model's values. */
function faultOf(error: ErrorObject | undefined): string {
  if (!error) return 'they are not valid.';
  const where = error.instancePath.slice(1).replaceAll('/', '.');
  const { allowedValues } = error.params as { allowedValues?: unknown[] };
  const of = allowedValues ? `: ${allowedValues.join(', ')}` : '';
  return `${where ? `"${where}" ` : ''}${error.message ?? 'is not valid'}${of}`.slice(0, LONGEST_FAULT);
}
