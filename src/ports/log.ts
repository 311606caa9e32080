export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Structured log. Messages are static; what varies stands in the fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}
