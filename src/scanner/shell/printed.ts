/**
 * What a command prints: text, or bytes where a decoder made them and a later one needs them as
 * they are.
 */
export type Printed = string | Uint8Array;

const utf8 = new TextDecoder('utf-8', { ignoreBOM: false });

export function textOfPrinted(printed: Printed): string {
  return typeof printed === 'string' ? printed : utf8.decode(printed);
}

export function bytesOfPrinted(printed: Printed): Uint8Array {
  return typeof printed === 'string' ? Buffer.from(printed, 'utf8') : printed;
}

export function concatPrinted(a: Printed, b: Printed): Printed {
  if (typeof a === 'string' && typeof b === 'string') return a + b;
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return Buffer.concat([bytesOfPrinted(a), bytesOfPrinted(b)]);
}

/**
 * What escapes have made of `source`. `\x1f\x8b` means two bytes, not two characters: when only
 * escapes can have made the characters of 128 to 255, they are bytes.
 */
export function printedOfEscaped(source: string, result: string): Printed {
  if (!holdsHighByte(result) || holdsHighByte(source)) return result;
  for (let i = 0; i < result.length; i++) if (result.charCodeAt(i) > 255) return result;
  return Buffer.from(result, 'latin1');
}

function holdsHighByte(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return true;
  return false;
}

/** Whether a shell would refuse this as a program: a zero byte near its start. */
export function isBinary(text: string): boolean {
  const zero = text.indexOf('\0');
  return zero !== -1 && zero < 512;
}
