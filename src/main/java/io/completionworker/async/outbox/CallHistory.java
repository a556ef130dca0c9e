// SPDX-License-Identifier: Apache-2.0
package io.completionworker.async.outbox;

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
 * What is known about the calls of one task's requests. It is stored, so that it outlives the
 * process. For each request with an open call or an earlier attempt, it has the number of calls
 * that may have been made, whether one is open, the number of processes that died while one was
 * open, and the number of calls that may be billed and have no usage row.
 *
 * <p>Threads: the dispatcher writes. The task's stream thread reads, and stores a snapshot with
 * each commit. If a process is killed, its calls that are younger than its last snapshot are not
 * known.
 */
public final class CallHistory {

  private static final int ENTRY_BYTES = Long.BYTES + Integer.BYTES + Short.BYTES + 1;

  /** The flags of an entry: whether a call is open, and above that the number of unknown ends. */
  private static final int OPEN = 1;

  private static final int MAX_UNKNOWN = Byte.MAX_VALUE;

  private final Map<Long, Entry> entries = new ConcurrentHashMap<>();
  private final AtomicLong changes = new AtomicLong();

  /**
   * The calls of one request.
   *
   * @param calls number of calls that may have been made, including the open one
   * @param deaths number of processes that died while a call was open
   * @param open whether a call is open
   * @param unknown number of calls whose end is not known, or whose usage row is not written; at
   *     most 127 of them are stored
   */
  public record Entry(int calls, int deaths, boolean open, int unknown) {

    private byte flags(boolean stopping) {
      int flag = open && !stopping ? OPEN : 0;
      return (byte) (Math.min(MAX_UNKNOWN, unknown) << 1 | flag);
    }
  }

  /**
   * A history as it was stored.
   *
   * @param process name of the process that stored it
   * @param entries entries by offset
   */
  public record Stored(String process, Map<Long, Entry> entries) {

    /** An empty history. */
    public static final Stored NOTHING = new Stored("", Map.of());

    /** Returns the entry of this request; null if nothing is known about it. */
    public @Nullable Entry of(long offset) {
      return entries.get(offset);
    }
  }

  /**
   * Records what the next owner of a request must know.
   *
   * @param calls number of calls that may have been made, without the open one
   * @param unknown see {@link Entry#unknown}
   */
  public void record(long offset, int calls, int deaths, boolean open, int unknown) {
    if (open || calls > 0 || deaths > 0) {
      put(offset, new Entry(open ? calls + 1 : calls, deaths, open, unknown));
    } else {
      remove(offset);
    }
  }

  private void put(long offset, Entry entry) {
    if (!entry.equals(entries.put(offset, entry))) {
      changes.incrementAndGet();
    }
  }

  /** Forgets a request. */
  public void remove(long offset) {
    if (entries.remove(offset) != null) {
      changes.incrementAndGet();
    }
  }

  /** Returns a number that grows with every change. */
  public long changes() {
    return changes.get();
  }

  /**
   * Encodes a snapshot.
   *
   * @param process name of this process
   * @param stopping whether calls that are still open are given up in an orderly shutdown
   */
  public byte[] encode(String process, boolean stopping) {
    Map<Long, Entry> now = new HashMap<>(entries); // copied, since the size may change meanwhile
    byte[] name = process.getBytes(StandardCharsets.UTF_8);
    ByteBuffer out = ByteBuffer.allocate(Short.BYTES + name.length + now.size() * ENTRY_BYTES);
    out.putShort((short) name.length).put(name);
    now.forEach(
        (offset, entry) ->
            out.putLong(offset)
                .putInt(entry.calls())
                .putShort((short) entry.deaths())
                .put(entry.flags(stopping)));
    return out.array();
  }

  /** Decodes a snapshot, which is null if there is none. */
  public static Stored decode(byte @Nullable [] snapshot) {
    if (snapshot == null) {
      return Stored.NOTHING;
    }
    ByteBuffer in = ByteBuffer.wrap(snapshot);
    byte[] name = new byte[Short.toUnsignedInt(in.getShort())];
    in.get(name);
    Map<Long, Entry> entries = new HashMap<>();
    while (in.hasRemaining()) {
      long offset = in.getLong();
      int calls = in.getInt();
      int deaths = in.getShort();
      int flags = Byte.toUnsignedInt(in.get());
      entries.put(offset, new Entry(calls, deaths, (flags & OPEN) != 0, flags >> 1));
    }
    return new Stored(new String(name, StandardCharsets.UTF_8), Map.copyOf(entries));
  }

  /**
   * Decides whether a request has killed processes: several have died, one after the other, while a
   * call of the request was open. Such a request becomes a dead letter, since it would kill the
   * next process, too.
   *
   * @param process random part of this process's name, new at each start
   * @param deadly number of deaths that make a request a dead letter; 0 for never
   * @param census distinguishes a process that has died from one that only gave its partition away
   */
  public record PoisonRule(String process, int deadly, Census census) {

    /** The text between a client's name and a thread's number, see {@code KafkaStreams}. */
    private static final String STREAM_THREAD = "-StreamThread-";

    /**
     * Finds out which processes of the group are alive. May be called and may respond on any
     * thread.
     */
    @FunctionalInterface
    public interface Census {

      /**
       * Returns whether the named process is alive; true if that cannot be found out.
       *
       * @param name see {@link PoisonRule#name}
       */
      CompletionStage<Boolean> isAlive(String name);
    }

    /**
     * Returns the name of a process in the {@link CallHistory}: the name of its Kafka client, and
     * its random part.
     *
     * @param thread name of one of its stream threads, which begins with the client's name
     */
    public static String name(String thread, String process) {
      int client = thread.indexOf(STREAM_THREAD);
      return (client < 0 ? thread : thread.substring(0, client)) + "/" + process;
    }

    /** Whether a client id belongs to the consumer of a thread of the process with this name. */
    public static boolean isConsumerOf(String name, String clientId) {
      String client = name.substring(0, Math.max(0, name.lastIndexOf('/')));
      return clientId.startsWith(client + STREAM_THREAD);
    }

    /** Returns whether the process that had a partition before has died while calls were open. */
    public CompletionStage<Boolean> died(CallHistory.Stored before) {
      boolean open = before.entries().values().stream().anyMatch(CallHistory.Entry::open);
      if (!open || before.process().endsWith(process)) {
        return CompletableFuture.completedFuture(false);
      }
      return census.isAlive(before.process()).thenApply(alive -> !alive);
    }

    /** Whether this number of deaths makes the request a dead letter. */
    public boolean condemn(int deaths) {
      return deadly > 0 && deaths >= deadly;
    }

    /**
     * Whether the next death decides. Such requests are called one at a time, so that only the one
     * that is called can be the cause.
     */
    public boolean suspect(int deaths) {
      return deadly > 0 && deaths > 0 && deaths >= deadly - 1;
    }

    /** Returns the outcome of a request after this number of deaths. */
    public static Outcome outcome(SourceRecord source, int deaths) {
      String message =
          deaths + " processes died while a call of it was open, see async.poison.deaths";
      return new Outcome.DeadLettered(source, PoisonRule.class.getName(), message, true);
    }
  }
}
