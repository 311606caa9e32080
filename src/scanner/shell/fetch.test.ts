// biome-ignore-all lint/suspicious/noTemplateCurlyInString: shell texts are full of them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runOf } from './test-run.ts';

const url = 'https://example.com/u/x.sh';

/** URL, path and whether it is run, of every fetch. */
function fetches(text: string): readonly (readonly [string, string | null, boolean])[] {
  return runOf(text).fetched.map((f) => [f.url, f.path, f.executed]);
}

test('where a fetch is kept', () => {
  const cases: readonly (readonly [string, string | null])[] = [
    [`curl ${url}`, null],
    [`curl -fsSL -H 'A: b' ${url} -o /tmp/a`, '/tmp/a'],
    [`curl -sSLo a ${url}`, 'a'],
    [`curl -O ${url}`, 'x.sh'],
    [`curl -LO --output-dir d ${url}`, 'd/x.sh'],
    [`curl --output=a --url ${url}`, 'a'],
    [`curl ${url} > a`, 'a'],
    [`curl ${url} | tee a`, 'a'],
    [`wget ${url}`, 'x.sh'],
    [`wget -q ${url} -O a`, 'a'],
    [`wget -qO- ${url}`, null],
    [`wget -P d ${url}`, 'd/x.sh'],
    [`cd d && wget ${url}`, 'd/x.sh'],
    [`git clone --depth 1 -b main ${url}.git`, 'x.sh'],
    [`git clone ${url} d`, 'd'],
    [`aria2c -o a ${url}`, 'a'],
    [`gh repo clone ${url} d`, 'd'],
  ];
  for (const [text, path] of cases) {
    const [[found, kept] = []] = fetches(text);
    assert.equal(found?.startsWith(url), true, text);
    assert.equal(kept, path, text);
  }
});

test('a fetch that is run', () => {
  const texts = [
    `curl -s ${url} | sh`,
    `curl -s ${url} | sudo -E bash -s -- a`,
    `curl -s ${url} | base64 -d | gunzip | bash`,
    `wget -qO- ${url} | python3 -`,
    `bash <(curl -s ${url})`,
    `sh -c "$(curl -fsSL ${url})"`,
    `eval "$(wget -O- ${url})"`,
    `X=$(curl ${url}); eval "$X"`,
    `source <(curl ${url})`,
    `. /dev/stdin <<< "$(curl ${url})"`,
    `bash <<EOF\n$(curl ${url})\nEOF`,
    `curl ${url} -o a; bash a`,
    `curl ${url} > a; chmod +x a`,
    `curl ${url} -o /tmp/a && chmod 755 /tmp/a && /tmp/a`,
    `wget ${url}; sh ./x.sh`,
    `wget ${url} -O m; mv m daemon; ./daemon -x`,
    `curl ${url} -o a; cp a b; nohup ./b &`,
    `git clone ${url} d && cd d && make && ./build/m`,
    `git clone ${url} d && cd d && make`,
    `(git clone ${url} d; d/run.sh)`,
    `curl ${url} | xargs -I{} sh -c '{}'`,
  ];
  for (const text of texts)
    assert.deepEqual(
      fetches(text).map((f) => f[2]),
      [true],
      text,
    );
});

test('a fetch that is not run', () => {
  const texts = [
    `curl ${url} | jq .`,
    `curl ${url} -o a; cat a; sh b`,
    `curl ${url} | tar xz`,
    `wget ${url}; chmod 644 x.sh`,
    `git clone ${url} d; cd d; ls`,
    `git clone ${url} d; make`,
    `echo "$(curl ${url})"`,
  ];
  for (const text of texts)
    assert.deepEqual(
      fetches(text).map((f) => f[2]),
      [false],
      text,
    );
});

test('what is no fetch', () => {
  for (const text of [
    'curl --version',
    'git push origin',
    'wget --help',
    'curl file:///x',
    'git clone',
  ]) {
    assert.deepEqual(fetches(text), [], text);
  }
});

test('a fetch in known variables has its whole URL', () => {
  const text = 'V=6.1; wget "https://example.com/v$V/m-$V.tar.gz"; curl https://$HOST/x';
  const urls = fetches(text).map((f) => f[0]);
  assert.deepEqual(urls, ['https://example.com/v6.1/m-6.1.tar.gz', 'https://$HOST/x']);
});
