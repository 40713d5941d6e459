/** JSON Schemas of tools as checks. */
import { Ajv, type ErrorObject } from 'ajv';
import type { JsonObject } from '../../core/model.ts';
import type { Check } from '../../core/tool-gate/gate.ts';

const LONGEST_FAULT = 300;

/** @throws for a schema that is none, or that refers to others. */
export function compileSchema(schema: JsonObject): Check {
  // An instance a schema: an `$id` of one tool must not meet another's. Formats are notes to the model, patterns are checked.
  const ajv = new Ajv({ strict: false, validateFormats: false, ownProperties: true, logger: false });
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
