import { Prng } from '../src/base/prng.ts';

const SCRIPTS: readonly (readonly string[])[] = [
  ['npm ci', 'npm run lint', 'npm test -- --coverage', 'npx codecov --file coverage/lcov.info'],
  ['pip install -r requirements.txt', 'python -m pytest -q tests/', 'python -m mypy src'],
  ['cargo fmt --check', 'cargo clippy --all-targets -- -D warnings', 'cargo test --workspace'],
  ['docker build -t "$CI_REGISTRY_IMAGE:$CI_COMMIT_SHA" .', 'docker push "$CI_REGISTRY_IMAGE"'],
  [
    'cmake -B build -DCMAKE_BUILD_TYPE=Release',
    'cmake --build build -j 4',
    'ctest --test-dir build',
  ],
  ['bundle install --jobs 4', 'bundle exec rspec', 'bundle exec rubocop'],
];
const IMAGES = ['node:24', 'python:3.13', 'rust:1.90', 'docker:28', 'debian:12', 'ruby:3.4'];

/** Bodies of GitLab's pipeline validation as ordinary pipelines send them: 4 jobs, about 1.6 KB. */
export function jobBodies(count: number, seed: number): readonly string[] {
  const prng = new Prng(seed);
  return Array.from({ length: count }, (_, i) => jobBody(i, prng));
}

function jobBody(i: number, prng: Prng): string {
  const builds = ['lint', 'build', 'test', 'package'].map((stage) => {
    const kind = prng.below(SCRIPTS.length);
    const before = [
      'echo "job $CI_JOB_NAME on $CI_RUNNER_DESCRIPTION"',
      'git submodule update --init',
    ];
    return {
      name: `${stage} ${prng.below(10)}`,
      stage,
      image: IMAGES[kind],
      tag_list: ['shared'],
      services: null,
      script: [...before, ...(SCRIPTS[kind] ?? [])],
    };
  });
  const sha = Array.from({ length: 5 }, () => prng.uint32().toString(16).padStart(8, '0')).join('');
  return JSON.stringify({
    project: {
      id: 1000 + i,
      path: `group-${i % 7}/project-${i}`,
      created_at: '2024-03-01T09:00:00.000Z',
      shared_runners_enabled: true,
      group_runners_enabled: true,
    },
    user: {
      id: 500 + i,
      username: `user-${i}`,
      email: `user-${i}@example.com`,
      created_at: '2023-01-15T08:30:00.000Z',
      current_sign_in_ip: '192.0.2.10',
      last_sign_in_ip: '192.0.2.11',
      sign_in_count: 20 + prng.below(300),
    },
    credit_card: { similar_cards_count: 1, similar_holder_names_count: 1 },
    pipeline: { sha, ref: 'main', type: 'push' },
    builds,
    total_builds_count: prng.below(4),
    namespace: { plan: 'free', trial: false },
  });
}
