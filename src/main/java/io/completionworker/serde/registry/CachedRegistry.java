// SPDX-License-Identifier: Apache-2.0
package io.completionworker.serde.registry;

import io.completionworker.serde.registry.RegistryClient.RegistryUnavailableException;
import io.completionworker.serde.registry.RegistryClient.SchemaId;
import io.completionworker.serde.registry.RegistryClient.Time;
import io.completionworker.serde.registry.RegistryClient.UnknownSchemaException;
import io.completionworker.serde.registry.RegistrySettings.Caching;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.apache.avro.Schema;
import org.apache.kafka.common.errors.SerializationException;
import org.jspecify.annotations.Nullable;

/**
 * Caches the registry's answers within the configured limits of number and time. A cache hit takes
 * no lock. Cache misses call the registry one at a time, so threads that need the same answer make
 * one call.
 *
 * <p>Refusals are cached for a short time, so that a series of bad records does not become a series
 * of calls. After an outage, calls fail at once for as long as the failed call took. A thread that
 * meets the outage with record after record therefore waits at most half of its time. The first
 * call after that does not retry.
 */
final class CachedRegistry implements RegistryClient {

  /** Shortest and longest time without calls after an outage. */
  static final long MIN_BACKOFF_NANOS = 1_000_000_000L;

  static final long MAX_BACKOFF_NANOS = 30_000_000_000L;

  /** Set on a thread that must not wait now. */
  private static final ThreadLocal<Boolean> HURRIED = new ThreadLocal<>();

  private final HttpRegistry registry;
  private final Caching caching;
  private final Time time;
  private final Map<Question, Answer> answers = new ConcurrentHashMap<>();
  private final Queue<Question> oldest = new ArrayDeque<>();
  private final Map<Question, Refusal> refusals = new ConcurrentHashMap<>();
  private @Nullable Outage outage;

  CachedRegistry(HttpRegistry registry, Caching caching, Time time) {
    this.registry = registry;
    this.caching = caching;
    this.time = time;
  }

  @Override
  public SchemaId register(String subject, Schema schema) {
    return (SchemaId)
        answer(
            new Question.Register(subject, schema),
            patient -> registry.register(subject, schema, patient));
  }

  @Override
  public SchemaId lookUp(String subject, Schema schema) {
    return (SchemaId)
        answer(
            new Question.LookUp(subject, schema),
            patient -> registry.lookUp(subject, schema, patient));
  }

  @Override
  public RegisteredSchema latest(String subject) {
    return (RegisteredSchema)
        answer(new Question.Latest(subject), patient -> registry.latest(subject, patient));
  }

  @Override
  public RegisteredSchema schemaById(int id, @Nullable String subject) {
    return (RegisteredSchema)
        answer(new Question.ById(id), patient -> registry.schemaById(id, subject, patient));
  }

  @Override
  public Schema schemaByGuid(UUID guid, @Nullable String subject) {
    return (Schema)
        answer(new Question.ByGuid(guid), patient -> registry.schemaByGuid(guid, subject, patient));
  }

  /** A call to the registry, as the cache key of its answer. */
  private sealed interface Question {
    record Register(String subject, Schema schema) implements Question {}

    record LookUp(String subject, Schema schema) implements Question {}

    record Latest(String subject) implements Question {}

    record ById(int id) implements Question {}

    record ByGuid(UUID guid) implements Question {}
  }

  /**
   * An answer of the registry.
   *
   * @param until when the answer expires, in nanoseconds of the clock; null for never
   */
  private record Answer(Object value, @Nullable Long until) {}

  /**
   * A final refusal.
   *
   * @param until when the refusal expires, in nanoseconds of the clock
   */
  private record Refusal(SerializationException said, long until) {

    /** Returns a new exception with the same message, and with a stack trace of its own. */
    SerializationException again() {
      String message = String.valueOf(said.getMessage());
      return said instanceof UnknownSchemaException unknown
          ? unknown.saying(message)
          : new SerializationException(message);
    }
  }

  /**
   * An outage of the registry.
   *
   * @param until the time before which calls fail at once, in nanoseconds of the clock
   */
  private record Outage(String message, long until) {}

  private Object answer(Question question, Function<Boolean, Object> ask) {
    Object known = known(question);
    if (known != null) {
      return known;
    }
    if (HURRIED.get() != null) {
      throw new RegistryUnavailableException("The schema registry must not be waited for here");
    }
    return ask(question, ask);
  }

  /** Runs a task in which questions that are not cached fail on this thread. */
  static void withoutWaiting(Runnable task) {
    HURRIED.set(Boolean.TRUE);
    try {
      task.run();
    } finally {
      HURRIED.remove();
    }
  }

  private @Nullable Object known(Question question) {
    Answer answer = answers.get(question);
    if (answer == null) {
      return null;
    }
    Long until = answer.until();
    return until == null || time.nanos() - until < 0 ? answer.value() : null;
  }

  private synchronized Object ask(Question question, Function<Boolean, Object> ask) {
    Object known = known(question);
    if (known != null) {
      return known;
    }
    long asked = time.nanos();
    stopAtRefusal(question, asked);
    stopAtOutage(asked);
    try {
      Object answer = ask.apply(outage == null);
      outage = null;
      keep(question, answer);
      return answer;
    } catch (SerializationException e) {
      outage = null;
      remember(question, e);
      throw e;
    } catch (RegistryUnavailableException e) {
      long now = time.nanos();
      long pause = Math.max(MIN_BACKOFF_NANOS, Math.min(now - asked, MAX_BACKOFF_NANOS));
      outage = new Outage(String.valueOf(e.getMessage()), now + pause);
      throw e;
    }
  }

  /** Returns the number of cached refusals. */
  int refusals() {
    return refusals.size();
  }

  private void stopAtRefusal(Question question, long now) {
    Refusal refusal = refusals.get(question);
    if (refusal != null && now - refusal.until() < 0) {
      throw refusal.again();
    }
  }

  private void stopAtOutage(long now) {
    if (outage != null && now - outage.until() < 0) {
      long millis = (outage.until() - now) / 1_000_000;
      throw new RegistryUnavailableException(
          "Schema registry is not asked for another " + millis + " ms: " + outage.message());
    }
  }

  private void keep(Question question, Object value) {
    Duration stands = question instanceof Question.Latest ? caching.latest() : null;
    Long until = stands == null ? null : time.nanos() + stands.toNanos();
    if (answers.put(question, new Answer(value, until)) == null) {
      oldest.add(question);
    }
    if (oldest.size() > caching.maxAnswers()) {
      answers.remove(oldest.remove());
    }
  }

  /** Caches a refusal. Malformed records can have any id, so the number of refusals is limited. */
  private void remember(Question question, SerializationException said) {
    if (refusals.size() >= caching.maxMissing()) {
      refusals.clear();
    }
    refusals.put(question, new Refusal(said, time.nanos() + stands(question).toNanos()));
  }

  private Duration stands(Question refused) {
    if (refused instanceof Question.Latest) {
      return caching.missingVersion();
    }
    return refused instanceof Question.ById || refused instanceof Question.ByGuid
        ? caching.missingId()
        : caching.missingSchema();
  }
}
