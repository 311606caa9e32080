import assert from 'node:assert/strict';
import { test } from 'node:test';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import fc from 'fast-check';
import {
  archiveEntriesMax,
  archiveInflatedBytesMax,
  archiveKeptBytesMax,
  archiveNameLengthMax,
  archiveRatioMax,
  archiveUnreadMax,
  MIB,
  nestedArchiveBytesMax,
  scanFileBytesMax,
  zipDirectoryBytesMax,
} from '../../base/limits.ts';
import { ArchiveBudget, ArchiveContents } from './archive-contents.ts';
import { archiveTrees } from './archive-tree.ts';
import { type ArchiveInput, archiveInMemory, packingOf, readArchive } from './read-archive.ts';
import { paxRecord, type TestEntry, tarOf, zipOf } from './test-archives.ts';
import { readZip } from './zip.ts';

const RUNS = { numRuns: Number(process.env['FUZZ_RUNS'] ?? 100) };
const ZEROS = Buffer.alloc(MIB);

async function read(input: Buffer | ArchiveInput): Promise<ArchiveContents> {
  const archive = Buffer.isBuffer(input) ? archiveInMemory(input) : input;
  return readArchive(archive, { budget: new ArchiveBudget(), isExcluded: () => false });
}

function textsOf({ files }: ArchiveContents): Record<string, string> {
  return Object.fromEntries(
    [...files].map(([path, file]) => {
      return [path, file.kind === 'bytes' ? file.bytes.toString() : JSON.stringify(file)];
    }),
  );
}

function whysOf({ unread }: ArchiveContents): readonly string[] {
  return unread.map(({ path, why }) => `${path}: ${why}`);
}

const FILES: readonly TestEntry[] = [
  { name: './a.sh', content: 'make\n' },
  { name: 'b/', type: '5' },
  { name: 'b/c.yml', content: 'x'.repeat(1_300) },
  { name: 'empty' },
];
const TEXTS = { 'a.sh': 'make\n', 'b/c.yml': 'x'.repeat(1_300), 'empty': '' };

test('every packing gives the same files', async () => {
  const tar = tarOf(FILES);
  const stored = FILES.map((entry) => ({ ...entry, method: 0 }));
  const archives = [tar, gzipSync(tar), zstdCompressSync(tar), zipOf(FILES), zipOf(stored)];
  assert.deepEqual(archives.map(packingOf), ['tar', 'gzip', 'zstd', 'zip', 'zip']);
  for (const archive of archives) {
    const contents = await read(archive);
    assert.deepEqual(textsOf(contents), TEXTS);
    assert.deepEqual(contents.unread, []);
  }
});

test('a tar archive reads the same in chunks of any size', async () => {
  const tar = tarOf(FILES);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2_000 }), async (size) => {
      const whole = archiveInMemory(tar);
      const input = {
        ...whole,
        async *stream() {
          for (let at = 0; at < tar.length; at += size) yield tar.subarray(at, at + size);
        },
      };
      assert.deepEqual(textsOf(await read(input)), TEXTS);
    }),
    RUNS,
  );
});

test('long names, by pax and by GNU', async () => {
  const long = `${'d/'.repeat(200)}x.sh`;
  const pax = tarOf([
    { name: 'PaxHeader', type: 'x', content: paxRecord('path', long) },
    { name: 'short', content: 'pax' },
  ]);
  assert.deepEqual(textsOf(await read(pax)), { [long]: 'pax' });
  const gnu = tarOf([
    { name: '././@LongLink', type: 'L', content: `${long}\0` },
    { name: 'short', content: 'gnu' },
  ]);
  assert.deepEqual(textsOf(await read(gnu)), { [long]: 'gnu' });
  const endless = tarOf([
    { name: 'x', type: 'L', content: 'y'.repeat(17 * archiveNameLengthMax) },
    { name: 'a.sh', content: 'x' },
  ]);
  assert.match(whysOf(await read(endless)).join(), /a name that is too long/);
});

test('names that lead out are told of and never made to fit', async () => {
  const names = ['../out.sh', '/etc/x.sh', 'a/../../b.sh', 'x'.repeat(archiveNameLengthMax + 1)];
  for (const name of names) {
    const entry = { name: 'n', content: 'mine' };
    const pax = { name: 'p', type: 'x', content: paxRecord('path', name) };
    for (const archive of [tarOf([pax, entry]), zipOf([{ ...entry, name }])]) {
      const contents = await read(archive);
      assert.deepEqual(textsOf(contents), {}, name);
      assert.match(whysOf(contents).join(), /leads out of the archive/);
    }
  }
  const windows = await read(zipOf([{ name: 'ci\\x.sh', content: 'make' }]));
  assert.deepEqual(textsOf(windows), { 'ci/x.sh': 'make' });
});

