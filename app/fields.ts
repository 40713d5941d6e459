/** A field that a plugin brings with it, resolved. */
import { DragomanError } from '../core/errors.ts';
import type { ChannelField } from '../core/ports.ts';
import { type Environment, resolve } from '../core/settings.ts';

/** @throws DragomanError SETTING_INVALID */
export function fieldValue(
  field: ChannelField,
  environment: Environment,
  own: string | undefined,
  prefix = '',
): string {
  const { value, env } = resolve(field, environment, own, prefix);
  if (!field.options || field.options.includes(value)) return value;
  throw new DragomanError(
    'SETTING_INVALID',
    `"${value.slice(0, 40)}" is none of ${field.options.join(', ')}.`,
    `Correct it in the node or in ${env}.`,
  );
}
