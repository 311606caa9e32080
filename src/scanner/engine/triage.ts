/**
 * The triage: whether a file of a tree is clear, told from its bytes and those of the files that it
 * may run, without reading or seeing through any of them. It says yes only where the scanner's
 * whole way would find nothing and leave nothing unread; whenever in doubt it says no, and the file
 * takes the whole way.
 *
 *   plain      the dialect's reader would leave nothing out          plain.ts
 *   sweep      no rule could see anything in it                      sweep.ts
 *   follow     every file that it may run is absent or inert         here
 *
 * What a command line runs depends on the folder it stands in, and on variables. Neither is worked
 * out here: a word is looked up in every folder that the text enters, and one that names a variable
 * of the text is in doubt.
 */
import type { Dialect, DialectReader } from '../../model/job-definition.ts';
import type { Region } from './cut-material.ts';
import { filePath, isScriptPath, scriptCandidates, UNKNOWN_MARKS } from './follow.ts';
import type { Plain, TextForm } from './plain.ts';
import type { Sweep } from './sweep.ts';
import { TOOL_FILES } from './tool-files.ts';
import type { FileState, TreeState } from './tree-state.ts';

export interface TriageGuide {
  /** For whole files. */
  readonly sweep: Sweep;
  readonly plain: Plain;
  /** The dialect of a file that may be run, or null for code of another language. */
  dialectOf(path: string, text: string): Dialect | null;
}

/** What of a reader tells that nothing is to be read. */
export type TextReader = Pick<DialectReader, 'dialect' | 'silentKinds'>;

/** Files that run one another so deep are in doubt. */
const DEPTH_MAX = 3;
/** Folders that a text enters. */
const FOLDERS_MAX = 12;
/** Words of one tool's command that may be paths. */
const OPERANDS_MAX = 24;
const WORD_LENGTH_MAX = 300;
/** Files that stand for a folder that is run: an action, an image. */
const FOLDER_FILES = ['action.yml', 'action.yaml', 'Dockerfile'];

/** A text whose references are followed. */
interface Origin {
  readonly path: string;
  readonly tree: TreeState;
  readonly depth: number;
  /** What its words come to depends on values that are not in it. */
  readonly isOpen: boolean;
}

export class Triage {
  readonly #guide: TriageGuide;

  constructor(guide: TriageGuide) {
    this.#guide = guide;
  }

  /**
   * The form of a definition in which no rule could see anything, nor in a file that it may run;
   * `other` where that cannot be told.
   */
  formOf(
    { dialect, silentKinds }: TextReader,
    path: string,
    bytes: Uint8Array,
    tree: TreeState,
  ): TextForm {
    const { plain } = this.#guide;
    if (silentKinds !== undefined && plain.isSilent(dialect, bytes, silentKinds)) return 'plain';
    const form = plain.formOf(dialect, bytes);
    return form !== 'other' && this.#isInert(path, bytes, tree, 0, true) ? form : 'other';
  }