test('links lead to files of the archive, and nowhere else', async () => {
  const contents = await read(
    tarOf([
      { name: 'top/real.sh', content: 'make' },
      { name: 'top/sub/soft.sh', type: '2', link: '../real.sh' },
      { name: 'top/hard.sh', type: '1', link: 'top/real.sh' },
      { name: 'top/out.sh', type: '2', link: '../../x.sh' },
      { name: 'top/loop.sh', type: '2', link: 'loop.sh' },
    ]),
  );
  const [{ tree } = assert.fail()] = archiveTrees('x.tar', contents.files);
  const readKind = (name: string): string => tree.read(`/top/${name}`).kind;
  assert.equal(tree.root, '/top');
  assert.equal(tree.shown('/top/real.sh'), 'x.tar/top/real.sh');
  assert.equal(readKind('sub/soft.sh'), 'bytes');
  assert.equal(readKind('hard.sh'), 'bytes');
  assert.equal(readKind('out.sh'), 'absent');
  assert.equal(readKind('loop.sh'), 'unread');
  const zip = [
    { name: 'a', content: 'x' },
    { name: 'b', content: 'a', mode: 0o120777 },
  ];
  const [, { tree: zipTree } = assert.fail()] = archiveTrees('', (await read(zipOf(zip))).files);
  assert.equal(zipTree.read('/b').kind, 'bytes');
});

test('every clone in an archive is a tree of its own', async () => {
  const contents = await read(
    tarOf([
      { name: 'one/.git/config', content: 'x' },
      { name: 'one/a/b.sh', content: 'x' },
      { name: 'two/.git/', type: '5' },
      { name: 'two/c.sh', content: 'x' },
      { name: 'd.sh', content: 'x' },
    ]),
  );
  const roots = [...archiveTrees('', contents.files)].map(({ path, tree }) => [path, tree.root]);
  assert.deepEqual(roots, [
    ['/d.sh', ''],
    ['/one/a/b.sh', '/one'],
    ['/two/c.sh', '/two'],
  ]);
});

test('an archive that breaks off or is damaged says so, and keeps what came before', async () => {
  const tar = tarOf(FILES);
  const cut = await read(tar.subarray(0, 3 * 512 + 100));
  assert.deepEqual(Object.keys(textsOf(cut)), ['a.sh']);
  assert.match(whysOf(cut).join(), /ends in the middle/);
  const gzip = gzipSync(tar);
  assert.match(whysOf(await read(gzip.subarray(0, gzip.length - 30))).join(), /cannot be unpacked/);
  assert.match(whysOf(await read(zipOf(FILES).subarray(0, -4))).join(), /no zip archive/);
  assert.match(whysOf(await read(Buffer.alloc(600, 'x'))).join(), /no tar archive/);
});

test('two entries of one name: the last is read, and the other is named', async () => {
  const twice = [
    { name: 'a.sh', content: 'one' },
    { name: './a.sh', content: 'two' },
  ];
  for (const archive of [tarOf(twice), zipOf(twice)]) {
    const contents = await read(archive);
    assert.deepEqual(textsOf(contents), { 'a.sh': 'two' });
    assert.match(whysOf(contents).join(), /a\.sh: it stands twice/);
  }
});

test('entries of a zip that lie are unread, not wrong', async () => {
  const whyOf = async (entry: Parameters<typeof zipOf>[0][number]): Promise<string> => {
    return JSON.stringify((await read(zipOf([entry]))).files.get('a'));
  };
  const content = 'x'.repeat(5_000);
  assert.match(await whyOf({ name: 'a', content, flags: 1 }), /encrypted/);
  assert.match(await whyOf({ name: 'a', content, method: 99 }), /method 99/);
  assert.match(await whyOf({ name: 'a', content, claimedSize: 10 }), /does not unpack/);
  assert.match(await whyOf({ name: 'a', content, claimedSize: 9_000 }), /sizes do not fit/);
  assert.match(await whyOf({ name: 'a', content, offset: 7 }), /does not stand where/);
  assert.match(await whyOf({ name: 'a', content, offset: 0xfffffff0 }), /does not stand where/);
});

