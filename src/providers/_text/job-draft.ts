/**
 * A job definition while it is being read, and what reading may cost. Whatever is shared by alias,
 * `extends` or a default is copied into each job, so a small file can ask for much: the commands
 * and their characters are counted, and past a limit the rest is named in `unread`.
 */
import {
  definitionCommandsMax,
  definitionLengthMax,
  definitionPartsMax,
  definitionUnreadMax,
} from '../../base/limits.ts';
import { gaveUp } from '../../model/finding.ts';
import type {
  Command,
  Dialect,
  EncodedText,
  FileRun,
  Job,
  JobDefinition,
  Variable,
} from '../../model/job-definition.ts';
import type { SourceText } from '../../model/source-text.ts';

/** A `Job` that its reader still fills. */
export interface JobDraft {
  readonly name: string;
  needs?: readonly string[];
  readonly commands: Command[];
  readonly images: SourceText[];
  readonly environment: Variable[];
  readonly remoteCode: SourceText[];
  readonly filesRun: FileRun[];
  fanOut: number;
  /** One list for all jobs of a file. */
  schedules: readonly string[];
  timeoutSeconds: number | null;
  readonly machine: string[];
}

export function jobDraft(name: string): JobDraft {
  return {
    name,
    commands: [],
    images: [],
    environment: [],
    remoteCode: [],
    filesRun: [],
    fanOut: 1,
    schedules: [],
    timeoutSeconds: null,
    machine: [],
  };
}

/** As `to.push(...items)`, which would overflow the stack from about 100,000 items on. */
export function addAll<T>(to: T[], items: Iterable<T>): void {
  for (const item of items) to.push(item);
}

export class DefinitionDraft {
  readonly dialect: Dialect;
  readonly path: string;
  readonly jobs: Job[] = [];
  readonly #unread = new Set<string>();
  /** Apart, so that no number of other sentences drives them out. */
  readonly #givenUp = new Set<string>();
  #unreadMore = 0;
  #broken = false;
  #commandsLeft = definitionCommandsMax;
  #charactersLeft = definitionLengthMax;
  #partsLeft = definitionPartsMax;

  constructor(dialect: Dialect, path: string) {
    this.dialect = dialect;
    this.path = path;
  }

  /** Says once that something could not be read: it is malformed, or too much. */
  say(sentence: string): void {
    this.#broken = true;
    this.sayUnknown(sentence);
  }

  /** Says once that something is more than is read: the rest was not looked at. */
  giveUp(why: string): void {
    this.#broken = true;
    if (this.#givenUp.size < definitionUnreadMax) this.#givenUp.add(gaveUp(why));
  }

  /** Says once what no reading of the file can tell, since it is made elsewhere. */
  sayUnknown(sentence: string): void {
    if (this.#unread.size < definitionUnreadMax) this.#unread.add(sentence);
    else if (!this.#unread.has(sentence)) this.#unreadMore++;
  }

  /** Whether a text of this length fits into the definition; if not, that is said. */
  fits(length: number): boolean {
    if (length <= this.#charactersLeft) return true;
    this.giveUp(
      `the commands come to more than ${definitionLengthMax} characters; the rest was not read`,
    );
    return false;
  }

  /** Takes one image, variable or remote name into the definition; false past the limit. */
  takesPart(): boolean {
    this.#partsLeft--;
    if (this.#partsLeft >= 0) return true;
    this.giveUp(`there are more than ${definitionPartsMax} words to keep; the rest was not read`);
    return false;
  }

  /** Copies the variables of a whole file into a job. Many of them times many jobs are bounded. */
  shareVariables(variables: readonly Variable[], job: JobDraft): void {
    for (const variable of variables) {
      if (!this.takesPart()) return;
      job.environment.push(variable);
    }
  }

  addCommand(
    job: JobDraft,
    source: SourceText,
    shell: Command['shell'],
    encoded: EncodedText | null = null,
  ): void {
    if (!this.takesCommand(source.text.length)) return;
    job.commands.push(encoded === null ? { source, shell } : { source, shell, encoded });
  }

  /** Takes one command of this length into the definition; false past the limits. */
  takesCommand(length: number): boolean {
    this.#commandsLeft--;
    if (this.#commandsLeft < 0) {
      this.giveUp(`there are more than ${definitionCommandsMax} commands; the rest was not read`);
      return false;
    }
    if (!this.fits(length)) return false;
    this.#charactersLeft -= length;
    return true;
  }

  build(): JobDefinition {
    const unread = [...this.#unread, ...this.#givenUp];
    if (this.#unreadMore > 0) unread.push(`and ${this.#unreadMore} more parts were not read`);
    const read = { dialect: this.dialect, path: this.path, jobs: this.jobs, unread };
    return unread.length === 0 ? read : { ...read, broken: this.#broken };
  }
}
