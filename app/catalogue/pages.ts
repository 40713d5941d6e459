/** The catalogue of a backend, read page by page: `GET /market/ai/catalogue/?page=`. */
import { DragomanError, HttpError } from '../../core/errors.ts';
import { isObject } from '../../core/model/json.ts';
import type { Json, JsonObject } from '../../core/model.ts';
import type { Http } from '../../core/ports.ts';
import { SETTINGS } from '../../core/settings.ts';
import type { Backend } from './backend.ts';

const MOST_PRODUCTS = 50_000;
/** How often it is begun anew because it changed while it was read. */
const TRIES = 3;
const TIMEOUT_MS = 20_000;

/** @throws DragomanError CATALOGUE_FAILED: also for one without any product, which is taken for a fault of the backend */
export async function readCatalogue(http: Http, backend: Backend): Promise<JsonObject[]> {
  for (let tries = 0; tries < TRIES; tries++) {
    const products = await readPages(http, backend);
    if (products?.length) return products;
    if (products) throw failed(backend, 'has no product', 'Fill its catalogue.');
  }
  throw failed(backend, 'changes its catalogue all the time', 'Try it again later.');
}

/** Undefined where it changed in between. */
async function readPages(http: Http, backend: Backend): Promise<JsonObject[] | undefined> {
  const products: JsonObject[] = [];
  let etag: string | undefined;
  for (let page = 1, pages = 1; page <= pages; page++) {
    const answer = await readPage(http, backend, page);
    if (page > 1 && answer.etag !== etag) return undefined;
    ({ etag, pages } = answer);
    products.push(...answer.results.filter(isObject));
    if (products.length > MOST_PRODUCTS || pages > MOST_PRODUCTS)
      throw failed(backend, `has more than ${MOST_PRODUCTS} products`, 'Offer fewer of them there.');
  }
  return products;
}

interface Page {
  etag: string | undefined;
  pages: number;
  results: Json[];
}

async function readPage(http: Http, backend: Backend, page: number): Promise<Page> {
  const url = `${backend.url}/market/ai/catalogue/?page=${page}`;
  const headers = { accept: 'application/json', ...(backend.key && { 'x-api-key': backend.key }) };
  const { status, text, ...answer } = await http({ method: 'GET', url, headers, timeoutMs: TIMEOUT_MS }).catch(
    (error) => {
      if (!(error instanceof HttpError)) throw error;
      throw failed(backend, `cannot be asked: ${error.message}`, 'Look whether it runs, and try it again.');
    },
  );
  if (status === 401 || status === 403)
    throw failed(backend, `refuses the key (${status})`, `Compare ${keyOf(backend)} with what the backend has.`);
  if (status !== 200) throw failed(backend, `answers ${status}`, 'Look at its log.');
  const body = parsed(text);
  if (!body || !Array.isArray(body.results) || !Number.isInteger(body.pages))
    throw failed(
      backend,
      'answers with something that is no page of a catalogue',
      'docs/pharmacy.md says what one is.',
    );
  return { etag: answer.headers.etag, pages: Number(body.pages), results: body.results };
}

function parsed(text: string): JsonObject | undefined {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : undefined;
  } catch {
    return undefined;
  }
}

const keyOf = ({ isOwn }: Backend) => SETTINGS[isOwn ? 'marketKey' : 'backendKey'].env;

const failed = ({ isOwn }: Backend, what: string, action: string) =>
  new DragomanError(
    'CATALOGUE_FAILED',
    `${isOwn ? 'The demo pharmacy of this server' : `The backend of ${SETTINGS.backendUrl.env}`} ${what}. The knowledge stays as it was.`,
    action,
    { retryable: true },
  );
