/** Finds personal data in one text, by what is known of the person. */
import type { PersonalData } from '../../core/ports.ts';
import type { Detector, Finding } from '../../core/privacy/masking.ts';
import { fold } from './fold.ts';
import { hintsOf } from './hints.ts';
import { names, topicsOf } from './names.ts';
import { crossOut } from './not-phones.ts';
import { cards, emails, ibans, platformIds } from './patterns.ts';
import { NO_PLANS, type NumberingPlans, phones } from './phones.ts';

/** Instructions, passages and what was said before come again with every turn. */
const KNOWN_TEXTS = 1_000;
/** Longer texts are few, and would fill the memory. */
const LONGEST_KNOWN = 8_000;

/** What is told by its shape, and the text without it. */
interface Shapes {
  found: readonly Finding[];
  rest: string;
}

export function createDetector(plans: NumberingPlans): Detector {
  let young = new Map<string, Shapes>();
  let old = new Map<string, Shapes>();

  function shapesIn(text: string, taken: string, countries: string[]): Shapes {
    let rest = taken;
    const found: Finding[] = [];
    const take = (findings: Finding[]) => {
      const fresh = withoutOverlaps(findings);
      found.push(...fresh);
      rest = crossOut(rest, fresh);
    };
    take(emails(rest));
    if (/\p{Nd}/u.test(rest)) {
      take(ibans(rest));
      take(cards(rest));
      take(phones(text, rest, countries, plans));
    }
    return { found, rest };
  }

  /** As `shapesIn`, of a text in which nothing was found before. */
  function known(text: string, countries: string[]): Shapes {
    if (text.length > LONGEST_KNOWN) return shapesIn(text, text, countries);
    const key = `${countries.join()}\n${text}`;
    const shapes = young.get(key) ?? old.get(key) ?? shapesIn(text, text, countries);
    if (!young.has(key)) {
      if (young.size >= KNOWN_TEXTS) [old, young] = [young, new Map()];
      young.set(key, shapes);
    }
    return shapes;
  }

  return (original, hints) => {
    if (!/[\p{Nd}@＠]/u.test(original) && hints.names.length === 0 && hints.ids.length === 0) return [];
    const folded = fold(original);
    // What was found first is crossed out for the next, so the surest come first.
    const ids = withoutOverlaps(platformIds(folded.text, hints.ids));
    const shapes =
      ids.length > 0
        ? shapesIn(folded.text, crossOut(folded.text, ids), hints.countries)
        : known(folded.text, hints.countries);
    const found = [...ids, ...shapes.found, ...withoutOverlaps(names(shapes.rest, hints.names, hints.topics))];
    return found
      .sort((a, b) => a.start - b.start)
      .map((finding) => ({ ...finding, ...folded.source(finding.start, finding.end) }));
  };
}

/** Judges by shape only; loads nothing, and is quick enough for every line of a log. */
export const shapesOnly: Detector = createDetector(NO_PLANS);

let loading: Promise<PersonalData> | undefined;

/** What this process knows of personal data. The numbering plans of the world (some 60 ms) are loaded at the first use. */
export function loadPersonalData(): Promise<PersonalData> {
  loading ??= import('./numbering-plans.ts').then(({ numberingPlans, countryOf }) => ({
    detect: createDetector(numberingPlans),
    hintsOf: (contact, account) => hintsOf(contact, account, countryOf),
    topicsOf,
  }));
  return loading;
}

/** In order. What was found before is crossed out and cannot be found again, so only these can overlap; the one that begins first stays. */
function withoutOverlaps(findings: Finding[]): Finding[] {
  let end = 0;
  return findings
    .sort((a, b) => a.start - b.start || b.end - a.end)
    .filter((finding) => {
      if (finding.start < end) return false;
      end = finding.end;
      return true;
    });
}
