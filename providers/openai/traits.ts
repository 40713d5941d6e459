/** In what a server may differ; `dialects.ts` says what each means. */

/** A field that the server does not take. */
export type FieldTrait = `no ${string}`;
export type AskTrait = 'alternating' | 'no-pictures' | 'no-system' | 'no-tools' | 'thoughts-back';
/** `long-thoughts`: no refusal tells it, but an answer that is used up before its first word. */
export type DialectTrait = FieldTrait | AskTrait | 'long-thoughts';
