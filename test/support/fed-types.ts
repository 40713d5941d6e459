/** Values of a type, made from a text: what a function wants is read from its declaration, and every string in it becomes the text. */
import { API, type Checker, SymbolFlags, type Type, TypeFlags } from 'typescript/unstable/sync';

/** A value made from the text. */
export interface Recipe {
  make(text: string): unknown;
  /** Whether the text is in it. */
  wordy: boolean;
}

/** Deeper than this nothing of ours reads a stranger's words. */
const DEEPEST = 5;
/** Members of one union that are tried. */
const MOST_VARIANTS = 12;

const fixed = (value: unknown): Recipe => ({ make: () => value, wordy: false });
const TEXT: Recipe = { make: (text) => text, wordy: true };
const SIGNATURE_CALL = 0;

/** Types that are not ours, by their names. */
function foreign(name: string, inner: Recipe): Recipe | undefined {
  switch (name) {
    case 'Promise':
      return { make: async (text) => inner.make(text), wordy: false };
    case 'Set':
    case 'ReadonlySet':
      return { make: (text) => new Set([inner.make(text)]), wordy: inner.wordy };
    case 'Iterable':
    case 'IteratorObject':
    case 'Generator':
      return { make: (text) => [inner.make(text)].values(), wordy: inner.wordy };
    case 'Map':
    case 'ReadonlyMap':
      return { make: (text) => new Map([[text, inner.make(text)]]), wordy: true };
    case 'Buffer':
    case 'Uint8Array':
      return { make: (text) => Buffer.from(text), wordy: true };
    case 'RegExp':
      return fixed(/\w/g);
    case 'Error':
      return { make: (text) => new Error(text), wordy: true };
    case 'AbortSignal':
      return { make: () => new AbortController().signal, wordy: false };
    default:
      return undefined;
  }
}

export class Unfeedable extends Error {}

/** @param ours whether a file is the project's own. */
export function recipes(checker: Checker, ours: (file: string) => boolean) {
  const isOurs = (type: Type) => {
    const at = type.getSymbol()?.declarations[0]?.path;
    return at === undefined || ours(at);
  };

  /** Ways to make it; never none. @throws Unfeedable */
  function of(type: Type, depth = 0): Recipe[] {
    const { flags } = type;
    if (type.isStringLiteralType() || type.isNumberLiteralType() || type.isBooleanLiteralType())
      return [fixed(type.value)];
    if (flags & (TypeFlags.String | TypeFlags.TemplateLiteral | TypeFlags.AnyOrUnknown)) return [TEXT];
    if (flags & TypeFlags.Number) return [fixed(1_000)];
    if (flags & TypeFlags.Boolean) return [fixed(true)];
    if (flags & TypeFlags.Null) return [fixed(null)];
    if (flags & (TypeFlags.VoidLike | TypeFlags.Never)) return [fixed(undefined)];
    if (type.isTypeParameter()) return [TEXT];
    if (type.isUnionType()) return union(type.getTypes(), depth);
    if (type.isIntersectionType()) return [object(type, depth)];
    if (flags & TypeFlags.Object) {
      if (checker.isArrayLikeType(type)) return list(type, depth);
      if (!isOurs(type)) return [fromElsewhere(type, depth)];
      const [call] = checker.getSignaturesOfType(type, SIGNATURE_CALL);
      if (call) return [callback(call, depth)];
      return objects(type, depth);
    }
    throw new Unfeedable(checker.typeToString(type));
  }

  function union(members: readonly Type[], depth: number): Recipe[] {
    const some = members.filter(({ flags }) => !(flags & (TypeFlags.Nullable | TypeFlags.Void)));
    const found: Recipe[] = [];
    let failed: unknown;
    for (const member of some.length > 0 ? some : members) {
      try {
        found.push(...of(member, depth));
      } catch (error) {
        failed = error;
      }
    }
    if (found.length === 0) throw failed;
    return [...found.filter(({ wordy }) => wordy), ...found.filter(({ wordy }) => !wordy)].slice(0, MOST_VARIANTS);
  }

  function list(type: Type, depth: number): Recipe[] {
    const [element] = type.isTypeReference() ? checker.getTypeArguments(type) : [];
    if (!element || depth > DEEPEST) return [fixed([])];
    return of(element, depth + 1).map(({ make, wordy }) => ({ make: (text) => [make(text)], wordy }));
  }

  function fromElsewhere(type: Type, depth: number): Recipe {
    const [argument, second] = type.isTypeReference() ? checker.getTypeArguments(type) : [];
    const inner = second ?? argument;
    const name = type.getSymbol()?.name ?? '';
    const made = foreign(name, inner ? of(inner, depth + 1)[0]! : TEXT);
    if (made) return made;
    if (name === '__type' || name === 'Record' || name === 'Pick' || name === 'Partial') return object(type, depth);
    throw new Unfeedable(checker.typeToString(type));
  }

  /** What it gives back is short: a text that grew with every call would measure itself. */
  function callback(signature: Parameters<Checker['getReturnTypeOfSignature']>[0], depth: number): Recipe {
    const returned = checker.getReturnTypeOfSignature(signature);
    if (!returned || depth > DEEPEST) return fixed(() => undefined);
    let inner: Recipe;
    try {
      inner = of(returned, depth + 2)[0]!;
    } catch {
      inner = fixed(undefined);
    }
    return fixed(() => inner.make('x'));
  }

  /** One for each way to make one of its properties that has several. */
  function objects(type: Type, depth: number): Recipe[] {
    const first = object(type, depth);
    if (depth > 1) return [first];
    const more = checker.getPropertiesOfType(type).flatMap((property) => {
      const made = checker.getTypeOfSymbol(property);
      if (!made || made.getSymbol()?.name === '__function') return [];
      let ways: Recipe[] = [];
      try {
        ways = of(made, depth + 1);
      } catch {}
      return ways.slice(1).map((way) => ({
        make: (text: string) => ({ ...(first.make(text) as object), [property.name]: way.make(text) }),
        wordy: first.wordy || way.wordy,
      }));
    });
    return [first, ...more].slice(0, MOST_VARIANTS);
  }

  function object(type: Type, depth: number): Recipe {
    const parts: [string, Recipe][] = [];
    for (const property of checker.getPropertiesOfType(type)) {
      const optional = Boolean(property.flags & SymbolFlags.Optional);
      const made = checker.getTypeOfSymbol(property);
      if (!made || (optional && depth > DEEPEST)) continue;
      if (depth > DEEPEST) {
        parts.push([property.name, fixed(undefined)]);
        continue;
      }
      try {
        parts.push([property.name, of(made, depth + 1)[0]!]);
      } catch (error) {
        if (!optional) throw error;
      }
    }
    const [index] = checker.getIndexInfosOfType(type);
    if (index && depth <= DEEPEST) {
      const inner = of(index.valueType, depth + 1)[0]!;
      parts.push(['words', inner]);
    }
    return {
      make: (text) => Object.fromEntries(parts.map(([name, { make }]) => [name, make(text)])),
      wordy: parts.some(([, { wordy }]) => wordy),
    };
  }

  return { of };
}

export { API };
