/** Forms with files, as they come over the wire. */

export interface FormFile {
  name: string;
  type: string;
  content: Buffer;
}

export interface SentForm {
  fields: Record<string, string>;
  /** By the name of their field. */
  files: Record<string, FormFile>;
}

/** Undefined for what is no form, or a broken one. */
export async function readForm(raw: Uint8Array, type = ''): Promise<SentForm | undefined> {
  if (!/^multipart\/form-data/i.test(type)) return undefined;
  try {
    // The platform's own reader, so that nobody's form is judged by himself.
    const data = await new Response(new Uint8Array(raw), { headers: { 'content-type': type } }).formData();
    const form: SentForm = { fields: {}, files: {} };
    for (const [name, value] of data) {
      if (typeof value === 'string') form.fields[name] = value;
      else form.files[name] = { name: value.name, type: value.type, content: Buffer.from(await value.arrayBuffer()) };
    }
    return form;
  } catch {
    return undefined;
  }
}

/** Opus in an Ogg file, by its first page. */
export const isOggOpus = (file: Buffer): boolean =>
  file.toString('latin1', 0, 4) === 'OggS' && file.toString('latin1', 28, 36) === 'OpusHead';

/** What a journal keeps of it. */
export const toldOf = ({ name, type, content }: FormFile) => ({ name, type, bytes: content.length });
