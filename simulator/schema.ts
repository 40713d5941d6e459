/** The platforms' request and update shapes, checked by ajv. Lengths that a platform counts its own way are checked in code beside. */
import { createRequire } from 'node:module';
import type { Ajv2020, ErrorObject } from 'ajv/dist/2020.js';
import instagram from './schemas/instagram-outgoing.schema.json' with { type: 'json' };
import telegram from './schemas/telegram.schema.json' with { type: 'json' };
import waha from './schemas/waha-outgoing.schema.json' with { type: 'json' };
import whatsapp from './schemas/whatsapp-outgoing.schema.json' with { type: 'json' };

/** More says nothing new: a wrong branch of `anyOf` repeats itself. */
const ERRORS_TOLD = 6;

const require = createRequire(import.meta.url);

/** Loaded with the first request to a stand-in: a start does not wait for it. */
function validator(options: { coerceTypes?: boolean } = {}): Ajv2020 {
  const { Ajv2020: Validator } = require('ajv/dist/2020.js') as { Ajv2020: typeof Ajv2020 };
  const made = new Validator({ allErrors: true, strict: false, ...options });
  for (const schema of [telegram, whatsapp, instagram, waha]) made.addSchema(schema);
  return made;
}

let exact: Ajv2020 | undefined;
/** For form and query values, which are all text. Changes the checked object. */
let coercing: Ajv2020 | undefined;

/** A place in the schemas, e.g. `tg#/$defs/M_sendMessage`, `wa-out#/$defs/read`, `ig-out`, `waha-out#/$defs/MessageTextRequest`. */
export type SchemaRef = string;

function say(error: ErrorObject): string {
  const extra = error.params.additionalProperty ?? error.params.unevaluatedProperty ?? error.params.allowedValues;
  return `${error.instancePath || '/'} ${error.message}${extra === undefined ? '' : `: ${[extra].flat().join(', ')}`}`;
}

/** @returns what is wrong with `value`, one sentence each; empty when it fits. @throws Error for an unknown `ref`. */
export function check(ref: SchemaRef, value: unknown, options: { coerce?: boolean } = {}): string[] {
  if (options.coerce) coercing ??= validator({ coerceTypes: true });
  else exact ??= validator();
  const validate = (options.coerce ? coercing : exact)!.getSchema(ref);
  if (!validate) throw new Error(`There is no schema ${ref}.`);
  if (validate(value)) return [];
  return [...new Set((validate.errors ?? []).filter(({ keyword }) => keyword !== 'if').map(say))].slice(0, ERRORS_TOLD);
}
