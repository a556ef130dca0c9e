package io.completionworker.cli.input;

import java.io.IOException;

/** A file that is not what is read here; the message says what it is, and quotes nothing of it. */
public final class FileFaultException extends IOException {

  private static final long serialVersionUID = 1L;

  /** This fault, said of the file. */
  public FileFaultException(String message) {
    super(message);
  }
}
