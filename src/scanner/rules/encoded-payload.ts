import type { CommandPassage, JobView } from '../engine/job-view.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';

/** Shorter words stand in any text by chance. */
const WORD_LENGTH_MIN = 3;
const MATCHES_MAX = 10;

/** Commands that stood in an encoding are run. Weak alone: others judge what they are. */
export const encodedPayload: Rule = {
  id: 'encoded-payload',
  title: 'Encoded commands are run',
  severity: 'low',
  confidence: 'low',
  maturity: 'stable',
  group: 'delivery',
  // The cues of the sweep find what it looks at.
  atoms: [],
  hits: [
    { what: 'base64', script: 'echo bWtkaXIgL3RtcC94Cg== | base64 -d | sh' },
    { what: 'hex', script: 'echo 6d6b646972202f746d702f780a | xxd -r -p | bash' },
    { what: 'reversed', script: 'eval "$(echo x/pmt/ ridkm | rev)"' },
  ],
  innocents: [
    { what: 'decoded into a file', script: 'echo "$KEY" | base64 -d > key.p12' },
    { what: 'a script in quotes', script: "bash -c 'mkdir -p build && cd build'" },
    { what: 'eval of a tool', script: 'eval "$(ssh-agent -s)"' },
  ],
  look(view: JobView): readonly Match[] {
    const seen = new Set<string>();
    const found: Match[] = [];
    for (const command of view.commands) {
      const place = `${command.source.path} ${command.start}`;
      if (command.layers.length === 0 || seen.has(place) || !wasEncoded(command)) continue;
      seen.add(place);
      found.push({
        passage: command,
        bits: WEIGHTS.encodedCommands,
        evidence: command.layers.at(-1) ?? '',
        role: 'sign',
        position: 'executed',
      });
      if (found.length >= MATCHES_MAX) break;
    }
    return found;
  },
};

/** A word that the file does not hold as it is was decoded, not only quoted. */
function wasEncoded(command: CommandPassage): boolean {
  const [word = ''] = command.words;
  return word.length >= WORD_LENGTH_MIN && !command.source.text.includes(word);
}
