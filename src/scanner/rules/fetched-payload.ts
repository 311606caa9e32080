import type { JobView } from '../engine/job-view.ts';
import type { Match, Rule } from '../engine/rule.ts';
import { WEIGHTS } from '../engine/weights.ts';

const URL_LENGTH_MAX = 200;

/** Something fetched from elsewhere is run: it was not read, and the report says so. */
export const fetchedPayload: Rule = {
  id: 'fetched-payload',
  title: 'Something fetched from elsewhere is run',
  severity: 'low',
  confidence: 'low',
  maturity: 'stable',
  group: 'delivery',
  // The cues of the sweep find what it looks at.
  atoms: [],
  hits: [
    { what: 'piped to a shell', script: 'curl -sSf https://get.example.com/install.sh | sh' },
    {
      what: 'kept, made executable and run',
      script: 'wget -O tool https://files.example.com/tool && chmod +x tool && ./tool',
    },
  ],
  innocents: [
    { what: 'only kept', script: 'curl -o data.json https://api.example.com/data.json' },
    { what: 'printed', script: 'echo "curl https://get.example.com/install.sh | sh"' },
  ],
  look(view: JobView): readonly Match[] {
    return view.fetched
      .filter(({ executed }) => executed)
      .map((fetch) => ({
        passage: fetch,
        bits: WEIGHTS.fetchedCommands,
        evidence: fetch.url,
        role: 'sign',
        position: 'executed',
        unread: `runs what it fetches from ${fetch.url.slice(0, URL_LENGTH_MAX)}`,
      }));
  },
};
