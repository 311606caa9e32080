import assert from 'node:assert/strict';
import { test } from 'node:test';
import { definitionUnreadMax } from '../../base/limits.ts';
import { isGivenUp } from '../../model/finding.ts';
import { DefinitionDraft } from './job-draft.ts';

test('sentences end at definitionUnreadMax, and drive none out that says where reading ended', () => {
  const draft = new DefinitionDraft('github', 'a.yml');
  for (let i = 0; i < definitionUnreadMax + 10; i++) draft.say(`line ${i} was not read`);
  draft.giveUp('there are more than 20000 commands');
  const { unread, broken } = draft.build();
  assert.equal(unread.length, definitionUnreadMax + 2);
  assert.deepEqual(unread.slice(-2), [
    'gave up: there are more than 20000 commands',
    'and 10 more parts were not read',
  ]);
  assert.equal(broken, true);
  for (let i = 0; i < definitionUnreadMax + 10; i++) draft.giveUp(`text ${i} is too large`);
  assert.equal(draft.build().unread.filter(isGivenUp).length, definitionUnreadMax);
});