  /** `isFirst` holds for a file that is judged for itself and not for what runs it. */
  #isInert(
    path: string,
    bytes: Uint8Array,
    tree: TreeState,
    depth: number,
    isFirst: boolean,
  ): boolean {
    const { sweep } = this.#guide;
    if (sweep.stops(bytes, bytes.length)) return false;
    const { running } = sweep;
    if (running.fetches.length > 0) return false;
    // What is given to a file, or set by it, may complete what it glues or cuts.
    const { isOpen } = sweep;
    if (isOpen && !isFirst) return false;
    if (running.references.length + running.tools.length === 0) return true;
    // A path stands for another file when another folder is the current one.
    if (!isFirst && running.folders.length > 0) return false;
    return this.#follow({ path, isOpen, depth, tree });
  }

  #follow(from: Origin): boolean {
    if (from.depth >= DEPTH_MAX) return false;
    const { running } = this.#guide.sweep;
    const words = running.references.map((one) => ({ ...one, word: this.#wordOf(one) }));
    const commands = running.tools.map(({ name, ...region }) => ({
      files: TOOL_FILES[name.toLowerCase()] ?? [],
      words: this.#operandsOf(region),
    }));
    // Lines of a here-document may be read, and parted, by what it is given to.
    const hasDocuments = this.#guide.sweep.text.includes('<<');
    const folders = this.#foldersOf(from.path, running.folders);
    // The sweep's state is the next text's from here on.
    if (folders === null) return false;
    const remarksRun = from.isOpen || hasDocuments;
    for (const { word, isKnown, isRemark } of words) {
      const mayMiss =
        word !== null && !isKnown && (!isScriptPath(word) || (isRemark && !remarksRun));
      if (word === null || !this.#isReferenceInert(word, mayMiss, folders, from)) return false;
    }
    for (const { files, words: operands } of commands) {
      if (operands === null) return false;
      const named = folders.flatMap((folder) => operands.map((word) => folder + word));
      // Most operands are no paths of the tree, and need no look inside.
      const held = named.map(filePath).filter((path) => path !== '' && from.tree.mayHold(path));
      const inside = [...folders, ...held.map((path) => `${path}/`)];
      const paths = inside.flatMap((folder) => files.map((file) => folder + file));
      const isSafe = (path: string): boolean => isHarmless(this.#stateOf(path, from), from);
      if (![...held, ...paths].every(isSafe)) return false;
    }
    return true;
  }

  #isReferenceInert(
    word: string,
    mayMiss: boolean,
    folders: readonly string[],
    from: Origin,
  ): boolean {
    const found = scriptCandidates(word, [from.path]).paths;
    const inside = word.startsWith('./') ? FOLDER_FILES : [];
    let isFound = false;
    for (const given of folders.flatMap((folder) => found.map((one) => folder + one))) {
      const path = filePath(given);
      if (path === '' || !from.tree.mayHold(path)) continue;
      const paths = [path, ...inside.map((file) => `${path}/${file}`)];
      const states = paths.map((one) => this.#stateOf(one, from));
      if (states.some((state) => !isHarmless(state, from))) return false;
      isFound ||= states.includes('inert');
    }
    // Not finding a script leaves it unread.
    return isFound || mayMiss;
  }

  #stateOf(given: string, { tree, depth }: Origin): FileState {
    const path = filePath(given);
    if (path === '') return 'absent';
    return tree.stateOf(path, (text) => {
      const bytes = Buffer.from(text);
      const dialect = this.#guide.dialectOf(path, text);
      if (dialect === null || this.#guide.plain.formOf(dialect, bytes) !== 'plain') {
        return 'matters';
      }
      const isInert = this.#isInert(path, bytes, tree, depth + 1, false);
      return isInert ? 'inert' : 'matters';
    });
  }

  /**
   * The folders that commands may run in, the root first, each with a slash behind it; null when in
   * doubt.
   */
  #foldersOf(path: string, entered: readonly Region[]): readonly string[] | null {
    const folders = new Set(['', path.slice(0, path.lastIndexOf('/') + 1)]);
    for (const region of entered) {
      const word = this.#wordOf(region);
      if (word === null || folders.size > FOLDERS_MAX) return null;
      const tail = knownTail(word);
      if (tail === '' || tail === '-' || tail.startsWith('..')) continue;
      for (const folder of [...folders]) folders.add(`${filePath(folder + tail)}/`);
    }
    return [...folders];
  }

  /** The paths among the words of a tool's command; null when in doubt. */
  #operandsOf(region: Region): readonly string[] | null {
    const { text } = this.#guide.sweep;
    const given = wordsOf(text.slice(region.start, region.end));
    const words = given.filter((word) => !word.startsWith('-'));
    if (words.length > OPERANDS_MAX) return null;
    if (words.some((word) => this.#namesOwnVariable(word))) return null;
    return words.map(knownTail).filter((word) => word !== '');
  }

  /** A word of the text; null when a variable of the text is part of it. */
  #wordOf({ start, end }: Region): string | null {
    const { text } = this.#guide.sweep;
    if (end - start > WORD_LENGTH_MAX) return null;
    const word = text.slice(start, end);
    return this.#namesOwnVariable(word) ? null : word;
  }

  /** Whether the text may set a variable that the word names. */
  #namesOwnVariable(word: string): boolean {
    for (let at = word.indexOf('$'); at >= 0; at = word.indexOf('$', at + 1)) {
      const from = word[at + 1] === '{' ? at + 2 : at + 1;
      let to = from;
      while (isNameCharacter(word.charCodeAt(to))) to++;
      if (to > from && this.#guide.sweep.text.sets(word.slice(from, to))) return true;
    }
    return false;
  }
}

/** A file that is run does not matter when it is inert, and what runs it leaves nothing open. */
function isHarmless(state: FileState, { isOpen }: Origin): boolean {
  return state === 'absent' || (state === 'inert' && !isOpen);
}

/** Words between blanks, quotes and the marks that part an option from its value. */
function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  let start = 0;
  for (let i = 0; i <= text.length; i++) {
    if (i < text.length && text.charCodeAt(i) > 32 && !MARKS.includes(text[i] as string)) continue;
    if (i > start) words.push(text.slice(start, i));
    start = i + 1;
  }
  return words;
}

const MARKS = '"\'=,:';

/** What of a path is known: what stands behind its last unknown part. */
function knownTail(word: string): string {
  const parts = word.split('/');
  const unknown = parts.findLastIndex((part) => UNKNOWN_MARKS.some((mark) => part.includes(mark)));
  return parts.slice(unknown + 1).join('/');
}

function isNameCharacter(code: number): boolean {
  const lower = code | 32;
  return (code >= 48 && code <= 57) || (lower >= 97 && lower <= 122) || code === 95;
}
