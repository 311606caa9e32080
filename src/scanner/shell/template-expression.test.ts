// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions are written so.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { templateValue } from './template-expression.ts';
import { lines } from './test-run.ts';

const VALUES: Readonly<Record<string, string>> = { A: 'x', 'inputs.b': 'y', 'outputs.c': 'z' };
const value = (expression: string): string | null =>
  templateValue(expression, (name) => VALUES[name] ?? null);

test('names, literals, and the first that is known', () => {
  assert.equal(value('${{ env.A }}'), 'x');
  assert.equal(value("${{ env['A'] }}"), 'x');
  assert.equal(value('${{inputs.b}}'), 'y');
  assert.equal(value('${{ github.event.inputs.b }}'), 'y');
  assert.equal(value('${{ steps.s.outputs.c }}'), 'z');
  assert.equal(value("${{ 'it''s' }}"), "it's");
  assert.equal(value("${{ secrets.X || 'd' }}"), 'd');
  assert.equal(value('${{ secrets.X }}'), null);
  assert.equal(value(`\${{ ${'a'.repeat(600)} }}`), null);
});

test('a shell sees the value, also through a variable', () => {
  const environment = { A: 'x', B: '${{ env.A }}', C: '${{ env.C }}' };
  assert.deepEqual(lines('a ${{ env.A }} $B "b ${{ env.A }}" $C', environment), [
    'a x x b x ${{ env.C }}',
  ]);
});
