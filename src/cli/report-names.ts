/** Names in reports that a later scan looks for when one of them is its baseline. */
export const JSON_SCHEMA = 'davylamp.scan/1';
export const FINGERPRINT_KEY = 'davylamp/v1';
/** Property of a SARIF run: paths and verdicts of its definitions. */
export const DEFINITIONS_KEY = 'davylamp/definitions';
