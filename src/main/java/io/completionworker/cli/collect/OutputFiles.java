// SPDX-License-Identifier: Apache-2.0
package io.completionworker.cli.collect;

import io.completionworker.cli.batch.FileLines.FileFaultException;
import io.completionworker.cli.batch.LineFaults.InputFaultsException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** Decides where a collect keeps its files, checks that they can be written, and replaces files. */
final class OutputFiles {

  /** Size of the trial file: more than fits into the rest of a block that is in use. */
  private static final int TRIED_BYTES = 8 * 1024;

  private OutputFiles() {}

  /** Returns the directory for the collect's own files, beside its file of answers. */
  static Path directory(Path out) {
    return out.resolveSibling(out.getFileName() + ".collect");
  }

  /** Returns the file with the state of a collect. It exists from the beginning of the collect. */
  static Path state(Path out) {
    return directory(out).resolve("state");
  }

  /**
   * Checks that the files can be written, by writing. Leaves nothing behind.
   *
   * @throws InputFaultsException when they cannot be written, or belong to something else
   */
  static void require(Path out, Path errors) {
    for (Path file : List.of(out, errors)) {
      if (file.toString().isEmpty()) {
        throw fault("The name of the file to write is empty");
      }
      if (file.getFileName() == null || Files.isDirectory(file)) {
        throw fault(file + " is a directory; name a file in it");
      }
    }
    boolean begun = Files.exists(state(out));
    for (Path file : List.of(out, errors)) {
      if (Files.exists(file) && !begun) {
        throw fault(file + " exists, and no collect has begun it; choose another name");
      }
      try {
        if (Files.exists(file)) {
          FileChannel.open(file, StandardOpenOption.WRITE).close();
        }
        tryToWrite(nearest(file));
      } catch (IOException e) {
        throw cannotWrite(file, e);
      }
    }
  }

  static InputFaultsException cannotWrite(Path file, IOException e) {
    return fault(
        "Cannot write %s: %s; mend that, or choose another file"
            .formatted(file, FileFaultException.reason(e)));
  }

  /** Creates an input fault, since the names of the files are input. Nothing has begun by then. */
  static InputFaultsException fault(String message) {
    return new InputFaultsException(List.of(message));
  }

  /**
   * Writes and deletes a temporary file. Permissions are not enough: a disk may be full or
   * read-only.
   */
  private static void tryToWrite(Path directory) throws IOException {
    Path file = Files.createTempFile(directory, ".completion-worker", ".tmp");
    try {
      Files.write(file, new byte[TRIED_BYTES]);
    } finally {
      Files.delete(file);
    }
  }

  /** Returns the directory of a file, or its nearest parent that exists. */
  private static Path nearest(Path file) throws IOException {
    Path at = file.toAbsolutePath().normalize().getParent();
    while (at != null && !Files.exists(at)) {
      at = at.getParent();
    }
    if (at == null || !Files.isDirectory(at)) {
      throw new IOException(at + " is not a directory");
    }
    return at;
  }

  /**
   * Replaces a file by a newly written one. Even after a power failure it is either the old or the
   * new one.
   */
  static void replace(Path written, Path target) throws IOException {
    force(written);
    Files.move(
        written, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    forceDirectory(target);
  }

  private static void force(Path file) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.force(true);
    }
  }

  private static void forceDirectory(Path file) throws IOException {
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null
        && directory.getFileSystem().supportedFileAttributeViews().contains("posix")) {
      try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
        channel.force(true);
      }
    }
  }
}
