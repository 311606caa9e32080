import { didYouMean } from '../policy/nearest.ts';
import { RULES } from '../scanner/rules/registry.ts';
import { type Command, EXIT, type Terminal, UsageError } from './command.ts';
import { ruleIds } from './operator-files.ts';
import { parseOptions } from './options.ts';
import { rulePage } from './rule-page.ts';

const FORMATS = ['text', 'json'] as const;

const HELP = `Lists the scan rules, or explains some of them.

  davylamp rules [--format text|json]
  davylamp rules RULE…

With RULE the rule's page is printed: what it sees, why, how it weighs, what
looks alike, and what to do about a false alarm.

Exit codes: 0 done, 2 the arguments do not fit, 3 the page is not installed.
`;

export const rules: Command = {
  name: 'rules',
  summary: 'list and explain the scan rules',
  help: HELP,
  async run(args, terminal) {
    const options = parseOptions(args, { format: { type: 'string' } });
    const format = options.oneOf('format', FORMATS, 'text');
    const ids = options.positionals;
    if (ids.length > 0) return explain(ids, terminal);
    terminal.out(format === 'json' ? rulesJson() : rulesText());
    return EXIT.ok;
  },
};

function explain(ids: readonly string[], terminal: Terminal): number {
  const known = ruleIds();
  const unknown = ids.find((id) => !known.includes(id));
  if (unknown !== undefined) {
    throw new UsageError(`there is no rule '${unknown}'${didYouMean(unknown, known)}`);
  }
  const pages = ids.map((id) => ({ id, page: rulePage(id) }));
  for (const { id, page } of pages) {
    if (page === null) terminal.error(`docs/rules/${id}.md is not installed\n`);
  }
  terminal.out(pages.flatMap(({ page }) => page ?? []).join('\n'));
  return pages.some(({ page }) => page === null) ? EXIT.unread : EXIT.ok;
}

function rulesText(): string {
  const width = Math.max(...RULES.map(({ id }) => id.length));
  const lines = RULES.map(({ id, severity, maturity, title }) => {
    const trial = maturity === 'trial' ? ' (trial: it reports, and does not count)' : '';
    return `${id.padEnd(width)}  ${severity.padEnd('medium'.length)}  ${title}${trial}\n`;
  });
  return lines.join('');
}

function rulesJson(): string {
  const list = RULES.map(({ id, title, severity, confidence, maturity, group }) => {
    return { id, title, severity, confidence, maturity, group };
  });
  return `${JSON.stringify({ schema: 'davylamp.rules/1', rules: list }, null, 1)}\n`;
}