test('one large file is unread, a large archive inside is named', async () => {
  const large = { content: 'x', claimedSize: scanFileBytesMax + 1 };
  const contents = await read(
    zipOf([
      { name: 'a', ...large },
      { name: 'b', content: 'b' },
    ]),
  );
  assert.match(JSON.stringify(contents.files.get('a')), /at most 4194304 are read/);
  assert.equal(textsOf(contents)['b'], 'b');
  const nested = await read(
    zipOf([{ ...large, name: 'x.tgz', claimedSize: nestedArchiveBytesMax + 1 }]),
  );
  assert.match(whysOf(nested).join(), /x\.tgz: it has 134217729 bytes/);
});

test('an archive that expands without end is given up', async () => {
  const zeros = gzipSync(Buffer.alloc(96 * MIB));
  assert.ok(96 * MIB > zeros.length * archiveRatioMax);
  const header = tarOf([{ name: 'big', claimedSize: 2 ** 32 }]).subarray(0, 512);
  const bomb = Buffer.concat([gzipSync(header), zeros]);
  assert.match(whysOf(await read(bomb)).join(), /expands without end/);
});

test('an archive of unlimited length is given up', async () => {
  const header = tarOf([{ name: 'big', claimedSize: 2 ** 33 - 1 }]).subarray(0, 512);
  let given = 0;
  const endless: ArchiveInput = {
    ...archiveInMemory(header),
    async *stream() {
      yield header;
      for (;;) {
        given += ZEROS.length;
        yield ZEROS;
      }
    },
  };
  assert.match(whysOf(await read(endless)).join(), /expands without end/);
  assert.ok(given <= archiveInflatedBytesMax + MIB);
});

test('entries, kept bytes and the unread are bounded', () => {
  const contentsOf = (): ArchiveContents => {
    return new ArchiveContents(new ArchiveBudget(), () => false);
  };
  const entries = contentsOf();
  for (let i = 0; i <= archiveEntriesMax; i++) entries.wants('a', 0);
  assert.match(whysOf(entries).join(), /more than 200000 entries/);
  const kept = contentsOf();
  for (let i = 0; i <= archiveKeptBytesMax / scanFileBytesMax; i++) {
    kept.wants(`${i}`, scanFileBytesMax);
  }
  assert.match(whysOf(kept).join(), /more than 536870912 bytes/);
  const left = contentsOf();
  for (let i = 0; i < archiveUnreadMax + 9; i++) left.wants('../x', 0);
  assert.equal(left.unread.length, archiveUnreadMax + 1);
});

test('a zip whose entries share one body cannot make it be unpacked for ever', () => {
  const body = zipOf([{ name: 'a', content: Buffer.alloc(scanFileBytesMax) }]);
  const central = body.subarray(body.length - 22 - 47, body.length - 22);
  const count = archiveInflatedBytesMax / scanFileBytesMax + 10;
  const directory = Buffer.concat(Array.from({ length: count }, () => central));
  const end = Buffer.from(body.subarray(body.length - 22));
  end.writeUInt32LE(directory.length, 12);
  const contents = new ArchiveContents(new ArchiveBudget(), () => false);
  const file = Buffer.concat([body.subarray(0, body.length - 22 - 47), directory, end]);
  readZip({ size: file.length, read: (at, n) => file.subarray(at, at + n) }, contents);
  assert.match(whysOf(contents).join(), /more than/);
});

test('a directory of a zip that is too long is not read', () => {
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt32LE(zipDirectoryBytesMax + 1, 12);
  const contents = new ArchiveContents(new ArchiveBudget(), () => false);
  let longest = 0;
  const read = (at: number, length: number): Buffer => {
    longest = Math.max(longest, length);
    return end.subarray(at, at + length);
  };
  readZip({ size: 22, read }, contents);
  assert.match(whysOf(contents).join(), /no zip archive/);
  assert.ok(longest < MIB);
});

test('no bytes make a reader throw', async () => {
  const seeds = [
    tarOf(FILES),
    gzipSync(tarOf(FILES)),
    zipOf(FILES),
    zstdCompressSync(tarOf(FILES)),
  ];
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...seeds),
      fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { maxLength: 8 }),
      fc.nat(),
      async (seed, changes, cut) => {
        const bytes = Buffer.from(seed);
        for (const [at, byte] of changes) bytes[at % bytes.length] = byte;
        const contents = await read(cut % 3 === 0 ? bytes.subarray(0, cut % bytes.length) : bytes);
        for (const { path, tree } of archiveTrees('x', contents.files)) tree.read(path);
      },
    ),
    RUNS,
  );
});
