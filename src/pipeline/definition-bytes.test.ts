import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { definitionBytesMax } from '../base/limits.ts';
import type { DefinitionInput } from '../model/definition-input.ts';
import { DefinitionBytes } from './definition-bytes.ts';
import { emptyJob } from './test-world.ts';

const numRuns = Number(process.env['FUZZ_RUNS'] ?? 500);

/** Few of each, so that two that are drawn are often the same in most. */
const text = fc.oneof(
  fc.constantFrom('', 'a', '\0', 'ü', '\ud800', '\udc00', '\ufffd', 'ÿ', '\u0100'),
  fc.constantFrom('x'.repeat(23), 'x'.repeat(24), `${'x'.repeat(30)}ü`, `${'x'.repeat(30)}\ud800`),
  fc.string({ unit: 'binary', maxLength: 40 }),
);
const texts = fc.array(text, { maxLength: 3 });
const segments = fc.constantFrom([0, 1, 1], [0, 2, 1], [0, 1, 1, 5, 2, 1]);
const source = fc.record({ path: text, text, segments });
const shell = fc.constantFrom('sh' as const, 'python' as const);
const command = fc.record(
  {
    source,
    shell,
    encoded: fc.record({ source, layers: texts }),
    atStart: fc.constant(true as const),
  },
  { requiredKeys: ['source', 'shell'] },
);
const job = fc.record(
  {
    name: text,
    needs: texts,
    commands: fc.array(command, { maxLength: 2 }),
    images: fc.array(source, { maxLength: 2 }),
    environment: fc.array(fc.record({ name: text, value: source }), { maxLength: 2 }),
    remoteCode: fc.array(source, { maxLength: 1 }),
    filesRun: fc.array(source, { maxLength: 1 }),
    fanOut: fc.constantFrom(1, 2),
    schedules: texts,
    timeoutSeconds: fc.constantFrom(null, 0, 60),
    machine: texts,
  },
  {
    requiredKeys: [
      'name',
      'commands',
      'images',
      'environment',
      'remoteCode',
      'filesRun',
      'fanOut',
      'schedules',
      'timeoutSeconds',
      'machine',
    ],
  },
);
const input: fc.Arbitrary<DefinitionInput> = fc.oneof(
  fc.record({
    kind: fc.constant('files' as const),
    dialect: fc.constantFrom('shell' as const, 'github' as const),
    files: fc.array(fc.record({ path: text, text }), { maxLength: 3 }),
  }),
  fc.record({
    kind: fc.constant('definition' as const),
    definition: fc.record(
      {
        dialect: fc.constant('gitlab' as const),
        path: text,
        jobs: fc.array(job, { maxLength: 2 }),
        unread: texts,
        broken: fc.boolean(),
      },
      { requiredKeys: ['dialect', 'path', 'jobs', 'unread'] },
    ),
  }),
);

/** Copied, since what is drawn has various prototypes. */
function isSame(a: DefinitionInput, b: DefinitionInput): boolean {
  return isDeepStrictEqual(structuredClone(a), structuredClone(b));
}

function bytesOf(definition: DefinitionInput): { readonly text: string; readonly print: number } {
  const written = new DefinitionBytes();
  assert.ok(written.write(definition));
  assert.equal(written.end % 4, 0);
  return { text: written.bytes.toString('latin1', 0, written.end), print: written.print() };
}

test('bytes are the same exactly when definitions are', () => {
  const reused = new DefinitionBytes();
  fc.assert(
    fc.property(input, input, (a, b) => {
      const [of, other] = [bytesOf(a), bytesOf(b)];
      assert.equal(of.text === other.text, isSame(a, b));
      assert.ok(reused.write(a));
      assert.equal(reused.bytes.toString('latin1', 0, reused.end), of.text, 'nothing is left over');
      assert.equal(reused.print(), of.print);
    }),
    { numRuns },
  );
});

test('one change in a definition changes its bytes', () => {
  fc.assert(
    fc.property(job, job, (job, other) => {
      const of = (changed: object) =>
        bytesOf({
          kind: 'definition',
          definition: { dialect: 'gitlab', path: 'a', jobs: [{ ...job, ...changed }], unread: [] },
        }).text;
      for (const [name, value] of Object.entries(other)) {
        const changed = { [name]: value };
        assert.equal(
          of(changed) === of({}),
          isDeepStrictEqual(structuredClone({ ...job, ...changed }), structuredClone({ ...job })),
          name,
        );
      }
    }),
    { numRuns },
  );
});

test('an input that does not fit, by its texts or by its numbers', () => {
  const written = new DefinitionBytes();
  const files = (length: number): DefinitionInput => ({
    kind: 'files',
    dialect: 'shell',
    files: [{ path: 'a', text: 'x'.repeat(length) }],
  });
  assert.ok(written.write(files(definitionBytesMax / 2 - 100)));
  assert.ok(!written.write(files(definitionBytesMax / 2)));
  assert.ok(written.write(files(1)), 'the next one is written again');
  const segments = Array.from({ length: definitionBytesMax / 8 }, (_, i) => i);
  const image = { path: '', text: '', segments };
  const jobs = [{ ...emptyJob, images: [image] }];
  const definition = { dialect: 'gitlab', path: '', jobs, unread: [] } as const;
  assert.ok(!written.write({ kind: 'definition', definition }));
});
