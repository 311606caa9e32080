/** `davylamp/scanner`: the scanner for other programs. `scanner.d.ts` beside it says what it has. */
import './strip-types.js';

export const { createScanner, dialects, rules } = await import('../src/main/scanner.ts');
