/** Letters of any script are one class, digits another; what is neither stays what it is. */
export type CharacterClass = 'letter' | 'digit' | 'other';

export interface Run {
  readonly characters: CharacterClass;
  readonly text: string;
}

/** Stretches of characters of one class. */
export function runsOf(text: string): readonly Run[] {
  const runs: { characters: CharacterClass; text: string }[] = [];
  for (const c of text) {
    const characters = classOf(c);
    const last = runs.at(-1);
    if (last?.characters === characters) last.text += c;
    else runs.push({ characters, text: c });
  }
  return runs;
}

function classOf(c: string): CharacterClass {
  if (c >= '0' && c <= '9') return 'digit';
  return c.toLowerCase() !== c.toUpperCase() ? 'letter' : 'other';
}

const SHAPE_LENGTH_MAX = 64;

/**
 * `ada.lovelace42` is `a.a9{2}`: words may vary, counts of digits do not. Null for a shape that
 * people choose anyway, without digits and with two words at most.
 */
export function shapeOf(text: string): string | null {
  const runs = runsOf(text);
  const words = runs.filter(({ characters }) => characters === 'letter').length;
  if (runs.every(({ characters }) => characters !== 'digit') && words < 3) return null;
  const shape = runs.map(({ characters, text: own }) => {
    if (characters === 'letter') return 'a';
    return characters === 'digit' ? `9{${own.length}}` : own;
  });
  return shape.join('').slice(0, SHAPE_LENGTH_MAX);
}
