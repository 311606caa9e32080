/** Lines of a stream of bytes. One that is too long is passed over whole, and counted. */
import { recordLineBytesMax } from '../../base/sensor-limits.ts';

export class LineSplitter {
  /** Lines that were too long. */
  long = 0;
  #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #isPassing = false;

  push(bytes: Uint8Array, onLine: (line: string) => void): void {
    let start = 0;
    for (let end = bytes.indexOf(10); end >= 0; end = bytes.indexOf(10, start)) {
      this.#keep(bytes.subarray(start, end));
      this.#emit(onLine);
      start = end + 1;
    }
    // A copy, which `slice` of a Buffer is not: whoever reads the file uses its buffer again.
    this.#keep(new Uint8Array(bytes.subarray(start)));
  }

  /** What stands behind the last line break. */
  end(onLine: (line: string) => void): void {
    if (this.#keptBytes > 0 || this.#isPassing) this.#emit(onLine);
  }

  #keep(bytes: Uint8Array): void {
    if (this.#isPassing) return;
    this.#keptBytes += bytes.length;
    if (this.#keptBytes > recordLineBytesMax) {
      this.#isPassing = true;
      this.#kept = [];
      return;
    }
    this.#kept.push(bytes);
  }

  #emit(onLine: (line: string) => void): void {
    if (this.#isPassing) this.long++;
    else onLine(Buffer.concat(this.#kept).toString('utf8'));
    this.#isPassing = false;
    this.#kept = [];
    this.#keptBytes = 0;
  }
}
