/** Templates of the WhatsApp stand-in: what is wrong with a message that names one, and how the customer reads it. */
import type { JsonObject } from '../../core/model.ts';
import type { Template } from '../types.ts';
import { type Context, list, object, text } from './context.ts';
import type { GraphError } from './graph.ts';

export const templateKey = (name: string, language: string): string => `${language} ${name}`;

/** A body's variables, each once: `1`, `2`, or their names. */
const variablesOf = (body: string) => [...new Set([...body.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name!))];

function readTemplate(body: JsonObject) {
  const template = object(body.template);
  const parameters = list(template.components)
    .map(object)
    .filter(({ type }) => text(type)?.toLowerCase() === 'body')
    .flatMap(({ parameters }) => list(parameters).map(object));
  const values = parameters.map(({ text: value, parameter_name: name }, index) => ({
    name: text(name) ?? `${index + 1}`,
    value: text(value) ?? '',
  }));
  return { name: text(template.name) ?? '', language: text(object(template.language).code) ?? '', values };
}

/** What WhatsApp takes in no parameter, whichever template it is. */
export function templateProblems(body: JsonObject): string[] {
  if (body.type !== 'template') return [];
  return readTemplate(body).values.flatMap(({ name, value }) => {
    const at = `/template/components: parameter ${name}`;
    if (!value.trim()) return [`${at} is empty`];
    return /[\n\t]| {5}/.test(value) ? [`${at} has a line break, a tab or more than four spaces in a row`] : [];
  });
}

/** Why the template that is named cannot be said so. Nothing while no template is known. */
export function templateRefusal(body: JsonObject, { templates }: Pick<Context, 'templates'>): GraphError | undefined {
  if (body.type !== 'template' || templates.size === 0) return undefined;
  const { name, language, values } = readTemplate(body);
  const known = templates.get(templateKey(name, language));
  if (!known)
    return refusal(
      132001,
      'Template name does not exist in the translation',
      `template name (${name}) does not exist in ${language}`,
    );
  if (known.state === 'paused')
    return refusal(132015, 'Template is Paused', `template name (${name}) is paused due to low quality`);
  if (known.state === 'disabled') return refusal(132016, 'Template is Disabled', `template name (${name}) is disabled`);
  const wanted = variablesOf(known.body);
  const given = values.map((value) => value.name);
  if (wanted.length !== given.length)
    return refusal(
      132000,
      'Number of parameters does not match the expected number of params',
      `body: number of localizable_params (${given.length}) does not match the expected number of params (${wanted.length})`,
    );
  return wanted.every((variable) => given.includes(variable))
    ? undefined
    : refusal(132012, 'Parameter format does not match format in the created template', `body: ${wanted.join(', ')}`);
}

const refusal = (code: number, words: string, details: string): GraphError => ({
  code,
  message: `(#${code}) ${words}`,
  details,
});

/** As the customer reads it; of a template that is not known, its name and what is filled in. */
export function templateText(body: JsonObject, { templates }: Pick<Context, 'templates'>): string | undefined {
  if (body.type !== 'template') return undefined;
  const { name, language, values } = readTemplate(body);
  const known: Template | undefined = templates.get(templateKey(name, language));
  if (known)
    return known.body.replace(
      /\{\{(\w+)\}\}/g,
      (mark, variable) => values.find((value) => value.name === variable)?.value ?? mark,
    );
  return [`${name} (${language})`, values.map(({ value }) => value).join(' · ')].filter(Boolean).join(': ');
}
