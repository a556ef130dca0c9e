// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.codec;

import io.completionworker.async.loop.Loop;
import io.completionworker.completion.port.EncodingResult;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * Runs jobs on the codec thread, the only one that may wait for the registry, and keeps those that
 * cannot be done now in {@link DeferredJobs}. May be used on any thread.
 */
final class CodecThread {

  private final Loop loop;
  private final Executor thread;
  private final Consumer<Throwable> fatal;
  private final Logger log;
  private final DeferredJobs deferred;

  /**
   * @param thread runs one task at a time, and may reject tasks once shut down
   * @param patience how long a record waits for a schema that the registry does not know
   * @param fatal receives an error after which the thread can do nothing more
   */
  CodecThread(
      Loop loop, Executor thread, Duration patience, Consumer<Throwable> fatal, Logger log) {
    this.loop = loop;
    this.thread = thread;
    this.fatal = fatal;
    this.log = log;
    this.deferred = new DeferredJobs(loop, patience, this::submit, log);
  }

  /** Returns the jobs that cannot be done now. */
  DeferredJobs deferred() {
    return deferred;
  }

  void submit(CodecJob job) {
    try {
      thread.execute(() -> runSafely(job));
    } catch (RejectedExecutionException e) {
      log.debug("The codec is closed; what was asked of it stays in the pending store");
    }
  }

  private void runSafely(CodecJob job) {
    try {
      job.run();
    } catch (Throwable e) {
      fatal.accept(e);
      throw e;
    }
  }

  /** Runs a task on the loop for a job that is done. */
  void finished(CodecJob job, Runnable done) {
    loop.execute(
        () -> {
          deferred.done(job);
          done.run();
        });
  }

  /** Keeps a job that waits because the registry cannot be reached. */
  void putOff(CodecJob job, String why) {
    loop.execute(() -> deferred.forRegistry(job, why));
  }

  /** Keeps a job whose value could not be encoded now. */
  void putOff(CodecJob job, EncodingResult<?> result) {
    if (result instanceof EncodingResult.Blocked<?> refused) {
      loop.execute(() -> deferred.refused(job, refused.why()));
    } else if (result instanceof EncodingResult.RetryLater<?> later) {
      putOff(job, later.why());
    }
  }
}
