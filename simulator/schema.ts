/** The platforms' request and update shapes, checked by ajv. Lengths that a platform counts its own way are checked in code beside. */
import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import instagram from './schemas/instagram-outgoing.schema.json' with { type: 'json' };
import telegram from './schemas/telegram.schema.json' with { type: 'json' };
import whatsapp from './schemas/whatsapp-outgoing.schema.json' with { type: 'json' };

/** More says nothing new: a wrong branch of `anyOf` repeats itself. */
const ERRORS_TOLD = 6;

const exact = new Ajv2020({ allErrors: true, strict: false });
/** For form and query values, which are all text. Changes the checked object. */
const coercing = new Ajv2020({ allErrors: true, strict: false, coerceTypes: true });
for (const schema of [telegram, whatsapp, instagram]) {
  exact.addSchema(schema);
  coercing.addSchema(schema);
}

/** A place in the schemas, e.g. `tg#/$defs/M_sendMessage`, `wa-out#/$defs/read`, `ig-out`. */
export type SchemaRef = string;

function say(error: ErrorObject): string {
  const extra = error.params.additionalProperty ?? error.params.unevaluatedProperty ?? error.params.allowedValues;
  return `${error.instancePath || '/'} ${error.message}${extra === undefined ? '' : `: ${[extra].flat().join(', ')}`}`;
}

/** @returns what is wrong with `value`, one sentence each; empty when it fits. @throws Error for an unknown `ref`. */
export function check(ref: SchemaRef, value: unknown, options: { coerce?: boolean } = {}): string[] {
  const validate = (options.coerce ? coercing : exact).getSchema(ref);
  if (!validate) throw new Error(`There is no schema ${ref}.`);
  if (validate(value)) return [];
  return [...new Set((validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(say))].slice(0, ERRORS_TOLD);
}
