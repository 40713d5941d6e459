/** Every exported function that takes somebody's words, found by its type, and ways to call it with a text of ours. */
import path from 'node:path';
import { API, type Checker, type Signature, type Type } from 'typescript/unstable/sync';
import { type Recipe, recipes, Unfeedable } from './fed-types.ts';

export interface TextFunction {
  /** `core/text/fold.ts fold`, and what it gave back: `… createMask().mask`. */
  name: string;
  /** Each with the text in another place. */
  ways: ((text: string) => unknown)[];
}

export interface Found {
  functions: TextFunction[];
  /** Functions that take a text and cannot be called, with the type that nobody can make. */
  unfed: string[];
}

/** Feeds of our own, by name, where a value made from the type says nothing. */
export type Feeds = Record<string, ((text: string) => unknown)[]>;

const PROJECT = path.resolve(import.meta.dirname, '../..');
const CALL = 0;

interface Way {
  call(self: unknown, text: string): unknown;
  wordy: boolean;
}

/**
 * @param rooms which files, below the project.
 * @param feeds used instead of what the type says.
 * @param apart names that are left out, with the reason.
 */
export async function textFunctions(rooms: RegExp, feeds: Feeds, apart: Record<string, string>): Promise<Found> {
  const api = new API({ cwd: PROJECT });
  const found: Found = { functions: [], unfed: [] };
  try {
    const { checker, program } = api
      .updateSnapshot({ openProjects: [path.join(PROJECT, 'tsconfig.json')] })
      .getProjects()[0]!;
    const inside = (file: string) => path.relative(PROJECT.toLowerCase(), file.toLowerCase());
    const ours = (file: string) => !/^\.\.|(^|\/)node_modules\//.test(inside(file));
    const makes = recipes(checker, ours);
    /** A plugin exports again what its files export. */
    const seen = new Set<unknown>();

    for (const file of program.getSourceFileNames()) {
      const name = path.relative(PROJECT, file);
      if (!rooms.test(name) || !file.endsWith('.ts') || /\.test\.ts$/.test(file) || !ours(file)) continue;
      const module = checker.getSymbolAtLocation(program.getSourceFile(file)!);
      if (!module) continue;
      const symbols = checker.getExportsOfModule(module).filter((symbol) => !(`${name} ${symbol.name}` in apart));
      if (symbols.length === 0) continue;
      const exported: Record<string, unknown> = await import(file);
      for (const symbol of symbols) {
        const value = exported[symbol.name];
        const type = checker.getTypeOfSymbol(symbol);
        if (value === undefined || !type) continue;
        visit(`${name} ${symbol.name}`, type, () => value, 0);
      }
    }

    /** @param value of the text, for what an earlier function gave back depends on it. */
    function visit(name: string, type: Type, value: (text: string) => unknown, depth: number): void {
      const itself = depth < 2 && !name.includes('()') ? value(NOTHING) : undefined;
      if (name in apart || seen.has(itself)) return;
      if (typeof itself === 'function') seen.add(itself);
      if (name in feeds) {
        found.functions.push({ name, ways: feeds[name]! });
        return;
      }
      const [signature] = checker.getSignaturesOfType(type, CALL);
      if (!signature) {
        if (depth < 3) members(name, type, value, depth);
        return;
      }
      let ways: Way[];
      try {
        ways = waysToCall(checker, signature, makes.of);
      } catch (error) {
        if (!(error instanceof Unfeedable)) throw error;
        if (takesText(checker, signature)) found.unfed.push(`${name}: ${error.message}`);
        return;
      }
      const wordy = ways.filter((way) => way.wordy);
      if (wordy.length > 0)
        found.functions.push({ name, ways: wordy.map((way) => (text) => way.call(value(NOTHING), text)) });
      const returned = checker.getReturnTypeOfSignature(signature);
      if (returned && depth < 2)
        members(`${name}()`, returned, () => ways[0]!.call(value(NOTHING), NOTHING), depth + 1);
    }

    function members(name: string, type: Type, value: (text: string) => unknown, depth: number): void {
      if (type.isUnionType() || !type.isObjectType() || checker.isArrayLikeType(type)) return;
      if (type.getSymbol()?.name === 'Promise') return;
      const home = type.getSymbol()?.declarations[0]?.path;
      if (home !== undefined && !ours(home)) return;
      if (checker.getSignaturesOfType(type, CALL).length > 0) {
        visit(name, type, value, depth);
        return;
      }
      for (const property of checker.getPropertiesOfType(type)) {
        const made = checker.getTypeOfSymbol(property);
        if (!made || checker.getSignaturesOfType(made, CALL).length === 0) continue;
        const part = (text: string) => (value(text) as Record<string, unknown> | undefined)?.[property.name];
        visit(`${name}.${property.name}`, made, part, depth + 1);
      }
    }
  } finally {
    api.close();
  }
  return found;
}

/** A harmless text, for what must only be there. */
const NOTHING = 'x';

/** Called with the text in all places, and in each place with other shapes of its type. */
function waysToCall(checker: Checker, signature: Signature, of: (type: Type) => Recipe[]): Way[] {
  const parameters = signature.getParameters().map((parameter) => of(checker.getTypeOfSymbol(parameter)!));
  const first = parameters.map((ways) => ways[0]!);
  const all = [first, ...parameters.flatMap((ways, at) => ways.slice(1).map((way) => first.with(at, way)))];
  const only = first.flatMap((way, at) => (way.wordy && first.length > 1 ? [at] : []));
  return [
    ...all.map((used) => ({
      wordy: used.some(({ wordy }) => wordy),
      call: (self: unknown, text: string) =>
        (self as (...values: unknown[]) => unknown)(...used.map(({ make }) => make(text))),
    })),
    ...only.map((at) => ({
      wordy: true,
      call: (self: unknown, text: string) =>
        (self as (...values: unknown[]) => unknown)(
          ...first.map(({ make }, index) => make(index === at ? text : NOTHING)),
        ),
    })),
  ];
}

/** A text, or a list of texts, stands among its parameters as it is. */
function takesText(checker: Checker, signature: Signature): boolean {
  return signature
    .getParameters()
    .some((parameter) => /\bstring\b/.test(checker.typeToString(checker.getTypeOfSymbol(parameter)!)));
}
