/** The catalogue of the backend becomes knowledge: files in the folder `catalogue` of a knowledge base. Row D10. */
import path from 'node:path';
import type { CatalogueExport } from '../../core/api.ts';
import { DragomanError } from '../../core/errors.ts';
import type { Http } from '../../core/ports.ts';
import { backendOf } from './backend.ts';
import { filesOf, isCatalogueFile } from './files.ts';
import { readCatalogue } from './pages.ts';

/** In the base's folder; nobody else's. */
const FOLDER = 'catalogue';
const DEFAULT_BASE = 'pharmacy';

export interface Catalogue {
  /**
   * Reads the whole catalogue and writes what changed. Runs one at a time.
   * @throws DragomanError CATALOGUE_FAILED, BAD_REQUEST for a base that cannot be a folder, SETTING_INVALID; nothing is changed then.
   */
  export(base?: string): Promise<CatalogueExport>;
}

export interface CatalogueOptions {
  http: Http;
  /** Of the knowledge bases. */
  knowledgeFolder: string;
  /** Where this server answers; undefined while it does not. */
  ownAddress(): string | undefined;
  replaceFiles(
    folder: string,
    files: ReadonlyMap<string, string>,
    isOurs: (name: string) => boolean,
  ): Promise<{ written: string[]; removed: string[] }>;
  /** Files were written. */
  onWritten(): void;
}

export function createCatalogue(options: CatalogueOptions): Catalogue {
  const { http, knowledgeFolder, ownAddress, replaceFiles, onWritten } = options;
  let before: Promise<unknown> = Promise.resolve();

  async function run(base: string): Promise<CatalogueExport> {
    const products = await readCatalogue(http, backendOf(ownAddress()));
    const folder = path.join(knowledgeFolder, base, FOLDER);
    const { written, removed } = await replaceFiles(folder, filesOf(products), isCatalogueFile).catch((cause) => {
      throw new DragomanError(
        'CATALOGUE_FAILED',
        `The files of the catalogue cannot be written (${cause.code ?? 'unknown'}).`,
        'Look at the space and the rights of the knowledge folder.',
        { cause, retryable: true },
      );
    });
    // Where changes of files are not seen, as on some volumes, they are looked for.
    if (written.length + removed.length > 0) onWritten();
    return { base, products: products.length, written, removed };
  }

  return {
    async export(given) {
      const base = given || DEFAULT_BASE;
      if (!/^[\p{L}\p{N}][\p{L}\p{M}\p{N}_-]{0,63}$/u.test(base))
        throw new DragomanError(
          'BAD_REQUEST',
          'This is no name of a knowledge base.',
          'Use letters, digits, "-" and "_".',
        );
      const now = before.then(() => run(base));
      before = now.catch(() => {});
      return now;
    },
  };
}
