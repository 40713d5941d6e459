/** WhatsApp's files of the business: `POST <version>/<PHONE_NUMBER_ID>/media`, and messages that name what was uploaded. */
import type { JsonObject } from '../../core/model.ts';
import { isOggOpus, toldOf } from '../form.ts';
import { type Context, object, remember, text } from './context.ts';
import { type GraphError, graphError } from './graph.ts';
import type { ApiCall, ApiRequest } from './platform.ts';

const TYPES = [
  ...['audio/aac', 'audio/mp4', 'audio/mpeg', 'audio/amr', 'audio/ogg', 'audio/opus'],
  ...['image/jpeg', 'image/png', 'image/webp', 'video/mp4', 'video/3gpp', 'application/pdf', 'text/plain'],
];
const KINDS = ['image', 'audio', 'video', 'document', 'sticker'];

export interface Uploads {
  /** Undefined for any other request. */
  read(request: ApiRequest): ApiCall | undefined;
  /** A message that names a file which this number does not have, or says that something is a voice note which is none. */
  refusal(account: string, body: JsonObject): GraphError | undefined;
  reset(): void;
}

export function createUploads(context: Context): Uploads {
  /** Whose each is, and of which type, by its id. */
  const files = new Map<string, { account: string; type: string }>();

  function accept(account: string, type: string) {
    const id = String(10n ** 15n + BigInt(files.size + 1) * 7_919n);
    remember(files, id, { account, type });
    return { status: 200, body: { id } };
  }

  return {
    read(request) {
      const [, account = ''] = /^v\d+\.\d+\/([^/]+)\/media\/?$/.exec(decodeURIComponent(request.path)) ?? [];
      if (!account || request.method !== 'POST') return undefined;
      const file = request.files?.file;
      const type = file ? sniffed(file.type, file.content) : '';
      const wrong = uploadProblem(request, type);
      const refused = tokenProblem(request) ?? (wrong ? { code: 100, message: `(#100) ${wrong}` } : undefined);
      return {
        account,
        method: 'media.upload',
        thread: null,
        send: false,
        body: { ...object(request.body), ...(file && { file: toldOf(file) }) },
        schemaErrors: wrong ? [wrong] : [],
        refusal: refused && graphError(refused, context, 'whatsapp'),
        accept: () => accept(account, type),
      };
    },
    refusal(account, body) {
      const kind = KINDS.find((one) => body.type === one);
      const { id, voice } = object(kind && body[kind]);
      const name = text(id);
      if (!kind || name === undefined) return undefined;
      const file = files.get(name);
      if (file?.account !== account)
        return {
          code: 100,
          message: `(#100) Param ${kind}['id'] is not a valid whatsapp business account media attachment ID`,
        };
      return voice === true && file.type !== 'audio/ogg'
        ? {
            code: 131053,
            message: '(#131053) Media upload error',
            details: 'A voice message must be Opus in an OGG file.',
          }
        : undefined;
    },
    reset: () => files.clear(),
  };
}

/** By the bytes, as the platform does: what a file says of itself is its sender's word. */
const sniffed = (type: string, content: Buffer): string =>
  type.split(';')[0] === 'audio/ogg' && !isOggOpus(content) ? 'application/octet-stream' : (type.split(';')[0] ?? '');

function tokenProblem({ headers }: ApiRequest): GraphError | undefined {
  if (/^Bearer\s+\S+$/i.test(headers.authorization ?? '')) return undefined;
  return { status: 401, code: 190, message: 'Invalid OAuth access token - Cannot parse access token' };
}

function uploadProblem({ bodyError, body, files }: ApiRequest, type: string): string | undefined {
  if (bodyError) return bodyError;
  const { messaging_product, type: told } = object(body);
  if (messaging_product !== 'whatsapp') return 'The parameter messaging_product is required.';
  if (!files?.file) return 'The parameter file is required.';
  if (told === undefined) return 'The parameter type is required.';
  if (files.file.content.length === 0) return 'Param file must be a file that is not empty.';
  if (TYPES.includes(type)) return undefined;
  return `Param file must be a file with one of the following types: ${TYPES.join(', ')}. Received file of type '${type}'.`;
}
