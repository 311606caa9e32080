import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  celDepthMax,
  celLengthMax,
  celListMax,
  celNestingMax,
  celNodesMax,
} from '../../base/limits.ts';
import type { Checkpoint } from '../../model/checkpoint.ts';
import { checkCel } from './check-cel.ts';
import { type CelProblem, parseCel } from './parse-cel.ts';

function problemsOf(
  text: string,
  checkpoints: readonly Checkpoint[] = ['admission'],
): CelProblem[] {
  const tree = parseCel(text);
  if (!tree.ok) return [tree.error];
  const problems: CelProblem[] = [];
  const term = checkCel(tree.value, text, { checkpoints, report: (p) => problems.push(p) });
  assert.equal(term === null, problems.length > 0, `${text}: null exactly when reported`);
  return problems;
}

/** The text with a caret before the spot of each problem, and what is said of it. */
const MISTAKES: readonly (readonly [marked: string, code: string, message: RegExp])[] = [
  ['^scan.verdit == "clear"', 'unknown-fact', /did you mean "scan.verdict"\?$/],
  ['true && ^acount.trial', 'unknown-fact', /did you mean "account.trial"/],
  ['^foo', 'unknown-fact', /^"foo" is not a fact$/],
  ['^account', 'unknown-fact', /"account" is not a fact/],
  ['has(^account.agehours)', 'unknown-fact', /account.ageHours/],
  ['^account.trial.x', 'unknown-fact', /is not a fact/],
  [
    'scan.verdict ^== "confimed"',
    'impossible-value',
    /^scan.verdict is never "confimed".*confirmed/,
  ],
  ['"clean" ^!= scan.verdict', 'impossible-value', /never "clean": did you mean "clear"/],
  ['input.problem ^in ["", "not-jsn"]', 'impossible-value', /not-json/],
  ['account.ageHours ^< "24"', 'cel-type', /^< cannot take number and string$/],
  ['account.ageHours ^== "24"', 'cel-type', /^== cannot take number and string$/],
  ['account.trial ^< true', 'cel-type', /^< cannot take bool and bool$/],
  ['account.trial && ^account.ageHours', 'cel-type', /^&& cannot take number$/],
  ['^account.ageHours || true', 'cel-type', /^\|\| cannot take number$/],
  ['^!account.ageHours', 'cel-type', /^! cannot take number$/],
  ['^-account.plan == ""', 'cel-type', /^- cannot take string$/],
  ['account.ageHours ^/ 24 > 2', 'cel-type', /write a literal with a point/],
  ['account.ageHours ^% 2.0 == 0', 'cel-type', /% takes two ints/],
  ['size(scan.rules) / ^0 == 1', 'cel-type', /a literal other than 0/],
  ['1 / ^size(scan.rules) == 1', 'cel-type', /a literal other than 0/],
  ['9007199254740991 ^+ 1 == 0', 'cel-type', /2\^53/],
  ['size(scan.rules) ^* 999999999999 == 0', 'cel-type', /2\^53/],
  ['[9007199254740991].exists(i, i ^+ i > 0)', 'cel-type', /2\^53/],
  ['^9007199254740992 == 0', 'cel-type', /smaller than 2\^53/],
  ['"a" ^+ 1 == "a"', 'cel-type', /^\+ cannot take string and int$/],
  ['(^account.plan ? 1 : 2) == 1', 'cel-type', /before \? stands a bool/],
  ['(true ? 1 : ^2.0) == 1', 'cel-type', /one type, not int and number/],
  ['account.plan in ^account.username', 'cel-type', /behind in stands a list/],
  ['account.ageHours ^in scan.rules', 'cel-type', /^in cannot take number and list<string>$/],
  ['[1, ^"a"] == [1]', 'cel-type', /one simple type/],
  ['[^[1]] == []', 'cel-type', /one simple type/],
  ['account.plan.^contains(1)', 'cel-type', /contains\(\) cannot take string and int/],
  ['account.plan.^contains()', 'cel-type', /contains\(\) takes 1 argument$/],
  ['^size(1, 2) == 0', 'cel-type', /size\(\) takes 1 argument$/],
  ['size(^account.ageHours) == 0', 'cel-type', /size\(\) cannot take number/],
  ['double(^account.plan) == 0', 'cel-type', /double\(\) cannot take string/],
  ['account.plan.matches(^account.username)', 'cel-pattern', /literal pattern/],
  ['account.plan.matches(^"(")', 'cel-pattern', /not valid/],
  ['account.plan.matches(^"\\\\pL")', 'cel-pattern', /not taken/],
  ['account.plan.matches(^"[a-z]{41}")', 'cel-pattern', /41 states, at most 40/],
  ['scan.rules.exists(r, ^r)', 'cel-type', /tests with a bool/],
  ['account.plan.^exists(r, true)', 'cel-type', /walks a list, not a string/],
  ['[].^exists(r, true)', 'cel-type', /always empty/],
  ['scan.rules.^exists(provider, true)', 'cel-type', /the name "provider" is taken/],
  ['scan.rules.^exists(account, true)', 'cel-type', /the name "account" is taken/],
  ['["a"].exists(r, ["b"].^exists(r, true))', 'cel-type', /the name "r" is taken/],
  ['scan.rules.exists(r, ^r.x == "a")', 'unknown-fact', /is not a fact/],
  ['scan.rules^[0] == "a"', 'cel-unsupported', /indexing/],
  ['scan.rules.^map(r, r) == []', 'cel-unsupported', /map\(\)/],
  ['"a" in ^{"a": 1}', 'cel-unsupported', /maps and messages/],
  ['account.plan == ^null', 'cel-unsupported', /null literals/],
  ['account.ageHours > ^1u', 'cel-unsupported', /uint64 literals/],
  ['account.plan == ^b"x"', 'cel-unsupported', /bytes literals/],
  ['^has(provider)', 'cel-unsupported', /has\(\) of anything/],
  ['account.plan.^startWith("a")', 'cel-unsupported', /did you mean "startsWith"/],
  ['^sise(scan.rules) == 1', 'cel-unsupported', /did you mean "size"/],
  ['^contains(account.plan, "a")', 'cel-unsupported', /is not a function/],
  ['account.plan.^double() == 1', 'cel-unsupported', /is not a function/],
  ['"a".size().^x == 1', 'cel-unsupported', /fields of anything but facts/],
  ['^1 + 1', 'cel-type', /true or false, and this is a int/],
  ['account.trial ^= true', 'cel-syntax', /write ==/],
  ['account.trial ^& true', 'cel-syntax', /write|written/],
  ['account.trial ^and true', 'cel-syntax', /&&/],
  ['account.trial ^&&', 'cel-syntax', /cannot be read/],
  ['^', 'cel-syntax', /not complete/],
  ['(account.trial^', 'cel-syntax', /not complete/],
];

