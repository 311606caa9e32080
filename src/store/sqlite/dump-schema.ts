import type { DatabaseSync } from 'node:sqlite';

/** The statements that a database is made of, in a stable order. `schema.sql` is the dump. */
export function dumpSchema(database: DatabaseSync): string {
  const statements = database
    .prepare(`SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL
              ORDER BY tbl_name, type <> 'table', name`)
    .all()
    .map(({ sql }) => `${sql};\n`);
  return statements.join('\n');
}
