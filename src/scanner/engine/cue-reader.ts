import type { ByteText } from './byte-text.ts';
import type { Cue } from './cues.ts';
import type { JoinedWords } from './glue.ts';
import { RunningCues } from './running-cues.ts';
import { TextCues } from './text-cues.ts';

/** Looks at the words that `cues.ts` lists, each together with the command that it stands in. */
export class CueReader {
  readonly running: RunningCues;
  readonly texts: TextCues;
  #stopped = false;
  /** Functions that make text of other text stand in it. */
  #hasTricks = false;

  constructor(text: ByteText, joined: JoinedWords) {
    this.running = new RunningCues(text);
    this.texts = new TextCues(text, joined);
  }

  get stopped(): boolean {
    const isTricky = this.#hasTricks && this.running.hasCode;
    return this.#stopped || isTricky || this.running.stopped || this.texts.stopped;
  }

  begin(): void {
    this.#stopped = false;
    this.#hasTricks = false;
    this.running.begin();
    this.texts.begin();
  }

  /** Takes the word from `start` to `end`, which is a cue. */
  read(cue: Cue, start: number, end: number): void {
    switch (cue) {
      case 'stops':
        this.#stopped = true;
        return;
      case 'joins':
        this.texts.joins = true;
        return;
      case 'fills':
        this.texts.readFiller(start, end);
        return;
      case 'tricks':
        this.#hasTricks = true;
        return;
      case 'unpacks':
        this.#hasTricks = true;
        this.texts.unpacks = true;
        return;
      case 'decodes':
        this.#hasTricks = true;
        this.texts.readDecoder(start, end);
        return;
      case 'prints':
        this.texts.readPrinter(start, end);
        return;
      case 'cuts':
      case 'maps':
        this.texts.readCut(cue, start, end);
        return;
      case 'splits':
        this.texts.readSplit(end);
        return;
      case 'shell':
        this.running.readShell(start, end);
        return;
      case 'script':
        this.running.readScript(start, end);
        return;
      case 'sources':
        this.running.readSource(start, end);
        return;
      case 'interprets':
        this.running.readInterpreter(start, end);
        return;
      case 'enters':
        this.running.readFolder(end);
        return;
      case 'tool':
        this.running.readTool(start, end);
        return;
      case 'borrows':
        this.running.readBorrowed(start);
        return;
      case 'seals':
        this.texts.readSealed(start);
        return;
      case 'fetches':
      case 'clones':
        this.running.readFetch(start, end);
    }
  }
}
