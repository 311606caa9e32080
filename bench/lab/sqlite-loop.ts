/** A database under load: writes, reads and sorts. `sqlite-loop.ts FILE ROUNDS`, 0 without end. */
import { DatabaseSync } from 'node:sqlite';

const rounds = Number(process.argv[3]) || Number.POSITIVE_INFINITY;
const db = new DatabaseSync(process.argv[2] ?? ':memory:');
db.exec('PRAGMA journal_mode=WAL; CREATE TABLE IF NOT EXISTS t (a INTEGER, b TEXT)');
const insert = db.prepare('INSERT INTO t VALUES (?, ?)');
for (let n = 0; n < rounds; n++) {
  db.exec('BEGIN');
  for (let i = 0; i < 1_000; i++) insert.run((i * 7_919 + n) % 10_007, `row ${i}`);
  db.exec('COMMIT');
  db.prepare('SELECT b, count(*) FROM t GROUP BY b ORDER BY 2 DESC LIMIT 10').all();
  if (n % 20 === 19) db.exec('DELETE FROM t');
}
