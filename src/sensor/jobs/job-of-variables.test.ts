import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEnviron } from '../procfs/environ.ts';
import { JOB_VARIABLES, jobOfVariables } from './job-of-variables.ts';

const ENVIRONMENTS: Readonly<Record<string, readonly [text: string, job: string | null]>> = {
  'GitHub runner': [
    'PATH=/bin\0CI=true\0GITHUB_ACTIONS=true\0GITHUB_ACTOR=octo\0GITHUB_REPOSITORY=acme/web\0' +
      'GITHUB_RUN_ID=812\0GITHUB_JOB=build\0GITHUB_TOKEN=secret\0',
    'github/octo/acme/web/812/build',
  ],
  'Forgejo runner, which says GitHub too': [
    'GITHUB_ACTIONS=true\0FORGEJO_ACTIONS=true\0GITEA_ACTIONS=true\0GITHUB_ACTOR=ada\0' +
      'GITHUB_REPOSITORY=ada/site\0GITHUB_RUN_ID=7\0GITHUB_JOB=test\0',
    'forgejo/ada/ada/site/7/test',
  ],
  'GitLab runner': [
    'CI=true\0GITLAB_CI=true\0GITLAB_USER_ID=42\0CI_PROJECT_ID=9\0CI_COMMIT_SHA=deadbeef\0',
    'gitlab/42/9-deadbeef',
  ],
  'Woodpecker agent': [
    'CI=woodpecker\0CI_SYSTEM_NAME=woodpecker\0CI_REPO=octocat/hello-world\0' +
      'CI_REPO_OWNER=octocat\0CI_PIPELINE_NUMBER=3\0CI_PIPELINE_AUTHOR=eve\0',
    'woodpecker/eve/octocat/hello-world/3',
  ],
  'a variable that stands twice': [
    'GITLAB_CI=true\0GITLAB_USER_ID=1\0GITLAB_USER_ID=2\0CI_PROJECT_ID=9\0CI_COMMIT_SHA=a\0',
    'gitlab/1/9-a',
  ],
  'a runner that says half': ['GITHUB_ACTIONS=true\0GITHUB_ACTOR=octo\0', null],
  'a name that no subject may have': [
    'GITLAB_CI=true\0GITLAB_USER_ID=a b\0CI_PROJECT_ID=9\0CI_COMMIT_SHA=a\0',
    null,
  ],
  'no runner at all': ['PATH=/bin\0HOME=/root\0', null],
};

for (const [name, [text, job]] of Object.entries(ENVIRONMENTS)) {
  test(`the job by the environment of a ${name}`, () => {
    assert.equal(jobOfVariables(readEnviron(text, JOB_VARIABLES)), job);
  });
}

test('no variable is kept that nobody asked for', () => {
  const read = readEnviron('GITHUB_TOKEN=secret\0GITHUB_ACTOR=octo\0', JOB_VARIABLES);
  assert.deepEqual(read, { GITHUB_ACTOR: 'octo' });
});

test('the labels of a container that a GitLab runner started', () => {
  const labels = {
    'com.gitlab.gitlab-runner.job.id': '267162607',
    'com.gitlab.gitlab-runner.job.sha': '4d78647b918f2422e78a9f68906e62e65edc3322',
    'com.gitlab.gitlab-runner.project.id': '9966627',
    'com.gitlab.gitlab-runner.type': 'build',
  };
  const job = 'gitlab/project-9966627/9966627-4d78647b918f2422e78a9f68906e62e65edc3322';
  assert.equal(jobOfVariables(labels), job);
});

test('an operator names a job himself', () => {
  assert.equal(jobOfVariables({ 'davylamp.job': 'hub/ada/nb-1' }), 'hub/ada/nb-1');
  assert.equal(jobOfVariables({ 'davylamp.job': 'hub/ada' }), null);
});
