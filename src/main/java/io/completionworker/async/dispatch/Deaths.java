// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * When a request is taken to have killed its process: when several processes have died, one after
 * the other, while a call of it was open. It is a dead letter then, since it would kill the next
 * one, too.
 *
 * @param process what is random of this process's name, new at each start
 * @param deadly deaths that make a request a dead letter; 0 for none
 * @param census tells a process that has died from one that only gave its partition away
 */
public record Deaths(String process, int deadly, Census census) {

  /** Stands between a client's name and a thread's number, see {@code KafkaStreams}. */
  private static final String STREAM_THREAD = "-StreamThread-";

  /** Knows which processes of the group are alive. Called, and answers, on any thread. */
  @FunctionalInterface
  public interface Census {

    /**
     * Whether this one is; true when it cannot be told.
     *
     * @param name see {@link Deaths#name}
     */
    CompletionStage<Boolean> isAlive(String name);
  }

  /**
   * Name of a process, as it stands in the {@link CallHistory}: that of its Kafka client, and what
   * is random.
   *
   * @param thread name of one of its stream threads, which begins with that of the client
   */
  public static String name(String thread, String process) {
    int client = thread.indexOf(STREAM_THREAD);
    return (client < 0 ? thread : thread.substring(0, client)) + "/" + process;
  }

  /** Whether a member of the group is the consumer of a thread of the process with this name. */
  public static boolean isConsumerOf(String name, String clientId) {
    String client = name.substring(0, Math.max(0, name.lastIndexOf('/')));
    return clientId.startsWith(client + STREAM_THREAD);
  }

  /** Whether the process that had a partition before has died while calls were open. */
  CompletionStage<Boolean> died(CallHistory.Stored before) {
    boolean open = before.entries().values().stream().anyMatch(CallHistory.Entry::open);
    if (!open || before.process().endsWith(process)) {
      return CompletableFuture.completedFuture(false);
    }
    return census.isAlive(before.process()).thenApply(alive -> !alive);
  }

  /** Whether so many deaths are the request's doing. */
  boolean condemn(int deaths) {
    return deadly > 0 && deaths >= deadly;
  }

  /**
   * Whether the next death decides: such requests are called one at a time, so that it can only be
   * that one's doing.
   */
  boolean suspect(int deaths) {
    return deadly > 0 && deaths > 0 && deaths >= deadly - 1;
  }

  /** The outcome of a request after so many deaths. */
  static Outcome outcome(SourceRecord source, int deaths) {
    String message =
        deaths + " processes died while a call of it was open, see async.poison.deaths";
    return new Outcome.DeadLettered(source, Deaths.class.getName(), message, true);
  }
}
