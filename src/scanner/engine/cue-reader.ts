import type { ByteText } from './byte-text.ts';
import type { Cue } from './cues.ts';
import { RunningCues } from './running-cues.ts';
import { TextCues } from './text-cues.ts';

/** Looks at the words that `cues.ts` lists, each together with the command that it stands in. */
export class CueReader {
  readonly running: RunningCues;
  readonly texts: TextCues;
  #stopped = false;

  constructor(text: ByteText) {
    this.running = new RunningCues(text);
    this.texts = new TextCues(text);
  }

  get stopped(): boolean {
    return this.#stopped || this.running.stopped || this.texts.stopped;
  }

  begin(): void {
    this.#stopped = false;
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
      case 'unpacks':
        this.texts.unpacks = true;
        return;
      case 'decodes':
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
      case 'fetches':
      case 'clones':
        this.running.readFetch(start, end);
    }
  }
}
