// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.batch;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;

/** A file that is not what is read here; the message says what it is, and quotes nothing of it. */
public final class FileFaultException extends IOException {

  private static final long serialVersionUID = 1L;

  /** This fault, said of the file. */
  public FileFaultException(String message) {
    super(message);
  }

  /** Temporary files cannot be written; nothing was begun with them. */
  public static IOException temporary(IOException cause) {
    return failure(
        "Cannot write to %s, where temporary files are kept (%s); nothing was published"
            .formatted(System.getProperty("java.io.tmpdir"), reason(cause)),
        cause);
  }

  /** A failure of a file whose message has its cause in words. */
  public static IOException failure(String message, IOException cause) {
    IOException failure = new IOException(message);
    failure.addSuppressed(cause); // as a cause, its own text would be added to the line
    return failure;
  }

  /** Why a file cannot be opened, read or written, in a few words. */
  public static String reason(IOException e) {
    if (e instanceof AccessDeniedException) {
      return "permission denied";
    }
    if (e instanceof NoSuchFileException) {
      return "there is no such file or directory";
    }
    if (e instanceof FileAlreadyExistsException) {
      return "there is a file of that name";
    }
    String reason = e instanceof FileSystemException file ? file.getReason() : e.getMessage();
    return reason == null ? e.getClass().getSimpleName() : reason;
  }
}
