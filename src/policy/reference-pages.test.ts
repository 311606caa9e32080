/** `docs/reference/facts.md` and `docs/reference/policy.md` say what the code says. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import * as limits from '../base/limits.ts';
import { ACTIONS } from '../model/action.ts';
import { LIMIT_NAMES } from '../model/decision.ts';
import { FACTS, type FactSpec } from '../model/fact.ts';
import { FUNCTION_NAMES, METHOD_NAMES } from './cel/operators.ts';
import { MACROS } from './cel/term.ts';
import { loadPolicy, testPolicy } from './policy.ts';
import { POLICY_PROBLEM_CODES } from './policy-problem.ts';
import { LIMIT_RANGES } from './policy-rule.ts';
import { NEUTRAL_EVENT, NEUTRAL_FACTS } from './policy-test.ts';

function page(name: string): string {
  return readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');
}

/** The rows of the table with this head, cells trimmed. */
function table(text: string, head: string): readonly (readonly string[])[] {
  const lines = text.slice(text.indexOf(head)).split('\n');
  const end = lines.findIndex((line) => !line.startsWith('|'));
  // A bar that is written \| is no border.
  const cells = (line: string) => line.split(/(?<!\\)\|/).slice(1, -1);
  return lines.slice(2, end).map((line) => cells(line).map((cell) => cell.trim()));
}

test('the page of facts lists exactly the facts', () => {
  const rows = table(page('reference/facts.md'), '| Fact | Type |');
  const expected = Object.entries(FACTS).map(([name, spec]: [string, FactSpec]) => [
    `\`${name}\``,
    spec.type === 'list<string>' ? '`list<string>`' : spec.type,
    spec.checkpoints?.join(', ') ?? 'all',
    spec.always ? 'always' : 'maybe',
    spec.values?.map((v) => (v === '' ? 'empty' : `\`${v}\``)).join(' ') ?? 'any',
    spec.description,
  ]);
  assert.deepEqual(rows, expected);
});

describe('the page of policies', () => {
  const text = page('reference/policy.md');
  const firstCells = (head: string) => table(text, head).map(([cell = '']) => cell.slice(1, -1));

  test('has the bounds as they are', () => {
    const named: Readonly<Record<string, unknown>> = { ...limits };
    const rows = table(text, '| What | At most |');
    assert.ok(rows.length > 15);
    for (const [what, value = '', name = ''] of rows) {
      assert.equal(Number(value.split(' ')[0]), named[name.slice(1, -1)], what);
    }
    const stated = new Set(rows.map(([, , name]) => name));
    for (const name of Object.keys(limits)) {
      if (!/^(policy|cel|reason)/.test(name)) continue;
      assert.ok(stated.has(`\`${name}\``), `${name} is not on the page`);
    }
  });

  test('explains every mistake', () => {
    assert.deepEqual(firstCells('| Code | Means |'), POLICY_PROBLEM_CODES);
  });

  test('lists every limit with its range', () => {
    const rows = table(text, '| Limit | Values |');
    const ranges = LIMIT_NAMES.map((name) => {
      const { least, most, whole } = LIMIT_RANGES[name];
      return [`\`${name}\``, `${least} to ${most}${whole ? ', whole' : ''}`];
    });
    assert.deepEqual(
      rows.map((row) => row.slice(0, 2)),
      ranges,
    );
  });

  test('has the neutral values of tests', () => {
    const expected = Object.entries({ ...NEUTRAL_FACTS, 'event.type': '' }).map(([name, value]) => {
      const events = Object.values(NEUTRAL_EVENT).map((event) => `\`${event}\``);
      if (name === 'event.type') {
        return [
          `\`${name}\``,
          `${events.slice(0, -1).join(', ')} or ${events.at(-1)} by checkpoint`,
        ];
      }
      return [`\`${name}\``, value === '' ? 'empty' : `\`${value}\``];
    });
    const rows = table(text, '| Fact | Neutral value |');
    assert.deepEqual(rows.toSorted(), expected.toSorted());
  });

  test('has every function and macro, and the whole ladder', () => {
    const forms = table(text, '| Form | Takes |').map(([form]) => form);
    for (const name of [...METHOD_NAMES, ...FUNCTION_NAMES, ...MACROS]) {
      assert.ok(
        forms.some((form) => form?.includes(`${name}(`)),
        name,
      );
    }
    assert.ok(text.includes(ACTIONS.map((action) => `\`${action}\``).join(' < ')));
  });

  test('has an example that loads and passes its test', () => {
    const example = /```yaml\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
    const loaded = loadPolicy(example);
    assert.ok(loaded.ok, JSON.stringify(loaded));
    assert.equal(testPolicy(loaded.value).passed, 1);
  });
});

test('the rule of the guide loads', () => {
  const rule = /```yaml\n([\s\S]*?)```/.exec(page('guides/policy.md'))?.[1] ?? '';
  const defaults = '{sign-up: allow, admission: allow, run: allow, spend: deny}';
  const loaded = loadPolicy(`version: 1\npriorBits: -10\ndefaults: ${defaults}\n${rule}`);
  assert.ok(loaded.ok, JSON.stringify(loaded));
});