describe('a mistake is told with its spot', () => {
  for (const [marked, code, message] of MISTAKES) {
    test(marked, () => {
      const text = marked.replace('^', '');
      const [problem, second] = problemsOf(text);
      assert.ok(problem);
      assert.equal(second, undefined);
      assert.equal(problem.code, code, problem.message);
      assert.match(problem.message, message);
      const shown = `${text.slice(0, problem.offset)}^${text.slice(problem.offset)}`;
      assert.equal(shown, marked);
    });
  }
});

test('all mistakes of a condition are told', () => {
  const problems = problemsOf('foo && account.trial < 1 && account.plan.matches("(") || bar == 1');
  assert.deepEqual(
    problems.map((p) => p.code),
    ['unknown-fact', 'cel-type', 'cel-pattern', 'unknown-fact'],
  );
});

test('a fact must exist at every checkpoint of the rule', () => {
  assert.deepEqual(problemsOf('job.vcpu > 1', ['admission', 'run']), []);
  const [problem] = problemsOf('job.vcpu > 1', ['admission', 'spend']);
  assert.equal(problem?.code, 'unavailable-fact');
  assert.equal(problem?.message, 'there is no job.vcpu at spend, only at admission, run');
});

describe('limits', () => {
  const over = (text: string): string | undefined => problemsOf(text)[0]?.code;
  const bracketed = (depth: number): string => `${'('.repeat(depth)}true${')'.repeat(depth)}`;
  const chosen = (depth: number): string => `${'true ? true : '.repeat(depth)}true`;

  test('length', () => {
    const padded = (length: number) => 'true'.padEnd(length);
    assert.equal(over(padded(celLengthMax)), undefined);
    assert.equal(over(padded(celLengthMax + 1)), 'cel-too-long');
  });

  test('depth, of brackets and of anything else', () => {
    assert.equal(over(bracketed(celDepthMax)), undefined);
    assert.equal(over(bracketed(celDepthMax + 1)), 'cel-too-deep');
    assert.equal(over(chosen(celDepthMax - 1)), undefined);
    assert.equal(over(chosen(celDepthMax)), 'cel-too-deep');
    assert.equal(over(`1${' + 1'.repeat(celDepthMax)} == 1`), 'cel-too-deep');
    assert.equal(over('['.repeat(celLengthMax)), 'cel-too-deep');
  });

  test('parts', () => {
    // n operands have n - 1 operators.
    const wide = (parts: number) =>
      Array(Math.ceil(parts / 2))
        .fill('true')
        .join('||');
    assert.equal(over(wide(celNodesMax - 1)), undefined);
    assert.equal(over(wide(celNodesMax + 1)), 'cel-too-large');
    assert.equal(problemsOf(wide(celNodesMax + 100)).length, 1);
  });

  test('items of a list', () => {
    const list = (length: number) => `1 in [${Array(length).fill('1').join(',')}]`;
    assert.equal(over(list(celListMax)), undefined);
    assert.equal(over(list(celListMax + 1)), 'cel-too-large');
  });

  test('folds inside one another', () => {
    const folds = (depth: number): string =>
      depth === 0 ? 'true' : `["a"].all(r${depth}, ${folds(depth - 1)})`;
    assert.equal(over(folds(celNestingMax)), undefined);
    assert.equal(over(folds(celNestingMax + 1)), 'cel-too-deep');
  });
});
