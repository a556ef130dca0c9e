// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.dispatch;

import io.completionworker.completion.Outcome;
import io.completionworker.completion.SourceRecord;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the calls of one task's requests, so that it outlives the process: for each
 * request with an open call or an earlier attempt, how many calls may have been made, whether one
 * is open, and how many processes have died while one was.
 *
 * <p>Threads: the dispatcher writes, the task's stream thread reads and stores a snapshot with each
 * commit. A call that is younger than that when its process is killed is not known of.
 */
public final class CallHistory {

  private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES + Short.BYTES + 1;

  private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicLong changes = new AtomicLong();

  /**
   * Of one request.
   *
   * @param calls that may have been made, the open one included
   * @param deaths processes that have died while one was open
   * @param open whether one is
   */
  public record Entry(int calls, int deaths, boolean open) {}

  /**
   * As it was stored.
   *
   * @param process that stored it
   * @param entries by offset
   */
  public record Stored(String process, Map<Long, Entry> entries) {

    /** Nothing was. */
    public static final Stored NOTHING = new Stored("", Map.of());

    /** Of this request; null when nothing is known. */
    public @Nullable Entry of(long offset) {
      return entries.get(offset);
    }
  }

  void put(long offset, Entry entry) {
    if (!entry.equals(entries.put(offset, entry))) {
      changes.incrementAndGet();
    }
  }

  void remove(long offset) {
    if (entries.remove(offset) != null) {
      changes.incrementAndGet();
    }
  }

  /** Grows with every change. */
  public long changes() {
    return changes.get();
  }

  /**
   * A snapshot.
   *
   * @param process this one
   * @param stopping whether calls that are still open are given up in good order
   */
  public byte[] encode(String process, boolean stopping) {
    Map<Long, Entry> now = new HashMap<>(entries); // the size of the other may change meanwhile
    byte[] name = process.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(Short.BYTES + name.length + now.size() * ENTRY_BYTES);
    out.putShort((short) name.length).put(name);
    now.forEach(
        (offset, entry) ->
            out.putLong(offset)
                .putInt(entry.calls())
                .putShort((short) entry.deaths())
                .put((byte) (entry.open() && !stopping ? 1 : 0)));
    return out.array();
  }

  /** Reads a snapshot; null when there is none. */
  public static Stored decode(byte @Nullable [] snapshot) {
    if (snapshot == null) {
      return Stored.NOTHING;
    }
    ByteBuffer in = ByteBuffer.wrap(snapshot);
    byte[] name = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(name);
    Map<Long, Entry> entries = new HashMap<>();
    while (in.hasRemaining()) {
      entries.put(in.getLong(), new Entry(in.getInt(), in.getShort(), in.get() == 1));
    }
    return new Stored(new String(name, StandardCharsets.UTF_8), Map.copyOf(entries));
  }

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
     * Name of a process, as it stands in the {@link CallHistory}: that of its Kafka client, and
     * what is random.
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
     * Whether the next death decides: such requests are called one at a time, so that it can only
     * be that one's doing.
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
}
