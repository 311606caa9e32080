/**
 * The ladder of actions, mildest first. A policy answers with one of them, and where several rules
 * fire the severest wins.
 *
 * allow      run as asked
 * slow       run later or with less
 * challenge  run once the account has proved something
 * hold       a person looks first
 * deny       this request is refused
 * stop       what runs is ended
 * suspend    the account may not ask again until a person lifts it
 */
export const ACTIONS = ['allow', 'slow', 'challenge', 'hold', 'deny', 'stop', 'suspend'] as const;

export type Action = (typeof ACTIONS)[number];

export function isAction(text: string): text is Action {
  return (ACTIONS as readonly string[]).includes(text);
}

/** Negative when `a` is milder than `b`. */
export function compareActions(a: Action, b: Action): number {
  return ACTIONS.indexOf(a) - ACTIONS.indexOf(b);
}
