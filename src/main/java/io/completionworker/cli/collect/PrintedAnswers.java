// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** Answers on standard output, as they come. */
final class PrintedAnswers implements Answers {

  private final PrintWriter out;

  PrintedAnswers(PrintWriter out) {
    this.out = out;
  }

  @Override
  public void put(long line, byte[] row) {
    out.print(new String(row, StandardCharsets.UTF_8));
  }

  @Override
  public long force() throws IOException {
    if (out.checkError()) {
      throw new IOException("nobody reads it any more");
    }
    return 0;
  }

  @Override
  public void close() {
    out.flush();
  }
}
