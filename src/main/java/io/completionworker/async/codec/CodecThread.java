// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.codec;

import io.completionworker.async.codec.CodecJob.Kind;
import io.completionworker.async.loop.Loop;
import io.completionworker.completion.port.EncodingResult;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Runs the jobs of each kind one at a time, in the order in which they were given, and keeps those
 * that cannot be done now in {@link DeferredJobs}.
 *
 * <p>A small job runs on the loop at once, which saves two changes of thread, unless a job of its
 * kind is before it. Values are decoded there only while the loop has nothing else to do, so that
 * calls start while a backlog is decoded. All other jobs run on the codec thread, the only one that
 * may wait for the registry.
 *
 * <p>Loop only, unless a method says otherwise.
 */
final class CodecThread {

  /** Larger jobs would keep the loop from other requests for too long. */
  private static final long MOST_BYTES_HERE = 8_192;

  /** So would more jobs than this in one turn: one answer may end very many requests. */
  private static final int MOST_IN_A_TURN = 16;

  private final Loop loop;
  private final Executor thread;
  private final Consumer<Throwable> fatal;
  private final Logger log;
  private final @Nullable Consumer<Runnable> withoutWaiting;
  private final DeferredJobs deferred;

  /** The number of jobs that are with the codec thread, of each kind. */
  private final AtomicInteger decoding = new AtomicInteger();

  private final AtomicInteger encoding = new AtomicInteger();

  /** The number of jobs that ran on the loop since one was finished there, in a later turn. */
  private int inThisTurn;

  /** The job that runs on the loop; null while none does. */
  private volatile @Nullable CodecJob here;

  /**
   * @param thread runs one task at a time, and may reject tasks once shut down
   * @param withoutWaiting runs a task in which nothing waits for the registry: what is not known
   *     without it fails as in an outage; null if all jobs belong on the codec thread
   * @param patience how long a record waits for a schema that the registry does not know
   * @param fatal receives an error after which the thread can do nothing more
   */
  CodecThread(
      Loop loop,
      Executor thread,
      @Nullable Consumer<Runnable> withoutWaiting,
      Duration patience,
      Consumer<Throwable> fatal,
      Logger log) {
    this.loop = loop;
    this.thread = thread;
    this.withoutWaiting = withoutWaiting;
    this.fatal = fatal;
    this.log = log;
    this.deferred = new DeferredJobs(loop, patience, this::submit, log);
  }

  /** Returns the jobs that cannot be done now. */
  DeferredJobs deferred() {
    return deferred;
  }

  /**
   * Runs a job.
   *
   * @param bytes about how much it decodes or encodes
   */
  void submit(long bytes, CodecJob job) {
    Consumer<Runnable> unwaiting = withoutWaiting;
    boolean first = away(job).get() == 0 && (job.kind == Kind.ENCODE || loop.idle());
    if (unwaiting == null || bytes > MOST_BYTES_HERE || !first || ++inThisTurn > MOST_IN_A_TURN) {
      submit(job);
      return;
    }
    here = job;
    try {
      unwaiting.accept(() -> runSafely(job));
    } finally {
      here = null;
    }
  }

  /** Runs a job on the codec thread. */
  void submit(CodecJob job) {
    away(job).incrementAndGet();
    try {
      thread.execute(() -> runAway(job));
    } catch (RejectedExecutionException e) {
      away(job).decrementAndGet();
      log.debug("The codec is closed; what was asked of it stays in the pending store");
    }
  }

  private AtomicInteger away(CodecJob job) {
    return job.kind == Kind.DECODE ? decoding : encoding;
  }

  private void runAway(CodecJob job) {
    try {
      runSafely(job);
    } finally {
      away(job).decrementAndGet(); // last: then the loop may run jobs of this kind
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

  /** Runs a task on the loop for a job that is done. Safe on every thread. */
  void finished(CodecJob job, Runnable done) {
    loop.execute(
        () -> {
          inThisTurn = 0;
          deferred.done(job);
          done.run();
        });
  }

  /**
   * Keeps a job that waits because the registry cannot be reached. If it could only not be asked on
   * the loop, the job runs on the codec thread, and false is returned. Safe on every thread.
   */
  boolean putOff(CodecJob job, String why) {
    if (job == here) {
      here = null; // before the codec thread may ask
      submit(job);
      return false;
    }
    loop.execute(() -> deferred.forRegistry(job, why));
    return true;
  }

  /** Keeps a job whose value could not be encoded now. Safe on every thread. */
  void putOff(CodecJob job, EncodingResult<?> result) {
    if (result instanceof EncodingResult.Blocked<?> refused) {
      loop.execute(() -> deferred.refused(job, refused.why()));
    } else if (result instanceof EncodingResult.RetryLater<?> later) {
      putOff(job, later.why());
    }
  }
}
