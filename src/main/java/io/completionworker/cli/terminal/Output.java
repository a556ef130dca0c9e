package io.completionworker.cli.terminal;

/** How a command prints its result. */
public enum Output {
  /** For people. */
  TEXT,
  /** One JSON object, or one a line, for scripts. */
  JSON
}
